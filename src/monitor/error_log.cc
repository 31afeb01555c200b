#include "monitor/error_log.h"

#include "base/fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::monitor {

ErrorLog::ErrorLog(std::string path) : path_(std::move(path)) {
    Fd file(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!file) file = Fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (file) dup2(file.get(), STDERR_FILENO);
}

ErrorLog::~ErrorLog() {
    struct stat status {};
    if (fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
        unlink(path_.c_str());
}

} // namespace ctrd::monitor
