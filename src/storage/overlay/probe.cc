#include "storage/overlay/probe.h"

#include "archive/stream.h"
#include "archive/unpack.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "storage/backing.h"
#include "storage/probe_directory.h"

#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/xattr.h>

namespace ctrd::storage::overlay {

namespace {

struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
};

// Overlay leaves out deleted names only where readdir(3) tells what is a device.
bool hasTypes(const std::string& directory) {
    const std::unique_ptr<DIR, CloseDir> dir(opendir(directory.c_str()));
    if (!dir) throw SystemError("read '" + directory + "'");
    while (const dirent* entry = readdir(dir.get()))
        if (entry->d_type == DT_UNKNOWN) return false;
    return true;
}

void tryMount(const std::string& dir, const std::string& data) {
    archive::StringSource nothing("");
    archive::callHelper({"try-mount", "overlay", dir, "merged", data}, nothing);
}

Error missing(const std::string& what) {
    return notSupported("storage driver overlay: " + what);
}

} // namespace

bool probe(const std::string& root) {
    const ProbeDirectory dir(root);
    for (const char* name : {"one", "two", "upper", "work", "merged"})
        makeDir(joinPath(dir.path(), name));
    if (setxattr(joinPath(dir.path(), "upper").c_str(), "trusted.overlay.test", "y", 1, 0) < 0)
        throw missing(
            "the file system of '" + root + "' (" + backingFileSystem(root) +
            ") keeps no trusted extended attributes; use ext4 or XFS, and run ctrd as root");
    if (!hasTypes(dir.path()))
        throw missing(
            "the file system of '" + root + "' (" + backingFileSystem(root) +
            ") does not tell types in directories; make it anew with mkfs.xfs -n ftype=1");
    const std::string layers = "lowerdir=one:two,upperdir=upper,workdir=work";
    try {
        tryMount(dir.path(), layers + ",volatile");
        return true;
    } catch (const Error&) { // an older kernel, or the reason that the next line tells
    }
    try {
        tryMount(dir.path(), layers);
        return false;
    } catch (const Error& e) {
        throw missing("this kernel does not mount an overlay of several layers on '" + root +
                      "' (" + backingFileSystem(root) + "): " + e.what() +
                      "; Linux 4.0 or newer with overlay (modprobe overlay) is needed");
    }
}

std::vector<std::string> plainFeatures() {
    std::vector<std::string> options;
    for (const char* name : {"redirect_dir", "metacopy", "index"})
        if (exists(joinPath("/sys/module/overlay/parameters", name)))
            options.push_back(std::string(name) + "=off");
    return options;
}

} // namespace ctrd::storage::overlay
