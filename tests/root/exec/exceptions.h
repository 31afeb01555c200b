#pragma once

// All that a driver cannot do by nature, and why.  The suite's table says which driver it is; the
// tests of the whole ask for one by its name (by_nature in root/lib.sh).
namespace ctrd::exec::testing {

inline constexpr const char* kInitStays =
    "without setns only a process that is inside from the start can make another one there: it is "
    "process 1 instead of the program";
inline constexpr const char* kNoEntry =
    "without setns there is no way into another container's pid namespace, nor to its /dev/shm";
inline constexpr const char* kNoLinkedDev =
    "liblxc opens /dev before anybody could mount there, and follows no link of an image";

} // namespace ctrd::exec::testing
