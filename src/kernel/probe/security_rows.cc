#include "base/path.h"
#include "base/strings.h"
#include "kernel/probe/rows.h"

#include <ctime>
#include <iterator>

#include <sys/stat.h>

namespace ctrd::kernel::probe {

namespace {

// EL6 mounts it at /selinux, everything newer below /sys.
constexpr const char* kSelinuxMounts[] = {"/sys/fs/selinux", "/selinux"};
constexpr const char* kSelinuxConfig = "/etc/selinux/config";

// Bundles of certificate authorities: Red Hat's, Debian's.
constexpr const char* kBundles[] = {"/etc/pki/tls/certs/ca-bundle.crt",
                                    "/etc/ssl/certs/ca-certificates.crt"};
// End of September 2021, when the root that most registries' certificates hung on expired.
constexpr time_t kRootExpired = 1633010400;

// Modules of virus scanners that make the kernel refuse mounts and execs in containers at random.
constexpr const char* kScanners[] = {"symev", "symap"};

std::string selinuxMount(const Host& host) {
    for (const char* place : kSelinuxMounts)
        if (host.has(joinPath(place, "enforce"))) return place;
    return "";
}

// "targeted" of a line SELINUXTYPE=targeted.
std::string policyName(const Host& host) {
    for (const auto& line : split(host.text(kSelinuxConfig), '\n'))
        if (startsWith(line, "SELINUXTYPE=")) return trim(line.substr(12));
    return "targeted";
}

std::optional<Verdict> selinux(const Host& host) {
    const std::string place = selinuxMount(host);
    if (place.empty()) return fine("off");
    const bool enforcing = host.text(joinPath(place, "enforce")) == "1";
    return fine((enforcing ? "enforcing, " : "permissive, ") + place);
}

std::optional<Verdict> contexts(const Host& host) {
    if (selinuxMount(host).empty()) return std::nullopt;
    const std::string file = "/etc/selinux/" + policyName(host) + "/contexts/lxc_contexts";
    if (host.has(file)) return fine(file);
    return fallback("no " + file, "the policy names no types for containers",
                    "yum update selinux-policy-targeted");
}

std::optional<Verdict> scanners(const Host& host) {
    for (const auto& line : split(host.text("/proc/modules"), '\n'))
        for (const char* scanner : kScanners)
            if (startsWith(line, scanner))
                return fallback(line.substr(0, line.find(' ')) + " is loaded",
                                "starts may fail with 'Invalid argument' for no reason to be seen",
                                "unload it, or exclude ctrd's directories from its scans");
    return std::nullopt;
}

std::string day(time_t time) {
    struct tm parts {};
    char text[32];
    gmtime_r(&time, &parts);
    strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return text;
}

std::optional<Verdict> authorities(const Host& host) {
    for (const char* bundle : kBundles) {
        struct stat status {};
        if (stat(host.path(bundle).c_str(), &status) < 0) continue;
        const std::string found = std::string("of ") + day(status.st_mtime);
        if (status.st_mtime >= kRootExpired || host.now < kRootExpired) return fine(found);
        return fallback(
            found, "registries' certificates may seem expired or unknown",
            "yum update ca-certificates, or copy a newer bundle to " + std::string(bundle));
    }
    return fallback("none", "no registry can be spoken to over HTTPS",
                    "yum install ca-certificates");
}

constexpr Row kRows[] = {
    {"SELinux", selinux},
    {"SELinux types", contexts},
    {"virus scanner", scanners},
    {"CA certificates", authorities},
};

} // namespace

Area securityArea() {
    return {"Security", kRows, std::size(kRows)};
}

} // namespace ctrd::kernel::probe
