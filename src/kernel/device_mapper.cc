#include "kernel/device_mapper.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/process.h"
#include "base/strings.h"
#include "kernel/device_mapper_library.h"

#include <cerrno>
#include <mutex>

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace ctrd::kernel {

namespace {

constexpr const char* kNodes = "/dev/mapper";

// udev shall neither look into our devices (it would hold them open just when they are to go) nor
// make links to them.
constexpr uint16_t kUdevFlags = DM_UDEV_DISABLE_SUBSYSTEM_RULES_FLAG |
                                DM_UDEV_DISABLE_DISK_RULES_FLAG | DM_UDEV_DISABLE_OTHER_RULES_FLAG;

// Larger than any version of the library thinks it is.
union InfoBuffer {
    struct dm_info info;
    char room[512];
};

// One call.  The library is ours alone as long as it lives.
class Task {
public:
    Task(int type, const std::string& name, std::string doing)
        : library_(dmLibrary()), lock_(library_.lock), doing_(std::move(doing)) {
        takeDmComplaint();
        task_ = library_.taskCreate(type);
        if (!task_) throw internalError("libdevmapper cannot " + doing_ + ": " + takeDmComplaint());
        if (!name.empty()) must(library_.taskSetName(task_, name.c_str()));
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() {
        if (task_) library_.taskDestroy(task_);
    }

    DmLibrary& library() const { return library_; }
    dm_task* get() const { return task_; }

    void must(int ok) {
        if (ok == 0) fail(0);
    }

    void setTable(const DmTable& table) {
        must(library_.taskAddTarget(task_, 0, table.sectors, table.target.c_str(),
                                    table.parameters.c_str()));
    }

    void run() {
        errno = 0;
        if (library_.taskRun(task_) == 0) fail(failure());
    }

    // For a call after which nodes come or go.
    void runWithNodes() {
        if (library_.udevGetSyncSupport() == 0) {
            run();
            library_.taskUpdateNodes();
            return;
        }
        uint32_t cookie = 0;
        must(library_.taskSetCookie(task_, &cookie, kUdevFlags));
        errno = 0;
        const bool ok = library_.taskRun(task_) != 0;
        const int error = ok ? 0 : failure();
        library_.udevWait(cookie);
        if (!ok) fail(error);
    }

private:
    DmLibrary& library_;
    std::unique_lock<std::mutex> lock_;
    std::string doing_;
    dm_task* task_ = nullptr;

    int failure() const {
        const int before = errno;
        const int known = library_.taskGetErrno ? library_.taskGetErrno(task_) : 0;
        return known != 0 ? known : before;
    }

    [[noreturn]] void fail(int error) const {
        const std::string complaint = takeDmComplaint();
        if (error == 0) throw internalError("libdevmapper cannot " + doing_ + ": " + complaint);
        throw SystemError(doing_, error);
    }
};

std::string quoted(const std::string& name) {
    return "device '" + name + "'";
}

void loadModule(const std::string& module) {
    try {
        runCommand({"modprobe", "-q", module});
    } catch (const Error& e) {
        log::debug("cannot load the module " + module + ": " + e.what());
    }
}

bool kernelHasIt() {
    for (const auto& line : split(readFile("/proc/misc"), '\n'))
        if (endsWith(line, " device-mapper")) return true;
    return false;
}

bool listsTarget(const std::string& wanted) {
    Task task(DM_DEVICE_LIST_VERSIONS, "", "list the targets of device-mapper");
    task.run();
    const auto* entry = task.library().taskGetVersions(task.get());
    while (entry) {
        if (wanted == entry->name) return true;
        if (entry->next == 0) return false;
        entry = reinterpret_cast<const dm_versions*>(reinterpret_cast<const char*>(entry) +
                                                     entry->next);
    }
    return false;
}

DmTable firstTarget(int type, const std::string& name, const std::string& doing) {
    Task task(type, name, doing);
    task.run();
    uint64_t start = 0, length = 0;
    char *target = nullptr, *parameters = nullptr;
    task.library().getNextTarget(task.get(), nullptr, &start, &length, &target, &parameters);
    return {length, target ? target : "", parameters ? parameters : ""};
}

// Where a library without udev made none, or one of a device that had this name before.
void ensureNode(const std::string& name, const DmInfo& info) {
    const std::string path = DeviceMapper::nodeOf(name);
    const dev_t device = makedev(info.major, info.minor);
    struct stat st {};
    if (stat(path.c_str(), &st) == 0 && S_ISBLK(st.st_mode) && st.st_rdev == device) return;
    removePath(path);
    makeDirs(kNodes);
    if (mknod(path.c_str(), S_IFBLK | 0600, device) < 0)
        throw SystemError("make the node '" + path + "'");
}

void runSimple(int type, const std::string& name, const std::string& doing) {
    Task task(type, name, doing + " " + quoted(name));
    task.run();
}

} // namespace

DeviceMapper::DeviceMapper() {
    dmLibrary();
    if (!kernelHasIt()) loadModule("dm-mod");
    if (!kernelHasIt())
        throw notSupported(
            "this kernel has no device-mapper: modprobe dm-mod, or a kernel with "
            "CONFIG_BLK_DEV_DM");
    try {
        listsTarget("");
    } catch (const Error& e) {
        throw notSupported(std::string("device-mapper cannot be used: ") + e.what() +
                           "; ctrd must be root, with access to /dev/mapper/control");
    }
}

std::string DeviceMapper::libraryVersion() const {
    return dmLibrary().version;
}

bool DeviceMapper::hasTarget(const std::string& name) const {
    if (listsTarget(name)) return true;
    loadModule("dm-" + name);
    return listsTarget(name);
}

bool DeviceMapper::waitsForUdev() const {
    DmLibrary& library = dmLibrary();
    const std::lock_guard<std::mutex> lock(library.lock);
    return library.udevGetSyncSupport() != 0;
}

bool DeviceMapper::canRemoveOnClose() const {
    return dmLibrary().taskDeferredRemove != nullptr;
}

std::string DeviceMapper::nodeOf(const std::string& name) {
    return joinPath(kNodes, name);
}

DmInfo DeviceMapper::info(const std::string& name) const {
    Task task(DM_DEVICE_INFO, name, "look at " + quoted(name));
    task.run();
    InfoBuffer found = {};
    task.must(task.library().taskGetInfo(task.get(), &found.info));
    DmInfo info;
    info.exists = found.info.exists != 0;
    info.suspended = found.info.suspended != 0;
    info.removedOnClose = found.info.deferred_remove != 0;
    info.openCount = found.info.open_count;
    info.major = found.info.major;
    info.minor = found.info.minor;
    return info;
}

std::vector<std::string> DeviceMapper::list() const {
    Task task(DM_DEVICE_LIST, "", "list the devices of device-mapper");
    task.run();
    std::vector<std::string> names;
    const auto* entry = task.library().taskGetNames(task.get());
    while (entry && entry->dev != 0) { // one with 0 stands for none at all
        names.emplace_back(entry->name);
        if (entry->next == 0) break;
        entry =
            reinterpret_cast<const dm_names*>(reinterpret_cast<const char*>(entry) + entry->next);
    }
    return names;
}

std::string DeviceMapper::status(const std::string& name) const {
    return firstTarget(DM_DEVICE_STATUS, name, "read the status of " + quoted(name)).parameters;
}

DmTable DeviceMapper::table(const std::string& name) const {
    return firstTarget(DM_DEVICE_TABLE, name, "read the table of " + quoted(name));
}

void DeviceMapper::create(const std::string& name, const DmTable& table) const {
    {
        Task task(DM_DEVICE_CREATE, name, "create " + quoted(name));
        task.setTable(table);
        task.runWithNodes();
    }
    ensureNode(name, info(name));
}

void DeviceMapper::reload(const std::string& name, const DmTable& table) const {
    {
        Task task(DM_DEVICE_RELOAD, name, "change the table of " + quoted(name));
        task.setTable(table);
        task.run();
    }
    suspend(name);
    resume(name);
}

void DeviceMapper::suspend(const std::string& name) const {
    runSimple(DM_DEVICE_SUSPEND, name, "suspend");
}

void DeviceMapper::resume(const std::string& name) const {
    Task task(DM_DEVICE_RESUME, name, "resume " + quoted(name));
    task.runWithNodes();
}

void DeviceMapper::remove(const std::string& name) const {
    Task task(DM_DEVICE_REMOVE, name, "remove " + quoted(name));
    task.runWithNodes();
}

void DeviceMapper::removeOnClose(const std::string& name) const {
    Task task(DM_DEVICE_REMOVE, name, "remove " + quoted(name));
    if (!task.library().taskDeferredRemove)
        throw notSupported("this libdevmapper cannot remove a device later");
    task.must(task.library().taskDeferredRemove(task.get()));
    task.runWithNodes();
}

void DeviceMapper::keepOnClose(const std::string& name) const {
    message(name, "@cancel_deferred_remove");
    ensureNode(name, info(name)); // the library took it away with the removal
}

void DeviceMapper::message(const std::string& name, const std::string& text) const {
    Task task(DM_DEVICE_TARGET_MSG, name, "send '" + text + "' to " + quoted(name));
    task.must(task.library().taskSetSector(task.get(), 0));
    task.must(task.library().taskSetMessage(task.get(), text.c_str()));
    task.run();
}

} // namespace ctrd::kernel
