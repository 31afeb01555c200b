#include "archive/copy.h"

#include "archive/attributes.h"
#include "archive/pack.h"
#include "archive/stream.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <vector>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

// Of linux/fs.h since 4.5; btrfs has had the number since 2.6.32.
constexpr unsigned long kFiclone = 0x40049409;

void copyExtent(int from, int to, const Extent& extent, std::vector<char>& buffer) {
    if (lseek(to, static_cast<off_t>(extent.offset), SEEK_SET) < 0) throw SystemError("seek");
    for (int64_t done = 0; done < extent.size;) {
        const auto wanted = static_cast<size_t>(
            std::min<int64_t>(extent.size - done, static_cast<int64_t>(buffer.size())));
        const ssize_t n =
            pread(from, buffer.data(), wanted, static_cast<off_t>(extent.offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw SystemError("read");
        if (n == 0) return; // it became shorter meanwhile
        writeAll(to, buffer.data(), static_cast<size_t>(n));
        done += n;
    }
}

class TreeCopier {
public:
    void copyDirectory(int from, int to, const std::string& shown) {
        for (const auto& name : sortedNames(from))
            copyOne(from, to, name, shown + "/" + name);
        const auto entry = entryOf(from);
        applyAttributes(to, entry, true);
    }

private:
    // First copies of files with several names, by device and inode.
    std::map<std::pair<dev_t, ino_t>, std::string> linked_;
    Fd root_;

public:
    explicit TreeCopier(Fd root) : root_(std::move(root)) {}

private:
    static Entry entryOf(int fd) {
        struct stat st;
        if (fstat(fd, &st) < 0) throw SystemError("look at it");
        Entry entry;
        takeStat(st, entry);
        entry.xattrs = readXattrs(fd);
        return entry;
    }

    void copyOne(int from, int to, const std::string& name, const std::string& shown) {
        try {
            copyNamed(from, to, name, shown);
        } catch (const SystemError& e) {
            throw internalError("cannot copy '" + shown + "': " + e.what());
        }
    }

    void copyNamed(int from, int to, const std::string& name, const std::string& shown) {
        struct stat st;
        if (fstatat(from, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) {
            if (errno == ENOENT) return;
            throw SystemError("look at it");
        }
        if (S_ISSOCK(st.st_mode)) return;
        if (S_ISDIR(st.st_mode)) return copyDirectoryNamed(from, to, name, shown);
        if (st.st_nlink > 1 && linkAgain(st, to, name, shown)) return;
        if (S_ISREG(st.st_mode)) return copyRegular(from, to, name);
        copyNode(from, to, name, st);
    }

    void copyDirectoryNamed(int from, int to, const std::string& name, const std::string& shown) {
        const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        const Fd source(openat(from, name.c_str(), flags));
        if (!source) throw SystemError("open it");
        if (mkdirat(to, name.c_str(), 0700) < 0) throw SystemError("create it");
        const Fd target(openat(to, name.c_str(), flags));
        if (!target) throw SystemError("open its copy");
        copyDirectory(source.get(), target.get(), shown);
    }

    bool linkAgain(const struct stat& st, int to, const std::string& name,
                   const std::string& shown) {
        const std::string path = shown.substr(1);
        const auto [it, isFirst] = linked_.emplace(std::make_pair(st.st_dev, st.st_ino), path);
        if (isFirst) return false;
        auto parts = split(it->second, '/');
        const std::string first = parts.back();
        parts.pop_back();
        if (linkat(descend(parts).get(), first.c_str(), to, name.c_str(), 0) < 0)
            throw SystemError("link it to '" + it->second + "'");
        return true;
    }

    // Step by step, because a tree may hold longer paths than the kernel takes at once.
    Fd descend(const std::vector<std::string>& parts) const {
        Fd at = duplicate(root_.get());
        for (const auto& part : parts) {
            at =
                Fd(openat(at.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (!at) throw SystemError("open the copied '" + part + "'");
        }
        return at;
    }

    static void copyRegular(int from, int to, const std::string& name) {
        const Fd source(openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (!source) throw SystemError("open it");
        const Fd target(openat(to, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!target) throw SystemError("create it");
        const Entry entry = entryOf(source.get());
        copyData(source.get(), target.get(), entry.size);
        applyAttributes(target.get(), entry, true);
    }

    static void copyNode(int from, int to, const std::string& name, const struct stat& st) {
        Entry entry;
        takeStat(st, entry);
        if (S_ISLNK(st.st_mode)) {
            entry.type = EntryType::Symlink;
            if (symlinkat(readLinkAt(from, name).c_str(), to, name.c_str()) < 0)
                throw SystemError("create it");
        } else if (mknodat(to, name.c_str(), (st.st_mode & S_IFMT) | 0600, st.st_rdev) < 0) {
            throw SystemError("create it");
        }
        if (!S_ISLNK(st.st_mode)) entry.type = EntryType::Fifo; // has a mode
        entry.xattrs = readXattrs(FileAt{from, name.c_str()});
        applyAttributesAt({to, name.c_str()}, entry, true);
    }
};

} // namespace

void copyData(int from, int to, int64_t size) {
    if (size == 0 || ioctl(to, kFiclone, from) == 0) return;
    std::vector<char> buffer(static_cast<size_t>(std::min<int64_t>(size, kStreamBuffer)));
    for (const auto& extent : dataExtents(from, size))
        copyExtent(from, to, extent, buffer);
    if (ftruncate(to, static_cast<off_t>(size)) < 0) throw SystemError("set its size");
}

void copyTree(const std::string& from, const std::string& to) {
    const Fd source = openFile(from, O_RDONLY | O_DIRECTORY);
    const Fd target = openFile(to, O_RDONLY | O_DIRECTORY);
    TreeCopier copier(duplicate(target.get()));
    copier.copyDirectory(source.get(), target.get(), "");
}

} // namespace ctrd::archive
