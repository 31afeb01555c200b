#include "daemon/own_log.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::daemon {

void openLog(const std::string& logFile) {
    if (logFile.empty()) return;
    const bool toSyslog = logFile == "syslog";
    const Fd output = toSyslog ? openFile("/dev/null", O_WRONLY)
                               : openFile(logFile, O_WRONLY | O_CREAT | O_APPEND, 0640);
    if (toSyslog) log::useSyslog("ctrd");
    for (const int standard : {STDOUT_FILENO, STDERR_FILENO})
        if (dup2(output.get(), standard) < 0)
            throw SystemError("direct the log to '" + logFile + "'");
}

} // namespace ctrd::daemon
