#include "archive/rewrite.h"

#include "unit/testing/expect.h"

#include <algorithm>

namespace ctrd::archive {

using testing::expectEqual;
using testing::expectError;

namespace {

std::string sampleTar() {
    StringSink sink;
    TarWriter writer(sink);
    writer.addFile("keep", std::string(300000, 'k'));
    writer.addFile("drop", std::string(5000, 'd'));
    Entry sparse;
    sparse.name = "sparse";
    sparse.size = 1 << 20;
    sparse.extents = {{4096, 3}, {1 << 19, 2}};
    writer.add(sparse);
    writer.write("abc", 3);
    writer.write("de", 2);
    writer.finish();
    return sink.release();
}

std::string readAllOf(Source& source, size_t step) {
    std::string text;
    std::string buffer(step, '\0');
    while (const size_t n = source.read(buffer.data(), buffer.size()))
        text.append(buffer, 0, n);
    return text;
}

} // namespace

class RewriteTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RewriteTest);
    CPPUNIT_TEST(changesNothingUnasked);
    CPPUNIT_TEST(renamesAndLeavesOut);
    CPPUNIT_TEST(tellsWhatIsBroken);
    CPPUNIT_TEST_SUITE_END();

public:
    void changesNothingUnasked() {
        for (const size_t step : {size_t(1) << 20, size_t(700)}) {
            StringSource source(sampleTar());
            RewritingSource rewriting(source, [](Entry&) { return true; });
            CPPUNIT_ASSERT(readAllOf(rewriting, step) == sampleTar());
        }
    }

    void renamesAndLeavesOut() {
        StringSource source(sampleTar());
        RewritingSource rewriting(source, [](Entry& entry) {
            if (entry.name == "drop") return false;
            entry.name = "in/" + entry.name;
            entry.uid = 7;
            return true;
        });
        StringSource result(readAllOf(rewriting, 4096));
        TarReader reader(result);
        Entry entry;
        CPPUNIT_ASSERT(reader.next(entry));
        expectEqual("in/keep", entry.name);
        CPPUNIT_ASSERT_EQUAL(uint32_t(7), entry.uid);
        CPPUNIT_ASSERT(reader.next(entry));
        expectEqual("in/sparse", entry.name);
        CPPUNIT_ASSERT_EQUAL(int64_t(5), entry.dataSize());
        expectEqual("abcde", std::string(reader.take(10)));
        CPPUNIT_ASSERT(!reader.next(entry));
    }

    void tellsWhatIsBroken() {
        StringSource source(sampleTar().substr(0, 100000));
        RewritingSource rewriting(source, [](Entry&) { return true; });
        expectError(ErrorKind::InvalidArgument, "'keep'", [&] { readAllOf(rewriting, 4096); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RewriteTest);

} // namespace ctrd::archive
