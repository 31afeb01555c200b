#pragma once

#include <optional>

#include <sys/types.h>

// How a process ended that liblxc reaped.  It tells an exit code in one of two shapes, and a death
// by signal not at all before 2.1; but it waits through waitpid(), and a program's own waitpid
// comes before the C library's.  This file has one: whoever links it calls it, and it does what the
// C library's does.
namespace ctrd::exec::lxc {

// From now on the calling process remembers what waitpid() tells of those that ended.
void rememberWaits();
// The raw status of one of them.
std::optional<int> rememberedWait(pid_t pid);

} // namespace ctrd::exec::lxc
