#include "archive/tar_reader.h"
#include "archive/tar_writer.h"
#include "unit/archive/raw_tar.h"
#include "unit/testing/expect.h"

#include <limits>

namespace ctrd::archive {

using namespace testing;
using namespace std::string_literals;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

std::string written(const Entry& entry, const std::string& data = "") {
    StringSink sink;
    TarWriter writer(sink);
    writer.add(entry);
    writer.write(data.data(), data.size());
    writer.finish();
    return sink.release();
}

Entry file(const std::string& name, int64_t size = 0) {
    Entry entry;
    entry.name = name;
    entry.size = size;
    return entry;
}

void expectSame(const Entry& wanted, const Entry& found) {
    expectEqual(wanted.name, found.name);
    expectEqual(wanted.target, found.target);
    CPPUNIT_ASSERT(wanted.type == found.type);
    CPPUNIT_ASSERT_EQUAL(wanted.mode, found.mode);
    CPPUNIT_ASSERT_EQUAL(wanted.uid, found.uid);
    CPPUNIT_ASSERT_EQUAL(wanted.gid, found.gid);
    expectEqual(wanted.userName, found.userName);
    expectEqual(wanted.groupName, found.groupName);
    CPPUNIT_ASSERT_EQUAL(wanted.size, found.size);
    CPPUNIT_ASSERT_EQUAL(wanted.mtimeSeconds, found.mtimeSeconds);
    CPPUNIT_ASSERT_EQUAL(wanted.mtimeNanos, found.mtimeNanos);
    CPPUNIT_ASSERT_EQUAL(wanted.devMajor, found.devMajor);
    CPPUNIT_ASSERT_EQUAL(wanted.devMinor, found.devMinor);
    CPPUNIT_ASSERT(wanted.xattrs == found.xattrs);
}

} // namespace

class TarWriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TarWriterTest);
    CPPUNIT_TEST(writesPlainUstar);
    CPPUNIT_TEST(keepsEverything);
    CPPUNIT_TEST(keepsTimes);
    CPPUNIT_TEST(keepsNames);
    CPPUNIT_TEST(keepsHoles);
    CPPUNIT_TEST(keepsLargeSizes);
    CPPUNIT_TEST(holdsToTheSize);
    CPPUNIT_TEST_SUITE_END();

public:
    // Nothing that needs pax: three blocks and the end.
    void writesPlainUstar() {
        const std::string tar = written(file("a", 3), "abc");
        CPPUNIT_ASSERT_EQUAL(4 * kBlock, tar.size());
        expectEqual("ustar\00000"s, tar.substr(257, 8));
        expectEqual("abc\0"s, tar.substr(kBlock, 4));
        CPPUNIT_ASSERT(tar == written(file("a", 3), "abc"));
    }

    void keepsEverything() {
        Entry entry;
        entry.type = EntryType::CharDevice;
        entry.name = "dev/x";
        entry.mode = 07654;
        entry.uid = 4294967294;
        entry.gid = 2097152; // the first that octal does not hold
        entry.userName = "anna";
        entry.groupName = std::string(31, 'g');
        entry.mtimeSeconds = 1436882582;
        entry.mtimeNanos = 1;
        entry.devMajor = 4095;
        entry.devMinor = 1048575;
        entry.xattrs = {
            {"security.capability", "\1\0\0\2\0"s}, {"user.empty", ""}, {"user.a b", "\n=\n"}};
        expectSame(entry, readOne(written(entry)).entry);
        entry.xattrs["user.with=sign"] = "no form in pax";
        CPPUNIT_ASSERT_EQUAL(size_t(3), readOne(written(entry)).entry.xattrs.size());
    }

    void keepsTimes() {
        const std::pair<int64_t, long> times[] = {
            {0, 0},  {0, 1},         {-1, 999999999}, {-2, 500000000},
            {-5, 0}, {1LL << 33, 7}, {1LL << 40, 0},  {1436882582, 999999999},
        };
        for (const auto& [seconds, nanos] : times) {
            Entry entry = file("a");
            entry.mtimeSeconds = seconds;
            entry.mtimeNanos = nanos;
            expectSame(entry, readOne(written(entry)).entry);
        }
    }

    void keepsNames() {
        for (const auto& name :
             {std::string(100, 'n'), std::string(101, 'n'), std::string(255, 'n'), "new\nline"s,
              "\xff\xfe"s, "a/" + std::string(255, 'b') + "/c"s, std::string(5000, 'p'),
              " leading and trailing "s, "back\\slash"s, "path=x"s}) {
            Entry entry = file(name);
            expectSame(entry, readOne(written(entry)).entry);
            entry.type = EntryType::HardLink;
            entry.target = name;
            expectSame(entry, readOne(written(entry)).entry);
        }
        Entry directory = file("d");
        directory.type = EntryType::Directory;
        expectEqual("d/", readOne(written(directory)).entry.name);
    }

    void keepsHoles() {
        Entry entry = file("sparse", 1 << 20);
        entry.extents = {{4096, 3}, {65536, 2}};
        const auto one = readOne(written(entry, "abcde"));
        expectSame(entry, one.entry);
        expectEqual("abcde", one.data);
        // GNU tar makes the file as long as its last extent says.
        CPPUNIT_ASSERT(written(entry, "abcde").find("3\n4096\n3\n65536\n2\n1048576\n0\n") !=
                       std::string::npos);
        CPPUNIT_ASSERT_EQUAL(int64_t(65536), one.entry.extents.at(1).offset);
        entry.extents = {{1 << 20, 0}};
        CPPUNIT_ASSERT_EQUAL(int64_t(0), readOne(written(entry)).entry.dataSize());
        entry.name = std::string(300, 's');
        expectSame(entry, readOne(written(entry)).entry);
    }

    void keepsLargeSizes() {
        StringSink sink;
        TarWriter writer(sink);
        Entry entry = file("big", (int64_t{8} << 30) + 1);
        writer.add(entry);
        StringSource source(sink.text());
        TarReader reader(source);
        Entry found;
        CPPUNIT_ASSERT(reader.next(found));
        CPPUNIT_ASSERT_EQUAL(entry.size, found.size);
    }

    void holdsToTheSize() {
        StringSink sink;
        TarWriter writer(sink);
        writer.add(file("a", 3));
        expectError(ErrorKind::Internal, "more data", [&] { writer.write("abcd", 4); });
        expectError(ErrorKind::Internal, "is missing", [&] { writer.add(file("b")); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TarWriterTest);

} // namespace ctrd::archive
