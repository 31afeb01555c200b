#include "cli/exit_code.h"

#include "base/strings.h"
#include "cli/command.h"

namespace ctrd::cli {

namespace {

struct Words {
    const char* text;
    int code;
};

// Said anywhere, in lower case, it can only be the program that is meant.
constexpr Words kAnywhere[] = {
    {"executable file not found", kExitNoProgram},
    {"exec format error", kExitNotExecutable},
};

// Other things than the program may be missing or forbidden: these count behind kRunning only.
constexpr Words kBehindRunning[] = {
    {"no such file or directory", kExitNoProgram},
    {"permission denied", kExitNotExecutable},
    {"is a directory", kExitNotExecutable},
    {"or newer, and this host runs", kExitNotExecutable},
};

// ctrd's words for a program that cannot be executed, and those of Docker's.
constexpr const char* kRunning[] = {"cannot run '", "exec: "};

template <size_t N>
int codeOf(const Words (&list)[N], const std::string& text) {
    for (const Words& words : list)
        if (text.find(words.text) != std::string::npos) return words.code;
    return kExitUsage;
}

} // namespace

int exitCodeOf(const std::exception& failure) {
    if (dynamic_cast<const ApiError*>(&failure) != nullptr) return kExitFailure;
    const auto* error = dynamic_cast<const Error*>(&failure);
    const bool usage = error != nullptr && error->kind() == ErrorKind::InvalidArgument;
    return usage ? kExitUsage : kExitFailure;
}

int exitCodeOfStart(const std::exception& failure) {
    const auto* refusal = dynamic_cast<const ApiError*>(&failure);
    if (refusal == nullptr) return kExitUsage;
    if (refusal->exitCode()) return *refusal->exitCode();
    const std::string text = toLower(refusal->what());
    for (const char* running : kRunning) {
        const size_t at = text.find(running);
        if (at == std::string::npos) continue;
        const int code = codeOf(kBehindRunning, text.substr(at));
        if (code != kExitUsage) return code;
    }
    return codeOf(kAnywhere, text);
}

} // namespace ctrd::cli
