#include "base/path.h"
#include "base/strings.h"
#include "kernel/cgroup_mounts.h"
#include "kernel/probe/rows.h"

#include <iterator>

namespace ctrd::kernel::probe {

namespace {

// The fourth column of /proc/cgroups.
enum class Built { No, SwitchedOff, Yes };

Built builtIn(const Host& host, const std::string& controller) {
    for (const auto& line : split(host.text("/proc/cgroups"), '\n')) {
        const auto words = splitWords(line);
        if (words.size() >= 4 && words[0] == controller)
            return words[3] == "0" ? Built::SwitchedOff : Built::Yes;
    }
    return Built::No;
}

bool hasUnifiedHierarchy(const Host& host) {
    for (const auto& mount : host.mounts())
        if (mount.type == "cgroup2") return true;
    return false;
}

// The mount point of one controller, whichever there is; "" where nobody mounted any.  A hierarchy
// with nothing but a name (systemd's) has none.
std::string anyMountPoint(const Host& host) {
    for (const char* name : {"devices", "memory", "cpu", "cpuset", "freezer", "blkio"})
        if (std::string place = host.mountPoint(name); !place.empty()) return place;
    return "";
}

std::optional<Verdict> hierarchies(const Host& host) {
    const std::string place = anyMountPoint(host);
    if (!place.empty()) return fine("mounted at " + dirName(place));
    if (!host.has("/proc/cgroups"))
        return fatal("none", "no container can be started",
                     "use a kernel that is built with control groups");
    const std::string found = hasUnifiedHierarchy(host)
                                  ? "only the unified one (version 2)"
                                  : "none is mounted: the cgconfig service does not run";
    return fallback(found,
                    std::string("ctrd mounts them below ") + kCgroupPlace + " when it starts",
                    "service cgconfig start; chkconfig cgconfig on");
}

// Where a controller is, or why it is not; ctrd can run without all but one of them.
Verdict controller(const Host& host, const std::string& name, const std::string& loss,
                   bool mandatory) {
    const std::string place = host.mountPoint(name);
    if (!place.empty()) return fine(place);
    const Built built = builtIn(host, name);
    const auto missing = mandatory ? fatal : fallback;
    if (built == Built::No) return missing("not in this kernel", loss, "");
    if (built == Built::SwitchedOff)
        return missing(
            "switched off", loss,
            "boot without cgroup_disable=" + name + " (or with cgroup_enable=" + name + ")");
    if (mandatory || anyMountPoint(host).empty())
        return fallback("not mounted", "ctrd mounts it when it starts",
                        "service cgconfig start, with " + name + " in /etc/cgconfig.conf");
    return fallback("not mounted", loss,
                    "add '" + name + " = /cgroup/" + name +
                        ";' to /etc/cgconfig.conf and restart cgconfig before ctrd");
}

std::optional<Verdict> devices(const Host& host) {
    return controller(host, "devices", "no container can be started", true);
}

std::optional<Verdict> memory(const Host& host) {
    return controller(host, "memory", "limits of memory are left out with a warning", false);
}

std::optional<Verdict> cpu(const Host& host) {
    return controller(host, "cpu", "CPU shares and quotas are left out with a warning", false);
}

std::optional<Verdict> cpuacct(const Host& host) {
    return controller(host, "cpuacct", "'stats' shows no use of CPU", false);
}

std::optional<Verdict> cpuset(const Host& host) {
    return controller(host, "cpuset", "--cpuset-cpus is left out with a warning", false);
}

std::optional<Verdict> blkio(const Host& host) {
    return controller(host, "blkio",
                      "'stats' shows no disk input and output, limits of it are left "
                      "out",
                      false);
}

std::optional<Verdict> freezer(const Host& host) {
    return controller(host, "freezer", "'pause' is refused", false);
}

std::optional<Verdict> pids(const Host& host) {
    return controller(host, "pids",
                      "--pids-limit is left out with a warning; --ulimit nproc counts "
                      "per user instead",
                      false);
}

// Every clone into new namespaces makes a group of its own in that hierarchy and puts the process
// there; nothing else may then put it elsewhere.
std::optional<Verdict> nsSubsystem(const Host& host) {
    const std::string place = host.mountPoint("ns");
    if (place.empty()) return std::nullopt;
    const auto others = host.mountedWith("ns");
    const std::string mend = "take ns out of /etc/cgconfig.conf, restart cgconfig, then ctrd";
    if (others.empty())
        return fallback("mounted at " + place,
                        "the kernel leaves an empty group there for every container", mend);
    return fatal("mounted together with " + join(others, ", "),
                 "the kernel refuses to put containers into their groups", mend);
}

// A limit that a mounted controller has or not.
std::optional<Verdict> limitFile(const Host& host, const std::string& controller,
                                 const std::string& file, const Verdict& missing) {
    const std::string place = host.mountPoint(controller);
    if (place.empty()) return std::nullopt;
    if (host.has(joinPath(place, file))) return fine("yes");
    return missing;
}

std::optional<Verdict> swapAccounting(const Host& host) {
    return limitFile(host, "memory", "memory.memsw.limit_in_bytes",
                     fallback("no", "memory is limited without swap, with a warning",
                              "boot with swapaccount=1"));
}

std::optional<Verdict> oomControl(const Host& host) {
    return limitFile(host, "memory", "memory.oom_control",
                     fallback("no",
                              "--oom-kill-disable is left out; an end for want of memory shows as "
                              "exit code 137 only",
                              ""));
}

std::optional<Verdict> cpuQuota(const Host& host) {
    return limitFile(host, "cpu", "cpu.cfs_quota_us",
                     fallback("no",
                              "--cpus and --cpu-quota are left out with a warning; "
                              "--cpu-shares works",
                              "yum update kernel, or a kernel with CONFIG_CFS_BANDWIDTH"));
}

std::optional<Verdict> blkioWeight(const Host& host) {
    return limitFile(host, "blkio", "blkio.weight",
                     fallback("no", "--blkio-weight is left out with a warning",
                              "use the I/O scheduler cfq (bfq on newer kernels)"));
}

constexpr Row kRows[] = {
    {"hierarchies", hierarchies},
    {"devices (must be there)", devices},
    {"memory", memory},
    {"memory and swap", swapAccounting},
    {"out of memory events", oomControl},
    {"cpu", cpu},
    {"CPU quota", cpuQuota},
    {"cpuacct", cpuacct},
    {"cpuset", cpuset},
    {"blkio", blkio},
    {"blkio weight", blkioWeight},
    {"freezer", freezer},
    {"pids", pids},
    {"the ns subsystem", nsSubsystem},
};

} // namespace

Area cgroupArea() {
    return {"Control groups", kRows, std::size(kRows)};
}

} // namespace ctrd::kernel::probe
