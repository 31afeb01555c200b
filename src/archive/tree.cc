#include "archive/tree.h"

#include "archive/attributes.h"
#include "archive/pax.h"
#include "base/error.h"
#include "base/strings.h"

#include <cerrno>
#include <climits>
#include <deque>

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

constexpr int kMaxLinks = 40; // the kernel's own limit, MAXSYMLINKS
constexpr size_t kMaxOpen = 200;
// Twice the depth that PATH_MAX lets a program name, and little enough for every walk that keeps a
// descriptor and a stack frame per level.
constexpr size_t kMaxDepth = 512;
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string parentOf(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string lastOf(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string below(const std::string& directory, const std::string& name) {
    return directory.empty() ? name : directory + "/" + name;
}

} // namespace

std::string normalName(const std::string& name) {
    std::vector<std::string> kept;
    for (const auto& part : split(name, '/')) {
        if (part.empty() || part == ".") continue;
        if (part.size() > NAME_MAX)
            throw invalidArgument("entry " + shownName(name) + ": a part of its name is too long");
        if (part != "..") {
            kept.push_back(part);
            continue;
        }
        if (kept.empty())
            throw invalidArgument("entry " + shownName(name) + " leads out of the tree");
        kept.pop_back();
    }
    return join(kept, "/");
}

Tree::Place Tree::find(const std::string& path, Missing missing) {
    const std::string parent = parentOf(path), name = lastOf(path);
    auto known = directory_.find(parent);
    if (known == directory_.end())
        known = directory_.emplace(parent, resolve(parent, missing)).first;
    return {open(known->second), below(known->second, name), name};
}

int Tree::open(const std::string& path) {
    if (path.empty()) return root_.get();
    const auto known = open_.find(path);
    if (known != open_.end()) return known->second.get();
    Fd fd(openat(open(parentOf(path)), lastOf(path).c_str(), kDirectory));
    if (!fd) throw SystemError("open directory '" + path + "'");
    if (open_.size() >= kMaxOpen) open_.clear();
    return open_.emplace(path, std::move(fd)).first->second.get();
}

void Tree::forget() {
    open_.clear();
    directory_.clear();
}

// Walks `path` from the root, part by part; a link puts its own parts in front of what is left.
std::string Tree::resolve(const std::string& path, Missing missing) {
    std::deque<std::string> left;
    for (const auto& part : split(path, '/'))
        left.push_back(part);
    std::string at, link;
    int links = 0;
    size_t depth = 0;
    while (!left.empty()) {
        const std::string part = left.front();
        left.pop_front();
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            at = parentOf(at);
            depth -= depth > 0 ? 1 : 0;
            continue;
        }
        const std::string next = below(at, part);
        if (enter(next, missing, link)) {
            if (++depth > kMaxDepth)
                throw invalidArgument("directory " + shownName(path) +
                                      " lies too deep: more than " + std::to_string(kMaxDepth) +
                                      " levels");
            at = next;
            continue;
        }
        if (++links > kMaxLinks)
            throw invalidArgument("directory " + shownName(path) + ": too many links on the way");
        const auto parts = split(link, '/');
        left.insert(left.begin(), parts.begin(), parts.end());
        if (!startsWith(link, "/")) continue;
        at.clear();
        depth = 0;
    }
    return at;
}

// True where `path` is a directory (now); false where it is a link, whose target is put in `link`.
bool Tree::enter(const std::string& path, Missing missing, std::string& link) {
    if (open_.count(path) != 0) return true;
    const int parent = open(parentOf(path));
    const std::string name = lastOf(path);
    struct stat st;
    if (fstatat(parent, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno != ENOENT) throw SystemError("look at '" + path + "'");
        if (!isDeletedHere(path)) return enterMissing(path, missing, link);
        makeAnew(path, missing);
        return true;
    }
    if (S_ISDIR(st.st_mode)) return true;
    if (S_ISLNK(st.st_mode)) {
        link = linkAt(path);
        return false;
    }
    if (!isDeletedHere(path)) throw invalidArgument("'" + path + "' is no directory");
    makeAnew(path, missing);
    return true;
}

bool Tree::isDeletedHere(const std::string& path) {
    return isDeleted(marks(), open(parentOf(path)), lastOf(path));
}

// The layer deleted the name and now makes it anew: nothing of the old one may show through.
void Tree::makeAnew(const std::string& path, Missing missing) {
    if (missing == Missing::Refuse)
        throw invalidArgument("directory '" + path + "' does not exist");
    const int parent = open(parentOf(path));
    const std::string name = lastOf(path);
    if (!unmarkDeleted(marks(), parent, name) && unlinkat(parent, name.c_str(), 0) < 0)
        throw SystemError("remove '" + path + "'");
    hide(path);
    std::string link;
    enterMissing(path, missing, link);
    setOpaque(marks(), open(path));
}

std::optional<MergedTree::Found> Tree::lower(const std::string& path) const {
    if (isHidden(path)) return {};
    return lowers_.find(path);
}

std::vector<std::string> Tree::listLower(const std::string& path) const {
    if (isHidden(path)) return {};
    return lowers_.list(path);
}

bool Tree::isHidden(const std::string& path) const {
    if (hidden_.empty()) return false;
    for (std::string at = path;; at = parentOf(at)) {
        if (hidden_.count(at) != 0) return true;
        if (at.empty()) return false;
    }
}

bool Tree::enterMissing(const std::string& path, Missing missing, std::string& link) {
    const auto lower = this->lower(path);
    if (lower && S_ISLNK(lower->st.st_mode)) {
        link = lower->readLink();
        lowerLinks_.insert(path);
        return false;
    }
    if (lower && !S_ISDIR(lower->st.st_mode))
        throw invalidArgument("'" + path + "' is no directory");
    if (!lower && missing == Missing::Refuse)
        throw invalidArgument("directory '" + path + "' does not exist");
    const int parent = open(parentOf(path));
    if (mkdirat(parent, lastOf(path).c_str(), 0755) < 0)
        throw SystemError("create directory '" + path + "'");
    if (!lower) return true;
    Entry entry;
    takeStat(lower->st, entry);
    entry.xattrs = readXattrs(lower->open(O_RDONLY | O_DIRECTORY).get());
    applyAttributes(open(path), entry, true);
    return true;
}

std::string Tree::linkAt(const std::string& path) {
    char target[PATH_MAX];
    const ssize_t size =
        readlinkat(open(parentOf(path)), lastOf(path).c_str(), target, sizeof target);
    if (size < 0) throw SystemError("read link '" + path + "'");
    return std::string(target, static_cast<size_t>(size));
}

} // namespace ctrd::archive
