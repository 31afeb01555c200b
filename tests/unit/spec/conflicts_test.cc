#include "spec/conflicts.h"

#include "unit/testing/expect.h"

namespace ctrd::spec {

using testing::expectError;

class ConflictsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConflictsTest);
    CPPUNIT_TEST(aSharedNetworkHasNoNamesOfItsOwn);
    CPPUNIT_TEST(theHostsNameIsNotChosen);
    CPPUNIT_TEST(othersMayChoose);
    CPPUNIT_TEST_SUITE_END();

    ContainerConfig config_;
    HostConfig host_;

    void expectConflict(const std::string& part) {
        expectError(ErrorKind::InvalidArgument, "conflicting options: " + part,
                    [&] { refuseConflicts(config_, host_); });
    }
    // What `choose` does to a container without options conflicts with `mode`.
    template <typename F>
    void expectConflictWith(const std::string& mode, const std::string& part, F choose) {
        config_ = {};
        host_ = {};
        host_.networkMode = mode;
        refuseConflicts(config_, host_);
        choose();
        expectConflict(part);
    }

public:
    void aSharedNetworkHasNoNamesOfItsOwn() {
        const std::string joins = "container:web";
        expectConflictWith(joins, "hostname", [&] { config_.hostname = "x"; });
        expectConflictWith(joins, "mac-address", [&] { config_.macAddress = "02:00:00:00:00:01"; });
        expectConflictWith("host", "mac-address",
                           [&] { config_.macAddress = "02:00:00:00:00:01"; });
        expectConflictWith(joins, "port exposing", [&] { config_.exposedPorts = {"80/tcp"}; });
        expectConflictWith(joins, "port publishing", [&] { host_.publishAllPorts = true; });
        expectConflictWith(joins, "port publishing", [&] { host_.portBindings["80/tcp"] = {}; });
        expectConflictWith(joins, "container type network can't be used with links",
                           [&] { host_.links = {"a:b"}; });
        expectConflictWith(joins, "dns", [&] { host_.dns = {"1.1.1.1"}; });
        expectConflictWith(joins, "dns", [&] { host_.dnsSearch = {"example"}; });
        expectConflictWith(joins, "custom host-to-IP mapping",
                           [&] { host_.extraHosts = {"a:1.1.1.1"}; });
    }

    void theHostsNameIsNotChosen() {
        config_.hostname = "x";
        host_.utsMode = "host";
        expectConflict("hostname and the UTS mode");
    }

    void othersMayChoose() {
        config_.hostname = "x";
        config_.macAddress = "02:00:00:00:00:01";
        config_.exposedPorts = {"80/tcp"};
        host_.dns = {"1.1.1.1"};
        host_.publishAllPorts = true;
        host_.networkMode = "bridge";
        refuseConflicts(config_, host_);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConflictsTest);

} // namespace ctrd::spec
