#include "archive/pack.h"

#include "archive/attributes.h"
#include "archive/pax.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>
#include <tuple>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
};

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

EntryType typeOf(const struct stat& st) {
    switch (st.st_mode & S_IFMT) {
        case S_IFDIR:
            return EntryType::Directory;
        case S_IFLNK:
            return EntryType::Symlink;
        case S_IFCHR:
            return EntryType::CharDevice;
        case S_IFBLK:
            return EntryType::BlockDevice;
        case S_IFIFO:
            return EntryType::Fifo;
        default:
            return EntryType::Regular;
    }
}

void writeZeros(TarWriter& to, int64_t size) {
    static const std::vector<char> kZeros(64 * 1024);
    for (; size > 0; size -= static_cast<int64_t>(kZeros.size()))
        to.write(kZeros.data(),
                 static_cast<size_t>(std::min<int64_t>(size, static_cast<int64_t>(kZeros.size()))));
}

void writeExtent(int fd, const Extent& extent, std::vector<char>& buffer, TarWriter& to) {
    for (int64_t done = 0; done < extent.size;) {
        const auto wanted = static_cast<size_t>(
            std::min<int64_t>(extent.size - done, static_cast<int64_t>(buffer.size())));
        const ssize_t n =
            pread(fd, buffer.data(), wanted, static_cast<off_t>(extent.offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw SystemError("read it");
        // The header has promised the size.
        if (n == 0) return writeZeros(to, extent.size - done);
        to.write(buffer.data(), static_cast<size_t>(n));
        done += n;
    }
}

} // namespace

std::vector<Extent> dataExtents(int fd, int64_t size) {
    struct stat st;
    const bool isFull = fstat(fd, &st) == 0 && int64_t{st.st_blocks} * 512 >= size;
    std::vector<Extent> extents;
    for (int64_t at = 0; !isFull && at < size;) {
        const off_t data = lseek(fd, static_cast<off_t>(at), SEEK_DATA);
        if (data < 0 && errno == ENXIO) break; // a hole up to the end
        const off_t hole = data < 0 ? -1 : lseek(fd, data, SEEK_HOLE);
        if (hole < 0) return {{0, size}};
        if (data >= size) break;
        const int64_t end = std::min<int64_t>(hole, size);
        extents.push_back({data, end - data});
        at = end;
    }
    if (size > 0 && isFull) return {{0, size}};
    if (size > 0 && extents.empty()) return {{size, 0}};
    return extents;
}

std::vector<std::string> sortedNames(int directory) {
    Fd copy(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, CloseDir> dir(copy ? fdopendir(copy.get()) : nullptr);
    if (!dir) throw SystemError("read a directory");
    copy.release();
    std::vector<std::string> names;
    while (const dirent* entry = readdir(dir.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string readLinkAt(int directory, const std::string& name) {
    char target[PATH_MAX];
    const ssize_t size = readlinkat(directory, name.c_str(), target, sizeof target);
    if (size < 0) throw SystemError("read the link");
    return std::string(target, static_cast<size_t>(size));
}

void Packer::add(int directory, const std::string& name, const std::string& path) {
    try {
        struct stat st;
        if (fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) {
            if (errno == ENOENT) return;
            throw SystemError("look at it");
        }
        if (S_ISSOCK(st.st_mode)) return;
        Entry entry;
        take(st, entry);
        entry.name = path;
        entry.type = typeOf(st);
        if (entry.type != EntryType::Directory && st.st_nlink > 1) {
            const auto [it, isFirst] = linked_.emplace(std::make_pair(st.st_dev, st.st_ino), path);
            if (!isFirst) {
                entry.type = EntryType::HardLink;
                entry.target = it->second;
                entry.size = 0;
                return to_.add(entry);
            }
        }
        if (entry.type == EntryType::Regular) return addRegular(directory, name, entry);
        if (entry.type == EntryType::Directory) {
            const Fd fd(openat(directory, name.c_str(), kDirectory));
            if (!fd) throw SystemError("open it");
            return addDirectory(fd.get(), path);
        }
        if (entry.type == EntryType::Symlink) entry.target = readLinkAt(directory, name);
        entry.xattrs = readXattrs(FileAt{directory, name.c_str()}, viaProc_);
        to_.add(entry);
    } catch (const SystemError& e) {
        throw internalError("cannot pack " + shownName(path) + ": " + e.what());
    }
}

void Packer::addRegular(int directory, const std::string& name, Entry& entry) {
    const Fd fd(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat st;
    if (!fd && errno == ENOENT) return;
    if (!fd || fstat(fd.get(), &st) < 0) throw SystemError("open it");
    if (!S_ISREG(st.st_mode)) return; // it became something else meanwhile
    take(st, entry);
    entry.xattrs = readXattrs(fd.get());
    entry.extents = dataExtents(fd.get(), entry.size);
    to_.add(entry);
    std::vector<char> buffer(static_cast<size_t>(std::min<int64_t>(entry.size, kStreamBuffer)));
    for (const auto& extent : entry.extents)
        writeExtent(fd.get(), extent, buffer, to_);
}

void Packer::addDirectory(int fd, const std::string& path) {
    struct stat st;
    if (fstat(fd, &st) < 0) throw SystemError("look at " + shownName(path));
    Entry entry;
    take(st, entry);
    entry.type = EntryType::Directory;
    entry.name = path;
    entry.xattrs = readXattrs(fd);
    to_.add(entry);
}

void Packer::addWhiteout(const std::string& path) {
    const size_t name = path.rfind('/') + 1; // npos + 1 is 0
    addMark(path.substr(0, name) + ".wh." + path.substr(name));
}

void Packer::addOpaque(const std::string& path) {
    addMark(joinPath(path, ".wh..wh..opq"));
}

void Packer::take(const struct stat& st, Entry& entry) const {
    takeStat(st, entry);
    if (owner_) std::tie(entry.uid, entry.gid) = *owner_;
}

void Packer::addMark(const std::string& path) {
    Entry entry;
    entry.name = path;
    entry.mode = 0600;
    to_.add(entry);
}

void packBelow(int fd, const std::string& path, Packer& packer) {
    for (const auto& name : sortedNames(fd)) {
        const std::string child = joinPath(path, name);
        packer.add(fd, name, child);
        struct stat st;
        if (fstatat(fd, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode))
            continue;
        const Fd directory(openat(fd, name.c_str(), kDirectory));
        if (directory) packBelow(directory.get(), child, packer);
    }
}

void packTree(const std::string& dir, Sink& out, bool withRoot) {
    const Fd root = openFile(dir, O_RDONLY | O_DIRECTORY);
    TarWriter writer(out);
    Packer packer(writer);
    if (withRoot) packer.addDirectory(root.get(), "./");
    packBelow(root.get(), "", packer);
    writer.finish();
}

} // namespace ctrd::archive
