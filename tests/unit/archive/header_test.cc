#include "archive/tar_header.h"
#include "unit/testing/expect.h"

#include <cstring>
#include <limits>

namespace ctrd::archive {

namespace {

using namespace std::string_literals;

int64_t numberOf(const std::string& field) {
    int64_t value = -77;
    CPPUNIT_ASSERT_MESSAGE(field, headerNumber(field.data(), field.size(), value));
    return value;
}

bool isRefused(const std::string& field) {
    int64_t value = 0;
    return !headerNumber(field.data(), field.size(), value);
}

} // namespace

class HeaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeaderTest);
    CPPUNIT_TEST(readsOctal);
    CPPUNIT_TEST(readsBase256);
    CPPUNIT_TEST(refusesOtherNumbers);
    CPPUNIT_TEST(writesWhatItReads);
    CPPUNIT_TEST(knowsBothChecksums);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsOctal() {
        CPPUNIT_ASSERT_EQUAL(int64_t(0644), numberOf("0000644\0"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(0644), numberOf("   644 \0"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(0644), numberOf("644\0\0\0\0\0"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(0), numberOf("\0\0\0\0\0\0\0\0"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(0), numberOf("        "s));
        // All twelve digits used, as some writers do.
        CPPUNIT_ASSERT_EQUAL(int64_t{0777777777777}, numberOf("777777777777"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(7), numberOf("7\0garbag"s));
    }

    void readsBase256() {
        CPPUNIT_ASSERT_EQUAL(int64_t{8} << 30, numberOf("\x80\0\0\0\0\0\0\x02\0\0\0\0"s));
        CPPUNIT_ASSERT_EQUAL(std::numeric_limits<int64_t>::max(),
                             numberOf("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(-1), numberOf("\xff\xff\xff\xff\xff\xff\xff\xff"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(-2),
                             numberOf("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe"s));
        CPPUNIT_ASSERT_EQUAL(int64_t(5), numberOf("\x80\0\0\0\0\0\0\x05"s));
    }

    void refusesOtherNumbers() {
        CPPUNIT_ASSERT(isRefused("0000648\0"s));
        CPPUNIT_ASSERT(isRefused("-000644\0"s));
        CPPUNIT_ASSERT(isRefused("0x1f\0\0\0\0"s));
        // 2^63 and more, and less than -2^63.
        CPPUNIT_ASSERT(isRefused("\x80\0\0\0\x80\0\0\0\0\0\0\0"s));
        CPPUNIT_ASSERT(isRefused("\x80\0\0\x01\0\0\0\0\0\0\0\0"s));
        CPPUNIT_ASSERT(isRefused("\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff"s));
        CPPUNIT_ASSERT(isRefused("\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff"s));
    }

    void writesWhatItReads() {
        const int64_t values[] = {0,
                                  1,
                                  0777,
                                  077777777777,
                                  0100000000000,
                                  1LL << 40,
                                  -1,
                                  -(1LL << 40),
                                  std::numeric_limits<int64_t>::max(),
                                  std::numeric_limits<int64_t>::min()};
        for (const int64_t value : values) {
            char field[12];
            putNumber(field, sizeof field, value);
            CPPUNIT_ASSERT_EQUAL(value, numberOf(std::string(field, sizeof field)));
        }
        CPPUNIT_ASSERT(fitsOctal(07777777, 8));
        CPPUNIT_ASSERT(!fitsOctal(010000000, 8));
        CPPUNIT_ASSERT(!fitsOctal(-1, 8));
    }

    void knowsBothChecksums() {
        RawHeader h = {};
        std::memcpy(h.name, "caf\xe9", 4); // a byte that is negative where characters are signed
        std::memcpy(h.checksum, "        ", 8);
        const uint32_t sum = headerChecksum(h);
        CPPUNIT_ASSERT_EQUAL(uint32_t('c' + 'a' + 'f' + 0xe9 + 8 * ' '), sum);
        for (const uint32_t written : {sum, sum - 256}) {
            std::snprintf(h.checksum, sizeof h.checksum, "%06o", written);
            CPPUNIT_ASSERT(checksumMatches(h));
        }
        std::snprintf(h.checksum, sizeof h.checksum, "%06o", sum + 1);
        CPPUNIT_ASSERT(!checksumMatches(h));
        std::memcpy(h.checksum, "what ist", 8);
        CPPUNIT_ASSERT(!checksumMatches(h));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HeaderTest);

} // namespace ctrd::archive
