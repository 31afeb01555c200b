#include "base/json.h"
#include "network/driver.h"
#include "network/host/driver.h"
#include "network/none/driver.h"
#include "unit/testing/expect.h"

namespace ctrd::network {

using testing::expectEqual;
using testing::expectError;

class EndpointTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EndpointTest);
    CPPUNIT_TEST(survivesJson);
    CPPUNIT_TEST(refusesWrongTypes);
    CPPUNIT_TEST(isEmptyWithoutABridge);
    CPPUNIT_TEST_SUITE_END();

public:
    void survivesJson() {
        Endpoint endpoint;
        endpoint.network = "bridge";
        endpoint.endpointId = std::string(64, 'e');
        endpoint.interface = "eth0";
        endpoint.hostInterface = "veth1a2b3c4";
        endpoint.address = "172.17.0.2";
        endpoint.prefixLength = 16;
        endpoint.gateway = "172.17.42.1";
        endpoint.macAddress = "02:42:ac:11:00:02";
        const Endpoint read = endpointFromJson(parseJson(dumpJson(toJson(endpoint)), "endpoint"));
        expectEqual("bridge", read.network);
        expectEqual(endpoint.endpointId, read.endpointId);
        expectEqual("eth0", read.interface);
        expectEqual("veth1a2b3c4", read.hostInterface);
        expectEqual("172.17.0.2", read.address);
        CPPUNIT_ASSERT_EQUAL(16, read.prefixLength);
        expectEqual("172.17.42.1", read.gateway);
        expectEqual("02:42:ac:11:00:02", read.macAddress);
    }

    void refusesWrongTypes() {
        expectError(ErrorKind::InvalidArgument, "prefixLength", [] {
            endpointFromJson({{"prefixLength", "16"}});
        });
    }

    void isEmptyWithoutABridge() {
        HostDriver host;
        NoneDriver none;
        for (Driver* driver : {static_cast<Driver*>(&host), static_cast<Driver*>(&none)}) {
            const Endpoint endpoint = driver->createEndpoint({});
            expectEqual(driver->type(), endpoint.network);
            CPPUNIT_ASSERT_EQUAL(size_t(64), endpoint.endpointId.size());
            expectEqual("", endpoint.address + endpoint.interface + endpoint.hostInterface);
            driver->join(endpoint, -1); // touches no namespace
        }
        CPPUNIT_ASSERT(host.describe().at("SharesHost").get<bool>());
        CPPUNIT_ASSERT(!none.describe().at("SharesHost").get<bool>());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EndpointTest);

} // namespace ctrd::network
