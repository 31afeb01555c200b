#include "engine/file_access.h"

#include "base/error.h"
#include "base/strings.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"
#include "kernel/namespace.h"
#include "storage/layer_store.h"

#include <fcntl.h>

namespace ctrd::engine {

namespace {

// How long the end of a container may take to be settled.
constexpr int64_t kSettling = 10 * kSecond;

// What the container would find in its tree besides its root, as far as that lasts longer than a
// run: binds, and not what /dev is made of.
std::vector<kernel::MountSpec> lastingMounts(const ContainerRecord& record,
                                             const std::string& nameFiles) {
    std::vector<kernel::MountSpec> lasting;
    for (const auto& mount : mountsOf(record.hostConfig, record.mounts, nameFiles))
        if (mount.type == "bind" && !startsWith(mount.target, "/dev/")) lasting.push_back(mount);
    return lasting;
}

} // namespace

FileAccess::FileAccess(const EngineImpl& engine, const std::string& ref)
    : container_(engine.containers.find(ref)) {
    if (container_->isRunning() && openRunning(engine)) return;
    container_->waitFor(kSettling, [](const Container::Data& data) {
        const Status status = data.run.state.status;
        return data.removed || (status != Status::Running && status != Status::Paused);
    });
    openStopped(engine);
}

FileAccess::~FileAccess() {
    if (counted_) --container_->lock()->fileUsers;
}

// The mount namespace stays empty on kernels before EL6.7's, which have no such file.
void FileAccess::openNamespace(pid_t pid) {
    try {
        namespace_ = kernel::openNamespace(pid, kernel::NamespaceKind::Mount);
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOENT) throw;
    }
}

// False where the container has ended.
bool FileAccess::openRunning(const EngineImpl& engine) {
    const pid_t pid = container_->lock()->run.state.pid;
    try {
        root_ = openFile("/proc/" + std::to_string(pid) + "/root", O_RDONLY | O_DIRECTORY);
        openNamespace(pid);
        // That it still runs shows that the number was not another process' by then.
        engine.ask(*container_, [](monitor::Client& monitor) { return monitor.state(); });
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOENT && e.errorNumber() != ESRCH) throw;
        return false;
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::Conflict) throw;
        return false;
    }
    tree_.root = root_.get();
    tree_.mountNamespace = namespace_.get();
    if (!namespace_) tree_.rootfs = engine.layers.mountOf(container_->id(), "");
    return true;
}

void FileAccess::openStopped(const EngineImpl& engine) {
    const auto operation = container_->operate();
    const ContainerRecord record = container_->lock()->record;
    if (container_->lock()->removed) throw notFound("No such container: " + record.id);
    const Status status = container_->status();
    if (status != Status::Created && status != Status::Exited)
        throw conflict("the files of container " + record.id + " cannot be reached while it is " +
                       statusName(status));
    tree_.root = -1;
    tree_.rootfs = engine.layers.mountOf(record.id, "");
    tree_.mounts = lastingMounts(record, container_->directory());
    tree_.readOnly = record.hostConfig.readonlyRootfs;
    ++container_->lock()->fileUsers;
    counted_ = true;
}

void requireFilesUnused(const Container& container, const std::string& verb) {
    if (container.lock()->fileUsers == 0) return;
    throw conflict("container " + container.id() + " cannot be " + verb +
                   " while its files are copied or exported; try again");
}

} // namespace ctrd::engine
