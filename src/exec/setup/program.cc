#include "exec/setup/program.h"

#include "base/path.h"
#include "base/strings.h"
#include "exec/driver.h"

#include <cerrno>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::exec::setup {

namespace {

constexpr int kCannotRun = 126;
constexpr int kNotThere = 127;
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// In the words of Go's library, which Docker's clients look for to tell 127 from 126.
std::string reason(int error) {
    std::string text = std::strerror(error);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] + 32);
    return text;
}

StartError cannotRun(const std::string& name, int error) {
    const bool missing = error == ENOENT || error == ENOTDIR;
    return {ErrorKind::InvalidArgument, "cannot run '" + name + "': " + reason(error),
            missing ? kNotThere : kCannotRun};
}

// 0 or the errno that execve would give.
int executable(const std::string& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) < 0) return errno;
    if (S_ISDIR(status.st_mode)) return EISDIR;
    if (!S_ISREG(status.st_mode)) return EACCES;
    return access(file.c_str(), X_OK) == 0 ? 0 : errno;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (const auto& s : strings)
        result.push_back(const_cast<char*>(s.c_str()));
    result.push_back(nullptr);
    return result;
}

} // namespace

std::string findProgram(const std::string& name, const std::vector<std::string>& env) {
    if (name.empty()) throw StartError(ErrorKind::InvalidArgument, "no command specified", 125);
    if (containsChar(name, '/')) {
        if (const int error = executable(name)) throw cannotRun(name, error);
        return name;
    }
    std::string path = environmentValue(env, "PATH");
    if (path.empty()) path = kDefaultPath;
    bool denied = false;
    for (const auto& directory : split(path, ':')) {
        std::string file = joinPath(directory.empty() ? "." : directory, name);
        const int error = executable(file);
        if (error == 0) return file;
        denied |= error == EACCES;
    }
    if (denied) throw cannotRun(name, EACCES);
    throw StartError(ErrorKind::InvalidArgument,
                     "cannot run '" + name + "': executable file not found in $PATH", kNotThere);
}

void runProgram(const std::string& file, const std::vector<std::string>& args,
                const std::vector<std::string>& env) {
    const auto argv = pointers(args);
    const auto envp = pointers(env);
    execve(file.c_str(), argv.data(), envp.data());
    const int error = errno;
    if (error != ENOENT) throw cannotRun(file, error);
    throw StartError(ErrorKind::InvalidArgument,
                     "cannot run '" + file +
                         "': no such file or directory (the file is there: what is missing is its "
                         "interpreter or dynamic loader)",
                     kNotThere);
}

std::string environmentValue(const std::vector<std::string>& env, const std::string& name) {
    std::string value;
    for (const auto& entry : env)
        if (startsWith(entry, name + "=")) value = entry.substr(name.size() + 1);
    return value;
}

} // namespace ctrd::exec::setup
