#pragma once

#include <string>

// The program's own log, one line a message on standard error:
//     time="2015-07-14T13:01:02.000000003Z" level=info msg="…"
// or the message alone to the system's log.
// Thread safe.  Below the set level a message costs one comparison.
namespace ctrd::log {

enum class Level { Debug, Info, Warn, Error, Fatal };

void setLevel(Level level);
Level level();
// From now on to syslog(3), facility daemon, under `name`, which must stay valid.
void useSyslog(const char* name);
// "debug" … "fatal"; throws InvalidArgument.
Level levelFromName(const std::string& name);

void debug(const std::string& text);
void info(const std::string& text);
void warn(const std::string& text);
void error(const std::string& text);

} // namespace ctrd::log
