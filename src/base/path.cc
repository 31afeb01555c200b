#include "base/path.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/strings.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd {

namespace {

struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
};
using Dir = std::unique_ptr<DIR, CloseDir>;

bool hasMode(const std::string& path, mode_t type) {
    struct stat st;
    return stat(path.c_str(), &st) == 0 && (st.st_mode & S_IFMT) == type;
}

std::vector<std::string> namesIn(DIR* dir) {
    std::vector<std::string> names;
    while (const dirent* entry = readdir(dir)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    return names;
}

// Relative to directory descriptors: neither a link planted meanwhile nor a path longer than
// PATH_MAX can lead it astray.  A container may have made a tree of any depth; what lies deeper
// than kMaxDepth is moved up to the top first, so that stack and descriptors stay few.
class TreeRemover {
public:
    void remove(int parent, const std::string& name, const std::string& shown) {
        do {
            movedBefore_ = moved_;
            removeAt(parent, name, shown, 0);
        } while (moved_ > movedBefore_);
    }

private:
    static constexpr size_t kMaxDepth = 64;
    int top_ = -1;
    size_t moved_ = 0, movedBefore_ = 0;

    static bool unlinked(int parent, const std::string& name, const std::string& shown) {
        if (unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return true;
        if (errno != EISDIR && errno != EPERM) throw SystemError("remove '" + shown + "'");
        return false;
    }

    void removeAt(int parent, const std::string& name, const std::string& shown, size_t depth) {
        if (unlinked(parent, name, shown)) return;
        if (depth > kMaxDepth) return moveUp(parent, name, shown);
        const int fd =
            openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) throw SystemError("open '" + shown + "' to remove it");
        const Dir dir(fdopendir(fd));
        if (!dir) throw SystemError("read '" + shown + "'");
        if (depth == 0) top_ = fd;
        for (const auto& child : namesIn(dir.get()))
            removeAt(fd, child, shown + "/" + child, depth + 1);
        if (unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return;
        if (depth > 0 || moved_ == movedBefore_) throw SystemError("remove '" + shown + "'");
    }

    void moveUp(int parent, const std::string& name, const std::string& shown) {
        for (;;) {
            const std::string above = ".removing-" + std::to_string(moved_++);
            if (renameat(parent, name.c_str(), top_, above.c_str()) == 0) return;
            if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
                throw SystemError("remove '" + shown + "'");
        }
    }
};

} // namespace

std::string joinPath(const std::string& a, const std::string& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    const bool slashA = a.back() == '/', slashB = b.front() == '/';
    if (slashA && slashB) return a + b.substr(1);
    return slashA || slashB ? a + b : a + "/" + b;
}

std::string cleanPath(const std::string& path) {
    const bool absolute = startsWith(path, "/");
    std::vector<std::string> kept;
    for (const auto& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != ".." || (!absolute && (kept.empty() || kept.back() == "..")))
            kept.push_back(part);
        else if (!kept.empty())
            kept.pop_back();
    }
    const std::string joined = (absolute ? "/" : "") + join(kept, "/");
    return joined.empty() ? "." : joined;
}

std::string baseName(const std::string& path) {
    const std::string clean = cleanPath(path);
    return clean == "/" ? clean : clean.substr(clean.rfind('/') + 1);
}

std::string dirName(const std::string& path) {
    const std::string clean = cleanPath(path);
    const size_t slash = clean.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : clean.substr(0, slash);
}

bool exists(const std::string& path) {
    struct stat st;
    return lstat(path.c_str(), &st) == 0;
}

bool isDirectory(const std::string& path) {
    return hasMode(path, S_IFDIR);
}

bool isRegularFile(const std::string& path) {
    return hasMode(path, S_IFREG);
}

void makeDirs(const std::string& path, mode_t mode) {
    if (mkdir(path.c_str(), mode) == 0) return;
    if (errno == EEXIST && isDirectory(path)) return;
    if (errno != ENOENT) throw SystemError("create directory '" + path + "'");
    makeDirs(dirName(path), 0755);
    if (mkdir(path.c_str(), mode) < 0 && errno != EEXIST)
        throw SystemError("create directory '" + path + "'");
}

void makeDir(const std::string& path, mode_t mode) {
    if (mkdir(path.c_str(), mode) < 0) throw SystemError("create directory '" + path + "'");
}

void renamePath(const std::string& from, const std::string& to) {
    if (rename(from.c_str(), to.c_str()) < 0)
        throw SystemError("rename '" + from + "' to '" + to + "'");
}

void removePath(const std::string& path) {
    if (remove(path.c_str()) < 0 && errno != ENOENT) throw SystemError("remove '" + path + "'");
}

void removeTree(const std::string& path) {
    TreeRemover().remove(AT_FDCWD, path, path);
}

std::vector<std::string> listDir(const std::string& path) {
    const Dir dir(opendir(path.c_str()));
    if (!dir && errno == ENOENT) return {};
    if (!dir) throw SystemError("read directory '" + path + "'");
    auto names = namesIn(dir.get());
    std::sort(names.begin(), names.end());
    return names;
}

void fsyncPath(const std::string& path) {
    const Fd fd = openFile(path, O_RDONLY);
    if (fsync(fd.get()) < 0) throw SystemError("sync '" + path + "'");
}

TempDir::TempDir(const std::string& parent) {
    const char* tmpdir = std::getenv("TMPDIR");
    path_ = joinPath(!parent.empty() ? parent : tmpdir != nullptr ? tmpdir : "/tmp", "ctrd-XXXXXX");
    if (mkdtemp(path_.data()) == nullptr) throw SystemError("create directory '" + path_ + "'");
}

TempDir::~TempDir() {
    try {
        if (!path_.empty()) removeTree(path_);
    } catch (const Error& e) {
        log::warn(e.what());
    }
}

std::string TempDir::release() {
    return std::exchange(path_, {});
}

} // namespace ctrd
