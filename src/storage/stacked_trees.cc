#include "storage/stacked_trees.h"

#include "archive/attributes.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/ids.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/parts.h"
#include "storage/tree_changes.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::storage {

namespace {

constexpr const char* kLinks = "l";
constexpr const char* kLinkFile = "link";
constexpr size_t kLinkDigits = 10;

// Nobody reads it before its directory is whole.
void writeNew(const std::string& path, const std::string& text) {
    const Fd file = openFile(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    writeAll(file.get(), text);
}

// The root directory of a mount shows the attributes of the uppermost layer's.
void copyRootAttributes(const std::string& from, const std::string& to) {
    const Fd source = openFile(from, O_RDONLY | O_DIRECTORY);
    const Fd target = openFile(to, O_RDONLY | O_DIRECTORY);
    struct stat st;
    if (fstat(source.get(), &st) < 0) throw SystemError("look at '" + from + "'");
    archive::Entry entry;
    archive::takeStat(st, entry);
    entry.xattrs = archive::readXattrs(source.get());
    archive::applyAttributes(target.get(), entry, true);
}

} // namespace

StackedTrees::StackedTrees(std::string root, Form form) : root_(std::move(root)), form_(form) {
    makeDirs(joinPath(root_, kLinks), 0700);
}

std::string StackedTrees::pathOf(const std::string& id) const {
    return joinPath(root_, id);
}

std::string StackedTrees::upperOf(const std::string& id) const {
    return joinPath(root_, id, "diff");
}

bool StackedTrees::exists(const std::string& id) const {
    return isDirectory(upperOf(id));
}

void StackedTrees::mustExist(const std::string& id) const {
    if (!exists(id))
        throw notFound("tree '" + id + "' of the " + name() + " driver does not exist");
}

// The name first, so that what a crash leaves of it goes with the tree; therefore a name may be
// without its link.
std::string StackedTrees::linkOf(const std::string& id) {
    const std::string file = joinPath(pathOf(id), kLinkFile);
    const auto oneAtATime = naming_.lock();
    if (!ctrd::exists(file)) writeFileAtomic(file, randomHex(kLinkDigits));
    std::string link = readFile(file);
    const std::string target = joinPath("..", id, "diff"), at = joinPath(root_, kLinks, link);
    if (symlink(target.c_str(), at.c_str()) < 0 && errno != EEXIST)
        throw SystemError("create link '" + at + "'");
    return link;
}

std::vector<std::string> StackedTrees::linksOf(const std::string& id) const {
    const std::string lower = readFile(joinPath(pathOf(id), "lower"));
    return lower.empty() ? std::vector<std::string>() : split(lower, ':');
}

std::vector<std::string> StackedTrees::parentsOf(const std::string& id) const {
    auto parents = linksOf(id);
    for (auto& link : parents)
        link = joinPath(kLinks, link);
    return parents;
}

std::vector<std::string> StackedTrees::lowersOf(const std::string& id) const {
    auto lowers = parentsOf(id);
    for (auto& lower : lowers)
        lower = joinPath(root_, lower);
    return lowers;
}

void StackedTrees::create(const std::string& id, const std::string& parent) {
    if (exists(id))
        throw conflict("tree '" + id + "' of the " + name() + " driver is already there");
    if (!parent.empty()) mustExist(parent);
    const std::string part = partOf(root_, id);
    removeTree(part);
    try {
        fill(part, parent);
        renamePath(part, pathOf(id));
    } catch (...) {
        removeTree(part);
        throw;
    }
}

void StackedTrees::fill(const std::string& part, const std::string& parent) {
    makeDir(part, 0711);
    const std::string upper = joinPath(part, "diff");
    makeDir(upper);
    furnish(part);
    std::vector<std::string> lowers;
    if (!parent.empty()) {
        lowers = linksOf(parent);
        lowers.insert(lowers.begin(), linkOf(parent));
        copyRootAttributes(upperOf(parent), upper);
    }
    if (lowers.size() > form_.maxParents)
        throw notSupported("a tree of more than " + std::to_string(form_.maxParents) +
                           " layers does not fit into one mount of " + name());
    writeNew(joinPath(part, "lower"), join(lowers, ":"));
}

kernel::MountSpec StackedTrees::bindOf(const std::string& id) const {
    kernel::MountSpec mount;
    mount.type = "bind";
    mount.source = upperOf(id);
    return mount;
}

// Out of sight in one step: a half-removed tree must not pass for a whole one.
void StackedTrees::remove(const std::string& id) {
    if (!exists(id)) return;
    const std::string part = partOf(root_, id);
    renamePath(pathOf(id), part);
    const std::string link = joinPath(part, kLinkFile);
    if (ctrd::exists(link)) removePath(joinPath(root_, kLinks, readFile(link)));
    removeTree(part);
}

void StackedTrees::cleanup() {
    for (const auto& path : unfinished())
        removeTree(path);
}

// Parts of trees, and short names of trees that are gone.
std::vector<std::string> StackedTrees::unfinished() const {
    std::vector<std::string> paths = partsIn(root_);
    const std::string links = joinPath(root_, kLinks);
    for (const auto& name : listDir(links))
        if (!isDirectory(joinPath(links, name))) paths.push_back(joinPath(links, name));
    return paths;
}

std::vector<std::string> StackedTrees::ids() const {
    std::vector<std::string> ids = wholeIn(root_);
    ids.erase(std::remove(ids.begin(), ids.end(), kLinks), ids.end());
    return ids;
}

OpenTree StackedTrees::openTree(const std::string& id) const {
    mustExist(id);
    return {upperOf(id), nullptr};
}

void StackedTrees::diff(const std::string& id, archive::Sink& out) {
    mustExist(id);
    packChanges([&](ChangeVisitor& v) { compareUpper(upperOf(id), lowersOf(id), form_.marks, v); },
                out);
}

std::vector<Change> StackedTrees::changes(const std::string& id) {
    mustExist(id);
    return listChanges(
        [&](ChangeVisitor& v) { compareUpper(upperOf(id), lowersOf(id), form_.marks, v); });
}

int64_t StackedTrees::diffSize(const std::string& id) {
    mustExist(id);
    return sizeOfChanges(
        [&](ChangeVisitor& v) { compareUpper(upperOf(id), lowersOf(id), form_.marks, v); });
}

archive::UnpackOptions StackedTrees::unpackOptions(const std::string& id) const {
    mustExist(id);
    archive::UnpackOptions options;
    options.whiteouts = form_.whiteouts;
    options.lowers = lowersOf(id);
    return options;
}

int64_t StackedTrees::applyDiff(const std::string& id, archive::Source& in) {
    return applyLayer(id, in, "");
}

int64_t StackedTrees::applyLayer(const std::string& id, archive::Source& in,
                                 const std::string& keep) {
    archive::UnpackOptions options = unpackOptions(id);
    options.keep = keep;
    return archive::applyArchive(upperOf(id), in, options);
}

void StackedTrees::addMissing(const std::string& id, archive::Source& in) {
    archive::UnpackOptions options = unpackOptions(id);
    options.keepExisting = true;
    archive::applyArchive(upperOf(id), in, options);
}

} // namespace ctrd::storage
