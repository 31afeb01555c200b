#pragma once

#include <exception>

namespace ctrd::cli {

// What ctr exits with after a failure: 125 where the command line was wrong, otherwise 1.
int exitCodeOf(const std::exception& failure);

// What ctr exits with after a container that did not start: what the daemon says ("ExitCode" of its
// answer); otherwise read from the words of the system call that failed, as Docker's client does:
// 127 there is no such program, 126 it cannot be run, 125 anything else.
int exitCodeOfStart(const std::exception& failure);

} // namespace ctrd::cli
