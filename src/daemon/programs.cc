#include "daemon/programs.h"

#include "base/error.h"
#include "base/path.h"
#include "base/places.h"

#include <climits>

#include <unistd.h>

namespace ctrd::daemon {

namespace {

std::string ownDirectory() {
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    if (length < 0) throw SystemError("read '/proc/self/exe'");
    return dirName(std::string(path, static_cast<size_t>(length)));
}

} // namespace

std::string helperProgram(const std::string& name) {
    for (const auto& directory : {ownDirectory(), std::string(places::kPrograms)}) {
        std::string path = joinPath(directory, name);
        if (access(path.c_str(), X_OK) == 0) return path;
    }
    throw notFound("'" + name + "' is neither beside ctrd nor in '" + places::kPrograms +
                   "': is ctrd installed completely?");
}

} // namespace ctrd::daemon
