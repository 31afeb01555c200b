#include "kernel/rlimit.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"
#include "kernel/capability.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <linux/capability.h>
#include <sys/resource.h>

#ifndef RLIMIT_RTTIME // the oldest C libraries served lack it
#define RLIMIT_RTTIME 15
#endif

namespace ctrd::kernel {

namespace {

constexpr const char* kMostOpenFiles = "/proc/sys/fs/nr_open";

struct Name {
    const char* name;
    int number;
};
constexpr Name kNames[] = {
    {"as", RLIMIT_AS},           {"core", RLIMIT_CORE},
    {"cpu", RLIMIT_CPU},         {"data", RLIMIT_DATA},
    {"fsize", RLIMIT_FSIZE},     {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE},
    {"nice", RLIMIT_NICE},       {"nofile", RLIMIT_NOFILE},
    {"nproc", RLIMIT_NPROC},     {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},   {"rttime", RLIMIT_RTTIME},
    {"stack", RLIMIT_STACK},     {"sigpending", RLIMIT_SIGPENDING},
};

std::string text(uint64_t value) {
    return value == UINT64_MAX ? "unlimited" : std::to_string(value);
}

__rlimit_resource_t resourceOf(const std::string& name) {
    const auto* const found = std::find_if(std::begin(kNames), std::end(kNames),
                                           [&](const Name& n) { return name == n.name; });
    if (found == std::end(kNames)) throw invalidArgument("invalid ulimit type: " + name);
    return static_cast<__rlimit_resource_t>(found->number);
}

Error refusal(const std::string& name, uint64_t soft, uint64_t hard) {
    const std::string doing = "cannot set ulimit " + name + "=" + text(soft) + ":" + text(hard);
    if (soft > hard) return invalidArgument(doing + ": the soft limit is above the hard one");
    rlimit now{};
    getrlimit(resourceOf(name), &now);
    return invalidArgument(doing + ": ctrd's own hard limit is " + text(now.rlim_max) +
                           " and may not be raised here (that takes CAP_SYS_RESOURCE, and nofile "
                           "ends at the sysctl fs.nr_open)");
}

bool maySet(__rlimit_resource_t resource, uint64_t soft, uint64_t hard) {
    if (soft > hard) return false;
    if (resource == RLIMIT_NOFILE) {
        const auto most = parseInt(trim(readFile(kMostOpenFiles)));
        if (most && hard > static_cast<uint64_t>(*most)) return false;
    }
    rlimit now{};
    getrlimit(resource, &now);
    return hard <= now.rlim_max || (heldCapabilities() >> CAP_SYS_RESOURCE & 1) != 0;
}

} // namespace

void setRlimit(const std::string& name, uint64_t soft, uint64_t hard) {
    const rlimit wanted{soft, hard};
    if (setrlimit(resourceOf(name), &wanted) == 0) return;
    if (errno != EINVAL && errno != EPERM) throw SystemError("set ulimit " + name);
    throw refusal(name, soft, hard);
}

void checkRlimit(const std::string& name, uint64_t soft, uint64_t hard) {
    if (!maySet(resourceOf(name), soft, hard)) throw refusal(name, soft, hard);
}

} // namespace ctrd::kernel
