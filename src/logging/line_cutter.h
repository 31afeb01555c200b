#pragma once

#include "logging/driver.h"

#include <string>
#include <string_view>

namespace ctrd::logging {

// A line's piece in the log is no longer than Docker's.
inline constexpr size_t kMaxPiece = 16 * 1024;

// Cuts one stream of a process' output into Messages for a driver.  Holds a line back until its
// newline, the end of the output, or kMaxPiece bytes have come, whichever is first; a piece ends
// between two UTF-8 characters where the bytes are UTF-8.
class LineCutter {
public:
    LineCutter(Driver& driver, Stream stream) : driver_(driver), stream_(stream) {}

    // The lines that are complete go to the driver with `time`.
    void add(std::string_view bytes, Timestamp time);
    // The output has ended: what is held back goes to the driver as it is.
    void finish(Timestamp time);

private:
    void hold(std::string_view bytes, Timestamp time);
    void write(std::string_view line, Timestamp time);

    Driver& driver_;
    Stream stream_;
    std::string held_; // the beginning of a line, shorter than kMaxPiece
};

} // namespace ctrd::logging
