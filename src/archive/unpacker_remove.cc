#include "archive/attributes.h"
#include "archive/copy.h"
#include "archive/pax.h"
#include "archive/unpacker.h"
#include "base/error.h"

#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
};

Fd openDirectory(int parent, const std::string& name, const std::string& path) {
    Fd fd(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw SystemError("open directory '" + path + "'");
    return fd;
}

std::vector<std::string> namesIn(int directory, const std::string& path) {
    Fd copy(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, CloseDir> dir(copy ? fdopendir(copy.get()) : nullptr);
    if (!dir) throw SystemError("read directory '" + path + "'");
    copy.release();
    std::vector<std::string> names;
    while (const dirent* entry = readdir(dir.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    return names;
}

std::string below(const std::string& directory, const std::string& name) {
    return directory.empty() ? name : directory + "/" + name;
}

} // namespace

// Takes away what is at `place`, so that another kind of thing can be put there.
void Unpacker::clearWay(const Tree::Place& place) {
    struct stat st;
    if (fstatat(place.directory, place.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno == ENOENT) return;
        throw SystemError("look at it");
    }
    removeAt(place.directory, place.name, place.path);
    if (!S_ISREG(st.st_mode)) tree_.forget();
    // In an upper directory, what was put here hid what the layers below have; a directory in its
    // place must hide it too.
    if (whiteouts_ != Whiteouts::Remove && !S_ISDIR(st.st_mode)) tree_.hide(place.path);
}

// Removes a tree; the content of files that this archive brought is kept for its reassembly.
void Unpacker::removeAt(int directory, const std::string& name, const std::string& path) {
    const auto made = made_.find(path);
    if (made != made_.end()) {
        if (made->second != kNoContent) {
            const Fd fd(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
            if (!fd) throw SystemError("open '" + path + "'");
            keeper_->save(made->second, fd.get());
        }
        made_.erase(made);
    }
    if (unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) return;
    if (errno != EISDIR && errno != EPERM) throw SystemError("remove '" + path + "'");
    {
        const Fd fd = openDirectory(directory, name, path);
        for (const auto& child : namesIn(fd.get(), path))
            removeAt(fd.get(), child, below(path, child));
    }
    if (unlinkat(directory, name.c_str(), AT_REMOVEDIR) < 0)
        throw SystemError("remove directory '" + path + "'");
}

// A deletion is about the layers below: what this very archive holds at the name stays.
void Unpacker::whiteout(const std::string& path) {
    const auto place = findIfThere(path);
    if (!place) return;
    struct stat st;
    const bool isHere =
        fstatat(place->directory, place->name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0;
    const bool isOurs = made_.count(place->path) != 0;
    if (isHere && S_ISDIR(st.st_mode)) {
        opaque(place->path);
        if (isOurs || whiteouts_ != Whiteouts::Remove) return;
        tree_.forget();
        const int parent = tree_.find(place->path, Tree::Missing::Refuse).directory;
        if (unlinkat(parent, place->name.c_str(), AT_REMOVEDIR) < 0 && errno != ENOTEMPTY &&
            errno != EEXIST)
            throw SystemError("remove the directory");
    } else if (whiteouts_ == Whiteouts::Remove) {
        if (isHere && !isOurs) clearWay(*place);
    } else if (!isHere && tree_.lower(place->path)) {
        markDeleted(tree_.marks(), place->directory, place->name);
    }
}

// A directory without what the layers below have in it.
void Unpacker::opaque(const std::string& path) {
    const auto inside = findIfThere(below(path, "any"));
    if (!inside) return;
    const std::string real = inside->path.substr(0, inside->path.size() - inside->name.size());
    const std::string directory = real.empty() ? "" : real.substr(0, real.size() - 1);
    if (whiteouts_ == Whiteouts::Remove) {
        const Fd fd = duplicate(inside->directory);
        removeUnmade(fd.get(), directory);
        tree_.forget();
    } else if (directory.empty()) {
        opaqueRoot();
    } else if (tree_.lower(directory)) {
        setOpaque(tree_.marks(), inside->directory);
        tree_.hide(directory);
    }
}

// The kernel does not look for the mark on a root, so each name gets its own.
void Unpacker::opaqueRoot() {
    for (const auto& name : tree_.listLower("")) {
        struct stat st;
        if (fstatat(tree_.root(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0)
            markDeleted(tree_.marks(), tree_.root(), name);
        else if (S_ISDIR(st.st_mode))
            setOpaque(tree_.marks(), tree_.open(name));
    }
    tree_.hide("");
}

// Where a deletion's directory is, or nothing where neither tree nor layers below have it.
std::optional<Tree::Place> Unpacker::findIfThere(const std::string& path) {
    try {
        return tree_.find(path, Tree::Missing::Refuse);
    } catch (const Error& e) {
        if (e.kind() == ErrorKind::InvalidArgument) return {};
        throw;
    }
}

// Whether something of this archive lies there and so stays.
bool Unpacker::removeUnmade(int directory, const std::string& path) {
    bool keeps = false;
    for (const auto& name : namesIn(directory, path)) {
        const std::string child = below(path, name);
        const bool isOurs = made_.count(child) != 0;
        struct stat st;
        if (fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0)
            throw SystemError("look at '" + child + "'");
        if (!S_ISDIR(st.st_mode)) {
            if (!isOurs) removeAt(directory, name, child);
            keeps |= isOurs;
            continue;
        }
        const bool inside = removeUnmade(openDirectory(directory, name, child).get(), child);
        if (!inside && !isOurs && unlinkat(directory, name.c_str(), AT_REMOVEDIR) < 0)
            throw SystemError("remove directory '" + child + "'");
        keeps |= inside || isOurs;
    }
    return keeps;
}

// A hard link to a file of a lower layer needs the file in this one, as the kernel would copy it
// up.
void Unpacker::copyUp(const std::string& path) {
    const auto lower = tree_.lower(path);
    if (!lower || !S_ISREG(lower->st.st_mode))
        throw invalidArgument("its link target '" + path + "' does not exist");
    const Fd from = lower->open(O_RDONLY);
    const Fd to = createFile(tree_.find(path, Tree::Missing::Refuse));
    copyData(from.get(), to.get(), lower->st.st_size);
    Entry entry;
    takeStat(lower->st, entry);
    entry.xattrs = readXattrs(from.get());
    applyAttributes(to.get(), entry, true);
}

} // namespace ctrd::archive
