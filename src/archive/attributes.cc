#include "archive/attributes.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/strings.h"

#include <cerrno>
#include <functional>

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

using ListCall = std::function<ssize_t(char*, size_t)>;
using GetCall = std::function<ssize_t(const char*, void*, size_t)>;
using SetCall = std::function<int(const char*, const std::string&)>;

bool isUnsupported(int error) {
    return error == ENOTSUP || error == ENOSYS;
}

// The kernel's limits: 64 KiB for the names and for a value (XATTR_LIST_MAX, XATTR_SIZE_MAX).
Xattrs readAll(const ListCall& list, const GetCall& get) {
    char names[65536];
    const ssize_t size = list(names, sizeof names);
    if (size < 0 && isUnsupported(errno)) return {};
    if (size < 0) throw SystemError("list extended attributes");
    Xattrs result;
    for (const char* name = names; name < names + size; name += std::string_view(name).size() + 1) {
        if (!isPortableXattr(name)) continue;
        std::string value(65536, '\0');
        const ssize_t length = get(name, value.data(), value.size());
        if (length < 0 && errno == ENODATA) continue;
        if (length < 0) throw SystemError(std::string("read attribute '") + name + "'");
        value.resize(static_cast<size_t>(length));
        result[name] = value;
    }
    return result;
}

void writeEach(const Xattrs& xattrs, const SetCall& set) {
    for (const auto& [name, value] : xattrs) {
        if (!isPortableXattr(name) || set(name.c_str(), value) == 0 || isUnsupported(errno))
            continue;
        if (errno == EPERM && geteuid() != 0) continue;
        throw SystemError("set attribute '" + name + "'");
    }
}

// A path for calls that take no directory: there is no lsetxattrat and the like before Linux 6.13,
// and a chrooted process has no /proc.
std::string reachable(const FileAt& file, bool viaProc) {
    if (viaProc) return "/proc/self/fd/" + std::to_string(file.directory) + "/" + file.name;
    if (fchdir(file.directory) < 0) throw SystemError("enter a directory");
    return file.name;
}

} // namespace

struct timespec timeOf(const Entry& entry) {
    struct timespec time;
    time.tv_sec = entry.mtimeSeconds;
    time.tv_nsec = entry.mtimeNanos;
    return time;
}

bool isPortableXattr(const std::string& name) {
    return name != "security.selinux" && !startsWith(name, "trusted.overlay.");
}

Xattrs readXattrs(int fd) {
    return readAll([&](char* names, size_t size) { return flistxattr(fd, names, size); },
                   [&](const char* name, void* value, size_t size) {
                       return fgetxattr(fd, name, value, size);
                   });
}

Xattrs readXattrs(const FileAt& file, bool viaProc) {
    const std::string path = reachable(file, viaProc);
    return readAll([&](char* names, size_t size) { return llistxattr(path.c_str(), names, size); },
                   [&](const char* name, void* value, size_t size) {
                       return lgetxattr(path.c_str(), name, value, size);
                   });
}

void writeXattrs(int fd, const Xattrs& xattrs) {
    writeEach(xattrs, [&](const char* name, const std::string& value) {
        return fsetxattr(fd, name, value.data(), value.size(), 0);
    });
}

void writeXattrs(const FileAt& file, const Xattrs& xattrs, bool viaProc) {
    if (xattrs.empty()) return;
    const std::string path = reachable(file, viaProc);
    writeEach(xattrs, [&](const char* name, const std::string& value) {
        return lsetxattr(path.c_str(), name, value.data(), value.size(), 0);
    });
}

// The owner first, because chown takes set-id bits and capabilities away.
void applyAttributes(int fd, const Entry& entry, bool withTime) {
    if (geteuid() == 0 && fchown(fd, entry.uid, entry.gid) < 0) throw SystemError("set its owner");
    if (fchmod(fd, entry.mode & 07777) < 0) throw SystemError("set its mode");
    if (!entry.xattrs.empty()) writeXattrs(fd, entry.xattrs);
    const struct timespec times[2] = {timeOf(entry), timeOf(entry)};
    if (withTime && futimens(fd, times) < 0) throw SystemError("set its time");
}

void applyAttributesAt(const FileAt& file, const Entry& entry, bool viaProc) {
    if (geteuid() == 0 &&
        fchownat(file.directory, file.name, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) < 0)
        throw SystemError("set its owner");
    // fchmodat follows links; devices and fifos are none.
    if (entry.type != EntryType::Symlink &&
        fchmodat(file.directory, file.name, entry.mode & 07777, 0) < 0)
        throw SystemError("set its mode");
    writeXattrs(file, entry.xattrs, viaProc);
    const struct timespec times[2] = {timeOf(entry), timeOf(entry)};
    if (utimensat(file.directory, file.name, times, AT_SYMLINK_NOFOLLOW) < 0)
        throw SystemError("set its time");
}

void takeStat(const struct stat& st, Entry& entry) {
    entry.mode = st.st_mode & 07777;
    entry.uid = st.st_uid;
    entry.gid = st.st_gid;
    entry.mtimeSeconds = st.st_mtim.tv_sec;
    entry.mtimeNanos = st.st_mtim.tv_nsec;
    entry.size = S_ISREG(st.st_mode) ? st.st_size : 0;
    entry.devMajor = major(st.st_rdev);
    entry.devMinor = minor(st.st_rdev);
}

} // namespace ctrd::archive
