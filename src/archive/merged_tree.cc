#include "archive/merged_tree.h"

#include "base/error.h"
#include "base/strings.h"

#include <cerrno>
#include <climits>
#include <memory>
#include <set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
};

// "a/b" and "c" of "a/b/c".
std::pair<std::string, std::string> parted(const std::string& path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return {"", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

} // namespace

MergedTree::MergedTree(const std::vector<std::string>& layers, Marks marks) : marks_(marks) {
    for (const auto& layer : layers)
        layers_.push_back(openFile(layer, O_RDONLY | O_DIRECTORY));
}

// What one layer has at a name; nothing where it does not say anything of it.
std::optional<struct stat> MergedTree::look(int directory, const std::string& name) const {
    struct stat st;
    if (fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0) return st;
    if (errno == ENOENT) return {};
    throw SystemError("look at '" + name + "' in a layer");
}

// The directories `name` of the layers that are part of what is seen, the uppermost first.
MergedTree::Directories MergedTree::enter(const Directories& parents,
                                          const std::string& name) const {
    Directories entered;
    for (const auto& parent : parents) {
        if (isDeleted(marks_, parent.get(), name)) break;
        const auto st = look(parent.get(), name);
        if (!st) continue;
        if (!S_ISDIR(st->st_mode)) break;
        Fd directory(openat(parent.get(), name.c_str(), kDirectory));
        if (!directory) throw SystemError("open '" + name + "' in a layer");
        entered.push_back(std::move(directory));
        if (isOpaque(marks_, entered.back().get())) break;
    }
    return entered;
}

const MergedTree::Directories& MergedTree::directoriesAt(const std::string& path) const {
    if (path.empty()) return layers_;
    if (path == lastPath_) return last_;
    const auto [parent, name] = parted(path);
    last_ = enter(directoriesAt(parent), name);
    lastPath_ = path;
    return last_;
}

std::optional<MergedTree::Found> MergedTree::find(const std::string& path) const {
    if (layers_.empty()) return {};
    const auto [parent, name] = parted(path);
    if (name.empty()) return Found{duplicate(layers_[0].get()), ".", *look(layers_[0].get(), ".")};
    for (const auto& directory : directoriesAt(parent)) {
        if (isDeleted(marks_, directory.get(), name)) return {};
        if (const auto st = look(directory.get(), name))
            return Found{duplicate(directory.get()), name, *st};
    }
    return {};
}

std::vector<std::string> MergedTree::list(const std::string& path) const {
    std::set<std::string> names, deleted;
    for (const auto& layer : directoriesAt(path)) {
        Fd copy(openat(layer.get(), ".", kDirectory));
        const std::unique_ptr<DIR, CloseDir> dir(copy ? fdopendir(copy.get()) : nullptr);
        if (!dir) throw SystemError("read a directory of a layer");
        copy.release();
        std::set<std::string> whiteouts;
        while (const dirent* entry = readdir(dir.get())) {
            const std::string name = entry->d_name;
            if (name == "." || name == "..") continue;
            if (const auto gone = deletedBy(marks_, layer.get(), name))
                whiteouts.insert(*gone);
            else if (deleted.count(name) == 0)
                names.insert(name);
        }
        deleted.insert(whiteouts.begin(), whiteouts.end());
    }
    return {names.begin(), names.end()};
}

Fd MergedTree::Found::open(int flags) const {
    Fd fd(openat(directory.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw SystemError("open '" + name + "' in a layer");
    return fd;
}

std::string MergedTree::Found::readLink() const {
    char target[PATH_MAX];
    const ssize_t size = readlinkat(directory.get(), name.c_str(), target, sizeof target);
    if (size < 0) throw SystemError("read link '" + name + "' in a layer");
    return std::string(target, static_cast<size_t>(size));
}

} // namespace ctrd::archive
