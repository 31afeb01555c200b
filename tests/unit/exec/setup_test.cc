// What leads to a program, without a container.

#include "base/path.h"
#include "exec/driver.h"
#include "exec/network_counters.h"
#include "exec/setup/program.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::exec::setup {

using ctrd::testing::expectEqual;

class SetupTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SetupTest);
    CPPUNIT_TEST(findsPrograms);
    CPPUNIT_TEST(saysWhyNot);
    CPPUNIT_TEST(lastValueOfTheEnvironment);
    CPPUNIT_TEST(readsNetworkCounters);
    CPPUNIT_TEST_SUITE_END();

public:
    void findsPrograms() {
        makeFile("one/tool", 0755);
        makeFile("two/tool", 0755);
        const std::vector<std::string> env = {"PATH=" + in("none") + ":" + in("one") + ":" +
                                              in("two")};
        expectEqual(in("one/tool"), findProgram("tool", env));
        expectEqual(in("two/tool"), findProgram(in("two/tool"), env));
        expectEqual("/bin/sh", findProgram("sh", {"PATH=/bin"}));
        CPPUNIT_ASSERT(!findProgram("sh", {}).empty()); // without a PATH, the usual places
    }

    void saysWhyNot() {
        makeFile("one/data", 0644);
        makeDirs(in("one/directory"));
        const std::vector<std::string> env = {"PATH=" + in("one")};
        expectCode(127, "tool", env);
        expectCode(126, "data", env);
        expectCode(127, "directory", {"PATH=" + in("none")});
        expectCode(126, in("one/directory"), env);
        expectCode(127, in("one/data/x"), env);
        expectCode(127, in("none"), env);
        expectCode(125, "", env);
    }

    void lastValueOfTheEnvironment() {
        const std::vector<std::string> env = {"A=1", "AB=2", "A=x=y", "B="};
        expectEqual("x=y", environmentValue(env, "A"));
        expectEqual("", environmentValue(env, "B"));
        expectEqual("", environmentValue(env, "C"));
    }

    void readsNetworkCounters() {
        const auto all = parseNetworkCounters(
            "Inter-|   Receive                                                |  Transmit\n"
            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
            "    lo:     100       1    0    0    0     0          0         0      100  1 0 0 0 0 "
            "0 0\n"
            "  eth0:    5000      40    1    2    0     0          0         0     6000 50 3 4 0 0 "
            "0 0\n"
            "eth1:1 2 3\n");
        CPPUNIT_ASSERT_EQUAL(size_t(1), all.size());
        expectEqual("eth0", all[0].interface);
        CPPUNIT_ASSERT_EQUAL(uint64_t(5000), all[0].rxBytes);
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), all[0].rxDropped);
        CPPUNIT_ASSERT_EQUAL(uint64_t(6000), all[0].txBytes);
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), all[0].txDropped);
    }

private:
    std::string in(const std::string& path) const { return joinPath(directory_.path(), path); }

    void makeFile(const std::string& path, mode_t mode) {
        makeDirs(dirName(in(path)));
        openFile(in(path), O_WRONLY | O_CREAT, 0644);
        CPPUNIT_ASSERT_EQUAL(0, chmod(in(path).c_str(), mode));
    }

    static void expectCode(int code, const std::string& name, const std::vector<std::string>& env) {
        try {
            findProgram(name, env);
        } catch (const StartError& e) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(e.what(), code, e.exitCode());
            return;
        }
        CPPUNIT_FAIL("found '" + name + "'");
    }

    TempDir directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(SetupTest);

} // namespace ctrd::exec::setup
