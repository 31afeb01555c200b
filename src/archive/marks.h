#pragma once

#include <optional>
#include <string>

#include <sys/stat.h>

namespace ctrd::archive {

// How the directory of a layer says what it takes away from the layers below it.
enum class Marks {
    Overlay, // a character device 0:0 of the name; trusted.overlay.opaque on a directory
    Aufs,    // a file ".wh.NAME" beside; ".wh..wh..opq" in a directory
};

// A character device 0:0: overlay's mark that a name of the layers below is deleted.
bool isWhiteout(const struct stat& st);

// What the entry `name` of an open directory deletes; "" of one that is the file system's own
// housekeeping, nothing of a file like others.
std::optional<std::string> deletedBy(Marks marks, int directory, const std::string& name);
// Whether `path`, relative to an open directory, is deleted by the directory it would lie in.
bool isDeleted(Marks marks, int root, const std::string& path);
// Whether nothing of the layers below shows in an open directory.
bool isOpaque(Marks marks, int directory);

// These throw SystemError.
void setOpaque(Marks marks, int directory);
void markDeleted(Marks marks, int directory, const std::string& name);
// Takes aufs' mark away, which hides what is put at the name; whether there was one.  Overlay's has
// the name itself and goes with it.
bool unmarkDeleted(Marks marks, int directory, const std::string& name);

} // namespace ctrd::archive
