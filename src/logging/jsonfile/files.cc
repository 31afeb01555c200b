#include "logging/jsonfile/files.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::logging::jsonfile {

namespace {

// The highest N of the files X.N; 0 where there is none.
int oldestAge(const std::string& path) {
    const std::string prefix = baseName(path) + ".";
    int oldest = 0;
    for (const auto& name : listDir(dirName(path))) {
        if (!startsWith(name, prefix)) continue;
        if (const auto age = parseInt(std::string_view(name).substr(prefix.size())))
            oldest = std::max(oldest, static_cast<int>(*age));
    }
    return oldest;
}

bool isLinked(const LogFile& file) {
    struct stat status {};
    return fstat(file.fd.get(), &status) == 0 && status.st_nlink > 0;
}

} // namespace

std::string rotatedName(const std::string& path, int age) {
    return age == 0 ? path : path + "." + std::to_string(age);
}

void rotate(const std::string& path, int maxFiles) {
    removePath(rotatedName(path, maxFiles - 1));
    for (int age = maxFiles - 2; age >= 0; --age) {
        const std::string from = rotatedName(path, age), to = rotatedName(path, age + 1);
        if (std::rename(from.c_str(), to.c_str()) < 0 && errno != ENOENT)
            throw SystemError("rotate '" + from + "'");
    }
}

LogFile openLogFile(const std::string& path) {
    LogFile file;
    file.fd = Fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file.fd) {
        if (errno == ENOENT) return file;
        throw SystemError("open '" + path + "'");
    }
    if (fstat(file.fd.get(), &status) < 0) throw SystemError("read the status of '" + path + "'");
    file.device = status.st_dev;
    file.inode = status.st_ino;
    file.size = status.st_size;
    return file;
}

std::vector<LogFile> openLogFiles(const std::string& path) {
    std::vector<LogFile> files;
    // Newest first, as renames move files the same way: one that moves meanwhile is met again,
    // never passed by.
    const int oldest = oldestAge(path) + 1;
    for (int age = 0; age <= oldest; ++age) {
        LogFile file = openLogFile(rotatedName(path, age));
        const auto isSame = [&](const LogFile& other) { return file.sameAs(other); };
        if (file && std::none_of(files.begin(), files.end(), isSame))
            files.push_back(std::move(file));
    }
    std::reverse(files.begin(), files.end());
    return files;
}

LogFile openSuccessor(const std::string& path, const LogFile& current) {
    for (;;) {
        std::vector<LogFile>
            younger; // than the age being looked at; empty ones where a name is free
        const int oldest = oldestAge(path) + 1;
        for (int age = 0; age <= oldest; ++age) {
            LogFile file = openLogFile(rotatedName(path, age));
            // A free name below `current` is a rotation half done: its file comes next.
            if (file && file.sameAs(current))
                return age == 0 ? LogFile{} : std::move(younger.back());
            younger.push_back(std::move(file));
        }
        // Not met: it was removed, or files moved faster than they could be looked at.
        if (isLinked(current)) continue;
        while (!younger.empty() && !younger.back())
            younger.pop_back();
        return younger.empty() ? LogFile{} : std::move(younger.back());
    }
}

} // namespace ctrd::logging::jsonfile
