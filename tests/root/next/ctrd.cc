// ctrd as a release with the next version of the monitor's protocol has it.
#include "daemon/main.cc" // NOLINT(bugprone-suspicious-include)
