#include "kernel/ipv4.h"

#include "unit/testing/expect.h"

namespace ctrd::kernel {

using testing::expectEqual;
using testing::expectError;

class Ipv4Test : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Ipv4Test);
    CPPUNIT_TEST(readsAndWrites);
    CPPUNIT_TEST(knowsWhatIsInside);
    CPPUNIT_TEST(refusesNonsense);
    CPPUNIT_TEST_SUITE_END();

    static Ipv4Subnet subnet(const std::string& text) { return parseSubnet(text, "test"); }

public:
    void readsAndWrites() {
        CPPUNIT_ASSERT_EQUAL(uint32_t(0xac112a01), subnet("172.17.42.1/16").address);
        expectEqual("172.17.42.1/16", subnet("172.17.42.1/16").toString());
        expectEqual("172.17.0.0/16", subnet("172.17.42.1/16").networkString());
        expectEqual("0.0.0.0/0", subnet("1.2.3.4/0").networkString());
        expectEqual("255.255.255.255", formatIpv4(subnet("1.2.3.4/0").last()));
        expectEqual("1.2.3.4/32", subnet("1.2.3.4/32").networkString());
    }

    void knowsWhatIsInside() {
        CPPUNIT_ASSERT(subnet("10.0.0.0/8").overlaps(subnet("10.1.0.0/16")));
        CPPUNIT_ASSERT(subnet("10.1.0.0/16").overlaps(subnet("10.0.0.0/8")));
        CPPUNIT_ASSERT(!subnet("10.1.0.0/16").overlaps(subnet("10.2.0.0/16")));
        CPPUNIT_ASSERT(subnet("10.1.0.0/16").contains(subnet("10.1.255.0/24")));
        CPPUNIT_ASSERT(!subnet("10.1.255.0/24").contains(subnet("10.1.0.0/16")));
        CPPUNIT_ASSERT(!subnet("10.1.0.0/16").contains(*parseIpv4("10.2.0.0")));
    }

    void refusesNonsense() {
        for (const char* wrong : {"", "10.0.0.1", "10.0.0.1/", "10.0.0/8", "10.0.0.1/33",
                                  "10.0.0.1/-1", "10.0.0.256/8", "::1/64", "10.0.0.1/8 "})
            expectError(ErrorKind::InvalidArgument, "--bip: '" + std::string(wrong) + "'",
                        [&] { parseSubnet(wrong, "--bip"); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Ipv4Test);

} // namespace ctrd::kernel
