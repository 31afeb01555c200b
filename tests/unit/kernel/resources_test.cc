#include "kernel/resources.h"

#include "base/json.h"
#include "kernel/capability.h"
#include "kernel/device.h"
#include "kernel/tty.h"
#include "unit/testing/expect.h"

#include <algorithm>

#include <sys/ioctl.h>
#include <unistd.h>

namespace ctrd::kernel {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class ResourcesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResourcesTest);
    CPPUNIT_TEST(limitsCrossAsJson);
    CPPUNIT_TEST(statsCrossAsJson);
    CPPUNIT_TEST(capabilityNames);
    CPPUNIT_TEST(capabilityMasks);
    CPPUNIT_TEST(deviceLookup);
    CPPUNIT_TEST(terminals);
    CPPUNIT_TEST_SUITE_END();

public:
    void limitsCrossAsJson() {
        Resources r;
        r.memory = 1;
        r.memorySwap = -1;
        r.memoryReservation = 3;
        r.memorySwappiness = 0;
        r.oomKillDisable = true;
        r.cpuShares = 4;
        r.cpuPeriod = 5;
        r.cpuQuota = -1;
        r.cpusetCpus = "0-2,7";
        r.cpusetMems = "0";
        r.blkioWeight = 500;
        r.blkioWeights = {{8, 0, 500}};
        r.readBytesRate = {{8, 0, UINT64_MAX}};
        r.writeOperationsRate = {{8, 16, 7}, {7, 0, 8}};
        r.pidsLimit = -1;
        r.devices = {{'a', -1, -1, "rwm", false}, {'c', 1, 3, "r", true}};
        const Json json = toJson(r);
        const Resources copy = resourcesFromJson(parseJson(dumpJson(json), "test"));
        CPPUNIT_ASSERT(json == toJson(copy));
        CPPUNIT_ASSERT_EQUAL(int64_t(-1), copy.memorySwap);
        CPPUNIT_ASSERT_EQUAL(int64_t(0), copy.memorySwappiness.value());
        CPPUNIT_ASSERT_EQUAL(UINT64_MAX, copy.readBytesRate.at(0).value);
        CPPUNIT_ASSERT_EQUAL(uint64_t(7), copy.writeOperationsRate.at(1).major);
        CPPUNIT_ASSERT_EQUAL(false, copy.devices.at(0).allow);
        CPPUNIT_ASSERT_EQUAL('c', copy.devices.at(1).type);
        CPPUNIT_ASSERT_EQUAL(int64_t(3), copy.devices.at(1).minor);
        CPPUNIT_ASSERT(!resourcesFromJson(Json::object()).memorySwappiness);
    }

    void statsCrossAsJson() {
        Stats s;
        s.cpuTotal = UINT64_MAX;
        s.cpuPerCpu = {1, UINT64_MAX};
        s.memoryLimit = UINT64_MAX - 1;
        s.memoryStat = {{"cache", 3}, {"a b", 4}};
        s.ioServiceBytes = {{8, 1, "Read", 5}};
        s.ioServiced = {{8, 1, "", 6}};
        s.networks = {{"eth0", 1, 2, 3, 4, 5, 6, 7, 8}};
        const Stats copy = statsFromJson(parseJson(dumpJson(toJson(s)), "test"));
        CPPUNIT_ASSERT(toJson(s) == toJson(copy));
        CPPUNIT_ASSERT_EQUAL(UINT64_MAX, copy.cpuTotal);
        CPPUNIT_ASSERT_EQUAL(uint64_t(8), copy.networks.at(0).txDropped);
        expectEqual("a b", copy.memoryStat.at(1).first);
    }

    void capabilityNames() {
        expectEqual("CAP_NET_ADMIN", canonicalCapability("net_admin").value());
        expectEqual("CAP_NET_ADMIN", canonicalCapability("CAP_NET_ADMIN").value());
        CPPUNIT_ASSERT(!canonicalCapability("ALL"));
        CPPUNIT_ASSERT(!canonicalCapability(""));
        CPPUNIT_ASSERT(capabilityKnown("chown"));
        CPPUNIT_ASSERT(capabilityKnown("CAP_MAC_ADMIN")); // 33, which 2.6.32 has
        CPPUNIT_ASSERT(!capabilityKnown("CAP_FLYING"));
        CPPUNIT_ASSERT(lastCapability() >= 33);
    }

    void capabilityMasks() {
        CPPUNIT_ASSERT_EQUAL(CapabilityMask(0xa80425fb), capabilityMask(defaultCapabilities()));
        CPPUNIT_ASSERT_EQUAL(CapabilityMask(1) << 21, capabilityMask({"SYS_ADMIN", "NONSENSE"}));
        CPPUNIT_ASSERT_EQUAL(heldCapabilities(), capabilityMask(allCapabilities()));
    }

    void deviceLookup() {
        const auto null = devicesAt("/dev/null");
        CPPUNIT_ASSERT_EQUAL(size_t(1), null.size());
        CPPUNIT_ASSERT_EQUAL(1u, null[0].major);
        CPPUNIT_ASSERT_EQUAL(3u, null[0].minor);
        const DeviceRule rule = ruleFor(null[0], "rw");
        CPPUNIT_ASSERT_EQUAL('c', rule.type);
        expectEqual("rw", rule.access);
        expectError(ErrorKind::NotFound, "/dev/nosuch", [] { devicesAt("/dev/nosuch"); });
        expectError(ErrorKind::InvalidArgument, "not a device", [] { devicesAt("/etc/passwd"); });
        const auto all = hostDevices();
        const auto has = [&](const std::string& path) {
            return std::any_of(all.begin(), all.end(),
                               [&](const Device& d) { return d.path == path; });
        };
        CPPUNIT_ASSERT(has("/dev/null"));
        CPPUNIT_ASSERT(!has("/dev/console"));
        CPPUNIT_ASSERT(!has("/dev/pts/ptmx"));
    }

    void terminals() {
        Pty pty = openPty();
        expectEqual(pty.slavePath, ttyPath(pty.slave.get()));
        resizeTty(pty.master.get(), 12, 34);
        winsize size{};
        CPPUNIT_ASSERT_EQUAL(0, ioctl(pty.slave.get(), TIOCGWINSZ, &size));
        CPPUNIT_ASSERT_EQUAL((unsigned short)34, size.ws_col);
        if (const auto seen = openPtyOf(getpid())) // ptmx may be root's alone there
            expectEqual(seen->slavePath, ttyPath(seen->slave.get()));
        CPPUNIT_ASSERT(!openPtyOf(-1));
        const Pipe pipe = Pipe::create();
        expectEqual("", ttyPath(pipe.readEnd.get()));
        expectError(ErrorKind::Internal, "resize", [&] { resizeTty(pipe.readEnd.get(), 1, 1); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ResourcesTest);

} // namespace ctrd::kernel
