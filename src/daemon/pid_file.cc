#include "daemon/pid_file.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::daemon {

namespace {

// Whether the path still leads to the file that was locked: the holder before us removes it.
bool stillThere(const std::string& path, int fd) {
    struct stat byPath, byFd;
    return stat(path.c_str(), &byPath) == 0 && fstat(fd, &byFd) == 0 &&
           byPath.st_ino == byFd.st_ino && byPath.st_dev == byFd.st_dev;
}

} // namespace

LockedFile::LockedFile(std::string path) : path_(std::move(path)) {
    makeDirs(dirName(path_));
    do {
        fd_ = openFile(path_, O_RDWR | O_CREAT, 0644);
        if (flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) continue;
        if (errno != EWOULDBLOCK) throw SystemError("lock '" + path_ + "'");
        throw conflict("'" + path_ + "' is in use by process " + trim(readAll(fd_.get())) +
                       ": is ctrd running already?");
    } while (!stillThere(path_, fd_.get()));
}

LockedFile::~LockedFile() {
    unlink(path_.c_str());
}

void LockedFile::writePid() {
    if (ftruncate(fd_.get(), 0) < 0 || lseek(fd_.get(), 0, SEEK_SET) < 0)
        throw SystemError("write '" + path_ + "'");
    try {
        writeAll(fd_.get(), std::to_string(getpid()) + "\n");
    } catch (const SystemError& e) {
        throw SystemError("write '" + path_ + "'", e.errorNumber());
    }
}

} // namespace ctrd::daemon
