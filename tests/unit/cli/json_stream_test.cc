#include "cli/json_stream.h"

#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class JsonStreamTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonStreamTest);
    CPPUNIT_TEST(splitsObjectsCutAnywhere);
    CPPUNIT_TEST(refusesOtherText);
    CPPUNIT_TEST(indentsInOrder);
    CPPUNIT_TEST_SUITE_END();

public:
    void splitsObjectsCutAnywhere() {
        const std::string stream = "{\"a\":\"}{\\\"\"}{\"b\":[{}]}\r\n\n {\"c\":1}";
        for (size_t piece = 1; piece <= stream.size(); ++piece) {
            JsonSplitter splitter;
            std::string found;
            for (size_t at = 0; at < stream.size(); at += piece)
                splitter.feed(std::string_view(stream).substr(at, piece),
                              [&](const Json& object) { found += dumpJson(object) + ";"; });
            expectEqual(R"({"a":"}{\""};{"b":[{}]};{"c":1};)", found);
        }
    }

    void refusesOtherText() {
        JsonSplitter splitter;
        expectError(ErrorKind::InvalidArgument, "invalid JSON",
                    [&] { splitter.feed("<html>", [](const Json&) {}); });
    }

    void indentsInOrder() {
        expectEqual(
            "[\n    {\n        \"Z\": \"a, {b}: \\\"\",\n        \"A\": [\n            1,\n"
            "            -2.5\n        ],\n        \"E\": {},\n        \"L\": [],\n"
            "        \"N\": null\n    }\n]",
            indentJson(R"([{"Z":"a, {b}: \"","A":[1, -2.5],"E":{ },"L":[],"N":null}])"));
        expectEqual("[]", indentJson("[]"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonStreamTest);

} // namespace ctrd::cli
