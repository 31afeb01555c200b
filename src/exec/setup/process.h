#pragma once

#include "exec/command.h"

#include <string>

// From root in a container's namespaces to the program of a ProcessSpec.
namespace ctrd::exec::setup {

// What is set through the host's /proc, so before the root is left: the OOM score and the SELinux
// label of the next execve.  Throws.
void setProcAttributes(const ProcessSpec& process);

// Becomes the user with the capabilities and limits, goes to the working directory and runs the
// program; `init`, where not "", is the program that runs it (ctrd-init as the container sees it).
// Throws StartError or what failed otherwise.
[[noreturn]] void becomeProgram(const ProcessSpec& process, const std::string& init = "");

} // namespace ctrd::exec::setup
