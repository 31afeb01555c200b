#pragma once

#include "cli/command.h"

#include <string>

namespace ctrd::cli {

// The options that stand before the command.
extern const OptionTable kGlobalOptions;

// Plain text, wrapped to `width` columns.
std::string helpOf(const Command& command, size_t width);
std::string helpOfCtr(size_t width);
std::string helpOfFamily(const std::string& family, size_t width); // "volume"

// The same in troff's man macros: ctr-COMMAND(1), and ctr(1).
std::string manualOf(const Command& command);
std::string manualOfCtr();

} // namespace ctrd::cli
