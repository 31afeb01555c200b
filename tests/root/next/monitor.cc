// ctrd-monitor as a release with the next version of the monitor's protocol has it.
#include "monitor/drivers.cc" // NOLINT(bugprone-suspicious-include)
#include "monitor/main.cc"    // NOLINT(bugprone-suspicious-include)
