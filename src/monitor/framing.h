#pragma once

#include "logging/driver.h"

#include <array>
#include <cstdint>

namespace ctrd::monitor {

// In front of each piece of output to a client of a process without tty: {1 stdout | 2 stderr,
// 0, 0, 0, length big-endian}.
inline std::array<char, 8> frameHeader(logging::Stream stream, uint32_t length) {
    return {static_cast<char>(stream == logging::Stream::Stdout ? 1 : 2),
            0,
            0,
            0,
            static_cast<char>(length >> 24),
            static_cast<char>(length >> 16),
            static_cast<char>(length >> 8),
            static_cast<char>(length)};
}

} // namespace ctrd::monitor
