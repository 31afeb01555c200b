#include "logging/jsonfile/decoder.h"

#include "logging/jsonfile/encoder.h"
#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::logging;
using ctrd::testing::expectEqual;

class DecoderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DecoderTest);
    CPPUNIT_TEST(readsWhatWasWritten);
    CPPUNIT_TEST(readsAnyByteBack);
    CPPUNIT_TEST(passesOverUnknownMembers);
    CPPUNIT_TEST(readsTimes);
    CPPUNIT_TEST(readsSurrogates);
    CPPUNIT_TEST(refusesDamage);
    CPPUNIT_TEST(refusesEveryTornLine);
    CPPUNIT_TEST(survivesZeros);
    CPPUNIT_TEST_SUITE_END();

    jsonfile::Decoder decoder_;
    Message message_;

    bool decodes(std::string_view line) { return decoder_.decode(line, message_); }
    std::string text(std::string_view line) {
        CPPUNIT_ASSERT_MESSAGE(std::string(line), decodes(line));
        return std::string(message_.line);
    }

public:
    void readsWhatWasWritten() {
        CPPUNIT_ASSERT(
            decodes(R"({"log":"a\tb\n","stream":"stderr","time":"1970-01-01T00:00:01.5Z"})"));
        expectEqual("a\tb\n", std::string(message_.line));
        CPPUNIT_ASSERT(message_.stream == Stream::Stderr);
        CPPUNIT_ASSERT_EQUAL(kSecond * 3 / 2, message_.time);
        CPPUNIT_ASSERT(!message_.partial);
        CPPUNIT_ASSERT(decodes(R"({"log":"a","stream":"stdout","time":"1970-01-01T00:00:01Z"})"));
        CPPUNIT_ASSERT(message_.partial);
    }

    void readsAnyByteBack() {
        std::string all;
        for (int c = 0; c < 128; ++c)
            all += static_cast<char>(c);
        all += "\xe2\x80\xa8 \xf0\x9f\x90\xb3\n";
        jsonfile::Encoder encoder;
        std::string line;
        encoder.append({Stream::Stdout, 7, all, false}, line);
        line.pop_back();
        expectEqual(all, text(line));
        CPPUNIT_ASSERT_EQUAL(Timestamp(7), message_.time);
    }

    void passesOverUnknownMembers() {
        expectEqual("x", text(R"({"attrs":{"a":"}\"","b":[1,{"c":2}]},"log":"x","n":-1.5e3})"));
        expectEqual("x",
                    text(R"( { "time" : "1970-01-01T00:00:01Z" , "log" : "x" , "ok" : true } )"));
        CPPUNIT_ASSERT_EQUAL(kSecond, message_.time);
    }

    void readsTimes() {
        CPPUNIT_ASSERT(decodes(R"({"log":"","time":"1970-01-01T01:00:01.000000001+01:00"})"));
        CPPUNIT_ASSERT_EQUAL(kSecond + 1, message_.time);
        CPPUNIT_ASSERT(decodes(R"({"log":"","time":"1970-01-01T00:00:02.12Z"})"));
        CPPUNIT_ASSERT_EQUAL(Timestamp(2120000000), message_.time);
        CPPUNIT_ASSERT(!decodes(R"({"log":"","time":"yesterday at some point"})"));
    }

    void readsSurrogates() {
        expectEqual("\xf0\x9f\x90\xb3", text(R"({"log":"\ud83d\udc33"})"));
        expectEqual("\xef\xbf\xbdx", text(R"({"log":"\ud83dx"})"));
        expectEqual(
            "\xef\xbf\xbd"
            "A",
            text(R"({"log":"\ud83d\u0041"})"));
        expectEqual("/\b\f", text(R"({"log":"\/\b\f"})"));
    }

    void refusesDamage() {
        for (const char* line :
             {"", "{", "[]", "{}", "plain text", R"({"stream":"stdout"})", R"({"log":7})",
              R"({"log":"\x"})", R"({"log":"\u12g4"})", R"({"log":"a" "stream":"x"})",
              R"({"log":"a")", R"({"log":"a\"})", R"({"log":"a","x":]})"})
            CPPUNIT_ASSERT_MESSAGE(line, !decodes(line));
    }

    void refusesEveryTornLine() {
        const std::string whole =
            R"({"log":"a\u0009\n","stream":"stdout","time":"1970-01-01T00:00:01.0Z"})";
        CPPUNIT_ASSERT(decodes(whole));
        for (size_t n = 0; n < whole.size(); ++n)
            CPPUNIT_ASSERT_MESSAGE(whole.substr(0, n),
                                   !decodes(std::string_view(whole).substr(0, n)));
    }

    void survivesZeros() { expectEqual("x", text(std::string(100, '\0') + R"({"log":"x"})")); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DecoderTest);
