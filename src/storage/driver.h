#pragma once

#include "kernel/mount.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ctrd::archive {
class Source;
class Sink;
} // namespace ctrd::archive

// Layers of files, each made from its parent's.
namespace ctrd::storage {

// One path that differs from the parent: Docker's kinds 0, 1, 2.
struct Change {
    enum class Kind { Modified = 0, Added = 1, Deleted = 2 };
    std::string path; // absolute in the layer
    Kind kind = Kind::Modified;
};

struct OpenTree {
    std::string path;
    std::shared_ptr<void> hold; // what undoes the opening, where there is something to undo
};

// Keeps the trees.  Thread safe: calls for different ids may run side by side; calls for one id are
// ordered by the caller (the layer store).  Ids are [A-Za-z0-9_-]+, chosen by the caller.
class Driver {
public:
    virtual ~Driver() = default;

    virtual std::string name() const = 0;
    // Rows for `info`: {"Backing Filesystem", "extfs"} …
    virtual std::vector<std::pair<std::string, std::string>> status() const = 0;
    // Makes a tree that shows the parent's, or an empty one where `parent` is "".  On failure
    // nothing of it is there.  NotFound for an unknown parent, Conflict where the id exists.
    virtual void create(const std::string& id, const std::string& parent) = 0;
    virtual bool exists(const std::string& id) const = 0;
    // How to mount the tree, read-write; `label` is the SELinux mount label, "" for none.  The
    // driver itself mounts nothing.
    virtual kernel::MountSpec mountOf(const std::string& id, const std::string& label) const = 0;
    // Makes of what mountOf() described a mount of files that need not outlive the host's next
    // crash: where the driver can, nothing of it waits for a disk, and fsync(2) does nothing.
    virtual void forgoSyncs(kernel::MountSpec& mount) const;
    // Whoever mounted what mountOf() described has ended, or is just ending, or never came to it.
    virtual void released(const std::string& id);
    // Nothing where it does not exist.  Nobody has it mounted, and no other tree is made from it.
    virtual void remove(const std::string& id) = 0;
    // Removes what a crash left half-made; called once, before anything else.
    virtual void cleanup() = 0;
    // Paths of what cleanup() would remove; none of a driver that cannot tell.
    virtual std::vector<std::string> unfinished() const { return {}; }
    // Also tells `listener` what the driver warns of in the log before it hurts ("… is 90% full"),
    // one sentence each, from any thread; no longer once it has returned from a call with {}.  The
    // listener calls nothing here.
    virtual void onWarning(const std::function<void(const std::string& sentence)>& listener);
    // The ids of all whole trees, in any order; none of a driver that cannot tell.
    virtual std::vector<std::string> ids() const { return {}; }
    // Where a tree's files lie, as `inspect` shows it: {"UpperDir", "/…"} …; nothing of a driver
    // that has nothing to tell.  NotFound for an unknown id.
    virtual std::vector<std::pair<std::string, std::string>> placesOf(const std::string&) const {
        return {};
    }
    // Where this process can read the files that were put into the tree itself (of a driver that
    // stacks layers, only those), as long as the object lives.
    virtual OpenTree openTree(const std::string& id) const;
};

// A driver that knows what changed.
class DiffDriver : public Driver {
public:
    // Writes the layer as a tar stream (whiteouts as `.wh.NAME`), `id` against its parent.
    virtual void diff(const std::string& id, archive::Sink& out) = 0;
    virtual std::vector<Change> changes(const std::string& id) = 0;
    // Unpacks an uncompressed layer tar onto the fresh tree `id`, in a process of its own chrooted
    // into the tree.  Returns the bytes of file content.  InvalidArgument names the entry of a
    // hostile or broken archive.
    virtual int64_t applyDiff(const std::string& id, archive::Source& in) = 0;
    // The same, and keeps in the empty directory `keep` what it takes to put the tar together again
    // (archive/kept_headers.h); "" keeps nothing, and so does a driver that does not define this.
    virtual int64_t applyLayer(const std::string& id, archive::Source& in, const std::string& keep);
    // Adds what of a tar the tree does not show yet by its name; what is there stays as it is.
    virtual void addMissing(const std::string& id, archive::Source& in);
    // Bytes of file content that `id` has beyond its parent.
    virtual int64_t diffSize(const std::string& id) = 0;
};

} // namespace ctrd::storage
