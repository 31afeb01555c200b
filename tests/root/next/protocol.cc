// Compiled with the next version's number; linked in front of the library, whose own is left out.
#include "monitor/protocol.cc" // NOLINT(bugprone-suspicious-include)
