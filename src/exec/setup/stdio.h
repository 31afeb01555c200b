#pragma once

#include "exec/driver.h"

#include <sys/types.h>

// The standard streams of a process on its way to its program.
namespace ctrd::exec::setup {

// Puts the streams on 0, 1 and 2 (/dev/null for an empty one) and makes every other descriptor
// close-on-exec, so that nothing of the monitor reaches the container.  Throws SystemError.
void placeStdio(const Stdio& stdio);

// Makes 0 the controlling terminal of a new session and sets the window.
void takeTerminal(const ProcessSpec& process);

// The terminal of the first process, as the container sees it.
inline constexpr const char* kConsole = "/dev/console";

// Opens `path` (the terminal under its name in the container) anew as 0, 1 and 2, so that ttyname()
// finds it there.
void reopenTerminal(const char* path);

// Gives pipes and the terminal to the user, who could not open /dev/stdout otherwise.
void giveStdioTo(uid_t uid);

} // namespace ctrd::exec::setup
