#pragma once

#include <string>

// The places of EL6 in a mount namespace of its own: every hierarchy of control groups that EL6 has
// at /cgroup/NAME, nothing at /sys/fs/cgroup and /sys/fs/selinux, no /dev/loop-control.
// /etc/ld.so.preload has all programs load preload.cc, /etc/old-kernel names the profile.  The
// host's tree is bound into a new root, so that /cgroup need not exist there and nothing stays
// behind.
namespace old_kernel {

// Moves this process, which must have one thread and be root's.  Throws SystemError; NotSupported
// where the host has no control groups of version 1.
void enterOldTree(const std::string& library, const std::string& profile);

} // namespace old_kernel
