#include "kernel/probe.h"

#include "base/fd.h"
#include "base/path.h"
#include "kernel/cgroup_mounts.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::kernel {

using ctrd::testing::expectEqual;

namespace {

constexpr time_t k2026 = 1767225600;

constexpr const char* kEl6Controllers =
    "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
    "cpuset\t1\t1\t1\nns\t0\t1\t1\ncpu\t2\t1\t1\ncpuacct\t3\t1\t1\nmemory\t4\t1\t1\n"
    "devices\t5\t1\t1\nfreezer\t6\t1\t1\nblkio\t8\t1\t1\n";

constexpr const char* kEl6Mounts =
    "cgroup /cgroup/cpuset cgroup rw,relatime,cpuset 0 0\n"
    "cgroup /cgroup/cpu cgroup rw,relatime,cpu 0 0\n"
    "cgroup /cgroup/cpuacct cgroup rw,relatime,cpuacct 0 0\n"
    "cgroup /cgroup/memory cgroup rw,relatime,memory 0 0\n"
    "cgroup /cgroup/devices cgroup rw,relatime,devices 0 0\n"
    "cgroup /cgroup/freezer cgroup rw,relatime,freezer 0 0\n"
    "cgroup /cgroup/blkio cgroup rw,relatime,blkio 0 0\n";

} // namespace

// A host is a directory with the files that are read, and the facts that calls would tell.
class ProbeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProbeTest);
    CPPUNIT_TEST(aNewHostIsFine);
    CPPUNIT_TEST(el68NeedsFallbacksOnly);
    CPPUNIT_TEST(namesBuildsThatPanic);
    CPPUNIT_TEST(nothingMounted);
    CPPUNIT_TEST(switchedOffAndAbsentControllers);
    CPPUNIT_TEST(theNsSubsystem);
    CPPUNIT_TEST(limitsOfMountedControllers);
    CPPUNIT_TEST(privileges);
    CPPUNIT_TEST(oldCallsAreMissing);
    CPPUNIT_TEST(network);
    CPPUNIT_TEST(storage);
    CPPUNIT_TEST(selinux);
    CPPUNIT_TEST(certificatesAge);
    CPPUNIT_TEST(librariesByTheirFiles);
    CPPUNIT_TEST(whereControllersAre);
    CPPUNIT_TEST(whatToMount);
    CPPUNIT_TEST(asksTheRunningKernel);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        facts_ = newFacts();
        write("proc/cgroups", kEl6Controllers);
        write("proc/mounts",
              std::string(kEl6Mounts) + "cgroup /cgroup/pids cgroup rw,relatime,pids 0 0\n");
        write("proc/filesystems", "nodev\tproc\nnodev\toverlay\n\text4\n");
        write("proc/sys/kernel/cap_last_cap", "40\n");
        write("proc/sys/net/ipv4/ip_forward", "1\n");
        write("proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
        write("proc/self/oom_score_adj", "0\n");
        for (const char* file : {"memory/memory.memsw.limit_in_bytes", "memory/memory.oom_control",
                                 "cpu/cpu.cfs_quota_us", "blkio/blkio.weight"})
            write(joinPath("cgroup", file), "1\n");
        write("dev/loop-control", "");
        write("etc/pki/tls/certs/ca-bundle.crt", "");
        write("lib64/libcgroup.so.1", "");
        write("lib64/liblxc.so.1", "");
        write("lib64/libdevmapper.so.1.02", "dm_task_get_info_with_deferred_remove");
    }

    void aNewHostIsFine() {
        for (const auto& finding : probeHost(facts_, directory_.path(), k2026))
            CPPUNIT_ASSERT_MESSAGE(finding.feature + ": " + finding.found,
                                   finding.severity == Severity::Fine && finding.effect.empty() &&
                                       finding.mend.empty() && !finding.found.empty());
    }

    void el68NeedsFallbacksOnly() {
        becomeEl68();
        size_t fallbacks = 0;
        for (const auto& finding : probeHost(facts_, directory_.path(), k2026)) {
            CPPUNIT_ASSERT_MESSAGE(finding.feature, finding.severity != Severity::Fatal);
            if (finding.severity == Severity::Fine) continue;
            ++fallbacks;
            CPPUNIT_ASSERT_MESSAGE(finding.feature, !finding.effect.empty());
        }
        CPPUNIT_ASSERT(fallbacks >= 6);
        expect("hierarchies", Severity::Fine, "mounted at /cgroup");
        expect("memory", Severity::Fine, "/cgroup/memory");
        expect("pids", Severity::Fallback, "not in this kernel");
        expect("capabilities", Severity::Fallback, "0 to 33");
        expect("child subreaper", Severity::Fallback, "no");
        expect("iptables -C, --wait", Severity::Fallback, "neither");
        expect("loop devices", Severity::Fallback, "2, and no /dev/loop-control");
        expect("overlay", Severity::Fallback, "no");
    }

    void namesBuildsThatPanic() {
        const std::pair<const char*, Severity> releases[] = {
            {"2.6.32-431.23.3.el6.x86_64", Severity::Fatal},
            {"2.6.32-573.el6.x86_64", Severity::Fatal},
            {"2.6.32-573.1.1.el6.x86_64", Severity::Fine},
            {"2.6.32-642.6.2.el6.x86_64", Severity::Fine},
            {"2.6.32-5-amd64", Severity::Fine}, // another distribution's numbers
            {"6.1.0-18-amd64", Severity::Fine},
        };
        for (const auto& [release, severity] : releases) {
            facts_.release = release;
            expect("kernel build", severity, release);
        }
    }

    void nothingMounted() {
        write("proc/mounts", "proc /proc proc rw 0 0\n");
        expect("hierarchies", Severity::Fallback, "cgconfig");
        expect("devices (must be there)", Severity::Fallback, "not mounted");
        expect("pids", Severity::Fallback, "not in this kernel");
        expectNone("memory and swap");
        write("proc/mounts", "cgroup /sys/fs/cgroup/systemd cgroup rw,name=systemd 0 0\n");
        expect("hierarchies", Severity::Fallback, "cgconfig");
        write("proc/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
        expect("hierarchies", Severity::Fallback, "version 2");
        removePath(in("proc/cgroups"));
        expect("hierarchies", Severity::Fatal, "none");
        expect("devices (must be there)", Severity::Fatal, "not in this kernel");
    }

    void switchedOffAndAbsentControllers() {
        write("proc/cgroups", "memory\t0\t1\t0\nfreezer\t0\t1\t1\n");
        write("proc/mounts", "cgroup /cgroup/cpu cgroup rw,cpu 0 0\n");
        expect("memory", Severity::Fallback, "switched off", "cgroup_enable=memory");
        expect("freezer", Severity::Fallback, "not mounted", "/etc/cgconfig.conf");
        expect("devices (must be there)", Severity::Fatal, "not in this kernel");
    }

    void theNsSubsystem() {
        expectNone("the ns subsystem");
        write("proc/mounts", std::string(kEl6Mounts) + "cgroup /cgroup/ns cgroup rw,ns 0 0\n");
        expect("the ns subsystem", Severity::Fallback, "/cgroup/ns");
        write("proc/mounts", "cgroup /cgroup/all cgroup rw,ns,cpu,devices 0 0\n");
        expect("the ns subsystem", Severity::Fatal, "together with cpu, devices");
    }

    void limitsOfMountedControllers() {
        for (const char* file : {"memory/memory.memsw.limit_in_bytes", "memory/memory.oom_control",
                                 "cpu/cpu.cfs_quota_us", "blkio/blkio.weight"})
            removePath(in(joinPath("cgroup", file)));
        expect("memory and swap", Severity::Fallback, "no", "swapaccount=1");
        expect("out of memory events", Severity::Fallback, "no");
        expect("CPU quota", Severity::Fallback, "no");
        expect("blkio weight", Severity::Fallback, "no", "cfq");
    }

    void privileges() {
        facts_.capabilities &= ~(CapabilityMask(1) << 24);
        expect("privileges", Severity::Fallback, "without CAP_SYS_RESOURCE");
        facts_.isRoot = false;
        expect("privileges", Severity::Fatal, "not root", "run ctrd as root");
    }

    void oldCallsAreMissing() {
        facts_.enterable.erase(NamespaceKind::Mount);
        facts_.enterable.erase(NamespaceKind::Pid);
        expect("entering namespaces", Severity::Fallback, "not for mnt, pid", "EL6.7");
        facts_.enterable.clear();
        expect("entering namespaces", Severity::Fatal, "not for mnt, uts, ipc, net, pid");
        facts_.made.erase(NamespaceKind::Ipc);
        expect("namespaces", Severity::Fatal, "no new ipc");
        facts_.noNewPrivileges = false;
        expect("no new privileges", Severity::Fallback, "no");
        facts_.openFiles = 1024;
        expect("open files", Severity::Fallback, "1024", "ulimit -n");
        removePath(in("proc/self/oom_score_adj"));
        expect("OOM score", Severity::Fallback, "oom_score_adj");
    }

    void network() {
        facts_.bridgeProblem = "cannot make the bridge 'trial0': Package not installed";
        expect("bridge and veth", Severity::Fallback, "Package not installed", "modprobe");
        facts_.iptablesWait = false;
        expect("iptables -C, --wait", Severity::Fallback, "no --wait");
        facts_.iptables = "";
        facts_.iptablesProblem = "no usable iptables";
        expect("iptables", Severity::Fatal, "no usable iptables", "--iptables=false");
        expectNone("iptables -C, --wait");
        write("proc/sys/net/ipv4/ip_forward", "0\n");
        expect("IP forwarding", Severity::Fallback, "off", "sysctl.conf");
        write("proc/sys/net/bridge/bridge-nf-call-iptables", "0\n");
        expect("bridge-nf-call-iptables", Severity::Fallback, "off", "sysctl.conf");
    }

    void storage() {
        write("proc/filesystems", "\text4\n");
        expect("overlay", Severity::Fallback, "no");
        write("lib/modules/" + facts_.release + "/modules.dep",
              "kernel/fs/overlayfs/overlay.ko:\nkernel/drivers/md/dm-mod.ko:\n");
        expect("overlay", Severity::Fallback, "not loaded", "modprobe overlay");
        expect("device mapper", Severity::Fine, "not loaded");
        write("proc/misc", "236 device-mapper\n");
        expect("device mapper", Severity::Fine, "yes");
        removePath(in("dev/loop-control"));
        expect("loop devices", Severity::Fallback, "0, and no /dev/loop-control", "modprobe loop");
    }

    void selinux() {
        expect("SELinux", Severity::Fine, "off");
        expectNone("SELinux types");
        write("selinux/enforce", "1");
        write("etc/selinux/config", "# a comment\nSELINUX=enforcing\nSELINUXTYPE=mls\n");
        expect("SELinux", Severity::Fine, "enforcing, /selinux");
        expect("SELinux types", Severity::Fallback, "/etc/selinux/mls/contexts/lxc_contexts");
        write("etc/selinux/mls/contexts/lxc_contexts", "");
        expect("SELinux types", Severity::Fine, "mls");
        write("sys/fs/selinux/enforce", "0");
        expect("SELinux", Severity::Fine, "permissive, /sys/fs/selinux");
        expectNone("virus scanner");
        write("proc/modules", "ext4 1 2 - Live 0x0\nsymev_rh_ES_6 1 0 - Live 0x0\n");
        expect("virus scanner", Severity::Fallback, "symev_rh_ES_6 is loaded");
    }

    void certificatesAge() {
        const std::string bundle = in("etc/pki/tls/certs/ca-bundle.crt");
        const timespec y2020[] = {{1580515200, 0}, {1580515200, 0}};
        CPPUNIT_ASSERT_EQUAL(0, utimensat(AT_FDCWD, bundle.c_str(), y2020, 0));
        expect("CA certificates", Severity::Fallback, "of 2020-02-01", "ca-certificates");
        removePath(bundle);
        expect("CA certificates", Severity::Fallback, "none");
    }

    void librariesByTheirFiles() {
        write("lib64/libdevmapper.so.1.02", "an older one");
        expect("libdevmapper", Severity::Fallback, "without deferred removal", "1.02.90");
        removePath(in("lib64/libdevmapper.so.1.02"));
        expect("libdevmapper", Severity::Fallback, "not found");
        removePath(in("lib64/liblxc.so.1"));
        expect("liblxc", Severity::Fallback, "not found");
        removePath(in("lib64/libcgroup.so.1"));
        expect("libcgroup", Severity::Fatal, "not found");
    }

    void whereControllersAre() {
        using Places = std::map<std::string, std::string>;
        const Places apart = {{"cpu", "/cgroup/a b"}, {"cpuacct", "/cgroup/a b"}, {"memory", "/m"}};
        CPPUNIT_ASSERT(apart == cgroupMountPoints("cgroup /sys/x cgroup rw,name=systemd 0 0\n"
                                                  "cgroup /u cgroup2 rw,devices 0 0\n"
                                                  "x /cgroup/a\\040b cgroup rw,cpuacct,cpu 0 0\n"
                                                  "m /m cgroup rw,relatime,memory 0 0\n"
                                                  "m /again cgroup rw,memory 0 0\n"));
        expectEqual("/cgroup/blkio", cgroupMountPoints(kEl6Mounts)["blkio"]);
    }

    void whatToMount() {
        using Names = std::vector<std::string>;
        const Names all = {"devices", "memory", "cpu", "cpuacct", "cpuset", "blkio", "freezer"};
        CPPUNIT_ASSERT(all == controllersToMount("proc /proc proc rw 0 0\n", kEl6Controllers));
        // A named hierarchy holds no controller, and the unified one is none of ours.
        CPPUNIT_ASSERT(all == controllersToMount("cgroup /x cgroup rw,name=systemd 0 0\n"
                                                 "cgroup2 /y cgroup2 rw 0 0\n",
                                                 kEl6Controllers));
        CPPUNIT_ASSERT(controllersToMount(kEl6Mounts, kEl6Controllers).empty());
        CPPUNIT_ASSERT(Names{"devices"} ==
                       controllersToMount("cgroup /x cgroup rw,cpu 0 0\n", kEl6Controllers));
        CPPUNIT_ASSERT(controllersToMount("", "devices\t0\t1\t0\n").empty());
    }

    void asksTheRunningKernel() {
        const KernelFacts facts = askKernel();
        CPPUNIT_ASSERT(!facts.release.empty() && !facts.libc.empty());
        CPPUNIT_ASSERT(facts.lastCapability >= 33 && facts.openFiles > 0);
        CPPUNIT_ASSERT(facts.iptables.empty() != facts.iptablesProblem.empty());
    }

private:
    static KernelFacts newFacts() {
        KernelFacts facts;
        facts.release = "6.1.0-18-amd64";
        facts.isRoot = true;
        facts.lastCapability = 40;
        facts.capabilities = ~CapabilityMask(0);
        facts.made = facts.enterable = {NamespaceKind::Mount, NamespaceKind::Uts,
                                        NamespaceKind::Ipc, NamespaceKind::Net, NamespaceKind::Pid};
        facts.subreaper = facts.noNewPrivileges = true;
        facts.iptables = "/sbin/iptables";
        facts.iptablesVersion = "iptables v1.8.9";
        facts.iptablesCheck = facts.iptablesWait = true;
        facts.openFiles = 65536;
        facts.libc = "2.36";
        return facts;
    }

    void becomeEl68() {
        facts_.release = "2.6.32-642.6.2.el6.x86_64";
        facts_.lastCapability = 33;
        facts_.subreaper = false;
        facts_.iptablesVersion = "iptables v1.4.7";
        facts_.iptablesCheck = facts_.iptablesWait = false;
        facts_.libc = "2.12";
        write("proc/mounts", kEl6Mounts);
        write("proc/filesystems", "nodev\tproc\n\text4\n");
        removePath(in("dev/loop-control"));
        write("dev/loop0", "");
        write("dev/loop1", "");
        write("dev/loopback", "");
    }

    std::string in(const std::string& path) const { return joinPath(directory_.path(), path); }

    void write(const std::string& path, const std::string& content) {
        makeDirs(dirName(in(path)));
        writeAll(openFile(in(path), O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), content);
    }

    std::optional<Finding> find(const std::string& feature) {
        for (const auto& finding : probeHost(facts_, directory_.path(), k2026))
            if (finding.feature == feature) return finding;
        return std::nullopt;
    }

    void expect(const std::string& feature, Severity severity, const std::string& found,
                const std::string& mend = "") {
        const auto finding = find(feature);
        CPPUNIT_ASSERT_MESSAGE("no " + feature, finding.has_value());
        CPPUNIT_ASSERT_MESSAGE(feature + ": " + finding->found, finding->severity == severity);
        CPPUNIT_ASSERT_MESSAGE(finding->found, finding->found.find(found) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(finding->mend, finding->mend.find(mend) != std::string::npos);
    }

    void expectNone(const std::string& feature) {
        CPPUNIT_ASSERT_MESSAGE(feature, !find(feature).has_value());
    }

    TempDir directory_;
    KernelFacts facts_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProbeTest);

} // namespace ctrd::kernel
