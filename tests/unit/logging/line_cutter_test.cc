#include "logging/line_cutter.h"

#include "unit/testing/expect.h"

#include <vector>

using namespace ctrd;
using namespace ctrd::logging;
using ctrd::testing::expectEqual;

namespace {

struct Collector : Driver {
    std::string name() const override { return "collector"; }
    void write(const Message& message) override {
        lines.emplace_back(message.line);
        partial.push_back(message.partial);
    }
    void flush() override {}
    void close() override {}

    std::vector<std::string> lines;
    std::vector<bool> partial;
};

} // namespace

class LineCutterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LineCutterTest);
    CPPUNIT_TEST(cutsAtNewlines);
    CPPUNIT_TEST(joinsPieces);
    CPPUNIT_TEST(finishWritesTheRest);
    CPPUNIT_TEST(cutsLongLines);
    CPPUNIT_TEST(longLineAsOneBlock);
    CPPUNIT_TEST(cutsBetweenCharacters);
    CPPUNIT_TEST(cutsBinaryAtTheLimit);
    CPPUNIT_TEST_SUITE_END();

    Collector collector_;
    LineCutter cutter_{collector_, Stream::Stdout};

    std::string all() const {
        std::string text;
        for (const auto& line : collector_.lines)
            text += line;
        return text;
    }

public:
    void cutsAtNewlines() {
        cutter_.add("a\n\nbc\nd", 1);
        CPPUNIT_ASSERT_EQUAL(size_t(3), collector_.lines.size());
        expectEqual("a\n", collector_.lines[0]);
        expectEqual("\n", collector_.lines[1]);
        expectEqual("bc\n", collector_.lines[2]);
    }

    void joinsPieces() {
        for (const char c : std::string("hello\nworld"))
            cutter_.add(std::string(1, c), 1);
        CPPUNIT_ASSERT_EQUAL(size_t(1), collector_.lines.size());
        expectEqual("hello\n", collector_.lines[0]);
    }

    void finishWritesTheRest() {
        cutter_.add("prompt> ", 1);
        CPPUNIT_ASSERT(collector_.lines.empty());
        cutter_.finish(2);
        cutter_.finish(3);
        CPPUNIT_ASSERT_EQUAL(size_t(1), collector_.lines.size());
        expectEqual("prompt> ", collector_.lines[0]);
        CPPUNIT_ASSERT(!collector_.partial[0]);
    }

    void cutsLongLines() {
        const std::string line(40000, 'x');
        for (size_t at = 0; at < line.size(); at += 1000)
            cutter_.add(std::string_view(line).substr(at, 1000), 1);
        cutter_.add("\n", 1);
        CPPUNIT_ASSERT_EQUAL(size_t(3), collector_.lines.size());
        CPPUNIT_ASSERT_EQUAL(kMaxPiece, collector_.lines[0].size());
        CPPUNIT_ASSERT_EQUAL(kMaxPiece, collector_.lines[1].size());
        CPPUNIT_ASSERT(collector_.partial[0] && collector_.partial[1] && !collector_.partial[2]);
        expectEqual(line + "\n", all());
    }

    void longLineAsOneBlock() {
        const std::string line = std::string(3 * kMaxPiece, 'x') + "\nshort\n";
        cutter_.add("begin", 1);
        cutter_.add(line, 1);
        expectEqual("begin" + line, all());
        CPPUNIT_ASSERT_EQUAL(size_t(5), collector_.lines.size());
        expectEqual("short\n", collector_.lines[4]);
        for (size_t i = 0; i < 3; ++i)
            CPPUNIT_ASSERT(collector_.lines[i].size() == kMaxPiece && collector_.partial[i]);
    }

    void cutsBetweenCharacters() {
        std::string line;
        while (line.size() < 50000)
            line += "a\xe2\x82\xac"; // four bytes: a cut at 16384 falls between them
        cutter_.add("x", 1);         // and now within
        cutter_.add(line, 1);
        cutter_.finish(1);
        expectEqual("x" + line, all());
        for (const auto& piece : collector_.lines) {
            CPPUNIT_ASSERT(piece.size() <= kMaxPiece);
            CPPUNIT_ASSERT((static_cast<unsigned char>(piece[0]) & 0xc0) != 0x80);
        }
    }

    void cutsBinaryAtTheLimit() {
        const std::string line(kMaxPiece * 2, '\x80');
        cutter_.add(line, 1);
        cutter_.finish(1);
        CPPUNIT_ASSERT_EQUAL(size_t(2), collector_.lines.size());
        expectEqual(line, all());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineCutterTest);
