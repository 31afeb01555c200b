#include "base/atomic_file.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/finally.h"
#include "base/path.h"

#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd {

namespace {

constexpr const char* kMark = ".tmp-";
constexpr size_t kRandomDigits = 6; // of mkostemp(3)

} // namespace

void writeFileAtomic(const std::string& path, std::string_view data, mode_t mode, Durable durable) {
    const std::string dir = dirName(path);
    std::string beside =
        joinPath(dir, "." + baseName(path) + kMark + std::string(kRandomDigits, 'X'));
    const Fd fd(mkostemp(beside.data(), O_CLOEXEC));
    if (!fd) throw SystemError("create a file beside '" + path + "'");
    Finally remove([&] { unlink(beside.c_str()); });
    try {
        writeAll(fd.get(), data);
    } catch (const SystemError& e) {
        throw SystemError("write '" + path + "'", e.errorNumber());
    }
    if (fchmod(fd.get(), mode) < 0) throw SystemError("set the mode of '" + path + "'");
    if (durable == Durable::Yes && fsync(fd.get()) < 0) throw SystemError("sync '" + path + "'");
    renamePath(beside, path);
    remove.dismiss();
    if (durable == Durable::Yes) fsyncPath(dir);
}

std::vector<std::string> unfinishedFiles(const std::string& dir) {
    std::vector<std::string> paths;
    for (const auto& name : listDir(dir)) {
        const size_t mark = name.rfind(kMark);
        if (name[0] == '.' && mark != std::string::npos &&
            mark + std::string_view(kMark).size() + kRandomDigits == name.size())
            paths.push_back(joinPath(dir, name));
    }
    return paths;
}

void removeUnfinishedFiles(const std::string& dir) {
    for (const auto& path : unfinishedFiles(dir))
        removePath(path);
}

} // namespace ctrd
