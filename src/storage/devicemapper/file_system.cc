#include "storage/devicemapper/file_system.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/process.h"
#include "base/strings.h"
#include "kernel/detached_mount.h"

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::storage::devicemapper {

namespace {

struct Kind {
    const char* type;
    const char* program;
    const char* package;
    // Ways to call it, the best first: old programs do not know the newer words.  Nothing is left
    // for the kernel to initialize, because it would do so again in every copy; and nothing is
    // discarded, because all of a new device is free.
    std::vector<std::vector<std::string>> arguments;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> table = {
        {"ext4",
         "mkfs.ext4",
         "e2fsprogs",
         {{"-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0"},
          {"-E", "nodiscard,lazy_itable_init=0"},
          {"-E", "lazy_itable_init=0"}}},
        {"xfs", "mkfs.xfs", "xfsprogs", {{"-K"}}},
    };
    return table;
}

const Kind& kindOf(const std::string& type) {
    for (const auto& kind : kinds())
        if (type == kind.type) return kind;
    throw internalError("unknown file system '" + type + "'");
}

bool kernelKnows(const std::string& type) {
    for (const auto& line : split(readFile("/proc/filesystems"), '\n'))
        if (trim(line) == type) return true;
    return false;
}

bool isInPath(const std::string& program) {
    const char* path = getenv("PATH");
    for (const auto& directory : split(path ? path : "", ':'))
        if (access(joinPath(directory, program).c_str(), X_OK) == 0) return true;
    return false;
}

void runMkfs(const std::string& device, const Options& options) {
    const Kind& kind = kindOf(options.fileSystem);
    std::string complaint;
    for (const auto& arguments : kind.arguments) {
        std::vector<std::string> argv = {kind.program};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        argv.insert(argv.end(), options.mkfsArguments.begin(), options.mkfsArguments.end());
        argv.push_back(device);
        try {
            runCommand(argv);
            return;
        } catch (const Error& e) {
            log::debug(e.what());
            complaint = e.what();
        }
    }
    throw internalError("cannot make the file system of the pool's first device: " + complaint);
}

} // namespace

void needFileSystem(const std::string& type) {
    const Kind& kind = kindOf(type);
    if (!isInPath(kind.program))
        throw notSupported(std::string("there is no ") + kind.program + ": install " +
                           kind.package +
                           ", or choose another file system with --storage-opt "
                           "dm.fs");
    if (kernelKnows(type)) return;
    try {
        runCommand({"modprobe", "-q", type});
    } catch (const Error& e) {
        log::debug("cannot load the module " + type + ": " + e.what());
    }
    if (!kernelKnows(type))
        throw notSupported("this kernel has no file system " + type +
                           ": choose another with --storage-opt dm.fs");
}

void makeFileSystem(const std::string& device, const Options& options, const std::string& stage) {
    runMkfs(device, options);
    // A tree without a parent is empty.
    const Fd root = kernel::mountDetached({options.fileSystem, device, "", {}, ""}, stage);
    if (unlinkat(root.get(), "lost+found", AT_REMOVEDIR) < 0 && errno != ENOENT)
        throw SystemError("remove 'lost+found' of a new file system");
}

std::vector<std::string> mountOptionsOf(const std::string& type, const Options& options) {
    std::vector<std::string> all = options.mountOptions;
    if (type == "xfs") all.emplace_back("nouuid");
    return all;
}

} // namespace ctrd::storage::devicemapper
