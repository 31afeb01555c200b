#include "api/wire/check_text.h"
#include "base/json.h"
#include "base/path.h"
#include "cli/commands.h"

#include <cerrno>
#include <climits>

#include <unistd.h>

namespace ctrd::cli {

namespace {

constexpr const char* kDaemon = "ctrd";

const Option kOptions[] = {
    {"json", 0, OptionKind::Flag, "false", nullptr, "print JSON for a program"},
};

// Beside this program (a build tree), or wherever root finds it.
void executeDaemon(bool json) {
    char own[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", own, sizeof own);
    const std::string directory =
        length > 0 ? dirName(std::string(own, static_cast<size_t>(length))) : "/usr/bin";
    for (const auto& place : {directory, joinPath(dirName(directory), "sbin"),
                              std::string("/usr/sbin"), std::string("/usr/local/sbin")}) {
        const std::string program = joinPath(place, kDaemon);
        ::execl(program.c_str(), kDaemon, "--check", json ? "--json" : nullptr, nullptr);
    }
}

int check(Context& context, const Arguments& arguments) {
    const bool json = arguments.flag("json");
    Json report;
    try {
        report = context.api().get("/check");
    } catch (const Error& e) {
        if (!isDaemonGone(e) || context.host().kind != Host::Kind::Unix) throw;
        context.complain("no daemon answers at " + context.host().url() +
                         "; this is what 'ctrd --check' says of this host");
        executeDaemon(json);
        throw;
    }
    const size_t width = context.width();
    context.print(json ? dumpJson(report) + "\n" : api::wire::checkText(report, width, width > 0));
    return getBool(report, "Ok") ? 0 : kExitFailure;
}

} // namespace

const Command kCheck = {
    "check",
    "Daemon",
    "",
    "show what the daemon's host can do, and how to mend what it cannot",
    "Asks the daemon for each prerequisite of containers on its host: what was found, what ctrd "
    "does where it is missing, and how to mend that. A line that is 'fine' needs nothing, "
    "'fallback' means that ctrd does it in another way or does without, and 'fatal' that no "
    "container can run, or that running one endangers the host.\n\n"
    "Where no daemon answers on this host, 'ctrd --check' is run instead, which says the same.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "0\tcontainers can run there\n"
    "1\tthey cannot, or the daemon could not be asked",
    "$ ctr check\n"
    "Kernel\n"
    "  fine      kernel build     2.6.32-754.35.1.el6.x86_64\n"
    "  fallback  pids             not in this kernel\n"
    "                             so --pids-limit is left out with a warning\n"
    "...",
    check,
};

} // namespace ctrd::cli
