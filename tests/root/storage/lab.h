#pragma once

#include "base/path.h"
#include "storage/driver.h"
#include "unit/archive/raw_tar.h"
#include "unit/storage/store_box.h"
#include "unit/testing/expect.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

// The conformance suite of storage::Driver and DiffDriver: each case runs with every driver of the
// table in drivers.cc, in a mount namespace of its own, with nothing but this program, ctrd-helper
// and (for drivers that want a file system of their own) mount(8) and mkfs.
namespace ctrd::storage::testing {

// Ends the program as skipped.
[[noreturn]] void skipAll(const std::string& reason);
// Puts this process into a mount namespace of its own, once; skips all where that cannot be.
void prepareProcess();

// A file system in a file, mounted in this namespace as long as the object lives.
class LoopFileSystem {
public:
    // `type` is that of mkfs and mount: "ext4", "btrfs".  Throws NotSupported where this machine
    // cannot make or mount it.
    LoopFileSystem(const std::string& type, int64_t megabytes);
    LoopFileSystem(const LoopFileSystem&) = delete;
    LoopFileSystem& operator=(const LoopFileSystem&) = delete;
    ~LoopFileSystem();
    std::string path() const { return joinPath(dir_.path(), "mnt"); }
    // Bytes that are free for root.
    int64_t free() const;

private:
    TempDir dir_;
};

// A tree as a container sees it, mounted as long as the object lives.
class MountedTree {
public:
    enum class Syncs { Kept, Forgone };
    MountedTree(Driver& driver, const std::string& id, Syncs syncs = Syncs::Kept);
    MountedTree(const MountedTree&) = delete;
    MountedTree& operator=(const MountedTree&) = delete;
    ~MountedTree();
    std::string path(const std::string& name = "") const { return joinPath(dir_.path(), name); }

private:
    Driver& driver_;
    std::string id_;
    TempDir dir_;
};

// One driver with its trees in a place of its own.
class Lab {
public:
    using Make = StoreBox::MakeDriver;
    // `place` exists and is the caller's.
    Lab(std::string place, Make make);

    DiffDriver& driver() { return *driver_; }
    // The driver anew, as at the next start of the daemon.
    void restart();
    // Takes the driver away, so that another object may use its place.
    void stop() { driver_.reset(); }
    const std::string& place() const { return place_; }
    const Make& make() const { return make_; }

    // A tree with these layers of changes applied, made from `parent`.
    void layer(const std::string& id, const std::string& parent, const std::string& tar);
    std::string diff(const std::string& id);
    std::string changes(const std::string& id);
    // What every path of the mounted tree is: type, mode, owner, size, time, attributes, content.
    std::string manifest(const std::string& id);
    // The diff of `id`, applied to a new tree of the same parent, makes the same tree.
    void expectDiffApplies(const std::string& id, const std::string& parent);
    // Removes all trees that the case made; the place is then as it was.
    void expectNothingLeft();

private:
    std::string place_;
    Make make_;
    std::unique_ptr<DiffDriver> driver_;
    std::vector<std::string> ids_;
};

std::string manifestOf(const std::string& dir);
// Runs a shell script with `dir` as its directory.
void sh(const std::string& dir, const std::string& script);

// A case of the suite; STORAGE_CASE(name) { … lab … } defines and registers one.
struct Case {
    Case(const char* caseName, void (*caseBody)(Lab&));
    const char* name;
    void (*body)(Lab&);
    static std::vector<Case>& all();
};

#define STORAGE_CASE(name)                                             \
    static void name(ctrd::storage::testing::Lab& lab);                \
    static const ctrd::storage::testing::Case name##Case(#name, name); \
    static void name([[maybe_unused]] ctrd::storage::testing::Lab& lab)

} // namespace ctrd::storage::testing
