#pragma once

#include "daemon/given.h"

#include <string>

// The two forms of a configuration file.  What they cannot be throws InvalidArgument
// "FILE:LINE: …", with the nearest name for an unknown one.
namespace ctrd::daemon {

// ctrd.conf: "NAME = VALUE" lines as Boost.Program_options reads them; NAME is that of a long
// option, `#` begins a comment, an option that may be repeated has a line for each value.
Source parseConf(const std::string& text, const std::string& file);

// Docker's daemon.json: one object; lists, maps and ulimits in its forms ("hosts", "log-opts",
// "default-ulimits").  A name that stands twice is refused.
Source parseDaemonJson(const std::string& text, const std::string& file);

} // namespace ctrd::daemon
