#include "volume/usage.h"

#include "base/error.h"
#include "base/fd.h"

#include <memory>
#include <set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::volume {

namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
};

class Counter {
public:
    // `fd` is an open directory.
    void addDirectory(Fd fd) {
        const std::unique_ptr<DIR, CloseDir> dir(fdopendir(fd.get()));
        if (!dir) return;
        fd.release();
        while (const dirent* entry = readdir(dir.get())) {
            const std::string name = entry->d_name;
            if (name != "." && name != "..") add(dirfd(dir.get()), name);
        }
    }

    int64_t bytes() const { return bytes_; }

private:
    void add(int directory, const std::string& name) {
        struct stat st;
        if (fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0) return;
        if (S_ISDIR(st.st_mode)) {
            Fd below(openat(directory, name.c_str(), kDirectory));
            if (below) addDirectory(std::move(below));
        } else if (S_ISREG(st.st_mode) &&
                   (st.st_nlink == 1 || linked_.emplace(st.st_dev, st.st_ino).second)) {
            bytes_ += st.st_size;
        }
    }

    std::set<std::pair<dev_t, ino_t>> linked_;
    int64_t bytes_ = 0;
};

} // namespace

int64_t usedBytes(const std::string& directory) {
    Counter counter;
    counter.addDirectory(openFile(directory, kDirectory));
    return counter.bytes();
}

} // namespace ctrd::volume
