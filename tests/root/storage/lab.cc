#include "root/storage/lab.h"

#include "archive/attributes.h"
#include "archive/digest.h"
#include "archive/pack.h"
#include "base/fd.h"
#include "base/process.h"
#include "kernel/mount.h"

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace ctrd::storage::testing {

using ctrd::testing::expectEqual;

namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

archive::Digest digestOfFile(int directory, const std::string& name) {
    const Fd fd(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw SystemError("open '" + name + "'");
    struct stat st;
    fstat(fd.get(), &st);
    archive::Hasher hasher;
    std::string buffer(archive::kStreamBuffer, '\0');
    for (const auto& extent : archive::dataExtents(fd.get(), st.st_size))
        for (int64_t at = 0; at < extent.size;) {
            const ssize_t n = pread(fd.get(), buffer.data(), buffer.size(), extent.offset + at);
            CPPUNIT_ASSERT(n > 0);
            const auto used = std::min<int64_t>(n, extent.size - at);
            // Zeros may be a hole in one tree and data in another.
            const std::string_view piece(buffer.data(), static_cast<size_t>(used));
            if (piece.find_first_not_of('\0') != std::string_view::npos)
                hasher.update(piece.data(), piece.size());
            at += used;
        }
    return hasher.finish();
}

void describe(int directory, const std::string& name, const std::string& path,
              std::ostringstream& out, std::map<ino_t, std::string>& linked) {
    struct stat st;
    if (fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0)
        throw SystemError("look at '" + path + "'");
    out << path << " mode " << std::oct << st.st_mode << std::dec << " owner " << st.st_uid << ":"
        << st.st_gid << " time " << st.st_mtim.tv_sec << "." << st.st_mtim.tv_nsec;
    for (const auto& [key, value] : archive::readXattrs(archive::FileAt{directory, name.c_str()}))
        out << " " << key << "=" << archive::digestOf(value).text();
    if (S_ISREG(st.st_mode))
        out << " size " << st.st_size << " " << digestOfFile(directory, name).text();
    if (S_ISLNK(st.st_mode)) out << " -> " << archive::readLinkAt(directory, name);
    if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) out << " device " << st.st_rdev;
    if (!S_ISDIR(st.st_mode) && st.st_nlink > 1)
        out << " same as " << linked.emplace(st.st_ino, path).first->second;
    out << "\n";
    if (!S_ISDIR(st.st_mode)) return;
    const Fd child(openat(directory, name.c_str(), kDirectory));
    if (!child) throw SystemError("open '" + path + "'");
    for (const auto& below : archive::sortedNames(child.get()))
        describe(child.get(), below, path + "/" + below, out, linked);
}

} // namespace

void skipAll(const std::string& reason) {
    std::cout << "skipped: " << reason << std::endl;
    std::exit(77);
}

void prepareProcess() {
    static bool isDone = false;
    if (isDone) return;
    if (geteuid() != 0) skipAll("not root");
    if (unshare(CLONE_NEWNS) < 0 || mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) < 0)
        skipAll("no mount namespace of one's own");
    useBuiltHelper();
    umask(0022);
    isDone = true;
}

LoopFileSystem::LoopFileSystem(const std::string& type, int64_t megabytes) {
    const std::string image = joinPath(dir_.path(), "image");
    if (ftruncate(openFile(image, O_WRONLY | O_CREAT, 0600).get(), megabytes << 20) < 0)
        throw SystemError("make '" + image + "'");
    makeDir(path());
    try {
        runCommand({"mkfs." + type, image});
        runCommand({"mount", "-t", type, "-o", "loop", image, path()});
    } catch (const Error& e) {
        throw notSupported("no " + type + " of the test's own: " + e.what());
    }
}

LoopFileSystem::~LoopFileSystem() {
    umount2(path().c_str(), MNT_DETACH);
}

int64_t LoopFileSystem::free() const {
    struct statvfs fs;
    if (statvfs(path().c_str(), &fs) < 0) throw SystemError("look at '" + path() + "'");
    return static_cast<int64_t>(fs.f_bfree) * static_cast<int64_t>(fs.f_frsize);
}

MountedTree::MountedTree(Driver& driver, const std::string& id, Syncs syncs)
    : driver_(driver), id_(id) {
    kernel::MountSpec mount = driver.mountOf(id, "");
    if (syncs == Syncs::Forgone) driver.forgoSyncs(mount);
    kernel::mountAt(mount, dir_.path());
}

MountedTree::~MountedTree() {
    if (umount2(dir_.path().c_str(), 0) < 0) umount2(dir_.path().c_str(), MNT_DETACH);
    driver_.released(id_);
}

Lab::Lab(std::string place, Make make) : place_(std::move(place)), make_(std::move(make)) {
    restart();
}

void Lab::restart() {
    driver_.reset();
    makeDirs(joinPath(place_, "trees"));
    driver_ = make_(joinPath(place_, "trees"));
    driver_->cleanup();
}

void Lab::layer(const std::string& id, const std::string& parent, const std::string& tar) {
    driver_->create(id, parent);
    ids_.push_back(id);
    archive::StringSource source(tar);
    driver_->applyDiff(id, source);
}

std::string Lab::diff(const std::string& id) {
    archive::StringSink sink;
    driver_->diff(id, sink);
    return sink.release();
}

std::string Lab::changes(const std::string& id) {
    return shown(driver_->changes(id));
}

std::string Lab::manifest(const std::string& id) {
    const MountedTree tree(*driver_, id);
    return manifestOf(tree.path());
}

void Lab::expectDiffApplies(const std::string& id, const std::string& parent) {
    const std::string copy = id + "-copy";
    layer(copy, parent, diff(id));
    expectEqual(manifest(id), manifest(copy));
    expectEqual(changes(id), changes(copy));
    CPPUNIT_ASSERT_EQUAL(driver_->diffSize(id), driver_->diffSize(copy));
}

void Lab::expectNothingLeft() {
    for (auto id = ids_.rbegin(); id != ids_.rend(); ++id)
        driver_->remove(*id);
    for (const auto& id : ids_)
        CPPUNIT_ASSERT(!driver_->exists(id));
    CPPUNIT_ASSERT(driver_->unfinished().empty());
}

std::string manifestOf(const std::string& dir) {
    const Fd root = openFile(dir, O_RDONLY | O_DIRECTORY);
    std::ostringstream out;
    std::map<ino_t, std::string> linked;
    for (const auto& name : archive::sortedNames(root.get()))
        describe(root.get(), name, name, out, linked);
    return out.str();
}

void sh(const std::string& dir, const std::string& script) {
    runCommand({"sh", "-ec", "cd \"$1\"; " + script, "sh", dir});
}

Case::Case(const char* caseName, void (*caseBody)(Lab&)) : name(caseName), body(caseBody) {
    all().push_back(*this);
}

std::vector<Case>& Case::all() {
    static std::vector<Case> cases;
    return cases;
}

} // namespace ctrd::storage::testing
