#pragma once

// What the kernel answers to calls that 2.6.32 has not, or has: a line each, "getrandom ENOSYS",
// for a test of the harness itself.
namespace old_kernel {

void printTrials();

} // namespace old_kernel
