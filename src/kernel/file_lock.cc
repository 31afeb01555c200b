#include "kernel/file_lock.h"

#include "base/error.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

namespace ctrd::kernel {

FileLock::FileLock(const std::string& path) : fd_(openFile(path, O_RDWR | O_CREAT, 0600)) {
    while (flock(fd_.get(), LOCK_EX) != 0)
        if (errno != EINTR) throw SystemError("lock '" + path + "'");
}

} // namespace ctrd::kernel
