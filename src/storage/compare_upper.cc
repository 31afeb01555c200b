#include "archive/attributes.h"
#include "archive/pack.h"
#include "base/error.h"
#include "base/fd.h"
#include "storage/pending_directories.h"
#include "storage/tree_changes.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::storage {

namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

class UpperComparer {
public:
    UpperComparer(const archive::MergedTree& lowers, ChangeVisitor& visitor)
        : lowers_(lowers), pending_(visitor) {}

    // `opaque`: nothing of the lower layers shows here, because this directory or one above it says
    // so; then a name they have and this one has not is a deletion without a mark.
    void compare(int upper, const std::string& path, bool opaque) {
        auto names = namesIn(upper);
        if (opaque) {
            const auto hidden = lowers_.list(path);
            names.insert(names.end(), hidden.begin(), hidden.end());
            std::sort(names.begin(), names.end());
            names.erase(std::unique(names.begin(), names.end()), names.end());
        }
        for (const auto& name : names)
            compareName(upper, name, below(path, name), opaque);
    }

private:
    const archive::MergedTree& lowers_;
    PendingDirectories pending_;

    // Names of which the directory says something; a mark stands for the name it deletes.
    std::vector<std::string> namesIn(int upper) const {
        std::vector<std::string> names;
        for (const auto& name : archive::sortedNames(upper)) {
            const auto gone = archive::deletedBy(lowers_.marks(), upper, name);
            if (!gone || !gone->empty()) names.push_back(gone.value_or(name));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    void compareName(int upper, const std::string& name, const std::string& path, bool opaque) {
        struct stat st;
        const auto before = lowers_.find(path);
        if (archive::isDeleted(lowers_.marks(), upper, name) ||
            fstatat(upper, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) {
            if (before) pending_.changed(upper, name, path, Change::Kind::Deleted);
            return;
        }
        const auto kind = before ? Change::Kind::Modified : Change::Kind::Added;
        if (!S_ISDIR(st.st_mode)) return pending_.changed(upper, name, path, kind);
        const Fd child(openat(upper, name.c_str(), kDirectory));
        if (!child) return; // it is gone or became something else meanwhile
        if (!before || !S_ISDIR(before->st.st_mode)) {
            pending_.changed(upper, name, path, kind);
            return compare(child.get(), path, false);
        }
        pending_.enter(upper, name, path, differs(st, child.get(), *before));
        compare(child.get(), path, opaque || archive::isOpaque(lowers_.marks(), child.get()));
        pending_.leave();
    }

    // Whether a directory is more than the copy that overlay makes of it when something in it
    // changes.
    static bool differs(const struct stat& st, int fd, const archive::MergedTree::Found& before) {
        const struct stat& old = before.st;
        if (st.st_mode != old.st_mode || st.st_uid != old.st_uid || st.st_gid != old.st_gid ||
            st.st_mtim.tv_sec != old.st_mtim.tv_sec || st.st_mtim.tv_nsec != old.st_mtim.tv_nsec)
            return true;
        const Fd lower = before.open(kDirectory);
        return archive::readXattrs(fd) != archive::readXattrs(lower.get());
    }
};

} // namespace

void compareUpper(const std::string& upper, const std::vector<std::string>& lowers,
                  archive::Marks marks, ChangeVisitor& visitor) {
    const Fd root = openFile(upper, O_RDONLY | O_DIRECTORY);
    const archive::MergedTree below(lowers, marks);
    UpperComparer(below, visitor).compare(root.get(), "", archive::isOpaque(marks, root.get()));
}

} // namespace ctrd::storage
