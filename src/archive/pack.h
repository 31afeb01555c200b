#pragma once

#include "archive/entry.h"
#include "archive/stream.h"
#include "archive/tar_writer.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace ctrd::archive {

// Where a file of `size` bytes has data, as far as its file system says; one extent of everything
// on kernels without SEEK_DATA (before 3.1), and for files with no hole; an empty one at the end
// for a file that is one hole.
std::vector<Extent> dataExtents(int fd, int64_t size);
// Names in an open directory without "." and "..", in byte order.
std::vector<std::string> sortedNames(int directory);
std::string readLinkAt(int directory, const std::string& name);

// Puts files of a tree into an archive, each with all it has: owners, modes, times, attributes,
// devices, holes; a second name of a file becomes a hard link to the first.  By descriptors and
// never over a link, so that a tree that is in use cannot lead it astray; a file that shrinks
// meanwhile is filled up with zeros.  Not thread safe; needs /proc, or, without `viaProc`, changes
// the working directory.
class Packer {
public:
    explicit Packer(TarWriter& to, bool viaProc = true) : to_(to), viaProc_(viaProc) {}

    // Every file belongs to these from now on, whoever it belongs to.
    void ownBy(uint32_t uid, uint32_t gid) { owner_ = {uid, gid}; }

    // Adds the file `name` of the open directory under the archive name `path`; not what is in it,
    // where it is a directory.  Sockets are left out, and so is what is gone meanwhile.
    void add(int directory, const std::string& name, const std::string& path);
    // An open directory itself.
    void addDirectory(int fd, const std::string& path);
    // A layer's mark that `path` is deleted, or (opaque) that nothing from below shows in it.
    void addWhiteout(const std::string& path);
    void addOpaque(const std::string& path);

private:
    TarWriter& to_;
    bool viaProc_;
    std::optional<std::pair<uint32_t, uint32_t>> owner_;
    std::map<std::pair<dev_t, ino_t>, std::string> linked_;
    void addRegular(int directory, const std::string& name, Entry& entry);
    void addMark(const std::string& path);
    void take(const struct stat& st, Entry& entry) const;
};

// All that is in an open directory and below, in byte order of the names, under the archive name
// `path` of that directory ("": none).
void packBelow(int directory, const std::string& path, Packer& packer);

// A whole tree, in byte order of the names: "./" where `withRoot`, "bin/", "bin/sh" …  Throws
// SystemError that names the path.
void packTree(const std::string& dir, Sink& out, bool withRoot = true);

} // namespace ctrd::archive
