#include "base/json.h"

#include "unit/testing/expect.h"

namespace ctrd {

using testing::expectError;

class JsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTest);
    CPPUNIT_TEST(readsWithDefaults);
    CPPUNIT_TEST(namesTheKeyOfAWrongType);
    CPPUNIT_TEST(refusesBrokenAndDeepText);
    CPPUNIT_TEST(writesBrokenUtf8);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsWithDefaults() {
        const Json j = parseJson(R"({"a":"x","n":5,"b":true,"l":["p","q"],"z":null})", "test");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), getString(j, "a"));
        CPPUNIT_ASSERT_EQUAL(int64_t(5), getInt(j, "n"));
        CPPUNIT_ASSERT_EQUAL(int64_t(7), getInt(j, "z", 7));
        CPPUNIT_ASSERT(getBool(j, "b") && getStrings(j, "l").size() == 2);
        CPPUNIT_ASSERT(getMember(j, "none").is_null());
    }

    void namesTheKeyOfAWrongType() {
        const Json j = parseJson(R"({"Memory":"lots","Cmd":[1],"F":1.5})", "test");
        expectError(ErrorKind::InvalidArgument, "Memory", [&] { getInt(j, "Memory"); });
        expectError(ErrorKind::InvalidArgument, "Cmd", [&] { getStrings(j, "Cmd"); });
        expectError(ErrorKind::InvalidArgument, "F", [&] { getInt(j, "F"); });
        expectError(ErrorKind::InvalidArgument, "x", [] { getInt(Json(3), "x"); });
    }

    void refusesBrokenAndDeepText() {
        expectError(ErrorKind::InvalidArgument, "the request",
                    [] { parseJson("{\"a\":", "the request"); });
        expectError(ErrorKind::InvalidArgument, "nested too deeply",
                    [] { parseJson(std::string(1000, '['), "the request"); });
    }

    void writesBrokenUtf8() {
        CPPUNIT_ASSERT_EQUAL(std::string("\"a\xEF\xBF\xBD\""), dumpJson(Json("a\xff")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTest);

} // namespace ctrd
