#pragma once

#include "base/json_fwd.h"

#include <cstddef>
#include <string>
#include <vector>

// The report on the host, what GET /check answers and `ctrd --check` prints:
//     {"Ok": true, "KernelVersion": "…", "Findings": [{"Area": "Kernel", "Feature": "…",
//      "Severity": "fine" | "fallback" | "fatal", "Found": "…", "Effect": "…", "Mend": "…"}, …]}
namespace ctrd::api::wire {

// For people: a heading for each area, a line for each feature, and below what is not fine what
// ctrd does about it and how to mend it.  `width`: columns of the terminal, 0 for no limit;
// `colours` by the escape sequences of ECMA-48.
std::string checkText(const Json& report, size_t width, bool colours);

// What is not fine, a line each: "fallback: pids: not in this kernel; --pids-limit is …".
std::vector<std::string> checkLines(const Json& report);

} // namespace ctrd::api::wire
