#include "base/process.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/path.h"
#include "base/strings.h"

#include <cerrno>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace ctrd {

namespace {

// argv and envp as C wants them; points into the strings given.
std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (const auto& s : strings)
        result.push_back(const_cast<char*>(s.c_str()));
    result.push_back(nullptr);
    return result;
}

// A source number that is also the target of another pair would be overwritten before its turn, so
// every source moves above all targets first.  The copies are close-on-exec and ours to close.
std::vector<Fd> liftedSources(const Process::Options& options) {
    int floor = 3;
    for (const auto& pair : options.fds)
        floor = std::max(floor, pair.second + 1);
    std::vector<Fd> lifted;
    for (const auto& pair : options.fds) {
        lifted.emplace_back(fcntl(pair.first, F_DUPFD_CLOEXEC, floor));
        if (!lifted.back()) throw SystemError("duplicate a descriptor for a child process");
    }
    return lifted;
}

void setAttributes(posix_spawnattr_t& attributes, const Process::Options& options) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef POSIX_SPAWN_SETSID
    if (options.newSession) flags |= POSIX_SPAWN_SETSID;
#else
    if (options.newSession) flags |= POSIX_SPAWN_SETPGROUP; // glibc before 2.26
#endif
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, flags);
}

} // namespace

bool WaitStatus::exited() const {
    return WIFEXITED(raw);
}
bool WaitStatus::signalled() const {
    return WIFSIGNALED(raw);
}
int WaitStatus::code() const {
    return WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
}

Process& Process::operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
}

Process::~Process() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

Process Process::spawn(const std::vector<std::string>& argv, const Options& options) {
    const auto lifted = liftedSources(options);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    Finally destroyActions([&] { posix_spawn_file_actions_destroy(&actions); });
    for (size_t i = 0; i < lifted.size(); ++i)
        posix_spawn_file_actions_adddup2(&actions, lifted[i].get(), options.fds[i].second);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    Finally destroyAttributes([&] { posix_spawnattr_destroy(&attributes); });
    setAttributes(attributes, options);
    const auto args = pointers(argv);
    const auto env = pointers(options.env);
    char* const* envp = options.keepEnv ? environ : env.data();
    Process process;
    const int error =
        posix_spawnp(&process.pid_, argv[0].c_str(), &actions, &attributes, args.data(), envp);
    if (error != 0) {
        process.pid_ = -1;
        throw SystemError("run '" + argv[0] + "'", error);
    }
    return process;
}

WaitStatus Process::wait() {
    WaitStatus status;
    pid_t done;
    do
        done = waitpid(pid_, &status.raw, 0);
    while (done < 0 && errno == EINTR);
    if (done < 0) throw SystemError("wait for process " + std::to_string(pid_));
    pid_ = -1;
    return status;
}

void Process::kill(int signal) const {
    if (pid_ > 0) ::kill(pid_, signal);
}

std::string runCommand(const std::vector<std::string>& argv, const std::string& input) {
    Pipe in = Pipe::create(), out = Pipe::create(), err = Pipe::create();
    Process::Options options;
    options.fds = {{in.readEnd.get(), 0}, {out.writeEnd.get(), 1}, {err.writeEnd.get(), 2}};
    Process process = Process::spawn(argv, options);
    in.readEnd.reset();
    out.writeEnd.reset();
    err.writeEnd.reset();
    std::string errors;
    std::thread errorReader([&] { errors = readAll(err.readEnd.get()); });
    std::thread writer([&, fd = std::move(in.writeEnd)] {
        try {
            writeAll(fd.get(), input);
        } catch (const SystemError&) {
            // A helper that ends without reading its input says why by its exit code.
        }
    });
    Finally joinThreads([&] {
        writer.join();
        errorReader.join();
    });
    std::string output = readAll(out.readEnd.get());
    writer.join();
    errorReader.join();
    joinThreads.dismiss();
    const int code = process.wait().code();
    if (code != 0)
        throw internalError("'" + join(argv, " ") + "' failed with code " + std::to_string(code) +
                            ": " + trim(errors));
    return output;
}

} // namespace ctrd
