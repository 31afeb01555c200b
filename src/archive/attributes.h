#pragma once

#include "archive/entry.h"
#include "base/fd.h"

#include <map>
#include <string>

#include <sys/stat.h>

// Owners, modes, times and extended attributes of files, by descriptor: no path is walked twice.
namespace ctrd::archive {

// A file that cannot be opened without effect (a link, a device): its name in an open directory.
struct FileAt {
    int directory;
    const char* name;
};

using Xattrs = std::map<std::string, std::string>;

// Whether an attribute belongs to a file's content: SELinux labels are the host's, and overlay's
// own marks would let an archive redirect a directory to anywhere.
bool isPortableXattr(const std::string& name);

// The portable attributes; none where the file system has none.  Throws SystemError.  The form for
// a name changes the working directory unless `viaProc`: see writeXattrs().
Xattrs readXattrs(int fd);
Xattrs readXattrs(const FileAt& file, bool viaProc = true);

// Throws SystemError "set attribute 'NAME'"; where the file system keeps no attributes nothing is
// done, as with every other tar.  The form for a name changes the working directory: only for a
// program of one thread, or where `viaProc`.
void writeXattrs(int fd, const Xattrs& xattrs);
void writeXattrs(const FileAt& file, const Xattrs& xattrs, bool viaProc);

// Owner, mode, attributes and modification time of `entry` for an open regular file or directory;
// `withTime` false leaves the time.  Owners are left as they are where we are not root.
void applyAttributes(int fd, const Entry& entry, bool withTime);
// The same for what is not opened; a link has no mode.
void applyAttributesAt(const FileAt& file, const Entry& entry, bool viaProc);

struct timespec timeOf(const Entry& entry);

// Fills owner, mode, time, device and (for a regular file) size; name, target, type and xattrs are
// the caller's.
void takeStat(const struct stat& st, Entry& entry);

} // namespace ctrd::archive
