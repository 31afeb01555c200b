#include "exec/setup/process.h"

#include "base/error.h"
#include "base/fd.h"
#include "exec/program_check.h"
#include "exec/setup/program.h"
#include "exec/setup/report.h"
#include "exec/setup/stdio.h"
#include "kernel/capability.h"
#include "kernel/rlimit.h"
#include "kernel/user.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS 38
#endif

namespace ctrd::exec::setup {

namespace {

constexpr off_t kMaxAccounts = 16 << 20;

// An account file of the image.  It may be missing, and is not trusted to be a file.
std::string readAccounts(const char* path) {
    Fd fd(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) < 0 || !S_ISREG(status.st_mode)) return "";
    if (status.st_size > kMaxAccounts)
        throw invalidArgument(std::string("the image's '") + path + "' is larger than 16 MiB");
    return readAll(fd.get());
}

kernel::User findUser(const ProcessSpec& process) {
    return kernel::lookUpUser(process.user, process.extraGroups, readAccounts("/etc/passwd"),
                              readAccounts("/etc/group"));
}

void becomeUser(const kernel::User& user) {
    if (setgroups(user.groups.size(), user.groups.data()) < 0)
        throw SystemError("set the supplementary groups");
    if (setgid(user.gid) < 0) throw SystemError("become group " + std::to_string(user.gid));
    if (setuid(user.uid) < 0) throw SystemError("become user " + std::to_string(user.uid));
}

void changeIdentity(const ProcessSpec& process, const kernel::User& user) {
    const auto mask = kernel::capabilityMask(process.capabilities) & kernel::heldCapabilities();
    kernel::dropFromBoundingSet(mask);
    kernel::keepCapabilities(true);
    becomeUser(user);
    kernel::keepCapabilities(false);
    kernel::setCapabilities(mask);
    if (process.noNewPrivileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        throw notSupported("this kernel cannot forbid new privileges (no PR_SET_NO_NEW_PRIVS)");
}

std::vector<std::string> withHome(std::vector<std::string> env, const std::string& home) {
    if (!environmentValue(env, "HOME").empty()) return env;
    env.erase(std::remove(env.begin(), env.end(), "HOME="), env.end());
    env.push_back("HOME=" + home);
    return env;
}

void enterWorkingDirectory(const std::string& path) {
    if (chdir(path.empty() ? "/" : path.c_str()) == 0) return;
    const SystemError failed("change to the working directory '" + path + "'");
    const bool fault = failed.errorNumber() == ENOENT || failed.errorNumber() == ENOTDIR ||
                       failed.errorNumber() == EACCES;
    if (fault) throw invalidArgument(failed.what());
    throw failed;
}

std::string programName(const ProcessSpec& process) {
    return process.args.empty() ? "" : process.args[0];
}

// Ahead of the limits, which may leave no descriptor to read the program with.  Whether the user
// may run it is told later.
void checkProgram(const ProcessSpec& process, const std::vector<std::string>& env) {
    std::string file;
    try {
        enterWorkingDirectory(process.workingDirectory);
        file = findProgram(programName(process), env);
    } catch (const Error&) {
        return; // for the user to meet
    }
    refuseNewerProgram(process, file);
}

} // namespace

void setProcAttributes(const ProcessSpec& process) {
    if (process.oomScoreAdj) {
        const std::string value = std::to_string(*process.oomScoreAdj);
        try {
            writeKernelFile("/proc/self/oom_score_adj", value);
        } catch (const SystemError& e) {
            if (e.errorNumber() != EACCES && e.errorNumber() != EINVAL) throw;
            throw invalidArgument("cannot set the OOM score adjustment to " + value +
                                  ": the range is -1000 to 1000, and lowering it takes "
                                  "CAP_SYS_RESOURCE");
        }
    }
    if (!process.label.empty()) writeKernelFile("/proc/self/attr/exec", process.label);
}

void becomeProgram(const ProcessSpec& process, const std::string& init) {
    const kernel::User user = findUser(process);
    const std::vector<std::string> env = withHome(process.env, user.home);
    if (user.uid != 0) giveStdioTo(user.uid);
    checkProgram(process, env);
    for (const auto& limit : process.rlimits)
        kernel::setRlimit(limit.name, limit.soft, limit.hard);
    changeIdentity(process, user);
    dieWithParent();
    enterWorkingDirectory(process.workingDirectory);
    const std::string file = findProgram(programName(process), env);
    announceProgram();
    if (init.empty()) runProgram(file, process.args, env);
    std::vector<std::string> args = {init, "--"};
    args.insert(args.end(), process.args.begin(), process.args.end());
    runProgram(init, args, env);
}

} // namespace ctrd::exec::setup
