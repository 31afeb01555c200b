#include "kernel/cgroup.h"

#include "kernel/cgroup/files.h"
#include "kernel/cgroup/freezer.h"
#include "kernel/cgroup/oom.h"
#include "unit/kernel/fake_cgroups.h"
#include "unit/testing/expect.h"

namespace ctrd::kernel {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;
using testing::FakeCgroupTree;

class CgroupTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CgroupTest);
    CPPUNIT_TEST(needsDevices);
    CPPUNIT_TEST(devicesAloneAreEnough);
    CPPUNIT_TEST(refusesTheRootAndUncleanPaths);
    CPPUNIT_TEST(createsSharedHierarchiesOnce);
    CPPUNIT_TEST(inheritsCpusetsDownTheTree);
    CPPUNIT_TEST(writesLimits);
    CPPUNIT_TEST(zeroLeavesAlone);
    CPPUNIT_TEST(missingFilesAreNoFailure);
    CPPUNIT_TEST(writesDeviceRulesInOrder);
    CPPUNIT_TEST(memoryGrowsFromTheTop);
    CPPUNIT_TEST(memoryAloneAboveSwapIsRefused);
    CPPUNIT_TEST(usesTheOtherWeight);
    CPPUNIT_TEST(entersByTasksOrProcs);
    CPPUNIT_TEST(listsPidsOfGroupsBelow);
    CPPUNIT_TEST(readsStats);
    CPPUNIT_TEST(readsBlkioOfWhateverScheduler);
    CPPUNIT_TEST(knowsOomKills);
    CPPUNIT_TEST(knowsFrozen);
    CPPUNIT_TEST(destroyRemovesEverywhere);
    CPPUNIT_TEST_SUITE_END();

public:
    void needsDevices() {
        FakeCgroupTree tree(directory_.path(), {"memory", "cpu"});
        expectError(ErrorKind::NotSupported, "'devices' is not mounted",
                    [&] { Cgroup(tree, "/ctrd/x").create({}); });
    }

    void devicesAloneAreEnough() {
        FakeCgroupTree tree(directory_.path(), {"devices"});
        Cgroup group(tree, "/ctrd/x");
        Resources resources;
        resources.memory = 4 << 20;
        resources.cpuShares = 5;
        resources.pidsLimit = 5;
        group.create(resources); // what cannot be kept is a warning
        CPPUNIT_ASSERT(group.exists());
        expectEqual("", group.directory("memory"));
        CPPUNIT_ASSERT(group.pids().empty());
        expectError(ErrorKind::NotSupported, "freezer", [&] { group.freeze(); });
        group.thaw();
        CPPUNIT_ASSERT(!group.isFrozen());
    }

    void refusesTheRootAndUncleanPaths() {
        FakeCgroupTree tree(directory_.path(), {"devices"});
        for (const char* path : {"", "/", "ctrd/x", "/ctrd/../..", "/ctrd//x", "/ctrd/x/"})
            expectError(ErrorKind::InvalidArgument, "no path of a cgroup",
                        [&] { Cgroup group(tree, path); });
    }

    void createsSharedHierarchiesOnce() {
        FakeCgroupTree tree(directory_.path(), {"devices"});
        tree.mount("cpu", "cpu,cpuacct");
        tree.mount("cpuacct", "cpu,cpuacct");
        Cgroup group(tree, "/ctrd/x");
        group.create({});
        CPPUNIT_ASSERT_EQUAL(size_t(2), tree.created.size());
        CPPUNIT_ASSERT_EQUAL(size_t(2), group.directories().size());
    }

    void inheritsCpusetsDownTheTree() {
        FakeCgroupTree tree(directory_.path(), {"devices", "cpuset"});
        tree.write("cpuset", "cpuset.cpus", "0-3\n");
        tree.write("cpuset", "cpuset.mems", "0\n");
        tree.offer("cpuset", "cpuset.cpus", "\n");
        tree.offer("cpuset", "cpuset.mems", "\n");
        Resources resources;
        resources.cpusetCpus = "1";
        Cgroup(tree, "/a/b/c").create(resources);
        expectEqual("0-3", tree.read("cpuset", "a/cpuset.cpus"));
        expectEqual("0-3", tree.read("cpuset", "a/b/cpuset.cpus"));
        // The fake file keeps the tail of what was inherited before.
        expectEqual("1", tree.read("cpuset", "a/b/c/cpuset.cpus").substr(0, 1));
        expectEqual("0", tree.read("cpuset", "a/b/c/cpuset.mems").substr(0, 1));
    }

    void writesLimits() {
        FakeCgroupTree tree(directory_.path(), {"devices", "cpu", "memory", "blkio", "pids"});
        tree.offer("cpu", "cpu.shares", "");
        tree.offer("cpu", "cpu.cfs_period_us", "");
        tree.offer("cpu", "cpu.cfs_quota_us", "");
        tree.offer("memory", "memory.limit_in_bytes", "");
        tree.offer("memory", "memory.memsw.limit_in_bytes", "99999999999");
        tree.offer("memory", "memory.soft_limit_in_bytes", "");
        tree.offer("memory", "memory.swappiness", "");
        tree.offer("memory", "memory.oom_control", "");
        tree.offer("blkio", "blkio.weight", "");
        tree.offer("pids", "pids.max", "");
        Resources r;
        r.cpuShares = 512;
        r.cpuPeriod = 1000;
        r.cpuQuota = -1;
        r.memory = 1 << 20;
        r.memoryReservation = 4096;
        r.memorySwappiness = 0;
        r.oomKillDisable = true;
        r.blkioWeight = 500;
        r.pidsLimit = -1;
        Cgroup(tree, "/x").create(r);
        expectEqual("512", tree.read("cpu", "x/cpu.shares"));
        expectEqual("1000", tree.read("cpu", "x/cpu.cfs_period_us"));
        expectEqual("-1", tree.read("cpu", "x/cpu.cfs_quota_us"));
        expectEqual("1048576", tree.read("memory", "x/memory.limit_in_bytes"));
        expectEqual("4096", tree.read("memory", "x/memory.soft_limit_in_bytes"));
        expectEqual("0", tree.read("memory", "x/memory.swappiness"));
        expectEqual("1", tree.read("memory", "x/memory.oom_control"));
        expectEqual("500", tree.read("blkio", "x/blkio.weight"));
        expectEqual("max", tree.read("pids", "x/pids.max"));
    }

    void zeroLeavesAlone() {
        FakeCgroupTree tree(directory_.path(), {"devices", "cpu"});
        tree.offer("cpu", "cpu.shares", "1024");
        tree.offer("cpu", "cpu.cfs_quota_us", "-1");
        Cgroup group(tree, "/x");
        Resources resources;
        resources.cpuQuota = 5000;
        group.create(resources);
        expectEqual("1024", tree.read("cpu", "x/cpu.shares"));
        expectEqual("5000", tree.read("cpu", "x/cpu.cfs_quota_us"));
    }

    void missingFilesAreNoFailure() {
        FakeCgroupTree tree(directory_.path(), {"devices", "blkio", "memory"});
        tree.offer("memory", "memory.limit_in_bytes", "");
        Resources resources;
        resources.blkioWeight = 300;
        resources.memory = 1 << 20;
        resources.memorySwap = 1 << 20; // memory.memsw.* is missing without swap accounting
        Cgroup(tree, "/x").create(resources);
        expectEqual("1048576", tree.read("memory", "x/memory.limit_in_bytes"));
    }

    void writesDeviceRulesInOrder() {
        FakeCgroupTree tree(directory_.path(), {"devices"});
        tree.offer("devices", "devices.allow", "");
        tree.offer("devices", "devices.deny", "");
        Resources resources;
        resources.devices = {{'a', -1, -1, "rwm", false}, {'c', 136, -1, "rw", true}};
        Cgroup(tree, "/x").create(resources);
        expectEqual("a", tree.read("devices", "x/devices.deny"));
        expectEqual("c 136:* rw", tree.read("devices", "x/devices.allow"));
    }

    void memoryGrowsFromTheTop() {
        FakeCgroupTree tree(directory_.path(), {"devices", "memory"});
        tree.offer("memory", "memory.limit_in_bytes", "100");
        tree.offer("memory", "memory.memsw.limit_in_bytes", "200");
        Cgroup group(tree, "/x");
        group.create({});
        Resources grown;
        grown.memory = 300;
        grown.memorySwap = -1;
        group.set(grown);
        expectEqual("300", tree.read("memory", "x/memory.limit_in_bytes"));
        expectEqual("-1", tree.read("memory", "x/memory.memsw.limit_in_bytes").substr(0, 2));
    }

    void memoryAloneAboveSwapIsRefused() {
        FakeCgroupTree tree(directory_.path(), {"devices", "memory"});
        tree.offer("memory", "memory.limit_in_bytes", "100");
        tree.offer("memory", "memory.memsw.limit_in_bytes", "200");
        Cgroup group(tree, "/x");
        group.create({});
        Resources grown;
        grown.memory = 300;
        expectError(ErrorKind::InvalidArgument, "memory and swap together, 200",
                    [&] { group.set(grown); });
    }

    void usesTheOtherWeight() {
        FakeCgroupTree tree(directory_.path(), {"devices", "blkio"});
        tree.offer("blkio", "blkio.bfq.weight", "");
        Resources resources;
        resources.blkioWeight = 300;
        Cgroup(tree, "/x").create(resources);
        expectEqual("300", tree.read("blkio", "x/blkio.bfq.weight"));
    }

    void entersByTasksOrProcs() {
        FakeCgroupTree tree(directory_.path(), {"devices", "cpu"});
        tree.offer("devices", "tasks", "");
        tree.offer("cpu", "cgroup.procs", "");
        Cgroup group(tree, "/x");
        group.create({});
        enterCgroup(group.directories());
        expectEqual("0", tree.read("devices", "x/tasks"));
        expectEqual("0", tree.read("cpu", "x/cgroup.procs"));
    }

    void listsPidsOfGroupsBelow() {
        FakeCgroupTree tree(directory_.path(), {"devices"});
        Cgroup group(tree, "/x");
        group.create({});
        tree.create("/x/below", {"devices"});
        tree.write("devices", "x/cgroup.procs", "30\n20\n");
        tree.write("devices", "x/below/tasks", "10\n");
        CPPUNIT_ASSERT((std::vector<pid_t>{10, 20, 30}) == group.pids());
    }

    void readsStats() {
        FakeCgroupTree tree(directory_.path(), {"devices", "cpu", "cpuacct", "memory", "pids"});
        tree.offer("cpu", "cpu.stat", "nr_periods 5\nnr_throttled 2\nthrottled_time 77\n");
        tree.offer("cpuacct", "cpuacct.usage", "123456789\n");
        tree.offer("cpuacct", "cpuacct.usage_percpu", "100 200 \n");
        tree.offer("cpuacct", "cpuacct.stat", "user 3\nsystem 4\n");
        tree.offer("memory", "memory.usage_in_bytes", "4096\n");
        tree.offer("memory", "memory.max_usage_in_bytes", "8192\n");
        tree.offer("memory", "memory.failcnt", "9\n");
        tree.offer("memory", "memory.limit_in_bytes", "9223372036854771712\n");
        tree.offer("memory", "memory.stat", "cache 1\nrss 2\n");
        tree.offer("pids", "pids.current", "6\n");
        tree.offer("pids", "pids.max", "max\n");
        Cgroup group(tree, "/x");
        group.create({});
        Stats s;
        group.stats(s);
        CPPUNIT_ASSERT_EQUAL(uint64_t(123456789), s.cpuTotal);
        CPPUNIT_ASSERT((std::vector<uint64_t>{100, 200}) == s.cpuPerCpu);
        CPPUNIT_ASSERT_EQUAL(uint64_t(30000000), s.cpuUser); // ticks of 10 ms
        CPPUNIT_ASSERT_EQUAL(uint64_t(40000000), s.cpuKernel);
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), s.throttlePeriods);
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), s.throttledPeriods);
        CPPUNIT_ASSERT_EQUAL(uint64_t(77), s.throttledTime);
        CPPUNIT_ASSERT_EQUAL(uint64_t(4096), s.memoryUsage);
        CPPUNIT_ASSERT_EQUAL(uint64_t(8192), s.memoryMaxUsage);
        CPPUNIT_ASSERT_EQUAL(uint64_t(9), s.memoryFailures);
        CPPUNIT_ASSERT_EQUAL(uint64_t(9223372036854771712u), s.memoryLimit);
        CPPUNIT_ASSERT_EQUAL(size_t(2), s.memoryStat.size());
        expectEqual("rss", s.memoryStat[1].first);
        CPPUNIT_ASSERT_EQUAL(uint64_t(6), s.pids);
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), s.pidsLimit);
    }

    void readsBlkioOfWhateverScheduler() {
        FakeCgroupTree tree(directory_.path(), {"devices", "blkio"});
        tree.offer("blkio", "blkio.io_service_bytes_recursive", "Total 0\n");
        tree.offer("blkio", "blkio.throttle.io_service_bytes",
                   "8:0 Read 4096\n8:16 Write 512\nTotal 4608\n");
        Cgroup group(tree, "/x");
        group.create({});
        Stats s;
        group.stats(s);
        CPPUNIT_ASSERT_EQUAL(size_t(2), s.ioServiceBytes.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(16), s.ioServiceBytes[1].minor);
        expectEqual("Write", s.ioServiceBytes[1].op);
        CPPUNIT_ASSERT_EQUAL(uint64_t(512), s.ioServiceBytes[1].value);
        CPPUNIT_ASSERT(s.ioServiced.empty());
    }

    void knowsOomKills() {
        FakeCgroupTree tree(directory_.path(), {"memory"});
        tree.write("memory", "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");
        CPPUNIT_ASSERT(!oomKills(tree.mountPoint("memory"))); // 2.6.32 does not count
        tree.write("memory", "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), oomKills(tree.mountPoint("memory")).value());
        CPPUNIT_ASSERT(!openOomEvent(joinPath(directory_.path(), "nothing")));
    }

    void knowsFrozen() {
        FakeCgroupTree tree(directory_.path(), {"freezer"});
        const std::string place = tree.mountPoint("freezer");
        CPPUNIT_ASSERT(!isCgroupFrozen(place));
        tree.write("freezer", "freezer.state", "FREEZING\n");
        CPPUNIT_ASSERT(isCgroupFrozen(place));
        tree.write("freezer", "freezer.state", "");
        freezeCgroup(place);
        expectEqual("FROZEN", tree.read("freezer", "freezer.state"));
        thawCgroup(place);
        CPPUNIT_ASSERT(!isCgroupFrozen(place));
    }

    void destroyRemovesEverywhere() {
        FakeCgroupTree tree(directory_.path(), {"devices", "cpu"});
        Cgroup group(tree, "/ctrd/x"), other(tree, "/ctrd/y");
        group.create({});
        other.create({});
        group.destroy();
        CPPUNIT_ASSERT(!group.exists());
        CPPUNIT_ASSERT(other.exists());
        group.destroy();
    }

private:
    TempDir directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(CgroupTest);

} // namespace ctrd::kernel
