#include "logging/jsonfile/encoder.h"

#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::logging;
using ctrd::testing::expectEqual;

class EncoderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EncoderTest);
    CPPUNIT_TEST(writesDockersLine);
    CPPUNIT_TEST(newTimeIsWritten);
    CPPUNIT_TEST(escapesWhatGoEscapes);
    CPPUNIT_TEST(keepsUtf8);
    CPPUNIT_TEST(replacesEachInvalidByte);
    CPPUNIT_TEST_SUITE_END();

    static std::string escaped(std::string_view text) {
        std::string out;
        jsonfile::appendEscaped(text, out);
        return out;
    }

public:
    void writesDockersLine() {
        jsonfile::Encoder encoder;
        std::string out;
        encoder.append({Stream::Stdout, 1436878862 * kSecond + 3, "hello\n", false}, out);
        encoder.append({Stream::Stderr, 1436878862 * kSecond + 3, "part", true}, out);
        expectEqual(
            "{\"log\":\"hello\\n\",\"stream\":\"stdout\","
            "\"time\":\"2015-07-14T13:01:02.000000003Z\"}\n"
            "{\"log\":\"part\",\"stream\":\"stderr\","
            "\"time\":\"2015-07-14T13:01:02.000000003Z\"}\n",
            out);
    }

    void newTimeIsWritten() {
        jsonfile::Encoder encoder;
        std::string out;
        encoder.append({Stream::Stdout, kSecond, "a", false}, out);
        out.clear();
        encoder.append({Stream::Stdout, 2 * kSecond, "a", false}, out);
        expectEqual(
            "{\"log\":\"a\",\"stream\":\"stdout\","
            "\"time\":\"1970-01-01T00:00:02.000000000Z\"}\n",
            out);
    }

    void escapesWhatGoEscapes() {
        expectEqual("a\\\"b\\\\c\\n\\r\\u0009\\u0000\\u001b\x7f",
                    escaped({"a\"b\\c\n\r\t\0\x1b\x7f", 11}));
        expectEqual("\\u003cp\\u003e \\u0026", escaped("<p> &"));
        expectEqual("\\u2028\\u2029\xe2\x80\xaa", escaped("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"));
    }

    void keepsUtf8() {
        const std::string text = "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xb3";
        expectEqual(text, escaped(text));
    }

    void replacesEachInvalidByte() {
        expectEqual("\\ufffd", escaped("\xff"));
        expectEqual("a\\ufffdb", escaped("a\xc3"
                                         "b"));
        expectEqual("\\ufffd\\ufffd", escaped("\xc0\x80"));            // overlong
        expectEqual("\\ufffd\\ufffd\\ufffd", escaped("\xed\xa0\x80")); // a surrogate
        expectEqual("\\ufffd\\ufffd", escaped("\xe2\x82"));            // cut off
        expectEqual("\\ufffd\\ufffd\\ufffd\\ufffd", escaped("\xf4\x90\x80\x80"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EncoderTest);
