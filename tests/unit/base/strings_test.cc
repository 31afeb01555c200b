#include "base/strings.h"

#include "base/ids.h"
#include "base/signals.h"
#include "base/size.h"
#include "unit/testing/expect.h"

namespace ctrd {

using testing::expectEqual;
using testing::expectError;

class StringsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StringsTest);
    CPPUNIT_TEST(splitsAndJoins);
    CPPUNIT_TEST(parsesWholeNumbersOnly);
    CPPUNIT_TEST(parsesBytes);
    CPPUNIT_TEST(refusesWrongBytes);
    CPPUNIT_TEST(printsSizes);
    CPPUNIT_TEST(readsSignals);
    CPPUNIT_TEST(makesIds);
    CPPUNIT_TEST_SUITE_END();

public:
    void splitsAndJoins() {
        CPPUNIT_ASSERT_EQUAL(size_t(4), split("a,b,,c", ',').size());
        CPPUNIT_ASSERT_EQUAL(size_t(1), split("", ',').size());
        expectEqual("a|b", join({"a", "b"}, "|"));
        expectEqual("b=c", splitOnce("a=b=c", '=')->second);
        CPPUNIT_ASSERT(!splitOnce("abc", '='));
        CPPUNIT_ASSERT_EQUAL(size_t(2), splitWords("  a \t b\n").size());
        expectEqual("x y", trim(" x y\n"));
    }

    void parsesWholeNumbersOnly() {
        CPPUNIT_ASSERT_EQUAL(-3LL, *parseInt("-3"));
        CPPUNIT_ASSERT(!parseInt("3x") && !parseInt("") && !parseInt("99999999999999999999"));
    }

    void parsesBytes() {
        CPPUNIT_ASSERT_EQUAL(int64_t(512), parseBytes("512", "limit"));
        CPPUNIT_ASSERT_EQUAL(int64_t(4) << 20, parseBytes("4M", "limit"));
        CPPUNIT_ASSERT_EQUAL(int64_t(1) << 30, parseBytes("1gb", "limit"));
        CPPUNIT_ASSERT_EQUAL(int64_t(-1), parseBytes("-1", "limit"));
    }

    void refusesWrongBytes() {
        for (const char* text : {"", "m", "12q", "-5", "12mm", "99999999999g"})
            expectError(ErrorKind::InvalidArgument, "memory limit",
                        [&] { parseBytes(text, "memory limit"); });
    }

    void printsSizes() {
        expectEqual("0 B", humanSize(0));
        expectEqual("1.5 MB", humanSize(1.5e6));
        expectEqual("512 MiB", humanSizeBinary(512.0 * 1024 * 1024));
    }

    void readsSignals() {
        CPPUNIT_ASSERT_EQUAL(9, signalNumber("SIGKILL"));
        CPPUNIT_ASSERT_EQUAL(15, signalNumber("term"));
        CPPUNIT_ASSERT_EQUAL(37, signalNumber("RTMIN+3"));
        expectError(ErrorKind::InvalidArgument, "invalid signal: 0", [] { signalNumber("0"); });
        expectError(ErrorKind::InvalidArgument, "FOO", [] { signalNumber("FOO"); });
        expectEqual("SIGHUP", signalName(1));
    }

    void makesIds() {
        const std::string id = newId();
        CPPUNIT_ASSERT(isFullId(id) && newId() != id);
        expectEqual("0123456789ab", shortId("sha256:0123456789abcdef"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StringsTest);

} // namespace ctrd
