#include "archive/unpacker.h"

#include "archive/attributes.h"
#include "archive/merged_tree.h"
#include "archive/pax.h"
#include "base/error.h"
#include "base/strings.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";
constexpr std::string_view kAufs = ".wh..wh.";

// A failed call that the archive's own words brought about, not the disk.
bool isArchivesFault(int error) {
    constexpr int kFaults[] = {EINVAL,  EEXIST, ELOOP,  ENAMETOOLONG,
                               ENOTDIR, EISDIR, EMLINK, EILSEQ};
    for (const int fault : kFaults)
        if (fault == error) return true;
    return false;
}

std::string lastPart(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string withLast(const std::string& path, std::string_view last) {
    const size_t slash = path.rfind('/');
    return (slash == std::string::npos ? "" : path.substr(0, slash + 1)) + std::string(last);
}

void writeExtents(TarReader& reader, const Entry& entry, int fd) {
    int64_t at = 0;
    for (const auto& extent : entry.extents) {
        if (extent.size == 0) continue; // GNU tar marks a hole at the end so
        if (extent.offset != at && lseek(fd, static_cast<off_t>(extent.offset), SEEK_SET) < 0)
            throw SystemError("leave a hole");
        for (int64_t left = extent.size; left > 0;) {
            const auto bytes = reader.take(static_cast<size_t>(left));
            writeAll(fd, bytes);
            left -= static_cast<int64_t>(bytes.size());
        }
        at = extent.offset + extent.size;
    }
    if (at != entry.size && ftruncate(fd, static_cast<off_t>(entry.size)) < 0)
        throw SystemError("set its size");
}

} // namespace

Unpacker::Unpacker(Tree tree, Whiteouts whiteouts, bool keepExisting, int keep)
    : tree_(std::move(tree)), whiteouts_(whiteouts), keepExisting_(keepExisting) {
    if (keep >= 0) keeper_.emplace(keep);
}

int64_t Unpacker::run(Source& from) {
    TarReader reader(from, keeper_ ? &*keeper_ : nullptr);
    Entry entry;
    while (reader.next(entry)) {
        const std::string doing = "cannot unpack " + shownName(entry.name) + ": ";
        try {
            unpack(reader, entry);
        } catch (const SystemError& e) {
            throw Error(isArchivesFault(e.errorNumber()) ? ErrorKind::InvalidArgument : e.kind(),
                        doing + e.what());
        } catch (const Error& e) {
            // The archive's own faults name the entry already.
            if (std::string(e.what()).find(shownName(entry.name)) != std::string::npos) throw;
            throw Error(e.kind(), doing + e.what());
        }
    }
    setTimes();
    if (keeper_) keeper_->finish();
    return bytes_;
}

void Unpacker::unpack(TarReader& reader, const Entry& entry) {
    const std::string path = normalName(entry.name);
    if (path.empty()) return setRoot(entry);
    if (whiteouts_ != Whiteouts::None && isMarker(entry, path)) return;
    const Tree::Place place = tree_.find(path, Tree::Missing::Make);
    if (keepExisting_ && isThere(place)) return;
    // Aufs' mark would hide what is put at the name.
    if (whiteouts_ == Whiteouts::Aufs && unmarkDeleted(Marks::Aufs, place.directory, place.name))
        tree_.hide(place.path);
    if (refusesOtherKinds_) checkKind(entry, place);
    make(reader, entry, place);
    tree_.made(place.path);
    if (entry.type != EntryType::Regular) made_[place.path] = kNoContent;
}

// Whether the entry only says that something is gone; then that is done.
bool Unpacker::isMarker(const Entry& entry, const std::string& path) {
    if (startsWith(path, kAufs) && path != kOpaque) return true; // aufs' own housekeeping
    const std::string name = lastPart(path);
    const auto parents = split(path, '/');
    for (size_t i = 0; i + 1 < parents.size(); ++i)
        if (startsWith(parents[i], kWhiteout))
            throw invalidArgument("entry " + shownName(entry.name) + " lies below a deletion mark");
    if (!startsWith(name, kWhiteout)) return false;
    if (name == kOpaque) {
        opaque(path.size() == name.size() ? "" : path.substr(0, path.size() - name.size() - 1));
        return true;
    }
    const std::string deleted = name.substr(kWhiteout.size());
    if (startsWith(deleted, kWhiteout)) return true;
    if (deleted.empty() || deleted == "." || deleted == "..")
        throw invalidArgument("entry " + shownName(entry.name) + " deletes no name");
    whiteout(withLast(path, deleted));
    return true;
}

void Unpacker::setRoot(const Entry& entry) {
    if (entry.type != EntryType::Directory)
        throw invalidArgument("entry " + shownName(entry.name) + " would replace the root");
    if (keepExisting_) return;
    applyAttributes(tree_.root(), entry, false);
    directories_.emplace_back("", timeOf(entry));
}

bool Unpacker::isThere(const Tree::Place& place) {
    struct stat st;
    if (fstatat(place.directory, place.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0) return true;
    return tree_.lower(place.path).has_value();
}

void Unpacker::checkKind(const Entry& entry, const Tree::Place& place) const {
    struct stat st;
    if (fstatat(place.directory, place.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) return;
    const bool isDirectory = entry.type == EntryType::Directory;
    if (S_ISDIR(st.st_mode) && !isDirectory)
        throw invalidArgument("cannot overwrite directory " + shownName(entry.name) +
                              " with non-directory");
    if (!S_ISDIR(st.st_mode) && isDirectory)
        throw invalidArgument("cannot overwrite non-directory " + shownName(entry.name) +
                              " with directory");
}

void Unpacker::make(TarReader& reader, const Entry& entry, const Tree::Place& place) {
    switch (entry.type) {
        case EntryType::Directory:
            return makeDirectory(entry, place);
        case EntryType::Regular:
            return makeRegular(reader, entry, place);
        case EntryType::HardLink:
            return makeLink(entry, place);
        default:
            return makeNode(entry, place);
    }
}

void Unpacker::makeDirectory(const Entry& entry, const Tree::Place& place) {
    if (mkdirat(place.directory, place.name.c_str(), 0700) < 0) {
        if (errno != EEXIST) throw SystemError("create the directory");
        struct stat st;
        if (fstatat(place.directory, place.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0)
            throw SystemError("look at it");
        if (!S_ISDIR(st.st_mode)) {
            clearWay(place);
            return makeDirectory(entry, tree_.find(place.path, Tree::Missing::Refuse));
        }
    }
    const int fd = tree_.open(place.path);
    if (tree_.hides(place.path)) setOpaque(tree_.marks(), fd);
    applyAttributes(fd, entry, false);
    directories_.emplace_back(place.path, timeOf(entry));
}

// O_EXCL, so that what is there is never written through, be it a link, a device or a second name
// of another file.
Fd Unpacker::createFile(const Tree::Place& place) {
    const auto create = [](const Tree::Place& at) {
        return Fd(openat(at.directory, at.name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    };
    Fd fd = create(place);
    if (!fd && errno == EEXIST) {
        clearWay(place);
        fd = create(tree_.find(place.path, Tree::Missing::Refuse));
    }
    if (!fd) throw SystemError("create the file");
    return fd;
}

void Unpacker::makeRegular(TarReader& reader, const Entry& entry, const Tree::Place& place) {
    const Fd fd = createFile(place);
    made_[place.path] = keeper_ ? keeper_->content(place.path, entry) : kNoContent;
    writeExtents(reader, entry, fd.get());
    applyAttributes(fd.get(), entry, true);
    bytes_ += entry.size;
}

void Unpacker::makeLink(const Entry& entry, const Tree::Place& place) {
    std::string target;
    try {
        target = normalName(entry.target);
    } catch (const Error&) {
        throw invalidArgument("entry " + shownName(entry.name) + ": its link target " +
                              shownName(entry.target) + " leads out of the tree");
    }
    Tree::Place to = tree_.find(target, Tree::Missing::Make);
    if (to.path == place.path) return;
    struct stat st;
    if (fstatat(to.directory, to.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) {
        copyUp(to.path);
        to = tree_.find(target, Tree::Missing::Refuse);
    } else if (S_ISDIR(st.st_mode) || isWhiteout(st)) {
        throw invalidArgument("entry " + shownName(entry.name) + ": its link target " +
                              shownName(entry.target) + " is no file");
    }
    clearWay(tree_.find(place.path, Tree::Missing::Refuse));
    // Two descriptors at once: the second find() may close the first's.
    const Fd from = duplicate(tree_.find(to.path, Tree::Missing::Refuse).directory);
    const Tree::Place at = tree_.find(place.path, Tree::Missing::Refuse);
    if (linkat(from.get(), to.name.c_str(), at.directory, at.name.c_str(), 0) < 0)
        throw SystemError("link it to '" + to.path + "'");
}

void Unpacker::makeNode(const Entry& entry, const Tree::Place& found) {
    clearWay(found);
    const Tree::Place place = tree_.find(found.path, Tree::Missing::Refuse);
    const char* name = place.name.c_str();
    const bool isChar = entry.type == EntryType::CharDevice;
    if (entry.type == EntryType::Symlink) {
        if (symlinkat(entry.target.c_str(), place.directory, name) < 0)
            throw SystemError("create the link");
    } else if (entry.type == EntryType::Fifo) {
        if (mkfifoat(place.directory, name, 0600) < 0) throw SystemError("create the fifo");
    } else {
        if (isChar && entry.devMajor == 0 && entry.devMinor == 0)
            throw invalidArgument(
                "entry " + shownName(entry.name) +
                ": a character device 0:0 is refused, overlay reads it as deletion");
        if (geteuid() != 0) return;
        if (mknodat(place.directory, name, (isChar ? S_IFCHR : S_IFBLK) | 0600,
                    makedev(entry.devMajor, entry.devMinor)) < 0)
            throw SystemError("create the device");
    }
    applyAttributesAt({place.directory, name}, entry, false);
}

void Unpacker::setTimes() {
    for (const auto& [path, time] : directories_) {
        const struct timespec times[2] = {time, time};
        try {
            if (futimens(tree_.open(path), times) < 0) throw SystemError("set its time");
        } catch (const SystemError& e) {
            // A later entry took the directory's place.
            if (e.errorNumber() == ENOENT || e.errorNumber() == ENOTDIR || e.errorNumber() == ELOOP)
                continue;
            throw Error(e.kind(), "cannot unpack '" + path + "': " + e.what());
        }
    }
}

} // namespace ctrd::archive
