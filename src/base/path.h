#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace ctrd {

// "a/b" of "a" and "b"; one slash between, an empty part adds nothing.
std::string joinPath(const std::string& a, const std::string& b);
template <typename... More>
std::string joinPath(const std::string& a, const std::string& b, const More&... more) {
    return joinPath(joinPath(a, b), more...);
}

// Lexical, without the disk: "." and ".." and double slashes resolved, never above "/" of an
// absolute path; "" becomes ".".
std::string cleanPath(const std::string& path);
std::string baseName(const std::string& path);
std::string dirName(const std::string& path);

// lstat succeeds (exists) and says directory (isDirectory); other failures read as "no".
bool exists(const std::string& path);
bool isDirectory(const std::string& path);
bool isRegularFile(const std::string& path);

// All below throw SystemError that names the path.
// As `mkdir -p`; what exists stays as it is.
void makeDirs(const std::string& path, mode_t mode = 0755);
void makeDir(const std::string& path, mode_t mode = 0755);
void renamePath(const std::string& from, const std::string& to);
// Removes a file, link or empty directory; nothing where it is not there.
void removePath(const std::string& path);
// Removes a tree without following links or crossing into what is mounted below it (EBUSY then);
// nothing where it is not there.
void removeTree(const std::string& path);
// Names in a directory without "." and "..", sorted; empty where the directory is not there.
std::vector<std::string> listDir(const std::string& path);
void fsyncPath(const std::string& path);

// A directory of its own that is removed with everything in it.
class TempDir {
public:
    // Below `parent`, or below $TMPDIR or /tmp where that is "".
    explicit TempDir(const std::string& parent = "");
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir();

    const std::string& path() const { return path_; }
    // The directory stays; the caller owns it from now on.
    std::string release();

private:
    std::string path_;
};

} // namespace ctrd
