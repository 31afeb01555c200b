#include "cli/exit_code.h"

#include "cli/api_client.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

class ExitCodeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExitCodeTest);
    CPPUNIT_TEST(ofFailures);
    CPPUNIT_TEST(ofStarts);
    CPPUNIT_TEST_SUITE_END();

public:
    void ofFailures() {
        CPPUNIT_ASSERT_EQUAL(125, exitCodeOf(invalidArgument("bad option")));
        CPPUNIT_ASSERT_EQUAL(1, exitCodeOf(ApiError(400, "bad parameter")));
        CPPUNIT_ASSERT_EQUAL(1, exitCodeOf(notFound("no such container")));
        CPPUNIT_ASSERT_EQUAL(1, exitCodeOf(std::runtime_error("x")));
    }

    void ofStarts() {
        const auto code = [](const char* text) { return exitCodeOfStart(ApiError(500, text)); };
        CPPUNIT_ASSERT_EQUAL(127, code("exec: \"nope\": executable file not found in $PATH"));
        CPPUNIT_ASSERT_EQUAL(127, code("cannot run '/nope': No such file or directory"));
        CPPUNIT_ASSERT_EQUAL(126, code("cannot run '/etc/passwd': Permission denied"));
        CPPUNIT_ASSERT_EQUAL(126, code("cannot run '/x': Exec format error"));
        CPPUNIT_ASSERT_EQUAL(126, code("cannot run '/etc': Is a directory"));
        CPPUNIT_ASSERT_EQUAL(126,
                             code("cannot run '/x' of image 'y': it needs Linux 3.2.0 or newer, "
                                  "and this host runs 2.6.32"));
        CPPUNIT_ASSERT_EQUAL(127, code("exec: \"/nope\": stat /nope: no such file or directory"));
        CPPUNIT_ASSERT_EQUAL(125, code("cannot find an address"));
        // It is not the program that is missing.
        CPPUNIT_ASSERT_EQUAL(125, code("cannot bind '/a' on '/b': No such file or directory"));
        // What the daemon says outweighs its words.
        CPPUNIT_ASSERT_EQUAL(
            125, exitCodeOfStart(ApiError(500, "cannot run 'x': No such file or directory", 125)));
        CPPUNIT_ASSERT_EQUAL(125, exitCodeOfStart(unavailable("permission denied")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExitCodeTest);

} // namespace ctrd::cli
