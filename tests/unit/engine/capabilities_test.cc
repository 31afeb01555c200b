#include "engine/command_builder.h"
#include "kernel/capability.h"
#include "unit/testing/expect.h"

#include <algorithm>

using namespace ctrd;
using namespace ctrd::engine;

class CapabilitiesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CapabilitiesTest);
    CPPUNIT_TEST(theDefaultIsDockersFourteen);
    CPPUNIT_TEST(addAndDropChangeTheDefault);
    CPPUNIT_TEST(dropAllKeepsWhatIsAdded);
    CPPUNIT_TEST(addAllKeepsWhatIsNotDropped);
    CPPUNIT_TEST(anUnknownOneIsRefused);
    CPPUNIT_TEST(securityOptions);
    CPPUNIT_TEST_SUITE_END();

    static bool has(const std::vector<std::string>& list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    }

    void theDefaultIsDockersFourteen() {
        CPPUNIT_ASSERT_EQUAL(size_t{14}, capabilitiesOf({}).size());
        CPPUNIT_ASSERT(has(capabilitiesOf({}), "CAP_CHOWN"));
    }

    void addAndDropChangeTheDefault() {
        spec::HostConfig config;
        config.capAdd = {"net_admin", "CAP_CHOWN"};
        config.capDrop = {"MKNOD"};
        const auto names = capabilitiesOf(config);
        CPPUNIT_ASSERT(has(names, "CAP_NET_ADMIN") && !has(names, "CAP_MKNOD"));
        CPPUNIT_ASSERT_EQUAL(long{1}, std::count(names.begin(), names.end(), "CAP_CHOWN"));
    }

    void dropAllKeepsWhatIsAdded() {
        spec::HostConfig config;
        config.capDrop = {"all"};
        CPPUNIT_ASSERT(capabilitiesOf(config).empty());
        config.capAdd = {"KILL"};
        CPPUNIT_ASSERT(capabilitiesOf(config) == std::vector<std::string>{"CAP_KILL"});
    }

    void addAllKeepsWhatIsNotDropped() {
        spec::HostConfig config;
        config.capAdd = {"ALL"};
        CPPUNIT_ASSERT(capabilitiesOf(config) == kernel::allCapabilities());
        config.capDrop = {"SYS_ADMIN"};
        CPPUNIT_ASSERT(!has(capabilitiesOf(config), "CAP_SYS_ADMIN"));
    }

    void anUnknownOneIsRefused() {
        spec::HostConfig config;
        config.capAdd = {"FLY"};
        testing::expectError(ErrorKind::InvalidArgument, "unknown capability: \"FLY\"",
                             [&] { capabilitiesOf(config); });
        config.capAdd.clear();
        config.capDrop = {"CAP_FLY"};
        testing::expectError(ErrorKind::InvalidArgument, "CapDrop",
                             [&] { capabilitiesOf(config); });
    }

    void securityOptions() {
        CPPUNIT_ASSERT(parseSecurityOptions({"no-new-privileges"}).noNewPrivileges);
        CPPUNIT_ASSERT(parseSecurityOptions({"no-new-privileges:true"}).noNewPrivileges);
        CPPUNIT_ASSERT(!parseSecurityOptions({"no-new-privileges=false"}).noNewPrivileges);
        CPPUNIT_ASSERT(parseSecurityOptions({"systempaths=unconfined"}).bareSystemPaths);
        parseSecurityOptions(
            {"label:disable", "label=disable", "seccomp=unconfined", "apparmor:unconfined"});
        testing::expectError(ErrorKind::NotSupported, "label:type:t",
                             [] { parseSecurityOptions({"label:type:t"}); });
        testing::expectError(ErrorKind::InvalidArgument, "bogus",
                             [] { parseSecurityOptions({"bogus"}); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CapabilitiesTest);
