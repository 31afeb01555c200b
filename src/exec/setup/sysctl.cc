#include "exec/setup/sysctl.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"

#include <cerrno>

namespace ctrd::exec::setup {

namespace {

void setSysctl(const std::string& path, const std::string& value) {
    const std::string file = joinPath("/proc/sys", path);
    try {
        writeKernelFile(file, value);
    } catch (const SystemError& e) {
        const std::string doing = "cannot set sysctl '" + path + "' to '" + value + "': ";
        switch (e.errorNumber()) {
            case ENOENT:
                throw invalidArgument(doing + "this kernel has none of that name");
            case EINVAL:
            case ERANGE:
                throw invalidArgument(doing + "the kernel refuses the value");
            case EACCES:
            case EPERM:
                throw invalidArgument(doing + "it cannot be set for one container");
            default:
                throw;
        }
    }
}

} // namespace

void setSysctls(const std::map<std::string, std::string>& sysctls) {
    for (const auto& [path, value] : sysctls)
        setSysctl(path, value);
}

} // namespace ctrd::exec::setup
