#pragma once

#include <string>

namespace ctrd::daemon {

// Directs standard output and standard error, and with them the daemon's own log, to the end of
// `logFile` (made 0640); "syslog": the log to syslog(3), the rest nowhere; "": nothing changes.
// Called again, it opens the file anew, which is a new one after the old was renamed.  Throws
// SystemError, and everything stays as it was.
void openLog(const std::string& logFile);

} // namespace ctrd::daemon
