#include "kernel/probe/rows.h"

#include <iterator>

namespace ctrd::kernel::probe {

namespace {

constexpr const char* kBridgeFilter = "/proc/sys/net/bridge/bridge-nf-call-iptables";

std::optional<Verdict> wires(const Host& host) {
    if (host.facts.bridgeProblem.empty()) return fine("made and joined in a trial");
    return fallback(host.facts.bridgeProblem, "only --net=host and --net=none work (ctrd -b none)",
                    "modprobe bridge veth");
}

std::optional<Verdict> iptables(const Host& host) {
    const KernelFacts& facts = host.facts;
    if (!facts.iptables.empty()) return fine(facts.iptables + ", " + facts.iptablesVersion);
    return fatal(facts.iptablesProblem, "ctrd does not start with a bridge of its own",
                 "yum install iptables, or start ctrd with --iptables=false");
}

std::optional<Verdict> iptablesOptions(const Host& host) {
    const KernelFacts& facts = host.facts;
    if (facts.iptables.empty()) return std::nullopt;
    if (facts.iptablesCheck && facts.iptablesWait) return fine("both");
    const char* found = facts.iptablesCheck  ? "no --wait"
                        : facts.iptablesWait ? "no -C"
                                             : "neither -C nor --wait";
    return fallback(found,
                    "rules are compared as iptables-save prints them, under a lock of ctrd's own; "
                    "what another program changes at that moment is seen and done again",
                    "");
}

std::optional<Verdict> forwarding(const Host& host) {
    if (host.text("/proc/sys/net/ipv4/ip_forward") == "1") return fine("on");
    return fallback("off",
                    "ctrd switches it on when it starts, unless told --ip-forward=false; 'service "
                    "network restart' switches it off again",
                    "net.ipv4.ip_forward = 1 in /etc/sysctl.conf");
}

std::optional<Verdict> bridgeFilter(const Host& host) {
    if (!host.has(kBridgeFilter)) return fine("not there: no bridge was loaded yet");
    if (host.text(kBridgeFilter) == "1") return fine("on");
    return fallback("off", "--icc=false does not part containers on one bridge",
                    "net.bridge.bridge-nf-call-iptables = 1 in /etc/sysctl.conf");
}

constexpr Row kRows[] = {
    {"bridge and veth", wires},
    {"iptables", iptables},
    {"iptables -C, --wait", iptablesOptions},
    {"IP forwarding", forwarding},
    {"bridge-nf-call-iptables", bridgeFilter},
};

} // namespace

Area networkArea() {
    return {"Network", kRows, std::size(kRows)};
}

} // namespace ctrd::kernel::probe
