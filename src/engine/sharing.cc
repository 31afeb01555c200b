#include "base/error.h"
#include "base/path.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"
#include "exec/defaults.h"

// What containers have of one another: the namespaces of "container:X" modes and, with those of
// IPC, the POSIX shared memory.
namespace ctrd::engine {

namespace {

constexpr int kMostSteps = 64; // from container to container, to whoever has it of its own

std::string modeOf(const ContainerPtr& container, std::string spec::HostConfig::*mode) {
    return container->lock()->record.hostConfig.*mode;
}

// For a request: that it names nobody is its own fault.
std::string idOf(const ContainerStore& containers, const std::string& ref) {
    try {
        return containers.find(ref)->id();
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw;
        throw invalidArgument("cannot join the namespaces of container " + ref + ": " + e.what());
    }
}

} // namespace

ContainerPtr EngineImpl::sharerOf(const std::string& ref) const {
    try {
        return containers.find(ref);
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw;
        // Not NotFound: clients would take it for the container, or the image, they named.
        throw conflict("cannot join the namespaces of container " + ref + ": it is gone");
    }
}

pid_t EngineImpl::pidOf(const std::string& ref) const {
    const ContainerPtr other = sharerOf(ref);
    const auto data = other->lock();
    if (!data->monitor || data->run.state.pid == 0)
        throw conflict("cannot join the namespaces of a non running container: " + other->id());
    return data->run.state.pid;
}

std::string EngineImpl::modeOfOwner(const spec::HostConfig& host,
                                    std::string spec::HostConfig::*mode) const {
    std::string found = host.*mode;
    for (int step = 0; step < kMostSteps && !joinedContainer(found).empty(); ++step)
        found = modeOf(sharerOf(joinedContainer(found)), mode);
    return found;
}

void EngineImpl::resolveSharing(spec::HostConfig& host) const {
    for (const auto mode :
         {&spec::HostConfig::networkMode, &spec::HostConfig::ipcMode, &spec::HostConfig::pidMode}) {
        const std::string other = joinedContainer(host.*mode);
        if (!other.empty()) host.*mode = "container:" + idOf(containers, other);
    }
    // Only networks are shared ahead of time: by clients that make a group before they start it.
    for (const auto& mode : {host.ipcMode, host.pidMode})
        if (const std::string other = joinedContainer(mode); !other.empty()) pidOf(other);
    checkSharing(host);
}

void EngineImpl::checkSharing(const spec::HostConfig& host) const {
    const std::string donor = joinedContainer(host.ipcMode);
    if (!donor.empty()) {
        const std::string mode = modeOf(sharerOf(donor), &spec::HostConfig::ipcMode);
        const bool shareable =
            mode == "shareable" || mode == "host" || !joinedContainer(mode).empty();
        if (!shareable)
            throw conflict("cannot join the IPC of container " + donor +
                           ": non-shareable IPC (hint: use --ipc=shareable for that container)");
    }
    // A sysctl of a namespace that is the host's in the end would change the host.
    spec::HostConfig owners = host;
    owners.networkMode = modeOfOwner(host, &spec::HostConfig::networkMode);
    owners.ipcMode = modeOfOwner(host, &spec::HostConfig::ipcMode);
    spec::validateSysctls(owners);
}

EngineImpl::SharedMemory EngineImpl::sharedMemoryOf(const spec::HostConfig& host) const {
    SharedMemory shared;
    if (host.ipcMode == "host" || modeOfOwner(host, &spec::HostConfig::ipcMode) == "host") {
        if (isDirectory("/dev/shm")) shared.directory = "/dev/shm";
        return shared;
    }
    const std::string donor = joinedContainer(host.ipcMode);
    if (donor.empty() && host.ipcMode != "shareable") return shared;
    // One place for all: each monitor has its own mounted there, where nobody else sees it.
    shared.directory = joinPath(options.runDirectory, "shm");
    if (donor.empty()) {
        makeDirs(shared.directory, 0700);
        for (auto& mount : exec::defaultMounts(host.privileged, host.shmSize))
            if (mount.target == "/dev/shm") shared.mount = std::move(mount);
        shared.mount->target = shared.directory;
    } else {
        pidOf(donor); // says what is wrong with it
        const pid_t monitor =
            ask(*sharerOf(donor), [](monitor::Client& client) { return client.state().monitor; });
        shared.mountNamespace = "/proc/" + std::to_string(monitor) + "/ns/mnt";
    }
    return shared;
}

} // namespace ctrd::engine
