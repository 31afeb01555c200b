#include "exec/program_check.h"

#include "base/fd.h"
#include "base/path.h"
#include "exec/driver.h"
#include "kernel/program_abi.h"

#include <fcntl.h>

namespace ctrd::exec {

namespace {
constexpr int kCannotRun = 126;
}

void refuseNewerProgram(const ProcessSpec& process, const std::string& file) {
    if (process.kernelRelease.empty()) return;
    const std::string path =
        file[0] == '/' ? file : joinPath(process.workingDirectory, file); // where we stand
    const Fd root = openFile("/", O_RDONLY | O_DIRECTORY);
    const auto found = kernel::findKernelTooOld(root.get(), path, process.kernelRelease);
    if (!found) return;
    const std::string subject = found->file == path ? "it" : found->file;
    throw StartError(
        ErrorKind::InvalidArgument,
        "cannot run '" + file + "' of image '" + process.image + "': " + subject + " needs Linux " +
            kernel::toString(found->needed) + " or newer, and this host runs " +
            process.kernelRelease +
            "; take an image that is made for older kernels (centos:7, debian:8, ubuntu:16.04), or "
            "try it all the same with --force-kernel (the label ctrd.force-kernel=true)",
        kCannotRun);
}

} // namespace ctrd::exec
