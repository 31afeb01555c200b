#pragma once

#include "base/fd.h"

#include <string>

#include <sys/types.h>

namespace ctrd::kernel {

// A path in a foreign tree, resolved as a process chrooted into that tree would see it: absolute
// links start at the tree's root and ".." stops there, so that no link of an image leads out.
// It is held by the descriptor of its parent directory: a link swapped in later changes nothing.
// Everything throws SystemError that names the path as the tree knows it.
class RootedPath {
public:
    enum class Links {
        Follow,   // inside the tree
        KeepLast, // all but the last component, which may be replaced
        Refuse,   // ELOOP: the path must be what it says (/proc, /sys)
    };
    enum class Parents {
        MustExist, // a missing one makes exists() false
        Create,    // mode 0755
    };

    // `root` is a descriptor of the tree's directory, open as long as this lives.
    RootedPath(int root, const std::string& path, Parents parents = Parents::MustExist,
               Links links = Links::Follow);

    // What the constructor found; the last component need not exist.
    bool exists() const { return exists_; }
    bool isDirectory() const { return isDirectory_; }
    // The tree's own root, "/" or what leads there.
    bool isRoot() const { return name_.empty(); }
    // As it was given.
    const std::string& shown() const { return shown_; }
    // From the tree's root and free of links; what is missing stands in it as it was given.
    const std::string& resolved() const { return resolved_; }

    int parent() const { return parent_.get(); }
    const std::string& name() const { return name_; }

    // Each makes the last component, where it does not exist yet; its parent must exist.
    void createDirectory(mode_t mode = 0755);
    void createFile(mode_t mode = 0644);
    // Replaces what is there.
    void createDevice(mode_t typeAndMode, dev_t device, uid_t uid, gid_t gid);
    void createLink(const std::string& content);

    // A path for mount(2) that names what stands there now, the topmost mount; valid until the next
    // call.  The process needs the host's /proc.
    std::string path();

private:
    class Walk;
    void replace();

    std::string shown_, resolved_;
    Fd parent_; // the tree's root where name_ is ""
    std::string name_;
    bool exists_ = false, isDirectory_ = false;
    Fd open_;
};

} // namespace ctrd::kernel
