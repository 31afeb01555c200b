#pragma once

#include <cstdint>
#include <memory>

namespace ctrd::cli {

bool isTerminal(int fd);

struct WindowSize {
    uint16_t rows = 0, columns = 0;
    bool known() const { return rows > 0 && columns > 0; }
};

// Nothing known where `fd` is no terminal.
WindowSize windowSize(int fd);

// Puts a terminal in raw mode (every key goes to the container, ctrl-c included) for as long as it
// lives.  The mode comes back in every way out: when the object goes, at exit(), and when a signal
// kills this process.  At most one at a time.
class RawMode {
public:
    // Throws SystemError where `fd` is no terminal.
    explicit RawMode(int fd);
    RawMode(const RawMode&) = delete;
    RawMode& operator=(const RawMode&) = delete;
    ~RawMode();
};

} // namespace ctrd::cli
