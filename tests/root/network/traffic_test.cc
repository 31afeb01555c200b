#include "base/path.h"
#include "base/strings.h"
#include "root/network/lab.h"

namespace ctrd::network {

using testing::expectEqual;

// What gets through, and what does not.
class TrafficTest : public Lab {
    CPPUNIT_TEST_SUITE(TrafficTest);
    CPPUNIT_TEST(containersReachEachOtherAndTheHost);
    CPPUNIT_TEST(containersReachTheWorldBehindTheHost);
    CPPUNIT_TEST(withoutMasqueradeTheWorldCannotAnswer);
    CPPUNIT_TEST(iccOffKeepsContainersApart);
    CPPUNIT_TEST(passesTheRejectOfTheDistribution);
    CPPUNIT_TEST(twoBridgesDoNotDisturbEachOther);
    CPPUNIT_TEST_SUITE_END();

    static void filterBridgedTraffic() {
        const std::string file = "/proc/sys/net/bridge/bridge-nf-call-iptables";
        if (exists(file)) writeKernelFile(file, "1");
    }

public:
    void containersReachEachOtherAndTheHost() {
        BridgeDriver driver(options());
        driver.createNetwork();
        const Container a = start(driver), b = start(driver);
        expectEqual("10.77.0.2", a.endpoint.address);
        expectEqual("10.77.0.3", b.endpoint.address);
        CPPUNIT_ASSERT(pings(a.networkNamespace, b.endpoint.address));
        CPPUNIT_ASSERT(pings(b.networkNamespace, a.endpoint.address));
        CPPUNIT_ASSERT(pings(a.networkNamespace, a.endpoint.address));
        CPPUNIT_ASSERT(pings(a.networkNamespace, "10.77.0.1"));
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
        stop(driver, a);
        CPPUNIT_ASSERT(!hostPings(a.endpoint.address));
        CPPUNIT_ASSERT(hostPings(b.endpoint.address));
    }

    void containersReachTheWorldBehindTheHost() {
        const Fd world = makeWorld();
        BridgeDriver driver(options());
        driver.createNetwork();
        expectEqual("1", trim(readFile("/proc/sys/net/ipv4/ip_forward")));
        const Container a = start(driver);
        CPPUNIT_ASSERT(pings(a.networkNamespace, "198.51.100.2"));
        CPPUNIT_ASSERT(!pings(world, a.endpoint.address));
    }

    void withoutMasqueradeTheWorldCannotAnswer() {
        const Fd world = makeWorld();
        BridgeOptions unmasked = options();
        unmasked.ipMasq = false;
        BridgeDriver driver(unmasked);
        driver.createNetwork();
        const Container a = start(driver);
        CPPUNIT_ASSERT(!pings(a.networkNamespace, "198.51.100.2"));
        CPPUNIT_ASSERT(pings(a.networkNamespace, "10.77.0.1"));
    }

    void iccOffKeepsContainersApart() {
        const Fd world = makeWorld();
        BridgeOptions apart = options();
        apart.icc = false;
        auto driver = std::make_unique<BridgeDriver>(apart);
        driver->createNetwork();
        const Container a = start(*driver), b = start(*driver);
        CPPUNIT_ASSERT(!pings(a.networkNamespace, b.endpoint.address));
        CPPUNIT_ASSERT(pings(a.networkNamespace, "10.77.0.1"));
        CPPUNIT_ASSERT(pings(a.networkNamespace, "198.51.100.2"));
        // The next ctrd has another opinion; nothing of the old one stays.
        driver.reset();
        BridgeDriver again(options());
        again.createNetwork();
        CPPUNIT_ASSERT(pings(a.networkNamespace, b.endpoint.address));
        CPPUNIT_ASSERT(rules().find("DROP") == std::string::npos);
    }

    void passesTheRejectOfTheDistribution() {
        const Fd world = makeWorld();
        output("iptables -A FORWARD -j REJECT --reject-with icmp-host-prohibited");
        filterBridgedTraffic();
        BridgeDriver driver(options());
        driver.createNetwork();
        const Container a = start(driver), b = start(driver);
        CPPUNIT_ASSERT(pings(a.networkNamespace, b.endpoint.address));
        CPPUNIT_ASSERT(pings(a.networkNamespace, "198.51.100.2"));
    }

    void twoBridgesDoNotDisturbEachOther() {
        const Fd world = makeWorld();
        BridgeOptions second = options();
        second.bridge = "lab1";
        second.bip = "10.78.0.1/24";
        second.icc = false;
        BridgeDriver one(options()), two(second);
        one.createNetwork();
        const std::string alone = rules();
        two.createNetwork();
        const Container a = start(one), b = start(one), c = start(two);
        CPPUNIT_ASSERT(pings(a.networkNamespace, b.endpoint.address));
        CPPUNIT_ASSERT(pings(c.networkNamespace, "198.51.100.2"));
        stop(two, c);
        two.deleteNetwork();
        expectEqual(alone, rules());
        CPPUNIT_ASSERT(pings(a.networkNamespace, b.endpoint.address));
        CPPUNIT_ASSERT(pings(a.networkNamespace, "198.51.100.2"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TrafficTest);

} // namespace ctrd::network
