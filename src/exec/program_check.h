#pragma once

#include "exec/command.h"

#include <string>

namespace ctrd::exec {

// Called in the container's root, ahead of the process' limits: throws StartError (126) where it,
// or the C library it needs, was built for a newer kernel than ProcessSpec::kernelRelease, naming
// image, file and both versions; otherwise nothing.  The program would say no more than "FATAL:
// kernel too old".
void refuseNewerProgram(const ProcessSpec& process, const std::string& file);

} // namespace ctrd::exec
