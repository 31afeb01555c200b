// Limits, and what is told about their use.

#include "base/strings.h"
#include "kernel/capability.h"
#include "kernel/cgroup.h"
#include "kernel/namespace.h"
#include "root/exec/box.h"

#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

namespace ctrd::exec::testing {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

constexpr int64_t kMiB = 1 << 20;

// Writes 64 MiB to a tmpfs, which counts as the writer's memory.
constexpr const char* kEatMemory = "dd if=/dev/zero of=/dev/shm/x bs=1M count=60";

Fd newNetworkNamespace() {
    using kernel::NamespaceKind;
    const Fd own = kernel::openNamespace(getpid(), NamespaceKind::Net);
    kernel::unshareNamespace(NamespaceKind::Net);
    Fd fresh = kernel::openNamespace(getpid(), NamespaceKind::Net);
    kernel::enterNamespace(own.get(), NamespaceKind::Net);
    return fresh;
}

bool mounted(const std::string& controller) {
    return !kernel::openCgroupTree()->mountPoint(controller).empty();
}

} // namespace

EXEC_CASE(memoryLimitKills) {
    box.command.resources.memory = 16 * kMiB;
    box.command.resources.memorySwap = 16 * kMiB;
    box.start({"sh", "-c", kEatMemory});
    expectEqual(std::to_string(16 * kMiB), box.cgroupFile("memory", "memory.limit_in_bytes"));
    const Result result = box.finish();
    CPPUNIT_ASSERT(result.status.code != 0);
    CPPUNIT_ASSERT(result.status.oomKilled);
}

EXEC_CASE(memoryEventIsTold) {
    box.command.resources.memory = 16 * kMiB;
    box.command.resources.memorySwap = 16 * kMiB;
    box.startSh(std::string("echo ready; read x < /dev/ptmx & sleep 0.2; ") + kEatMemory);
    pollfd event{box.driver().oomEvent(), POLLIN, 0};
    CPPUNIT_ASSERT(event.fd >= 0);
    CPPUNIT_ASSERT_EQUAL(event.fd, box.driver().oomEvent());
    CPPUNIT_ASSERT_EQUAL(1, poll(&event, 1, 10000));
    uint64_t count = 0;
    CPPUNIT_ASSERT_EQUAL(ssize_t(8), read(event.fd, &count, 8));
    CPPUNIT_ASSERT(count > 0);
    box.finish();
}

EXEC_CASE(memoryTooSmallToStart) {
    box.command.resources.memory = 4096;
    box.command.resources.memorySwap = 4096;
    expectStartError(125, ErrorKind::Internal, "memory limit too small",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(notKilledForMemoryWithoutNeed) {
    box.command.resources.memory = 64 * kMiB;
    const Result result = box.sh("dd if=/dev/zero of=/dev/shm/x bs=1M count=4");
    CPPUNIT_ASSERT_EQUAL(0, result.status.code);
    CPPUNIT_ASSERT(!result.status.oomKilled);
}

EXEC_CASE(processorLimits) {
    auto& resources = box.command.resources;
    resources.cpuShares = 512;
    resources.cpuPeriod = 50000;
    resources.cpuQuota = 25000;
    resources.cpusetCpus = "0";
    box.start({"cat", "/proc/self/status"});
    expectEqual("512", box.cgroupFile("cpu", "cpu.shares"));
    expectEqual("50000", box.cgroupFile("cpu", "cpu.cfs_period_us"));
    expectEqual("25000", box.cgroupFile("cpu", "cpu.cfs_quota_us"));
    const Result result = box.finish();
    CPPUNIT_ASSERT(result.out.find("Cpus_allowed_list:\t0\n") != std::string::npos);
}

EXEC_CASE(cpusetThatIsNotThere) {
    box.command.resources.cpusetCpus = "4000";
    expectStartError(125, ErrorKind::InvalidArgument, "cpuset.cpus' to '4000'",
                     [&] { box.run({"true"}); });
}

// This kernel may have no such file: a warning then, no failure.
EXEC_CASE(blkioWeight) {
    box.command.resources.blkioWeight = 500;
    CPPUNIT_ASSERT_EQUAL(0, box.run({"true"}).status.code);
}

// A loop device is a block device on every kernel, whether or not a file is behind it.
EXEC_CASE(blockDeviceRates) {
    if (!exists("/sys/fs/cgroup/blkio/blkio.throttle.read_bps_device")) return;
    if (!exists("/sys/block/loop0")) return;
    auto& resources = box.command.resources;
    resources.readBytesRate = {{7, 0, 1048576}};
    resources.writeBytesRate = {{7, 0, 2097152}};
    resources.readOperationsRate = {{7, 0, 100}};
    resources.writeOperationsRate = {{7, 0, 200}};
    box.startSh("echo ready; exec sleep 100");
    box.expectOutput("ready");
    const auto file = [&](const char* name) { return box.cgroupFile("blkio", name); };
    expectEqual("7:0 1048576", file("blkio.throttle.read_bps_device"));
    expectEqual("7:0 2097152", file("blkio.throttle.write_bps_device"));
    expectEqual("7:0 100", file("blkio.throttle.read_iops_device"));
    expectEqual("7:0 200", file("blkio.throttle.write_iops_device"));
    box.driver().signal(SIGKILL);
    box.finish();
}

EXEC_CASE(sysctlsOfItsNamespaces) {
    box.networkNamespace = newNetworkNamespace();
    box.command.sysctls = {{"kernel/shmmni", "77"}, {"net/ipv4/ip_forward", "1"}};
    const std::string host = readFile("/proc/sys/kernel/shmmni");
    const Result result = box.sh(
        "cat /proc/sys/kernel/shmmni /proc/sys/net/ipv4/ip_forward;"
        "echo 78 > /proc/sys/kernel/shmmni || echo read-only");
    expectEqual("77\n1\nread-only\n", result.out);
    expectEqual(host, readFile("/proc/sys/kernel/shmmni"));
}

EXEC_CASE(sysctlsThatCannotBeSet) {
    box.command.sysctls = {{"kernel/no_such", "1"}};
    expectStartError(125, ErrorKind::InvalidArgument, "none of that name",
                     [&] { box.run({"true"}); });
    box.expectNothingLeft();
    box.command.sysctls = {{"kernel/shmmni", "many"}};
    expectStartError(125, ErrorKind::InvalidArgument, "'kernel/shmmni' to 'many'",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(processCountLimit) {
    if (!mounted("pids")) return;
    box.command.resources.pidsLimit = 4;
    box.startSh("sleep 100 & sleep 100 & sleep 100 & sleep 100 & echo not reached");
    const Result result = box.finish();
    CPPUNIT_ASSERT_MESSAGE(result.err, result.err.find("can't fork") != std::string::npos);
}

EXEC_CASE(deviceRules) {
    // The node is there; what the rules do not name cannot be opened.
    const Result result = box.sh(
        "mknod /kmsg c 1 11; cat /kmsg; echo $?;"
        "head -c 1 /dev/urandom | wc -c");
    expectEqual("1\n1\n", result.out);
    CPPUNIT_ASSERT_MESSAGE(result.err,
                           result.err.find("Operation not permitted") != std::string::npos);
}

EXEC_CASE(updateWhileRunning) {
    box.command.resources.memory = 32 * kMiB;
    box.command.resources.memorySwap = 64 * kMiB;
    box.startSh("echo ready; exec sleep 100");
    box.expectOutput("ready");
    kernel::Resources grown;
    grown.memory = 128 * kMiB; // above the old memory + swap: that limit must go up first
    grown.memorySwap = 256 * kMiB;
    grown.cpuShares = 77;
    box.driver().update(grown);
    expectEqual(std::to_string(128 * kMiB), box.cgroupFile("memory", "memory.limit_in_bytes"));
    expectEqual("77", box.cgroupFile("cpu", "cpu.shares"));
    kernel::Resources shrunk;
    shrunk.memory = 16 * kMiB;
    shrunk.memorySwap = 16 * kMiB;
    box.driver().update(shrunk);
    expectEqual(std::to_string(16 * kMiB), box.cgroupFile("memory", "memory.memsw.limit_in_bytes"));
    kernel::Resources wrong;
    wrong.memory = 512 * kMiB;
    expectError(ErrorKind::InvalidArgument, "raise that in the same request",
                [&] { box.driver().update(wrong); });
    box.driver().signal(SIGKILL);
    box.finish();
}

EXEC_CASE(updateBelowWhatIsInUse) {
    box.command.resources.memory = 64 * kMiB;
    box.command.resources.memorySwap = 64 * kMiB;
    box.startSh(
        "dd if=/dev/zero of=/dev/shm/x bs=1M count=20 2>/dev/null; echo ready; exec sleep 9");
    box.expectOutput("ready");
    kernel::Resources shrunk;
    shrunk.memory = 8 * kMiB; // without swap there is nowhere to put the rest
    shrunk.memorySwap = 8 * kMiB;
    expectError(ErrorKind::Conflict, "more than that is in use",
                [&] { box.driver().update(shrunk); });
    expectEqual(std::to_string(64 * kMiB), box.cgroupFile("memory", "memory.limit_in_bytes"));
    box.driver().signal(SIGKILL);
    box.finish();
}

EXEC_CASE(statistics) {
    box.command.resources.memory = 64 * kMiB;
    box.startSh(
        "dd if=/dev/zero of=/dev/shm/x bs=1M count=8 2>/dev/null; i=0;"
        "while [ $i -lt 20000 ]; do i=$((i+1)); done; echo ready; exec sleep 100");
    box.expectOutput("ready");
    const kernel::Stats stats = box.driver().stats();
    CPPUNIT_ASSERT(stats.cpuTotal > 1000000);
    CPPUNIT_ASSERT(!stats.cpuPerCpu.empty());
    CPPUNIT_ASSERT(stats.memoryUsage > uint64_t(8 * kMiB));
    CPPUNIT_ASSERT_EQUAL(uint64_t(64 * kMiB), stats.memoryLimit);
    CPPUNIT_ASSERT(!stats.memoryStat.empty());
    if (mounted("pids")) CPPUNIT_ASSERT_EQUAL(uint64_t(box.entry().initStays ? 2 : 1), stats.pids);
    CPPUNIT_ASSERT(stats.networks.empty()); // the host's network is not the container's
    box.driver().signal(SIGKILL);
    box.finish();
}

EXEC_CASE(ulimits) {
    box.command.process.rlimits = {{"nofile", 100, 200}, {"core", 0, 0}};
    expectEqual("100\n200\n0\n", box.sh("ulimit -Sn; ulimit -Hn; ulimit -c").out);
}

EXEC_CASE(ulimitAboveWhatMayBeGranted) {
    // No process may have more files than fs.nr_open, with whatever capabilities.
    const auto most = parseInt(trim(readFile("/proc/sys/fs/nr_open"))).value();
    box.command.process.rlimits = {{"nofile", 10, static_cast<uint64_t>(most) + 1}};
    expectStartError(125, ErrorKind::InvalidArgument,
                     "ulimit nofile=10:", [&] { box.run({"true"}); });
    box.expectNothingLeft();
    box.command.process.rlimits = {{"nofile", 20, 10}};
    expectStartError(125, ErrorKind::InvalidArgument, "the soft limit is above the hard one",
                     [&] { box.run({"true"}); });
    box.expectNothingLeft();
    box.command.process.rlimits = {{"files", 20, 10}};
    expectStartError(125, ErrorKind::InvalidArgument, "invalid ulimit type: files",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(oomScore) {
    box.command.process.oomScoreAdj = 500;
    expectEqual("500\n", box.run({"cat", "/proc/self/oom_score_adj"}).out);
    box.command.process.oomScoreAdj = 5000;
    expectStartError(125, ErrorKind::InvalidArgument, "OOM score", [&] { box.run({"true"}); });
}

EXEC_CASE(capabilities) {
    const auto sets = [&] {
        return box.run({"grep", "-E", "Cap(Prm|Eff|Bnd)", "/proc/self/status"}).out;
    };
    expectEqual("CapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n",
                sets());
    box.command.process.capabilities = {"CAP_KILL"};
    expectEqual("CapPrm:\t0000000000000020\nCapEff:\t0000000000000020\nCapBnd:\t0000000000000020\n",
                sets());
    box.command.process.user = "ann"; // loses them by execve, but not what a setuid program gets
    expectEqual("CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000020\n",
                sets());
}

// What this daemon does not hold itself is left out, and may not stop a start.
EXEC_CASE(capabilitiesBeyondOurs) {
    box.command.process.capabilities = {"CAP_SYS_RESOURCE", "CAP_KILL", "CAP_OF_THE_FUTURE"};
    CPPUNIT_ASSERT_EQUAL(0, box.run({"true"}).status.code);
    box.command.process.capabilities = kernel::allCapabilities();
    const Result result = box.run({"grep", "CapEff", "/proc/self/status"});
    CPPUNIT_ASSERT_MESSAGE(result.out,
                           readFile("/proc/self/status").find(result.out) != std::string::npos);
}

EXEC_CASE(noNewPrivileges) {
    box.command.process.noNewPrivileges = true;
    expectEqual("NoNewPrivs:\t1\n", box.run({"grep", "NoNewPrivs", "/proc/self/status"}).out);
}

} // namespace ctrd::exec::testing
