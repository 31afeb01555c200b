#pragma once

#include "engine/container.h"
#include "engine/engine.h"
#include "exec/command.h"

#include <functional>
#include <string>
#include <vector>

// From a container's configuration to the command that an exec driver runs.  Everything throws
// InvalidArgument that names the option and the value; create calls the same functions, so that a
// request is refused before anything is made.
namespace ctrd::engine {

// What the configuration itself does not say.
struct CommandContext {
    kernel::MountSpec rootfs;
    std::string nameFiles; // directory of the hosts, hostname and resolv.conf to bind
    std::string cgroupParent, initProgram;
    std::string sharedMemory; // of the host or another container, bound at /dev/shm; "": its own
    std::vector<spec::Ulimit> defaultUlimits;
    // Of the container that "container:X" names; throws where it is not running.
    std::function<pid_t(const std::string& ref)> pidOf;
};

exec::Command buildCommand(const ContainerRecord& record, const CommandContext& context);

// "PARENT/ID" from each hierarchy's root.  A parent with ".." in it is refused: it would reach
// groups that are not ours.
std::string cgroupPath(const std::string& parent, const std::string& id);

// Docker's default set, changed by cap-add and cap-drop; all of a privileged container.
std::vector<std::string> capabilitiesOf(const spec::HostConfig& config);

// Throws InvalidArgument for a --ulimit that is higher than ctrd may grant.
void checkUlimits(const spec::HostConfig& config);

// What --security-opt asks for.
struct SecurityOptions {
    bool noNewPrivileges = false;
    bool bareSystemPaths = false; // systempaths=unconfined: nothing of /proc masked or read-only
};
SecurityOptions parseSecurityOptions(const std::vector<std::string>& options);

// proc, dev, sys and so on, /etc/hosts and its like, --tmpfs, the mount points: parents before
// children; the user's mounts take the place of ours.
std::vector<kernel::MountSpec> mountsOf(const spec::HostConfig& config,
                                        const std::vector<MountPoint>& points,
                                        const std::string& nameFiles,
                                        const std::string& sharedMemory = "");
// Binds as a name file is bound; whether z or Z may be passed over is the host's matter.
kernel::MountSpec bindMount(const spec::Bind& bind);
// Of --mount, of type bind or tmpfs.
kernel::MountSpec mountOf(const spec::Mount& wanted);

struct DeviceAccess {
    std::vector<exec::DeviceNode> nodes;
    std::vector<kernel::DeviceRule> rules;
};
// Looks at the host's /dev; the rules that the user wrote come last.
DeviceAccess devicesOf(const spec::HostConfig& config);

// Without the rules for devices.  Looks up the block devices that have limits of their own.
kernel::Resources resourcesOf(const spec::HostConfig& config);

// Whether it is one of "container:X"; X then, else "".
std::string joinedContainer(const std::string& mode);
// "", private, host or container:X; `key` is named in the error.
exec::Namespace namespaceOf(const std::string& mode, const char* key, const char* file,
                            const CommandContext& context);

// For ProcessSpec::kernelRelease: `running`, or "" where the container's label ctrd.force-kernel
// (any value but "false" and "0") says to try a program that needs a newer kernel.
std::string kernelToJudgeBy(const ContainerRecord& record, const std::string& running);

exec::ProcessSpec processOf(const ContainerRecord& record,
                            const std::vector<spec::Ulimit>& defaultUlimits);
// An exec inherits the container's environment, user, directory and limits.
exec::ProcessSpec execProcessOf(const ContainerRecord& record, const ExecCreateRequest& request,
                                const std::vector<spec::Ulimit>& defaultUlimits);

} // namespace ctrd::engine
