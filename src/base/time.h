#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ctrd {

// Nanoseconds since 1970 in UTC; 0 stands for "never" and is written as Docker writes it,
// "0001-01-01T00:00:00Z".
using Timestamp = int64_t;

inline constexpr Timestamp kSecond = 1000000000;

Timestamp now();

// "2015-07-14T13:01:02.000000003Z": always nine digits, so that lines of a log sort as text.
std::string formatTime(Timestamp time);
// RFC 3339 with any fraction and zone; nothing where it is none.
std::optional<Timestamp> parseTime(std::string_view text);

// A moment as `--since` and `until=` take it: RFC 3339, a date, seconds since 1970 with a fraction,
// or a duration back from `now` ("10m", "1h30m").  Throws InvalidArgument.
Timestamp parseMoment(const std::string& text, Timestamp now);

// "1h30m", "10s", "250ms", "2d" to nanoseconds; nothing where it is none.
std::optional<int64_t> parseDuration(std::string_view text);

// "About a minute", "3 hours", "Less than a second": Docker's wording for STATUS and CREATED.
std::string humanDuration(int64_t nanoseconds);

} // namespace ctrd
