#pragma once

#include "exec/command.h"

#include <string>

// What only a container's first process does, once it stands in its root.
namespace ctrd::exec::setup {

// The host and domain name of a uts namespace of its own.
void setNames(const Command& command);

// Of its own; does nothing where the process leads one already.
void startSession();

// Starts a session, takes the terminal if there is one (where `console` is not "", it stands as
// /dev/console) and becomes the Command's program.  Throws StartError or what failed otherwise.
[[noreturn]] void becomeFirstProgram(const Command& command, const std::string& console);

} // namespace ctrd::exec::setup
