#include "base/spelling.h"

#include "unit/testing/expect.h"

namespace ctrd {

using testing::expectEqual;

class SpellingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SpellingTest);
    CPPUNIT_TEST(suggestsBeginningsFirst);
    CPPUNIT_TEST(suggestsWhatIsATypingErrorAway);
    CPPUNIT_TEST_SUITE_END();

public:
    void suggestsBeginningsFirst() {
        expectEqual("; did you mean inspect?", didYouMean("insp", {"inspect", "info"}));
    }

    void suggestsWhatIsATypingErrorAway() {
        expectEqual("; did you mean start or cart?", didYouMean("sart", {"start", "cart", "rm"}));
        expectEqual("; did you mean graph?", didYouMean("grahp", {"group", "graph"}));
        expectEqual("", didYouMean("xyzzy", {"start", "rm"}));
        expectEqual("", didYouMean("", {"start"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpellingTest);

} // namespace ctrd
