#include "base/base64.h"

#include "unit/testing/expect.h"

namespace ctrd {

using testing::expectEqual;

class Base64Test : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Base64Test);
    CPPUNIT_TEST(encodes);
    CPPUNIT_TEST(decodes);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

public:
    void encodes() {
        // RFC 4648, section 10.
        const std::pair<const char*, const char*> cases[] = {
            {"", ""},
            {"f", "Zg=="},
            {"fo", "Zm8="},
            {"foo", "Zm9v"},
            {"foob", "Zm9vYg=="},
            {"fooba", "Zm9vYmE="},
            {"foobar", "Zm9vYmFy"},
        };
        for (const auto& [data, text] : cases) {
            expectEqual(text, encodeBase64(data));
            expectEqual(data, decodeBase64(text).value());
        }
        expectEqual("/+8A", encodeBase64(std::string("\xff\xef\0", 3)));
    }

    void decodes() {
        expectEqual("f", decodeBase64("Zg").value());
        expectEqual(std::string("\xff\xef\0", 3), decodeBase64("_-8A").value());
    }

    void refuses() {
        for (const char* text : {"Z", "Zm9vY", "Zm 9", "Zm9v\n", "Z=g="})
            CPPUNIT_ASSERT_MESSAGE(text, !decodeBase64(text));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Base64Test);

} // namespace ctrd
