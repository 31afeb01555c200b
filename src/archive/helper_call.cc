#include "archive/helper_call.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/places.h"
#include "base/process.h"
#include "base/strings.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

constexpr const char* kHelper = "ctrd-helper";
// Fewer changes between writer and reader; where it is not allowed, 64 KiB do too.
constexpr int kPipeBytes = 1 << 20;

std::string program; // "" as long as nobody has set it

// A helper that gives up leaves us writing into a pipe without a reader; that shall be an error of
// write(2), whatever the program does with SIGPIPE elsewhere.
class PipeSignalBlocked {
public:
    PipeSignalBlocked() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
    }
    PipeSignalBlocked(const PipeSignalBlocked&) = delete;
    PipeSignalBlocked& operator=(const PipeSignalBlocked&) = delete;
    ~PipeSignalBlocked() {
        if (sigismember(&old_, SIGPIPE) != 0) return;
        const struct timespec none = {};
        sigtimedwait(&pipe_, nullptr, &none);
        pthread_sigmask(SIG_SETMASK, &old_, nullptr);
    }

private:
    sigset_t pipe_, old_;
};

// Until the archive ends or the helper wants no more of it.
void feed(Source& from, int to) {
    const PipeSignalBlocked blocked;
    std::vector<char> buffer(kStreamBuffer);
    while (const size_t n = from.read(buffer.data(), buffer.size())) {
        try {
            writeAll(to, buffer.data(), n);
        } catch (const SystemError& e) {
            if (e.errorNumber() == EPIPE) return;
            throw;
        }
    }
}

std::string resultOf(const std::string& answer, WaitStatus status) {
    const auto words = splitOnce(answer.substr(0, answer.find('\n')), ' ');
    if (words && words->first == "ok" && status.raw == 0) return words->second;
    if (words && words->first != "ok") throw Error(kindFromName(words->first), words->second);
    throw internalError("'" + helperProgram() + "' ended with code " +
                        std::to_string(status.code()) + " and without an answer");
}

} // namespace

void setHelperProgram(const std::string& path) {
    program = path;
}

std::string helperProgram() {
    if (!program.empty()) return program;
    char self[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    if (length > 0) {
        std::string beside =
            joinPath(dirName(std::string(self, static_cast<size_t>(length))), kHelper);
        if (access(beside.c_str(), X_OK) == 0) return beside;
    }
    return joinPath(places::kPrograms, kHelper);
}

std::string callHelper(const HelperCall& call) {
    std::vector<std::string> argv = {helperProgram()};
    argv.insert(argv.end(), call.args.begin(), call.args.end());
    Pipe in = Pipe::create(), answer = Pipe::create(), out = Pipe::create();
    fcntl(in.writeEnd.get(), F_SETPIPE_SZ, kPipeBytes);
    fcntl(out.writeEnd.get(), F_SETPIPE_SZ, kPipeBytes);
    Process::Options child;
    child.fds = call.fds;
    child.fds.emplace_back(in.readEnd.get(), 0);
    child.fds.emplace_back(answer.writeEnd.get(), 1);
    if (call.output != nullptr) child.fds.emplace_back(out.writeEnd.get(), kHelperOutput);
    child.keepEnv = false;
    Process helper = Process::spawn(argv, child);
    in.readEnd.reset();
    answer.writeEnd.reset();
    out.writeEnd.reset();
    if (call.input != nullptr) feed(*call.input, in.writeEnd.get());
    in.writeEnd.reset();
    if (call.output != nullptr) {
        FdSource from(out.readEnd.get());
        copyAll(from, *call.output);
    }
    const std::string line = readAll(answer.readEnd.get());
    return resultOf(line, helper.wait());
}

int64_t callHelper(const std::vector<std::string>& args, Source& input) {
    HelperCall call;
    call.args = args;
    call.input = &input;
    const std::string answer = callHelper(call);
    if (const auto number = parseInt(answer)) return *number;
    throw internalError("'" + helperProgram() + "' answered '" + answer + "'");
}

} // namespace ctrd::archive
