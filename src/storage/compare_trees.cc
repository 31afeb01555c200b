#include "archive/attributes.h"
#include "archive/pack.h"
#include "base/error.h"
#include "base/fd.h"
#include "storage/pending_directories.h"
#include "storage/tree_changes.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::storage {

namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int kFile = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

auto key(const struct timespec& time) {
    return std::make_pair(time.tv_sec, time.tv_nsec);
}

bool sameStat(const struct stat& a, const struct stat& b) {
    const bool hasSize = S_ISREG(a.st_mode);
    return a.st_mode == b.st_mode && a.st_uid == b.st_uid && a.st_gid == b.st_gid &&
           a.st_rdev == b.st_rdev && (!hasSize || a.st_size == b.st_size) &&
           key(a.st_mtim) == key(b.st_mtim);
}

bool sameContent(int a, int b) {
    char left[65536], right[65536];
    for (;;) {
        const size_t n = readFully(a, left, sizeof left);
        if (n != readFully(b, right, sizeof right) || std::memcmp(left, right, n) != 0)
            return false;
        if (n == 0) return true;
    }
}

std::optional<struct stat> statAt(int directory, const std::string& name) {
    struct stat st;
    if (directory < 0 || fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) return {};
    return st;
}

class TreeComparer {
public:
    TreeComparer(const struct timespec& mark, ChangeVisitor& visitor)
        : mark_(mark), pending_(visitor) {}

    // `parent` is -1 where the directory is new.
    void compare(int tree, int parent, const std::string& path) {
        const auto names = archive::sortedNames(tree);
        const auto before = parent < 0 ? std::vector<std::string>() : archive::sortedNames(parent);
        std::vector<std::string> all;
        std::set_union(names.begin(), names.end(), before.begin(), before.end(),
                       std::back_inserter(all));
        for (const auto& name : all)
            compareName(tree, parent, name, below(path, name));
    }

private:
    struct timespec mark_;
    PendingDirectories pending_;

    void compareName(int tree, int parent, const std::string& name, const std::string& path) {
        const auto now = statAt(tree, name), before = statAt(parent, name);
        if (!now && !before) return;
        if (!now) return pending_.changed(tree, name, path, Change::Kind::Deleted);
        const bool isNew = !before || (before->st_mode & S_IFMT) != (now->st_mode & S_IFMT);
        const bool differs = isNew || !sameStat(*now, *before) ||
                             (touched(*now) && !sameInside(tree, parent, name, *now));
        if (!S_ISDIR(now->st_mode)) {
            if (differs)
                pending_.changed(tree, name, path,
                                 before ? Change::Kind::Modified : Change::Kind::Added);
            return;
        }
        const Fd child(openat(tree, name.c_str(), kDirectory));
        if (!child) return; // it is gone or became something else meanwhile
        if (isNew) {
            pending_.changed(tree, name, path,
                             before ? Change::Kind::Modified : Change::Kind::Added);
            return compare(child.get(), -1, path);
        }
        const Fd old(openat(parent, name.c_str(), kDirectory));
        if (!old) throw SystemError("open '" + path + "' of the parent");
        pending_.enter(tree, name, path, differs);
        compare(child.get(), old.get(), path);
        pending_.leave();
    }

    // Every change of content or attributes sets ctime, which nobody can turn back.
    bool touched(const struct stat& st) const { return key(st.st_ctim) >= key(mark_); }

    static bool sameInside(int tree, int parent, const std::string& name, const struct stat& st) {
        const char* file = name.c_str();
        if (archive::readXattrs(archive::FileAt{tree, file}) !=
            archive::readXattrs(archive::FileAt{parent, file}))
            return false;
        if (S_ISLNK(st.st_mode))
            return archive::readLinkAt(tree, name) == archive::readLinkAt(parent, name);
        if (!S_ISREG(st.st_mode)) return true;
        const Fd a(openat(tree, file, kFile)), b(openat(parent, file, kFile));
        return a && b && sameContent(a.get(), b.get());
    }
};

} // namespace

void compareTrees(const std::string& tree, const std::string& parent, const std::string& mark,
                  ChangeVisitor& visitor) {
    struct stat st;
    if (stat(mark.c_str(), &st) < 0) throw SystemError("look at '" + mark + "'");
    const Fd now = openFile(tree, O_RDONLY | O_DIRECTORY);
    const Fd before = parent.empty() ? Fd() : openFile(parent, O_RDONLY | O_DIRECTORY);
    TreeComparer(st.st_mtim, visitor).compare(now.get(), before.get(), "");
}

} // namespace ctrd::storage
