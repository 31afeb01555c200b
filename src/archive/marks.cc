#include "archive/marks.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

constexpr const char* kAttribute = "trusted.overlay.opaque";
constexpr std::string_view kAufs = ".wh.", kHousekeeping = ".wh..wh.";
constexpr const char* kAufsOpaque = ".wh..wh..opq";

std::string aufsMark(const std::string& path) {
    const size_t name = path.rfind('/') + 1; // npos + 1 is 0
    return path.substr(0, name) + std::string(kAufs) + path.substr(name);
}

bool isThere(int directory, const std::string& path) {
    struct stat st;
    return fstatat(directory, path.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

// As the kernel makes them: empty, and nobody writes to them.
void createMark(int directory, const std::string& name) {
    const Fd fd(openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0444));
    if (!fd) throw SystemError("create the mark '" + name + "'");
}

} // namespace

bool isWhiteout(const struct stat& st) {
    return S_ISCHR(st.st_mode) && st.st_rdev == 0;
}

std::optional<std::string> deletedBy(Marks marks, int directory, const std::string& name) {
    if (marks == Marks::Aufs) {
        if (startsWith(name, kHousekeeping)) return "";
        if (startsWith(name, kAufs)) return name.substr(kAufs.size());
        return {};
    }
    struct stat st;
    if (fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && isWhiteout(st))
        return name;
    return {};
}

bool isDeleted(Marks marks, int root, const std::string& path) {
    if (marks == Marks::Aufs) return isThere(root, aufsMark(path));
    struct stat st;
    return fstatat(root, path.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && isWhiteout(st);
}

bool isOpaque(Marks marks, int directory) {
    if (marks == Marks::Aufs) return isThere(directory, kAufsOpaque);
    char value = 0;
    return fgetxattr(directory, kAttribute, &value, 1) == 1 && value == 'y';
}

void setOpaque(Marks marks, int directory) {
    if (marks == Marks::Aufs) return createMark(directory, kAufsOpaque);
    if (fsetxattr(directory, kAttribute, "y", 1, 0) < 0)
        throw SystemError("mark a directory as opaque");
}

void markDeleted(Marks marks, int directory, const std::string& name) {
    if (marks == Marks::Aufs) return createMark(directory, aufsMark(name));
    if (mknodat(directory, name.c_str(), S_IFCHR, 0) < 0)
        throw SystemError("create the mark that deletes '" + name + "'");
}

bool unmarkDeleted(Marks marks, int directory, const std::string& name) {
    if (marks != Marks::Aufs) return false;
    if (unlinkat(directory, aufsMark(name).c_str(), 0) == 0) return true;
    if (errno != ENOENT) throw SystemError("remove the mark that deletes '" + name + "'");
    return false;
}

} // namespace ctrd::archive
