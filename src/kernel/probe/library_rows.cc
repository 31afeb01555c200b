#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/probe/rows.h"

#include <climits>
#include <iterator>

#include <stdlib.h>

namespace ctrd::kernel::probe {

namespace {

constexpr const char* kDirectories[] = {
    "/lib64",   "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu",
    "/usr/lib", "/lib"};

// The file behind "libNAME.so.N"; "" where there is none.
std::string findLibrary(const Host& host, const std::string& name) {
    for (const char* directory : kDirectories)
        for (const auto& file : listDir(host.path(directory))) {
            if (!startsWith(file, name + ".so.")) continue;
            char real[PATH_MAX];
            if (realpath(joinPath(host.path(directory), file).c_str(), real) != nullptr)
                return real;
        }
    return "";
}

std::optional<Verdict> libc(const Host& host) {
    return fine(host.facts.libc);
}

std::optional<Verdict> libcgroup(const Host& host) {
    const std::string file = findLibrary(host, "libcgroup");
    if (!file.empty()) return fine(baseName(file));
    return fatal("not found", "no container can be started", "yum install libcgroup");
}

std::optional<Verdict> liblxc(const Host& host) {
    const std::string file = findLibrary(host, "liblxc");
    if (!file.empty()) return fine(baseName(file));
    return fallback("not found", "the native exec driver runs all containers",
                    "yum install /usr/lib64/liblxc.so.1 (of EPEL), if you want the other driver");
}

// Libraries before EL6.6's have the name and version of newer ones, but not all functions: Docker
// died there of a symbol that was not defined.
std::optional<Verdict> libdevmapper(const Host& host) {
    const std::string file = findLibrary(host, "libdevmapper");
    if (file.empty())
        return fallback("not found", "no storage in thin pools", "yum install device-mapper-libs");
    const char* symbol = "dm_task_get_info_with_deferred_remove";
    if (readFile(file).find(symbol) != std::string::npos) return fine(baseName(file));
    return fallback(baseName(file) + " without deferred removal",
                    "a device that is in use is not removed until it is tried again",
                    "yum update device-mapper-libs (1.02.90 or newer)");
}

constexpr Row kRows[] = {
    {"libc", libc},
    {"libcgroup", libcgroup},
    {"liblxc", liblxc},
    {"libdevmapper", libdevmapper},
};

} // namespace

Area libraryArea() {
    return {"Libraries", kRows, std::size(kRows)};
}

} // namespace ctrd::kernel::probe
