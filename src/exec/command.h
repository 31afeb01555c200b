#pragma once

#include "base/json_fwd.h"
#include "kernel/mount.h"
#include "kernel/resources.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What a driver is asked to run: everything resolved, nothing to look up but what only the
// container's own tree knows (users, PATH).  Crosses from ctrd to the monitor as JSON.
namespace ctrd::exec {

// A soft and a hard limit by its setrlimit name without RLIMIT_, lower case ("nofile").
struct Rlimit {
    std::string name;
    uint64_t soft = 0, hard = 0; // RLIM_INFINITY is UINT64_MAX
};

// A device node made in the container's /dev.
struct DeviceNode {
    std::string path; // in the container
    char type = 'c';  // b, c or p
    uint32_t major = 0, minor = 0;
    uint32_t mode = 0666;
    uint32_t uid = 0, gid = 0;
};

// A process inside a container: the first one or an exec.
struct ProcessSpec {
    std::vector<std::string> args; // args[0] is looked up in the env's PATH inside the container
    std::vector<std::string> env;  // "K=V"; HOME is added from the image's passwd where missing
    std::string workingDirectory = "/"; // created where it is missing (the first process only)
    std::string user;                   // "", "name", "uid", "name:group", "uid:gid"
    std::vector<std::string> extraGroups;
    bool tty = false;
    uint16_t rows = 0, columns = 0; // of the tty; 0: leave
    // Names with CAP_; the bounding, permitted, effective and inheritable set.  A name this kernel
    // or the daemon itself lacks is dropped silently: the engine checked it before.
    std::vector<std::string> capabilities;
    std::vector<Rlimit> rlimits;
    bool noNewPrivileges = false;
    std::string label; // SELinux; "" for none
    std::optional<int> oomScoreAdj;
    // The program is not run where it needs a newer kernel than this; "": no such check.
    std::string kernelRelease;
    std::string image; // for that message: "debian:12"
};

enum class NamespaceMode {
    Private, // a new one
    Host,    // the monitor's
    Join,    // that of `path` (/proc/PID/ns/…)
};

struct Namespace {
    NamespaceMode mode = NamespaceMode::Private;
    std::string path;
};

// One container.  The network namespace is always prepared by ctrd and comes as a descriptor
// beside the Command (Stdio::networkNamespace); without it the container shares the host's.
struct Command {
    std::string id;
    std::string driver = "native";
    std::string hostname, domainname;
    std::string cgroupPath; // "/ctrd/ID", from each hierarchy's root
    kernel::MountSpec rootfs;
    bool readOnlyRootfs = false;
    bool privileged = false;               // which of a driver's own configurations counts
    std::vector<kernel::MountSpec> mounts; // in order, after the rootfs: proc, /dev, binds …
    std::vector<DeviceNode> devices;
    std::vector<std::string> maskedPaths, readOnlyPaths;
    // Kernel parameters of its namespaces, by their paths below /proc/sys ("net/ipv4/ip_forward").
    std::map<std::string, std::string> sysctls;
    Namespace pid, ipc, uts;
    kernel::Resources resources;
    ProcessSpec process;
    std::string initPath; // ctrd-init on the host; not "": it becomes pid 1 and reaps
    std::vector<std::string> driverOptions; // "key=value", for the driver alone
};

Json toJson(const ProcessSpec& process);
ProcessSpec processSpecFromJson(const Json& json);
Json toJson(const Command& command);
Command commandFromJson(const Json& json);

} // namespace ctrd::exec
