#include "kernel/bridge.h"

#include "base/json.h"
#include "base/strings.h"
#include "kernel/netlink.h"
#include "root/network/lab.h"

namespace ctrd::network {

using testing::expectEqual;
using testing::expectError;

// The bridge itself: made, taken over, left alone.
class BridgeTest : public Lab {
    CPPUNIT_TEST_SUITE(BridgeTest);
    CPPUNIT_TEST(isMadeAndRemoved);
    CPPUNIT_TEST(choosesAFreeNetwork);
    CPPUNIT_TEST(isTakenOverByTheNextDaemon);
    CPPUNIT_TEST(changesItsAddressOnlyWhenEmpty);
    CPPUNIT_TEST(usesTheUsersBridgeAsItIs);
    CPPUNIT_TEST(refusesWhatIsNoBridge);
    CPPUNIT_TEST(belongsToOneDaemon);
    CPPUNIT_TEST(isFinishedAfterAHalfDoneStart);
    CPPUNIT_TEST(isMadeAgainWhenItVanished);
    CPPUNIT_TEST_SUITE_END();

    static kernel::LinkInfo link(const std::string& name) {
        const auto found = kernel::Netlink().findLink(name);
        CPPUNIT_ASSERT_MESSAGE(name, found.has_value());
        return *found;
    }

    static std::string addressOf(const std::string& name) {
        std::string text;
        for (const kernel::Ipv4Subnet& address : kernel::Netlink().addressesOf(name))
            text += address.toString() + " ";
        return trim(text);
    }

public:
    void isMadeAndRemoved() {
        const std::string links = interfaces(), filter = rules();
        BridgeDriver driver(options());
        driver.createNetwork();
        expectEqual("10.77.0.1/24", addressOf("lab0"));
        expectEqual("02:42:0a:4d:00:01", link("lab0").mac);
        CPPUNIT_ASSERT(link("lab0").up);
        CPPUNIT_ASSERT(output("ip -d link show lab0").find("forward_delay 0 ") !=
                       std::string::npos);
        const Container a = start(driver);
        expectEqual("02:42:0a:4d:00:01", link("lab0").mac);
        expectEqual(a.endpoint.hostInterface, join(kernel::BridgeControl().ports("lab0"), ","));
        expectError(ErrorKind::Conflict, "1 endpoints", [&] { driver.deleteNetwork(); });
        stop(driver, a);
        driver.deleteNetwork();
        expectEqual(links, interfaces());
        expectEqual(filter, rules());
        driver.deleteNetwork(); // nothing more to do
    }

    void choosesAFreeNetwork() {
        const Fd world = makeWorld();
        output("ip route add 172.17.99.0/24 dev uplink");
        BridgeOptions open = options();
        open.bip = "";
        BridgeDriver one(open);
        one.createNetwork();
        expectEqual("10.0.42.1/16", addressOf("lab0"));
        open.bridge = "lab1";
        BridgeDriver two(open);
        two.createNetwork();
        expectEqual("10.1.42.1/16", addressOf("lab1"));
        CPPUNIT_ASSERT_EQUAL(1400, one.describe().at("Mtu").get<int>()); // that of the uplink
    }

    void isTakenOverByTheNextDaemon() {
        BridgeOptions open = options();
        open.bip = "";
        Container a;
        {
            BridgeDriver first(open);
            first.createNetwork();
            a = start(first);
        }
        const kernel::LinkInfo before = link("lab0");
        BridgeDriver second(open);
        second.createNetwork();
        second.restoreEndpoint(a.endpoint);
        CPPUNIT_ASSERT_EQUAL(before.index, link("lab0").index);
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
        stop(second, a);
        second.deleteNetwork();
        CPPUNIT_ASSERT(!kernel::Netlink().findLink("lab0"));
    }

    void changesItsAddressOnlyWhenEmpty() {
        auto first = std::make_unique<BridgeDriver>(options());
        first->createNetwork();
        const Container a = start(*first);
        first.reset();
        BridgeOptions moved = options();
        moved.bip = "10.99.0.1/16";
        BridgeDriver second(moved);
        const std::string filter = rules();
        expectError(ErrorKind::Conflict, "10.77.0.1/24", [&] { second.createNetwork(); });
        expectEqual("10.77.0.1/24", addressOf("lab0"));
        expectEqual(filter, rules());
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
        BridgeDriver(options()).leave(a.endpoint);
        second.createNetwork();
        expectEqual("10.99.0.1/16", addressOf("lab0"));
    }

    void usesTheUsersBridgeAsItIs() {
        output("ip link add name lab0 type bridge");
        BridgeOptions open = options();
        open.bip = "";
        BridgeDriver driver(open);
        expectError(ErrorKind::InvalidArgument, "no IPv4 address", [&] { driver.createNetwork(); });
        output("ip address add 10.55.0.9/24 dev lab0");
        output("ip link set lab0 up");
        const std::string filter = rules();
        driver.createNetwork();
        const Container a = start(driver);
        expectEqual("10.55.0.9", a.endpoint.gateway);
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
        stop(driver, a);
        driver.deleteNetwork();
        expectEqual("10.55.0.9/24", addressOf("lab0"));
        expectEqual("", link("lab0").alias);
        expectEqual(filter, rules());
        BridgeDriver other(options());
        expectError(ErrorKind::InvalidArgument, "10.55.0.9/24", [&] { other.createNetwork(); });
        expectEqual("10.55.0.9/24", addressOf("lab0"));
    }

    void refusesWhatIsNoBridge() {
        output("ip link add name lab0 type veth peer name lab1");
        BridgeDriver driver(options());
        expectError(ErrorKind::Conflict, "is no bridge", [&] { driver.createNetwork(); });
        CPPUNIT_ASSERT(!link("lab0").up);
    }

    void belongsToOneDaemon() {
        BridgeDriver first(options()), second(options());
        first.createNetwork();
        expectError(ErrorKind::Conflict, "another ctrd", [&] { second.createNetwork(); });
        const Container a = start(first);
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
        stop(first, a);
        first.deleteNetwork();
        second.createNetwork();
    }

    void isFinishedAfterAHalfDoneStart() {
        kernel::BridgeControl().create("lab0");
        kernel::LinkChange mark;
        mark.alias = "ctrd";
        kernel::Netlink().changeLink("lab0", mark);
        BridgeDriver driver(options());
        driver.createNetwork();
        const Container a = start(driver);
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
    }

    void isMadeAgainWhenItVanished() {
        BridgeOptions open = options();
        open.bip = "";
        BridgeDriver driver(open);
        driver.createNetwork();
        const std::string address = addressOf("lab0");
        output("ip link delete lab0");
        output("ip link add name other type bridge");
        output("ip address add 172.17.200.1/24 dev other");
        output("ip link set other up");
        driver.createNetwork(); // the network that the endpoints live in, though it overlaps now
        expectEqual(address, addressOf("lab0"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BridgeTest);

} // namespace ctrd::network
