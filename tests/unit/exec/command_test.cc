#include "exec/command.h"

#include "base/json.h"
#include "exec/defaults.h"
#include "unit/testing/expect.h"

namespace ctrd::exec {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class CommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandTest);
    CPPUNIT_TEST(crossesAsJson);
    CPPUNIT_TEST(emptyOneHasDefaults);
    CPPUNIT_TEST(wrongTypesAreNamed);
    CPPUNIT_TEST(defaultsOfTheTwoKinds);
    CPPUNIT_TEST_SUITE_END();

public:
    void crossesAsJson() {
        Command c;
        c.id = "abc";
        c.hostname = "h";
        c.domainname = "d";
        c.cgroupPath = "/ctrd/abc";
        c.rootfs = {"overlay", "overlay", "", {"lowerdir=l"}, "/w"};
        c.readOnlyRootfs = true;
        c.mounts = defaultMounts(false);
        c.devices = {{"/dev/x", 'b', 8, 1, 0640, 3, 4}};
        c.maskedPaths = {"/m"};
        c.readOnlyPaths = {"/r"};
        c.sysctls = {{"net/ipv4/ip_forward", "1"}};
        c.pid = {NamespaceMode::Join, "/proc/1/ns/pid"};
        c.ipc.mode = NamespaceMode::Host;
        c.resources.memory = 5;
        c.process = process();
        c.initPath = "/init";
        c.driverOptions = {"a=b"};
        const Command copy = commandFromJson(parseJson(dumpJson(toJson(c)), "test"));
        CPPUNIT_ASSERT(toJson(c) == toJson(copy));
        CPPUNIT_ASSERT(copy.sysctls == c.sysctls);
        CPPUNIT_ASSERT(copy.pid.mode == NamespaceMode::Join);
        CPPUNIT_ASSERT(copy.ipc.mode == NamespaceMode::Host);
        CPPUNIT_ASSERT(copy.uts.mode == NamespaceMode::Private);
        CPPUNIT_ASSERT_EQUAL(UINT64_MAX, copy.process.rlimits.at(0).hard);
        CPPUNIT_ASSERT_EQUAL(-5, copy.process.oomScoreAdj.value());
        CPPUNIT_ASSERT_EQUAL(uint16_t(24), copy.process.rows);
        CPPUNIT_ASSERT_EQUAL('b', copy.devices.at(0).type);
        CPPUNIT_ASSERT_EQUAL(c.mounts.size(), copy.mounts.size());
    }

    void emptyOneHasDefaults() {
        const Command c = commandFromJson(Json::object());
        expectEqual("native", c.driver);
        expectEqual("/", c.process.workingDirectory);
        CPPUNIT_ASSERT(c.pid.mode == NamespaceMode::Private);
        CPPUNIT_ASSERT(!c.process.oomScoreAdj);
    }

    void wrongTypesAreNamed() {
        expectError(ErrorKind::InvalidArgument, "args", [] {
            processSpecFromJson({{"args", "sh"}});
        });
        expectError(ErrorKind::InvalidArgument, "namespace mode 'x'", [] {
            commandFromJson({{"pid", {{"mode", "x"}}}});
        });
    }

    void defaultsOfTheTwoKinds() {
        CPPUNIT_ASSERT(defaultMaskedPaths(true).empty());
        CPPUNIT_ASSERT(defaultReadOnlyPaths(true).empty());
        CPPUNIT_ASSERT_EQUAL(size_t(3), defaultMaskedPaths(false).size());
        CPPUNIT_ASSERT_EQUAL(size_t(6), defaultReadOnlyPaths(false).size());
        const auto plain = defaultMounts(false, 1024, "label"), privileged = defaultMounts(true);
        expectEqual("/sys", plain.back().target);
        expectEqual("ro", plain.back().options.back());
        CPPUNIT_ASSERT(privileged.back().options.back() != "ro");
        expectEqual("context=\"label\"", plain[1].options.back());
        expectEqual("size=1024", plain[3].options.at(4));
        CPPUNIT_ASSERT_EQUAL(size_t(7), defaultDeviceNodes(false).size());
        expectEqual("/dev/mine", deviceNode(kernel::defaultDevices()[0], "/dev/mine").path);
    }

private:
    static ProcessSpec process() {
        ProcessSpec p;
        p.args = {"sh", "-c", "x y"};
        p.env = {"A=b"};
        p.workingDirectory = "/w";
        p.user = "u:g";
        p.extraGroups = {"g"};
        p.tty = true;
        p.rows = 24;
        p.columns = 80;
        p.capabilities = {"CAP_KILL"};
        p.rlimits = {{"nofile", 1, UINT64_MAX}};
        p.noNewPrivileges = true;
        p.label = "l";
        p.oomScoreAdj = -5;
        return p;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CommandTest);

} // namespace ctrd::exec
