#include "logging/drivers.h"

#include "unit/logging/log_fixture.h"
#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::logging;
using ctrd::testing::expectError;

class LogDriversTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogDriversTest);
    CPPUNIT_TEST(takesGoodOptions);
    CPPUNIT_TEST(refusesUnknownDrivers);
    CPPUNIT_TEST(refusesUnknownOptions);
    CPPUNIT_TEST(refusesBadValues);
    CPPUNIT_TEST(saysWhatIsNotBuilt);
    CPPUNIT_TEST(noneKeepsNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void takesGoodOptions() {
        validateOptions("json-file", {});
        validateOptions("json-file",
                        {{"max-size", "10m"}, {"max-file", "3"}, {"mode", "blocking"}});
        validateOptions("none", {});
    }

    void refusesUnknownDrivers() {
        expectError(ErrorKind::InvalidArgument, "'jsonfile'",
                    [] { validateOptions("jsonfile", {}); });
        expectError(ErrorKind::InvalidArgument, "''", [] { createWriter("", {}, "/nowhere"); });
    }

    void refusesUnknownOptions() {
        expectError(ErrorKind::InvalidArgument, "'max-sise'", [] {
            validateOptions("json-file", {{"max-sise", "1m"}});
        });
        expectError(ErrorKind::InvalidArgument, "'max-size'", [] {
            validateOptions("none", {{"max-size", "1m"}});
        });
    }

    void refusesBadValues() {
        for (const char* size : {"", "0", "-1", "ten", "1.x"})
            expectError(ErrorKind::InvalidArgument, "max-size", [&] {
                validateOptions("json-file", {{"max-size", size}});
            });
        for (const char* files : {"", "0", "-1", "three", "100000"})
            expectError(ErrorKind::InvalidArgument, "max-file", [&] {
                validateOptions("json-file", {{"max-file", files}});
            });
    }

    void saysWhatIsNotBuilt() {
        expectError(ErrorKind::NotSupported, "'syslog'", [] { validateOptions("syslog", {}); });
        expectError(ErrorKind::NotSupported, "'labels'", [] {
            validateOptions("json-file", {{"labels", "a"}});
        });
        expectError(ErrorKind::NotSupported, "compress", [] {
            validateOptions("json-file", {{"compress", "true"}});
        });
    }

    void noneKeepsNothing() {
        const LogFixture log;
        const auto writer = createWriter("none", {}, log.path);
        writeLine(*writer, "x\n");
        writer->flush();
        writer->close();
        CPPUNIT_ASSERT(listDir(log.dir.path()).empty());
        expectError(ErrorKind::NotSupported, "does not support reading",
                    [&] { createReader("none", log.path, {}); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogDriversTest);
