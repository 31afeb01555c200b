#include "engine/process_table.h"

#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::engine;

class ProcessTableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProcessTableTest);
    CPPUNIT_TEST(keepsTheContainersRows);
    CPPUNIT_TEST(theLastColumnTakesTheRest);
    CPPUNIT_TEST(wantsAPidColumn);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kOutput =
        "UID        PID  PPID  C STIME TTY          TIME CMD\n"
        "root         1     0  0 03:10 ?        00:00:02 /sbin/init\n"
        "root        77     1  0 03:12 ?        00:00:00 sh -c sleep 5;  echo x\n"
        "nobody      78    77  0 03:12 ?        00:00:00 sleep 5\n";

    void keepsTheContainersRows() {
        const TopView view = parseProcessTable(kOutput, {77, 78, 99});
        CPPUNIT_ASSERT_EQUAL(size_t{8}, view.titles.size());
        CPPUNIT_ASSERT_EQUAL(size_t{2}, view.processes.size());
        testing::expectEqual("nobody", view.processes.at(1).at(0));
    }

    void theLastColumnTakesTheRest() {
        const TopView view = parseProcessTable(kOutput, {77});
        testing::expectEqual("sh -c sleep 5;  echo x", view.processes.at(0).at(7));
        CPPUNIT_ASSERT_EQUAL(view.titles.size(), view.processes.at(0).size());
    }

    void wantsAPidColumn() {
        testing::expectError(ErrorKind::InvalidArgument, "PID",
                             [] { parseProcessTable("CMD\nsh\n", {1}); });
        testing::expectError(ErrorKind::InvalidArgument, "PID", [] { parseProcessTable("", {1}); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProcessTableTest);
