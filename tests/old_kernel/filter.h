#pragma once

// A kernel of EL6 out of the running one, as far as a seccomp filter can: what 2.6.32 does not have
// answers as it does there.  The numbers are x86_64's.
//
// Let through although 2.6.32 has it not, because the C library of the machine that runs the tests
// (2.36) uses it where an older one would not:
//   newfstatat with AT_EMPTY_PATH   its fstat()
//   prlimit64 of the process itself its getrlimit() and setrlimit()
// And what no filter can see: what a pointer points to (file system types, paths), that an open
// with O_PATH is an ordinary one there (preload.cc does that), that sendfile() wants a socket.
namespace old_kernel {

enum class Profile {
    El68, // 2.6.32-642: setns for all five kinds of namespaces
    El65, // 2.6.32-431: setns for net, uts and ipc only
};

// The capabilities above 33 go for good, since later nobody can name them to drop them.
void dropNewCapabilities();

// For this process and all it starts, for good.  Needs CAP_SYS_ADMIN.  Throws SystemError.
void install(Profile profile);

} // namespace old_kernel
