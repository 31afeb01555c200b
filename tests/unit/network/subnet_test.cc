#include "network/bridge/subnet.h"

#include "unit/testing/expect.h"

namespace ctrd::network {

using kernel::Ipv4Subnet;
using testing::expectEqual;
using testing::expectError;

class SubnetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SubnetTest);
    CPPUNIT_TEST(takesTheFirstFree);
    CPPUNIT_TEST(avoidsRoutes);
    CPPUNIT_TEST(avoidsNameservers);
    CPPUNIT_TEST(givesUp);
    CPPUNIT_TEST_SUITE_END();

    static Ipv4Subnet subnet(const std::string& text) { return kernel::parseSubnet(text, "test"); }

public:
    void takesTheFirstFree() {
        expectEqual("172.17.42.1/16", chooseSubnet({}, {}).toString());
        // The default route covers everything and means nothing.
        expectEqual("172.17.42.1/16", chooseSubnet({subnet("0.0.0.0/0")}, {}).toString());
        expectEqual("172.17.42.1/16", chooseSubnet({subnet("192.0.2.0/24")}, {}).toString());
    }

    void avoidsRoutes() {
        expectEqual("10.0.42.1/16", chooseSubnet({subnet("172.17.200.0/24")}, {}).toString());
        expectEqual("10.1.42.1/16",
                    chooseSubnet({subnet("172.16.0.0/12"), subnet("10.0.0.0/16")}, {}).toString());
        expectEqual("192.168.42.1/24",
                    chooseSubnet({subnet("172.16.0.0/12"), subnet("10.0.0.0/8")}, {}).toString());
    }

    void avoidsNameservers() {
        expectEqual("10.0.42.1/16",
                    chooseSubnet({}, {*kernel::parseIpv4("172.17.0.53")}).toString());
    }

    void givesUp() {
        expectError(ErrorKind::Unavailable, "--bip", [] {
            chooseSubnet({subnet("172.16.0.0/12"), subnet("10.0.0.0/8"), subnet("192.168.0.0/16")},
                         {});
        });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SubnetTest);

} // namespace ctrd::network
