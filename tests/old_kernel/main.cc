// Runs a command on a kernel that behaves like EL6's, as far as this one can be made to:
//
//     old-kernel el6.8|el6.5 COMMAND [ARG…]
//     old-kernel --trials     what the kernel it is started on answers to new calls
//
// The command finds the profile's name in $OLD_KERNEL.
//
// Exit code: the command's; 77 where it cannot be done here, so that a test is skipped.

#include "base/error.h"
#include "base/path.h"
#include "old_kernel/filter.h"
#include "old_kernel/mounts.h"
#include "old_kernel/trials.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <limits.h>
#include <unistd.h>

namespace {

constexpr int kSkipped = 77, kUsage = 125;

// old-kernel.so beside this program.
std::string preloadedLibrary() {
    char own[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", own, sizeof own);
    if (length < 0) throw ctrd::SystemError("read the link '/proc/self/exe'");
    const std::string directory = ctrd::dirName(std::string(own, static_cast<size_t>(length)));
    return ctrd::joinPath(directory, "old-kernel.so");
}

int run(old_kernel::Profile profile, char** command) {
    try {
        old_kernel::enterOldTree(preloadedLibrary(), command[-1]);
        old_kernel::dropNewCapabilities();
        old_kernel::install(profile);
    } catch (const ctrd::Error& e) {
        std::fprintf(stderr, "old-kernel: %s\n", e.what());
        return kSkipped;
    }
    setenv("OLD_KERNEL", command[-1], 1);
    execvp(command[0], command);
    std::perror(command[0]);
    return kUsage;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--trials") == 0) {
        old_kernel::printTrials();
        return 0;
    }
    const std::string name = argc > 2 ? argv[1] : "";
    if (name == "el6.8") return run(old_kernel::Profile::El68, argv + 2);
    if (name == "el6.5") return run(old_kernel::Profile::El65, argv + 2);
    std::fprintf(stderr, "usage: old-kernel el6.8|el6.5 COMMAND [ARG...] | old-kernel --trials\n");
    return kUsage;
}
