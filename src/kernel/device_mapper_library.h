#pragma once

#include <libdevmapper.h>

#include <mutex>
#include <string>

// libdevmapper, loaded by hand.  For device_mapper.cc alone.
namespace ctrd::kernel {

// The functions that are used, by their names without "dm_".
struct DmLibrary {
    decltype(&::dm_task_create) taskCreate = nullptr;
    decltype(&::dm_task_destroy) taskDestroy = nullptr;
    decltype(&::dm_task_run) taskRun = nullptr;
    decltype(&::dm_task_set_name) taskSetName = nullptr;
    decltype(&::dm_task_set_message) taskSetMessage = nullptr;
    decltype(&::dm_task_set_sector) taskSetSector = nullptr;
    decltype(&::dm_task_add_target) taskAddTarget = nullptr;
    decltype(&::dm_task_get_info) taskGetInfo = nullptr;
    decltype(&::dm_task_get_names) taskGetNames = nullptr;
    decltype(&::dm_task_get_versions) taskGetVersions = nullptr;
    decltype(&::dm_get_next_target) getNextTarget = nullptr;
    decltype(&::dm_get_library_version) getLibraryVersion = nullptr;
    decltype(&::dm_log_with_errno_init) logWithErrnoInit = nullptr;
    decltype(&::dm_task_set_cookie) taskSetCookie = nullptr;
    decltype(&::dm_udev_wait) udevWait = nullptr;
    decltype(&::dm_udev_get_sync_support) udevGetSyncSupport = nullptr;
    decltype(&::dm_task_update_nodes) taskUpdateNodes = nullptr;
    // Null where the library is too old for it.
    decltype(&::dm_task_get_errno) taskGetErrno = nullptr;             // 1.02.66
    decltype(&::dm_task_deferred_remove) taskDeferredRemove = nullptr; // 1.02.90

    std::string version;
    std::mutex lock; // the library has state of its own
};

// Loaded once; throws NotSupported with what to install.
DmLibrary& dmLibrary();

// What the library complained of last in this thread, "" for nothing; forgets it.
std::string takeDmComplaint();

} // namespace ctrd::kernel
