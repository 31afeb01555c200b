#pragma once

#include <array>
#include <optional>
#include <string>

// Programs say which kernel they need: the C library's ABI note (section .note.ABI-tag: a PT_NOTE
// of owner "GNU", type 1, whose words are the system, 0 for Linux, and three numbers of a version).
// glibc ends a program with "FATAL: kernel too old" where the running kernel is older, before it
// has said anything else.
namespace ctrd::kernel {

using KernelVersion = std::array<unsigned, 3>; // {3, 2, 0}

// {2, 6, 32} of "2.6.32-642.6.2.el6.x86_64"; missing numbers are 0.
KernelVersion parseKernelVersion(const std::string& release);
std::string toString(const KernelVersion& version);

// Of an ELF file of either word size, in this machine's byte order; nothing where it is none or has
// no such note.  Reads a bounded part of it and never throws.
std::optional<KernelVersion> neededKernel(int file);

// What keeps a program from running on a kernel.
struct KernelTooOld {
    std::string file; // "/bin/true", or "its C library (libc.so.6)"
    KernelVersion needed;
};

// Looks at the program `path` in the tree whose directory is `root`: the file, the interpreter of
// its "#!" line, its ELF interpreter and the C library beside that.  Links lead nowhere out of the
// tree.  Nothing where all may run on the kernel `release`, or where nothing can be known.
std::optional<KernelTooOld> findKernelTooOld(int root, const std::string& path,
                                             const std::string& release);

} // namespace ctrd::kernel
