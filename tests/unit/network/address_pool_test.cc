#include "network/address_pool.h"

#include "unit/testing/expect.h"

namespace ctrd::network {

using kernel::formatIpv4;
using kernel::Ipv4Subnet;
using kernel::parseIpv4;
using testing::expectEqual;
using testing::expectError;

class AddressPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AddressPoolTest);
    CPPUNIT_TEST(givesOneAfterTheOther);
    CPPUNIT_TEST(letsAFreedAddressRest);
    CPPUNIT_TEST(keepsToTheRange);
    CPPUNIT_TEST(takesNamedAddresses);
    CPPUNIT_TEST(saysWhenAllAreTaken);
    CPPUNIT_TEST(refusesImpossibleNetworks);
    CPPUNIT_TEST_SUITE_END();

    static Ipv4Subnet subnet(const std::string& text) { return kernel::parseSubnet(text, "test"); }

public:
    void givesOneAfterTheOther() {
        AddressPool pool(subnet("172.17.42.1/16"), subnet("172.17.42.1/16"));
        expectEqual("172.17.0.1", formatIpv4(pool.allocate()));
        pool.take(*parseIpv4("172.17.0.2"));
        expectEqual("172.17.0.3", formatIpv4(pool.allocate()));
    }

    void letsAFreedAddressRest() {
        AddressPool pool(subnet("10.0.0.0/29"), subnet("10.0.0.0/29"));
        const uint32_t first = pool.allocate();
        expectEqual("10.0.0.1", formatIpv4(first));
        pool.allocate();
        pool.release(first);
        for (const char* next : {"10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.1"})
            expectEqual(next, formatIpv4(pool.allocate()));
    }

    void keepsToTheRange() {
        AddressPool pool(subnet("10.0.0.1/24"), subnet("10.0.0.252/30"));
        expectEqual("10.0.0.252", formatIpv4(pool.allocate())); // no network address of the subnet
        expectEqual("10.0.0.253", formatIpv4(pool.allocate()));
        expectEqual("10.0.0.254", formatIpv4(pool.allocate()));
        expectError(ErrorKind::Unavailable, "10.0.0.252/30", [&] { pool.allocate(); });
    }

    void takesNamedAddresses() {
        AddressPool pool(subnet("10.0.0.1/24"), subnet("10.0.0.252/30"));
        pool.take(*parseIpv4("10.0.0.7"));
        expectError(ErrorKind::Conflict, "10.0.0.7", [&] { pool.take(*parseIpv4("10.0.0.7")); });
        pool.release(*parseIpv4("10.0.0.7"));
        pool.take(*parseIpv4("10.0.0.7"));
        for (const char* wrong : {"10.0.0.0", "10.0.0.255", "10.0.1.1"})
            expectError(ErrorKind::InvalidArgument, wrong, [&] { pool.take(*parseIpv4(wrong)); });
    }

    void saysWhenAllAreTaken() {
        AddressPool pool(subnet("10.0.0.1/30"), subnet("10.0.0.1/30"));
        pool.take(*parseIpv4("10.0.0.1"));
        const uint32_t only = pool.allocate();
        expectEqual("10.0.0.2", formatIpv4(only));
        expectError(ErrorKind::Unavailable, "no free address left in 10.0.0.0/30",
                    [&] { pool.allocate(); });
        pool.release(only);
        CPPUNIT_ASSERT_EQUAL(only, pool.allocate());
    }

    void refusesImpossibleNetworks() {
        for (const char* wrong : {"10.0.0.1/31", "10.0.0.1/32", "10.0.0.1/0"})
            expectError(ErrorKind::InvalidArgument, "no size for containers",
                        [&] { AddressPool(subnet(wrong), subnet(wrong)); });
        expectError(ErrorKind::InvalidArgument, "10.1.0.0/24 is not within the network 10.0.0.0/16",
                    [&] { AddressPool(subnet("10.0.0.1/16"), subnet("10.1.0.0/24")); });
        expectError(ErrorKind::InvalidArgument, "not within",
                    [&] { AddressPool(subnet("10.0.0.1/24"), subnet("10.0.0.0/16")); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AddressPoolTest);

} // namespace ctrd::network
