#include "base/strings.h"
#include "kernel/probe/rows.h"

#include <iterator>

namespace ctrd::kernel::probe {

namespace {

// Containers make older builds of EL6 panic; 2.6.32-573.1.1 has the repair.
constexpr const char* kOldKernel = "2.6.32-";
const std::vector<long long> kFirstGoodBuild = {573, 1, 1};

constexpr int kAuditRead = 37; // the newest capability that people ask for by name
constexpr uint64_t kFewOpenFiles = 4096;

constexpr NamespaceKind kKinds[] = {NamespaceKind::Mount, NamespaceKind::Uts, NamespaceKind::Ipc,
                                    NamespaceKind::Net, NamespaceKind::Pid};

// {573, 1, 1} of "2.6.32-573.1.1.el6.x86_64"; empty for any other kernel.
std::vector<long long> enterpriseBuild(const std::string& release) {
    std::vector<long long> numbers;
    if (!startsWith(release, kOldKernel) || release.find(".el6") == std::string::npos)
        return numbers;
    for (const auto& part : split(release.substr(std::string(kOldKernel).size()), '.')) {
        const auto number = parseInt(part);
        if (!number) break;
        numbers.push_back(*number);
    }
    return numbers;
}

std::optional<Verdict> build(const Host& host) {
    const auto numbers = enterpriseBuild(host.facts.release);
    if (numbers.empty() || numbers >= kFirstGoodBuild) return fine(host.facts.release);
    return fatal(host.facts.release,
                 "containers run, but this build is known to panic under their load, and then the "
                 "whole host is down",
                 "yum update kernel (2.6.32-573.1.1 or newer) and reboot");
}

std::string missingFrom(const std::set<NamespaceKind>& have) {
    std::vector<std::string> missing;
    for (const auto kind : kKinds)
        if (have.count(kind) == 0) missing.emplace_back(namespaceName(kind));
    return join(missing, ", ");
}

std::optional<Verdict> privileges(const Host& host) {
    if (!host.facts.isRoot)
        return fatal("not root", "no container can be started", "run ctrd as root");
    std::vector<std::string> missing;
    for (int number = 0; number <= host.facts.lastCapability; ++number)
        if ((host.facts.capabilities >> number & 1) == 0) missing.push_back(capabilityName(number));
    if (missing.empty()) return fine("root with all capabilities");
    return fallback("root without " + join(missing, ", "),
                    "no container gets these, --privileged ones neither; without SYS_RESOURCE hard "
                    "limits cannot be raised",
                    "start ctrd from a shell or service that has them");
}

std::optional<Verdict> capabilities(const Host& host) {
    const int last = host.facts.lastCapability;
    std::string found = "0 to " + std::to_string(last);
    if (!host.has("/proc/sys/kernel/cap_last_cap")) found += ", asked one by one";
    if (last >= kAuditRead) return fine(found);
    return fallback(found,
                    "--cap-add of a newer one is refused; ALL and --privileged give those that are "
                    "there",
                    "");
}

std::optional<Verdict> namespaces(const Host& host) {
    const std::string missing = missingFrom(host.facts.made);
    if (missing.empty()) return fine("mnt, uts, ipc, net, pid");
    return fatal("no new " + missing, "no container can be started",
                 host.facts.isRoot ? "use a kernel that is built with these namespaces"
                                   : "run this as root to be sure");
}

std::optional<Verdict> entering(const Host& host) {
    const std::string missing = missingFrom(host.facts.enterable);
    if (missing.empty()) return fine("mnt, uts, ipc, net, pid");
    for (const auto kind : {NamespaceKind::Net, NamespaceKind::Uts, NamespaceKind::Ipc})
        if (host.facts.enterable.count(kind) == 0)
            return fatal("not for " + missing, "no container can be connected to a network",
                         "use a kernel that has the system call setns");
    return fallback("not for " + missing,
                    "a container's own ctrd-init, as its process 1, starts what 'exec' runs; "
                    "--pid=container:X is refused",
                    "yum update kernel (EL6.7's has it) and reboot");
}

std::optional<Verdict> subreaper(const Host& host) {
    if (host.facts.subreaper) return fine("yes");
    return fallback("no", "the monitor starts everything itself and stays its parent", "");
}

std::optional<Verdict> noNewPrivileges(const Host& host) {
    if (host.facts.noNewPrivileges) return fine("yes");
    return fallback("no", "--security-opt no-new-privileges is refused at the start", "");
}

std::optional<Verdict> oomScore(const Host& host) {
    if (host.has("/proc/self/oom_score_adj")) return fine("yes");
    return fallback("no /proc/PID/oom_score_adj", "--oom-score-adj is refused at the start", "");
}

std::optional<Verdict> openFiles(const Host& host) {
    const std::string limit = std::to_string(host.facts.openFiles);
    if (host.facts.openFiles >= kFewOpenFiles) return fine(limit);
    return fallback(limit,
                    "containers get the same limit unless they have a --ulimit nofile, and ctrd "
                    "itself serves fewer than that at once",
                    "'ulimit -n 65536' in /etc/sysconfig/ctrd");
}

constexpr Row kRows[] = {
    {"kernel build", build},
    {"privileges", privileges},
    {"capabilities", capabilities},
    {"namespaces", namespaces},
    {"entering namespaces", entering},
    {"child subreaper", subreaper},
    {"no new privileges", noNewPrivileges},
    {"OOM score", oomScore},
    {"open files", openFiles},
};

} // namespace

Area kernelArea() {
    return {"Kernel", kRows, std::size(kRows)};
}

} // namespace ctrd::kernel::probe
