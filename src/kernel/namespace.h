#pragma once

#include "base/fd.h"

#include <string>

#include <sys/types.h>

namespace ctrd::kernel {

// The five kinds of namespaces 2.6.32 has.
enum class NamespaceKind { Mount, Uts, Ipc, Net, Pid };

// The CLONE_NEW… flag and the name in /proc/PID/ns: "mnt", "uts", "ipc", "net", "pid".
int cloneFlag(NamespaceKind kind);
const char* namespaceName(NamespaceKind kind);

// A descriptor of the namespace a process is in; throws SystemError (ENOENT where the process is
// gone or the kernel has no such file).
Fd openNamespace(pid_t process, NamespaceKind kind);

// The same of "/proc/PID/ns/mnt"; NotSupported where the kernel has no files of this kind (before
// EL6.7: mnt and pid).
Fd openNamespace(const std::string& path);

// Moves the calling process, which must have one thread, into the namespace; with Pid only the
// children it makes from then on.  Throws SystemError; NotSupported where the kernel cannot do it
// for this kind (before EL6.7: mnt and pid).
void enterNamespace(int fd, NamespaceKind kind);
// Whether the kernel can do it for all kinds.  Tries it with the caller's own mount and pid
// namespaces, which changes nothing but its working directory, and that is put back.
bool canJoinNamespaces();
// Leaves the caller's for a new one.
void unshareNamespace(NamespaceKind kind);

// fork(2) into new namespaces: `flags` are cloneFlag()s and CLONE_PARENT.  The copy runs on a copy
// of the stack and may do all the parent could, provided the parent has one thread.  0 in the
// child; throws SystemError.
// The C library does not hear of it: getpid() of glibc before 2.25 tells the parent's.
pid_t forkInto(int flags);

} // namespace ctrd::kernel
