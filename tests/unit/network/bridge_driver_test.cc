#include "base/json.h"
#include "network/bridge/driver.h"
#include "network/bridge/mac.h"
#include "network/bridge/rules.h"
#include "unit/testing/expect.h"

namespace ctrd::network {

using testing::expectEqual;
using testing::expectError;

// What the driver says before it touches the kernel.
class BridgeDriverTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BridgeDriverTest);
    CPPUNIT_TEST(refusesWrongOptions);
    CPPUNIT_TEST(needsItsNetworkFirst);
    CPPUNIT_TEST(makesMacAddresses);
    CPPUNIT_TEST(keepsItsRulesApartFromOthers);
    CPPUNIT_TEST_SUITE_END();

    static void expectRefused(const std::string& part, void (*change)(BridgeOptions&)) {
        BridgeOptions options;
        options.bip = "10.9.8.1/24";
        change(options);
        expectError(ErrorKind::InvalidArgument, part, [&] { BridgeDriver driver(options); });
    }

public:
    void refusesWrongOptions() {
        expectRefused("--bridge", [](BridgeOptions& o) { o.bridge = "much-too-long-name"; });
        expectRefused("--bridge", [](BridgeOptions& o) { o.bridge = "a b"; });
        expectRefused("--bridge", [](BridgeOptions& o) { o.bridge = "../x"; });
        expectRefused("--bip: '10.9.8.1'", [](BridgeOptions& o) { o.bip = "10.9.8.1"; });
        expectRefused("--bip", [](BridgeOptions& o) { o.bip = "10.9.8.0/24"; });
        expectRefused("/1 to /30", [](BridgeOptions& o) { o.bip = "10.9.8.1/0"; });
        expectRefused("--fixed-cidr", [](BridgeOptions& o) { o.fixedCidr = "x/24"; });
        expectRefused("not within", [](BridgeOptions& o) { o.fixedCidr = "10.9.9.0/24"; });
        expectRefused("--default-gateway", [](BridgeOptions& o) { o.defaultGateway = "gate"; });
        expectRefused("10.1.1.1", [](BridgeOptions& o) { o.defaultGateway = "10.1.1.1"; });
        expectRefused("--mtu", [](BridgeOptions& o) { o.mtu = 67; });
        expectRefused("--mtu", [](BridgeOptions& o) { o.mtu = 65536; });
    }

    void needsItsNetworkFirst() {
        BridgeDriver driver({});
        expectError(ErrorKind::Internal, "not made yet", [&] { driver.createEndpoint({}); });
        const Json description = driver.describe();
        expectEqual("ctr0", description.at("Bridge").get<std::string>());
        CPPUNIT_ASSERT(description.count("Subnet") == 0);
    }

    void makesMacAddresses() {
        expectEqual("02:42:ac:11:00:02", macFor(*kernel::parseIpv4("172.17.0.2")));
        CPPUNIT_ASSERT(kernel::parseMac("02:42:AC:11:00:02") ==
                       kernel::parseMac("02:42:ac:11:00:02"));
        for (const char* wrong : {"", "02:42:ac:11:00", "02:42:ac:11:00:2", "02:42:ac:11:00:0g",
                                  "02:42:ac:11:00:02:03", "02-42-ac-11-00-02"})
            CPPUNIT_ASSERT_MESSAGE(wrong, !kernel::parseMac(wrong));
    }

    void keepsItsRulesApartFromOthers() {
        RuleOptions options;
        options.bridge = "ctr0";
        options.subnet = kernel::parseSubnet("172.17.42.1/16", "test");
        const kernel::RuleSet set = bridgeRules(options);
        for (const kernel::Rule& rule : set.rules)
            CPPUNIT_ASSERT_MESSAGE(rule.text, rule.text.find("ctr0") != std::string::npos);
        expectEqual("-s 172.17.0.0/16 ! -o ctr0 -j MASQUERADE", set.rules.back().text);
        options.masquerade = false;
        CPPUNIT_ASSERT_EQUAL(set.rules.size() - 1, bridgeRules(options).rules.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BridgeDriverTest);

} // namespace ctrd::network
