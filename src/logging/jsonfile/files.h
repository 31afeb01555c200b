#pragma once

#include "base/fd.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace ctrd::logging::jsonfile {

// The files of a log: X is written, X.1 is the one before, X.2 older still.  Rotation renames them
// upwards, oldest first, and then makes a new X.

// "X.2" of X and 2; X itself of 0.
std::string rotatedName(const std::string& path, int age);

// Makes room for a new X; what would become X.`maxFiles` is removed.  Throws SystemError.
void rotate(const std::string& path, int maxFiles);

// An open file of a log, with the identity that it keeps through renames.
struct LogFile {
    Fd fd;
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0; // when it was opened

    explicit operator bool() const { return static_cast<bool>(fd); }
    bool sameAs(const LogFile& other) const {
        return device == other.device && inode == other.inode;
    }
};

// Empty where it is not there.
LogFile openLogFile(const std::string& path);

// All files of the log, oldest first.  A rotation meanwhile neither hides a file nor shows one
// twice.
std::vector<LogFile> openLogFiles(const std::string& path);

// The file that was begun after `current`: empty while `current` is the one being written, or while
// a rotation is half done.  Where `current` was removed meanwhile it is the oldest that is left.
LogFile openSuccessor(const std::string& path, const LogFile& current);

} // namespace ctrd::logging::jsonfile
