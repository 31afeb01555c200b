#pragma once

#include "exec/command.h"

#include <string>

// The file system of a container, made in the mount namespace of its first process.
namespace ctrd::exec::setup {

// Mounts the root where it is out of everybody's way: at kStage, a directory that every kernel has,
// that is empty and that nobody binds anything from.
inline constexpr const char* kStage = "/proc/fs";
void mountRoot(const kernel::MountSpec& rootfs);

// Makes in that root all that a Command asks for: mounts, devices, masked and read-only paths, the
// terminal (`console`, its path on the host, "" for none) as /dev/console.  No link of the image
// leads any of it out of the root.  The process still sees the host's tree.  Throws StartError or
// SystemError; the namespace dies with the process.
void furnishRoot(const Command& command, const std::string& console);

// Makes that root the process', with nothing of the host's tree left.
void enterRoot();

// In it: creates the working directory and, last, makes the root read-only if asked.
void finishRoot(const Command& command);

// Where ctrd-init is inside; "" where Command::initPath is.
std::string initTarget(const Command& command);

} // namespace ctrd::exec::setup
