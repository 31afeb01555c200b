#pragma once

#include "base/fd.h"
#include "exec/driver.h"

#include <exception>
#include <functional>
#include <string>

// How a process on its way to its program tells who made it what failed: on a pipe or socket that
// closes when execve succeeds.
namespace ctrd::exec::setup {

// In that process.  Runs `body`, which ends in execve or throws; what it throws goes through
// `descriptor`.
[[noreturn]] void runReporting(int descriptor, const std::function<void()>& body);
// To be called last before execve: a process that is killed before it has not started.
void announceProgram();
// The kernel kills this process when its parent dies; to be asked for again after a change of user,
// which cancels it.  Ends at once where nobody reads the report any more.
void dieWithParent();

// On the other side.  Blocks until the program runs; throws the StartError that was sent, Internal
// where the process ended without a word.
void awaitProgram(const Fd& report);

// What was thrown, as text and back: "127 NotFound text".
std::string describeFailure(const std::exception_ptr& thrown);
StartError parseFailure(const std::string& description);
// Of a process that ended without a word.
StartError killedWhileSetUp();

} // namespace ctrd::exec::setup
