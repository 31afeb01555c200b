#pragma once

// Ends the calling process as another one ended, by its raw wait status: with its exit code, or by
// its signal (without another core file).
namespace ctrd::exec::setup {

[[noreturn]] void endAs(int rawWaitStatus);

} // namespace ctrd::exec::setup
