#include "api/wire/filters.h"
#include "api/wire/json_stream.h"
#include "api/wire/query.h"
#include "api/wire/version.h"
#include "base/json.h"
#include "unit/testing/expect.h"

#include <vector>

namespace ctrd::api::wire {

using testing::expectEqual;
using testing::expectError;

class WireTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WireTest);
    CPPUNIT_TEST(readsVersions);
    CPPUNIT_TEST(servesItsRangeOnly);
    CPPUNIT_TEST(readsTruthAsDocker);
    CPPUNIT_TEST(readsNumbers);
    CPPUNIT_TEST(readsFiltersOfBothForms);
    CPPUNIT_TEST(refusesBrokenFilters);
    CPPUNIT_TEST(matchesPatterns);
    CPPUNIT_TEST(matchesLabels);
    CPPUNIT_TEST(readsTruthFilters);
    CPPUNIT_TEST(beginsStreamsWithTheirFirstObject);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsVersions() {
        CPPUNIT_ASSERT(parseVersion("1.19") == (Version{1, 19}));
        CPPUNIT_ASSERT(parseVersion("1.9") < parseVersion("1.19"));
        CPPUNIT_ASSERT(parseVersion("2.0") >= parseVersion("1.44"));
        expectEqual("1.24", toString(Version{1, 24}));
        for (const char* wrong : {"", "1", "1.", ".1", "1.2.3", "1.x", "1.99999999999"})
            expectError(ErrorKind::InvalidArgument, "invalid API version",
                        [&] { parseVersion(wrong); });
    }

    void servesItsRangeOnly() {
        for (int minor = 12; minor <= 44; ++minor)
            requireServed({1, minor});
        expectError(ErrorKind::InvalidArgument,
                    "client is newer than server (client API version: 1.45, server API version: "
                    "1.44)",
                    [] {
                        requireServed({1, 45});
                    });
        expectError(ErrorKind::InvalidArgument,
                    "client is too old, minimum supported API version is 1.12", [] {
                        requireServed({1, 11});
                    });
        expectError(ErrorKind::InvalidArgument, "newer", [] { requireServed({2, 1}); });
    }

    void readsTruthAsDocker() {
        for (const char* no : {"", "0", "no", "False", " NONE "})
            CPPUNIT_ASSERT_MESSAGE(no, !boolValue(no));
        for (const char* yes : {"1", "true", "yes", "2", "x"})
            CPPUNIT_ASSERT_MESSAGE(yes, boolValue(yes));
    }

    void readsNumbers() {
        CPPUNIT_ASSERT_EQUAL(int64_t(-1), intValue("t", "-1", -1, 9));
        for (const char* wrong : {"", "x", "10", "-2", "1.5", "99999999999999999999"})
            expectError(ErrorKind::InvalidArgument,
                        "invalid t:", [&] { intValue("t", wrong, -1, 9); });
    }

    void readsFiltersOfBothForms() {
        const auto old = Filters::parse(R"({"status":["exited","paused"],"name":[]})");
        CPPUNIT_ASSERT(old.get("status") == (std::set<std::string>{"exited", "paused"}));
        CPPUNIT_ASSERT(!old.has("name"));
        const auto now = Filters::parse(R"({"status":{"exited":true,"paused":false}})");
        CPPUNIT_ASSERT(now.get("status") == std::set<std::string>{"exited"});
        CPPUNIT_ASSERT(now.matchesExact("status", "exited"));
        CPPUNIT_ASSERT(!now.matchesExact("status", "paused"));
        CPPUNIT_ASSERT(now.matchesExact("id", "anything"));
        for (const char* none : {"", "{}", "null"})
            CPPUNIT_ASSERT(Filters::parse(none).empty());
    }

    void refusesBrokenFilters() {
        for (const char* wrong : {"{", "[]", "3", R"({"a":3})", R"({"a":[3]})", R"({"a":{"b":3}})"})
            expectError(ErrorKind::InvalidArgument, "filters", [&] { Filters::parse(wrong); });
        expectError(ErrorKind::InvalidArgument, "invalid filter 'colour'", [] {
            Filters::parse(R"({"colour":["red"]})").requireKnown({"status", "id"});
        });
    }

    void matchesPatterns() {
        const auto matches = [](const std::string& pattern, const std::string& candidate) {
            const Json json = {{"name", {pattern}}};
            return Filters::parse(json.dump()).matchesPattern("name", candidate);
        };
        CPPUNIT_ASSERT(matches("eb", "web1"));
        CPPUNIT_ASSERT(!matches("^eb", "web1"));
        CPPUNIT_ASSERT(matches("^web", "web1"));
        CPPUNIT_ASSERT(matches("b1$", "web1") && !matches("b$", "web1"));
        CPPUNIT_ASSERT(matches("^web1$", "web1") && !matches("^web1$", "web12"));
        CPPUNIT_ASSERT(matches("^w.*[0-9]$", "web1") && !matches("^w.*[2-9]$", "web1"));
        CPPUNIT_ASSERT(matches("b$", "b") && !matches("bbb$", "b"));
        expectError(ErrorKind::InvalidArgument, "no regular expression",
                    [&] { matches("(", "web1"); });
        expectError(ErrorKind::InvalidArgument, "repetition",
                    [&] { matches("((a{9999}){9999})", "web1"); });
    }

    void matchesLabels() {
        const std::map<std::string, std::string> labels = {{"role", "web"}, {"empty", ""}};
        const auto matches = [&](const char* filters) {
            return Filters::parse(filters).matchesLabels("label", labels);
        };
        CPPUNIT_ASSERT(matches(R"({"label":["role"]})"));
        CPPUNIT_ASSERT(matches(R"({"label":["role=web","empty"]})"));
        CPPUNIT_ASSERT(matches(R"({"label":["empty="]})"));
        CPPUNIT_ASSERT(!matches(R"({"label":["role=db"]})"));
        CPPUNIT_ASSERT(!matches(R"({"label":["role","other"]})"));
        CPPUNIT_ASSERT(
            Filters::parse("{\"label!\":[\"other\",\"a=z\"]}").lacksLabels("label!", {{"a", "b"}}));
        CPPUNIT_ASSERT(
            !Filters::parse("{\"label!\":[\"other\",\"a\"]}").lacksLabels("label!", {{"a", "b"}}));
        CPPUNIT_ASSERT(Filters().lacksLabels("label!", {{"a", "b"}}));
    }

    void readsTruthFilters() {
        CPPUNIT_ASSERT(Filters::parse(R"({"dangling":["true"]})").truth("dangling", false));
        CPPUNIT_ASSERT(!Filters::parse(R"({"dangling":["0"]})").truth("dangling", true));
        CPPUNIT_ASSERT(Filters().truth("dangling", true));
        for (const char* wrong : {R"({"dangling":["maybe"]})", R"({"dangling":["true","false"]})"})
            expectError(ErrorKind::InvalidArgument, "dangling",
                        [&] { Filters::parse(wrong).truth("dangling", false); });
    }

    void beginsStreamsWithTheirFirstObject() {
        std::string sent;
        JsonStream stream([&] { sent += "begin "; }, [&](std::string_view t) { sent += t; });
        CPPUNIT_ASSERT(!stream.begun());
        stream.send({{"stream", "a\n"}});
        stream.sendError(notFound("no such thing"));
        CPPUNIT_ASSERT(stream.begun());
        expectEqual(
            "begin {\"stream\":\"a\\n\"}\r\n"
            "{\"error\":\"no such thing\",\"errorDetail\":{\"message\":\"no such thing\"}}\r\n",
            sent);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireTest);

} // namespace ctrd::api::wire
