#include "storage/aufs/driver.h"

#include "archive/stream.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/aufs/options.h"
#include "storage/backing.h"
#include "storage/probe_directory.h"

namespace ctrd::storage {

namespace {

// In memory, as aufs' manual advises: the file is unlinked as soon as it is open.
std::string xinoOf(const std::string& id) {
    constexpr size_t kDigits = 12; // the page of mount options is full of layers
    return "/dev/shm/ctrd-" + id.substr(0, kDigits) + ".xino";
}

Error missing(const std::string& what) {
    return notSupported("storage driver aufs: " + what);
}

bool kernelHasAufs() {
    for (const auto& line : split(readFile("/proc/filesystems"), '\n'))
        if (endsWith(line, "\taufs")) return true;
    return false;
}

// Returns `root`, a directory on which aufs works.
std::string probed(const std::string& root) {
    if (!kernelHasAufs())
        throw missing(
            "this kernel has no aufs; with a kernel that is patched for it: modprobe aufs");
    makeDirs(root, 0700);
    const std::string backing = backingFileSystem(root);
    // aufs writes its marks where these cannot keep them, or is one of them itself.
    for (const char* unfit : {"aufs", "btrfs", "overlayfs"})
        if (backing == unfit)
            throw missing("'" + root + "' lies on " + backing +
                          ", which cannot be a branch of aufs; use ext4 or XFS");
    const ProbeDirectory dir(root);
    for (const char* name : {"upper", "lower", "merged"})
        makeDir(joinPath(dir.path(), name));
    try {
        archive::StringSource nothing("");
        archive::callHelper({"try-mount", "aufs", dir.path(), "merged",
                             join(aufs::mountOptions("upper", {"lower"}, xinoOf("probe")), ",")},
                            nothing);
    } catch (const Error& e) {
        throw missing("this kernel does not mount aufs on '" + root + "' (" + backing +
                      "): " + e.what());
    }
    return root;
}

} // namespace

AufsDriver::AufsDriver(const std::string& root)
    : StackedTrees(probed(root),
                   {archive::Marks::Aufs, archive::Whiteouts::Aufs, aufs::kMaxBranches - 1}) {}

std::vector<std::pair<std::string, std::string>> AufsDriver::status() const {
    return {{"Backing Filesystem", backingFileSystem(root())},
            {"Dirs", std::to_string(ids().size())}};
}

kernel::MountSpec AufsDriver::mountOf(const std::string& id, const std::string& label) const {
    mustExist(id);
    const auto parents = parentsOf(id);
    if (parents.empty()) return bindOf(id);
    kernel::MountSpec mount;
    mount.type = "aufs";
    mount.source = "none";
    mount.options = aufs::mountOptions(joinPath(id, "diff"), parents, xinoOf(id));
    if (!label.empty()) mount.options.push_back("context=\"" + label + "\"");
    mount.workingDirectory = root();
    return mount;
}

} // namespace ctrd::storage
