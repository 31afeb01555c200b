#include "kernel/device_mapper_library.h"

#include "base/error.h"
#include "base/log.h"

#include <cstdarg>
#include <cstdio>
#include <memory>

#include <dlfcn.h>

namespace ctrd::kernel {

namespace {

// As Debian and as Red Hat call it.
constexpr const char* kFileNames[] = {"libdevmapper.so.1.02.1", "libdevmapper.so.1.02"};
constexpr const char* kRemedy = "install device-mapper-libs 1.02.90 (EL6.6) or newer";

thread_local std::string complaint;

constexpr int kLevelMask = 7; // beside it: flags of where it would be printed
constexpr int kWarning = 4;   // and what is smaller is an error

__attribute__((format(printf, 5, 6))) void keepComplaint(int level, const char*, int, int,
                                                         const char* format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if ((level & kLevelMask) <= kWarning) complaint = text;
    log::debug(std::string("libdevmapper: ") + text);
}

void* openLibrary() {
    for (const char* name : kFileNames)
        if (void* handle = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return handle;
    throw notSupported(std::string("libdevmapper is not here: ") + kRemedy);
}

template <typename Function>
void find(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
}

template <typename Function>
void need(void* handle, const char* name, Function& function) {
    find(handle, name, function);
    if (!function)
        throw notSupported(std::string("this libdevmapper is too old, it has no ") + name + ": " +
                           kRemedy);
}

std::unique_ptr<DmLibrary> load() {
    auto library = std::make_unique<DmLibrary>();
    DmLibrary& l = *library;
    void* const handle = openLibrary(); // for good
    need(handle, "dm_task_create", l.taskCreate);
    need(handle, "dm_task_destroy", l.taskDestroy);
    need(handle, "dm_task_run", l.taskRun);
    need(handle, "dm_task_set_name", l.taskSetName);
    need(handle, "dm_task_set_message", l.taskSetMessage);
    need(handle, "dm_task_set_sector", l.taskSetSector);
    need(handle, "dm_task_add_target", l.taskAddTarget);
    need(handle, "dm_task_get_info", l.taskGetInfo);
    need(handle, "dm_task_get_names", l.taskGetNames);
    need(handle, "dm_task_get_versions", l.taskGetVersions);
    need(handle, "dm_get_next_target", l.getNextTarget);
    need(handle, "dm_get_library_version", l.getLibraryVersion);
    need(handle, "dm_log_with_errno_init", l.logWithErrnoInit);
    need(handle, "dm_task_set_cookie", l.taskSetCookie);
    need(handle, "dm_udev_wait", l.udevWait);
    need(handle, "dm_udev_get_sync_support", l.udevGetSyncSupport);
    need(handle, "dm_task_update_nodes", l.taskUpdateNodes);
    find(handle, "dm_task_get_errno", l.taskGetErrno);
    find(handle, "dm_task_deferred_remove", l.taskDeferredRemove);
    l.logWithErrnoInit(keepComplaint);
    char version[64] = "unknown";
    l.getLibraryVersion(version, sizeof version);
    l.version = version;
    return library;
}

} // namespace

DmLibrary& dmLibrary() {
    static const std::unique_ptr<DmLibrary> library = load();
    return *library;
}

std::string takeDmComplaint() {
    std::string text;
    text.swap(complaint);
    return text;
}

} // namespace ctrd::kernel
