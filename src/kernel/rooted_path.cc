#include "kernel/rooted_path.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"

#include <cerrno>
#include <climits>
#include <deque>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::kernel {

namespace {

#ifndef O_PATH
#define O_PATH 010000000 // glibc before 2.14
#endif

constexpr int kMaxLinks = 40; // the kernel's own limit

// EL6 takes O_PATH for nothing, so the other flags keep an ordinary open from blocking.
constexpr int kHandle = O_PATH | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

std::string readLinkAt(int directory, const std::string& name) {
    char content[PATH_MAX];
    const ssize_t size = readlinkat(directory, name.c_str(), content, sizeof content);
    return size < 0 ? "" : std::string(content, static_cast<size_t>(size));
}

} // namespace

// The walk from the root to the last component; a directory on the way is held open, and ".." goes
// back to the one before.
class RootedPath::Walk {
public:
    Walk(int root, const std::string& path, Parents parents, Links links)
        : path_(path), parents_(parents), links_(links), root_(root) {
        push(path);
    }

    void run() {
        while (!todo_.empty() && !missing_) {
            const std::string name = todo_.front();
            todo_.pop_front();
            if (name.empty() || name == ".") continue;
            if (name == "..")
                leave();
            else
                enter(name);
        }
    }

    void finish(RootedPath& result) {
        result.resolved_ = resolved();
        result.exists_ = !missing_;
        result.isDirectory_ = !missing_ && !file_;
        if (missing_ || file_) {
            result.name_ = last_;
            if (!parentMissing_) result.parent_ = duplicate(top());
            return;
        }
        if (!opened_.empty()) {
            result.name_ = opened_.back().name;
            opened_.pop_back();
        }
        result.parent_ = duplicate(top());
    }

private:
    struct Opened {
        Fd fd;
        std::string name;
    };

    int top() const { return opened_.empty() ? root_ : opened_.back().fd.get(); }

    void push(const std::string& path) {
        const auto parts = split(path, '/');
        todo_.insert(todo_.begin(), parts.begin(), parts.end());
    }

    std::string resolved() const {
        std::string path;
        for (const auto& directory : opened_)
            path += "/" + directory.name;
        if (missing_ || file_) path += "/" + last_;
        for (const auto& name : todo_)
            path += "/" + name;
        return cleanPath("/" + path);
    }

    bool isLast() const {
        for (const auto& name : todo_)
            if (!name.empty() && name != ".") return false;
        return true;
    }

    [[noreturn]] void fail(int error) const {
        throw SystemError("resolve '" + path_ + "' in the container's root", error);
    }

    void leave() {
        if (!opened_.empty()) opened_.pop_back();
    }

    void enter(const std::string& name) {
        Fd fd(openat(top(), name.c_str(), kHandle | O_DIRECTORY));
        if (!fd && errno == ENOENT && parents_ == Parents::Create && !isLast()) {
            if (mkdirat(top(), name.c_str(), 0755) < 0 && errno != EEXIST) fail(errno);
            fd = Fd(openat(top(), name.c_str(), kHandle | O_DIRECTORY));
        }
        if (fd) {
            opened_.push_back({std::move(fd), name});
            return;
        }
        if (errno == ENOENT) {
            missing_ = true;
            parentMissing_ = !isLast();
            last_ = name;
            return;
        }
        if (errno != ENOTDIR && errno != ELOOP) fail(errno);
        enterNonDirectory(name);
    }

    void enterNonDirectory(const std::string& name) {
        const std::string content = readLinkAt(top(), name);
        if (content.empty() || (links_ == Links::KeepLast && isLast())) {
            if (!isLast()) fail(ENOTDIR);
            file_ = true;
            last_ = name;
            return;
        }
        if (links_ == Links::Refuse || ++followed_ > kMaxLinks) fail(ELOOP);
        if (content[0] == '/') opened_.clear();
        push(content);
    }

    const std::string& path_;
    const Parents parents_;
    const Links links_;
    const int root_;
    std::vector<Opened> opened_; // below the root
    std::deque<std::string> todo_;
    std::string last_;
    bool missing_ = false, parentMissing_ = false, file_ = false;
    int followed_ = 0;
};

RootedPath::RootedPath(int root, const std::string& path, Parents parents, Links links)
    : shown_(path) {
    Walk walk(root, shown_, parents, links);
    walk.run();
    walk.finish(*this);
}

void RootedPath::createDirectory(mode_t mode) {
    if (exists_) return;
    if (mkdirat(parent(), name_.c_str(), mode) < 0)
        throw SystemError("make directory '" + shown_ + "' in the container");
    exists_ = isDirectory_ = true;
}

void RootedPath::createFile(mode_t mode) {
    if (exists_) return;
    Fd file(openat(parent(), name_.c_str(),
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, mode));
    if (!file) throw SystemError("create file '" + shown_ + "' in the container");
    exists_ = true;
}

void RootedPath::replace() {
    if (exists_ && unlinkat(parent(), name_.c_str(), 0) < 0 && errno != ENOENT)
        throw SystemError("replace '" + shown_ + "' in the container");
    exists_ = false;
}

void RootedPath::createDevice(mode_t typeAndMode, dev_t device, uid_t uid, gid_t gid) {
    replace();
    if (mknodat(parent(), name_.c_str(), typeAndMode, device) < 0)
        throw SystemError("make device '" + shown_ + "' in the container");
    exists_ = true;
    isDirectory_ = false;
    if ((uid != 0 || gid != 0) &&
        fchownat(parent(), name_.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
        throw SystemError("change the owner of device '" + shown_ + "' in the container");
}

void RootedPath::createLink(const std::string& content) {
    replace();
    if (symlinkat(content.c_str(), parent(), name_.c_str()) < 0)
        throw SystemError("make link '" + shown_ + "' in the container");
    exists_ = true;
}

std::string RootedPath::path() {
    const char* name = isRoot() ? "." : name_.c_str();
    Fd fresh(openat(parent(), name, kHandle));
    struct stat status {};
    if (!fresh || fstat(fresh.get(), &status) < 0)
        throw SystemError("open '" + shown_ + "' in the container");
    if (S_ISLNK(status.st_mode)) throw SystemError("open '" + shown_ + "' in the container", ELOOP);
    open_ = std::move(fresh);
    return "/proc/self/fd/" + std::to_string(open_.get());
}

} // namespace ctrd::kernel
