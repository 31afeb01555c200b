#include "engine/host.h"

#include "base/atomic_file.h"
#include "base/path.h"
#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::engine;

class HostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostTest);
    CPPUNIT_TEST(probesWhatIsMounted);
    CPPUNIT_TEST(aBareHostKeepsNothing);
    CPPUNIT_TEST(parsesCpuLists);
    CPPUNIT_TEST(refusesBadCpuLists);
    CPPUNIT_TEST(aCpusetMustExist);
    CPPUNIT_TEST(noMoreCpusThanThereAre);
    CPPUNIT_TEST(aBindSourceMustExist);
    CPPUNIT_TEST(whatCannotBeKeptIsDroppedAndSaid);
    CPPUNIT_TEST(whatCanBeKeptStays);
    CPPUNIT_TEST(ratesOfDevicesNeedTheController);
    CPPUNIT_TEST(infoWarnsOfEach);
    CPPUNIT_TEST(sumsTheProcessorTimes);
    CPPUNIT_TEST_SUITE_END();

    TempDir root_;

    void put(const std::string& path, const std::string& text) {
        const std::string full = joinPath(root_.path(), path);
        makeDirs(dirName(full));
        writeFileAtomic(full, text);
    }

    // As EL6 mounts them, without memsw.
    void makeHost() {
        put("proc/mounts",
            "proc /proc proc rw 0 0\n"
            "cgroup /cgroup/memory cgroup rw,memory 0 0\n"
            "cgroup /cgroup/cpu cgroup rw,cpuacct,cpu 0 0\n"
            "cgroup /cgroup/cpuset cgroup rw,cpuset 0 0\n");
        put("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        put("cgroup/memory/memory.soft_limit_in_bytes", "9223372036854771712\n");
        put("cgroup/memory/memory.oom_control", "oom_kill_disable 0\n");
        put("cgroup/cpu/cpu.shares", "1024\n");
        put("cgroup/cpuset/cpuset.cpus", "0-1,4\n");
        put("cgroup/cpuset/cpuset.mems", "0\n");
        put("sys/devices/system/cpu/online", "0-7\n");
    }

    void probesWhatIsMounted() {
        makeHost();
        const HostLimits limits = probeHostLimits(root_.path());
        CPPUNIT_ASSERT(limits.memory && limits.reservation && limits.oomKillDisable);
        CPPUNIT_ASSERT(limits.cpuShares && limits.cpuset);
        CPPUNIT_ASSERT(!limits.swap && !limits.cpuCfs && !limits.blkioWeight && !limits.pids);
        testing::expectEqual("0-1,4", limits.cpus);
        CPPUNIT_ASSERT_EQUAL(3, limits.cpuCount);
    }

    void aBareHostKeepsNothing() {
        put("sys/devices/system/cpu/online", "0-7\n");
        const HostLimits limits = probeHostLimits(root_.path());
        CPPUNIT_ASSERT(!limits.memory && !limits.cpuShares && !limits.cpuset);
        CPPUNIT_ASSERT_EQUAL(8, limits.cpuCount);
        testing::expectEqual("0", limits.memoryNodes);
    }

    void parsesCpuLists() {
        CPPUNIT_ASSERT((std::set<int>{0, 1, 2, 7}) == parseCpuList("0-2,7", "x"));
        CPPUNIT_ASSERT((std::set<int>{3}) == parseCpuList("3\n", "x"));
    }

    void refusesBadCpuLists() {
        for (const char* text : {"", "a", "1-", "-1", "3-1", "1,,2", "0-999999999"})
            testing::expectError(ErrorKind::InvalidArgument, "cpuset cpus",
                                 [&] { parseCpuList(text, "cpuset cpus"); });
    }

    void aCpusetMustExist() {
        makeHost();
        const HostLimits limits = probeHostLimits(root_.path());
        spec::HostConfig config;
        config.cpusetCpus = "0,4";
        checkCpus(config, limits);
        config.cpusetCpus = "1-2";
        testing::expectError(ErrorKind::InvalidArgument,
                             "Requested CPUs are not available - requested 1-2, available: 0-1,4",
                             [&] { checkCpus(config, limits); });
        config.cpusetCpus = "";
        config.cpusetMems = "3";
        testing::expectError(ErrorKind::InvalidArgument, "memory nodes",
                             [&] { checkCpus(config, limits); });
    }

    void noMoreCpusThanThereAre() {
        HostLimits limits;
        limits.cpuCount = 2;
        spec::HostConfig config;
        config.nanoCpus = 2000000000;
        checkCpus(config, limits);
        config.nanoCpus = 2000000001;
        testing::expectError(ErrorKind::InvalidArgument, "0.01 to 2.00",
                             [&] { checkCpus(config, limits); });
    }

    void aBindSourceMustExist() {
        put("data", "");
        spec::HostConfig config;
        config.binds = {joinPath(root_.path(), "data") + ":/data"};
        checkSources(config);
        config.binds.push_back(joinPath(root_.path(), "missing") + ":/x");
        testing::expectError(ErrorKind::InvalidArgument, "missing", [&] { checkSources(config); });
        config.binds.clear();
        config.devices = {{"/dev/nothing-here", "", "rwm"}};
        testing::expectError(ErrorKind::InvalidArgument, "/dev/nothing-here",
                             [&] { checkSources(config); });
    }

    void whatCannotBeKeptIsDroppedAndSaid() {
        spec::HostConfig config;
        config.memory = 64 << 20;
        config.memorySwap = 128 << 20;
        config.cpuShares = 512;
        config.nanoCpus = 500000000;
        config.cpusetCpus = "0";
        config.blkioWeight = 300;
        config.pidsLimit = 10;
        const auto warnings = dropUnsupported(config, HostLimits());
        CPPUNIT_ASSERT_EQUAL(size_t{6}, warnings.size());
        CPPUNIT_ASSERT_EQUAL(int64_t{0}, config.memory + config.memorySwap + config.cpuShares +
                                             config.nanoCpus + config.blkioWeight +
                                             config.pidsLimit);
        CPPUNIT_ASSERT(config.cpusetCpus.empty());
        CPPUNIT_ASSERT(warnings.at(0).find("memory limit") != std::string::npos);
    }

    void whatCanBeKeptStays() {
        HostLimits limits;
        limits.memory = limits.oomKillDisable = true;
        spec::HostConfig config;
        config.memory = 64 << 20;
        auto warnings = dropUnsupported(config, limits);
        CPPUNIT_ASSERT_EQUAL(size_t{1}, warnings.size());
        CPPUNIT_ASSERT(warnings[0].find("without swap") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(int64_t{64 << 20}, config.memory);
        limits.swap = true;
        CPPUNIT_ASSERT(dropUnsupported(config, limits).empty());
        config.memory = 0;
        config.oomKillDisable = true;
        warnings = dropUnsupported(config, limits);
        CPPUNIT_ASSERT_EQUAL(size_t{1}, warnings.size());
        CPPUNIT_ASSERT(warnings[0].find("no memory limit") != std::string::npos);
    }

    void ratesOfDevicesNeedTheController() {
        spec::HostConfig config;
        config.blkioDeviceWriteIOps = {{"/dev/sda", 5}};
        config.blkioWeightDevice = {{"/dev/sda", 50}};
        config.kernelMemory = 1 << 20;
        HostLimits limits;
        limits.blkioRates = true;
        const auto warnings = dropUnsupported(config, limits);
        CPPUNIT_ASSERT_EQUAL(size_t{2}, warnings.size());
        CPPUNIT_ASSERT(config.blkioWeightDevice.empty() && config.kernelMemory == 0);
        CPPUNIT_ASSERT_EQUAL(size_t{1}, config.blkioDeviceWriteIOps.size());
        CPPUNIT_ASSERT_EQUAL(size_t{1}, dropUnsupported(config, HostLimits()).size());
        CPPUNIT_ASSERT(config.blkioDeviceWriteIOps.empty());
    }

    void infoWarnsOfEach() {
        HostLimits limits;
        limits.memory = limits.oomKillDisable = limits.cpuCfs = limits.cpuShares = true;
        limits.cpuset = limits.blkioWeight = true;
        const auto warnings = limitWarnings(limits);
        CPPUNIT_ASSERT_EQUAL(size_t{1}, warnings.size());
        testing::expectEqual("WARNING: No swap limit support", warnings.at(0));
    }

    void sumsTheProcessorTimes() {
        put("proc/stat", "cpu  1 2 3 4 5 6 7 8 900 1000\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
        CPPUNIT_ASSERT_EQUAL(uint64_t{36} * (1000000000 / 100), systemCpuNanoseconds(root_.path()));
        put("proc/stat", "intr 1\n");
        testing::expectError(ErrorKind::Internal, "proc/stat",
                             [&] { systemCpuNanoseconds(root_.path()); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HostTest);
