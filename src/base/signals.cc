#include "base/signals.h"

#include "base/error.h"
#include "base/strings.h"

#include <csignal>

namespace ctrd {

namespace {

struct SignalName {
    const char* name;
    int number;
};

constexpr SignalName kSignals[] = {
    {"HUP", SIGHUP},       {"INT", SIGINT},     {"QUIT", SIGQUIT}, {"ILL", SIGILL},
    {"TRAP", SIGTRAP},     {"ABRT", SIGABRT},   {"IOT", SIGIOT},   {"BUS", SIGBUS},
    {"FPE", SIGFPE},       {"KILL", SIGKILL},   {"USR1", SIGUSR1}, {"SEGV", SIGSEGV},
    {"USR2", SIGUSR2},     {"PIPE", SIGPIPE},   {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD},   {"CLD", SIGCHLD},  {"CONT", SIGCONT},
    {"STOP", SIGSTOP},     {"TSTP", SIGTSTP},   {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},
    {"URG", SIGURG},       {"XCPU", SIGXCPU},   {"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM},
    {"PROF", SIGPROF},     {"WINCH", SIGWINCH}, {"IO", SIGIO},     {"POLL", SIGPOLL},
    {"PWR", SIGPWR},       {"SYS", SIGSYS},
};

// The kernel's numbers; libc's SIGRTMIN is higher because it keeps two for itself.
constexpr int kFirstRealTime = 34;
constexpr int kLastRealTime = 64;

int realTime(const std::string& name) {
    if (name == "RTMIN") return kFirstRealTime;
    if (name == "RTMAX") return kLastRealTime;
    if (startsWith(name, "RTMIN+"))
        if (const auto n = parseInt(name.substr(6))) return kFirstRealTime + static_cast<int>(*n);
    if (startsWith(name, "RTMAX-"))
        if (const auto n = parseInt(name.substr(6))) return kLastRealTime - static_cast<int>(*n);
    return 0;
}

std::string upperWithoutPrefix(const std::string& name) {
    std::string upper;
    for (const char c : name)
        upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    return startsWith(upper, "SIG") ? upper.substr(3) : upper;
}

} // namespace

int signalNumber(const std::string& name) {
    if (const auto number = parseInt(name))
        if (*number > 0 && *number <= kLastRealTime) return static_cast<int>(*number);
    const std::string upper = upperWithoutPrefix(name);
    for (const auto& s : kSignals)
        if (upper == s.name) return s.number;
    const int number = realTime(upper);
    if (number >= kFirstRealTime && number <= kLastRealTime) return number;
    throw invalidArgument("invalid signal: " + name);
}

std::string signalName(int number) {
    for (const auto& s : kSignals)
        if (s.number == number) return std::string("SIG") + s.name;
    return std::to_string(number);
}

} // namespace ctrd
