#include "engine/names.h"

#include "base/strings.h"
#include "unit/testing/expect.h"

#include <set>

using namespace ctrd;
using namespace ctrd::engine;

class NamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NamesTest);
    CPPUNIT_TEST(aRandomNameIsAGoodName);
    CPPUNIT_TEST(namesVary);
    CPPUNIT_TEST(aRetryAddsADigit);
    CPPUNIT_TEST(checkTakesWhatDockerTakes);
    CPPUNIT_TEST(checkRefusesTheRest);
    CPPUNIT_TEST_SUITE_END();

    void aRandomNameIsAGoodName() {
        for (int i = 0; i < 200; ++i) {
            const std::string name = randomName(0);
            testing::expectEqual(name, checkName(name));
            CPPUNIT_ASSERT_EQUAL(size_t{2}, split(name, '_').size());
        }
    }

    void namesVary() {
        std::set<std::string> names;
        for (int i = 0; i < 100; ++i)
            names.insert(randomName(0));
        CPPUNIT_ASSERT(names.size() > 80);
    }

    void aRetryAddsADigit() {
        const std::string name = randomName(1);
        CPPUNIT_ASSERT(name.back() >= '0' && name.back() <= '9');
    }

    void checkTakesWhatDockerTakes() {
        testing::expectEqual("web-1.a_b", checkName("web-1.a_b"));
        testing::expectEqual("web", checkName("/web"));
    }

    void checkRefusesTheRest() {
        for (const char* name :
             {"", "/", "a", "-ab", ".ab", "_ab", "a b", "a/b", "//ab", "ab\n", "../ab", "a:b"})
            testing::expectError(ErrorKind::InvalidArgument, "Invalid container name",
                                 [&] { checkName(name); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NamesTest);
