#include "base/time.h"

#include "unit/testing/expect.h"

namespace ctrd {

using testing::expectEqual;
using testing::expectError;

class TimeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TimeTest);
    CPPUNIT_TEST(formatsAndParses);
    CPPUNIT_TEST(parsesZonesAndFractions);
    CPPUNIT_TEST(parsesMoments);
    CPPUNIT_TEST(parsesDurations);
    CPPUNIT_TEST(speaksLikeDocker);
    CPPUNIT_TEST_SUITE_END();

public:
    void formatsAndParses() {
        const Timestamp t = 1436878862000000003;
        expectEqual("2015-07-14T13:01:02.000000003Z", formatTime(t));
        CPPUNIT_ASSERT_EQUAL(t, *parseTime(formatTime(t)));
        expectEqual("0001-01-01T00:00:00Z", formatTime(0));
    }

    void parsesZonesAndFractions() {
        CPPUNIT_ASSERT_EQUAL(*parseTime("2015-07-14T13:01:02.5Z"),
                             *parseTime("2015-07-14T15:01:02.5+02:00"));
        CPPUNIT_ASSERT(!parseTime("2015-07-14") && !parseTime("2015-07-14T13:01:02"));
    }

    void parsesMoments() {
        CPPUNIT_ASSERT_EQUAL(Timestamp(90 * kSecond), parseMoment("10s", 100 * kSecond));
        CPPUNIT_ASSERT_EQUAL(Timestamp(1500000000), parseMoment("1.5", 0));
        CPPUNIT_ASSERT_EQUAL(Timestamp(86400 * kSecond), parseMoment("1970-01-02", 0));
        expectError(ErrorKind::InvalidArgument, "yesterday", [] { parseMoment("yesterday", 0); });
    }

    void parsesDurations() {
        CPPUNIT_ASSERT_EQUAL(int64_t(5400) * kSecond, *parseDuration("1h30m"));
        CPPUNIT_ASSERT_EQUAL(int64_t(250000000), *parseDuration("250ms"));
        CPPUNIT_ASSERT(!parseDuration("10") && !parseDuration("") && !parseDuration("-1s"));
    }

    void speaksLikeDocker() {
        expectEqual("Less than a second", humanDuration(kSecond / 2));
        expectEqual("1 second", humanDuration(kSecond));
        expectEqual("About a minute", humanDuration(61 * kSecond));
        expectEqual("About an hour", humanDuration(3600 * kSecond));
        expectEqual("2 days", humanDuration(50LL * 3600 * kSecond));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimeTest);

} // namespace ctrd
