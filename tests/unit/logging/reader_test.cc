#include "base/fd.h"
#include "unit/logging/log_fixture.h"
#include "unit/testing/expect.h"

#include <fcntl.h>

using namespace ctrd;
using namespace ctrd::logging;
using ctrd::testing::expectEqual;

class LogReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogReaderTest);
    CPPUNIT_TEST(missingLogIsEmpty);
    CPPUNIT_TEST(tail);
    CPPUNIT_TEST(tailThroughRotatedFiles);
    CPPUNIT_TEST(tailOfLongLines);
    CPPUNIT_TEST(sinceAndUntil);
    CPPUNIT_TEST(streams);
    CPPUNIT_TEST(skipsDamage);
    CPPUNIT_TEST(dropsTheTornEnd);
    CPPUNIT_TEST(skipsWhatIsTooLong);
    CPPUNIT_TEST(endsWhereItWasWhenOpened);
    CPPUNIT_TEST(survivesRotationWhileReading);
    CPPUNIT_TEST_SUITE_END();

    LogFixture log_;

    void writeNumbers(int count, const Options& options = {}) {
        const auto writer = log_.writer(options);
        for (int i = 0; i < count; ++i)
            writeLine(*writer, std::to_string(i) + "\n", i * kSecond);
    }

    static ReadOptions tailOf(long long lines) {
        ReadOptions options;
        options.tail = lines;
        return options;
    }

    void expectNumbers(int first, int last, const std::vector<std::string>& lines) const {
        CPPUNIT_ASSERT_EQUAL(size_t(last - first + 1), lines.size());
        for (int i = first; i <= last; ++i)
            expectEqual(std::to_string(i) + "\n", lines[static_cast<size_t>(i - first)]);
    }

    void addRaw(std::string_view bytes) const {
        const Fd fd = openFile(log_.path, O_WRONLY | O_APPEND | O_CREAT, 0600);
        writeAll(fd.get(), bytes);
    }

public:
    void missingLogIsEmpty() {
        CPPUNIT_ASSERT(log_.lines().empty());
        CPPUNIT_ASSERT(log_.lines(tailOf(3)).empty());
    }

    void tail() {
        writeNumbers(5000);
        for (const int n : {0, 1, 2, 499, 4999, 5000})
            expectNumbers(5000 - n, 4999, log_.lines(tailOf(n)));
        expectNumbers(0, 4999, log_.lines(tailOf(5001)));
        expectNumbers(0, 4999, log_.lines(tailOf(-1)));
    }

    void tailThroughRotatedFiles() {
        writeNumbers(100, {{"max-size", "1k"}, {"max-file", "20"}});
        CPPUNIT_ASSERT(listDir(log_.dir.path()).size() > 5);
        for (int n = 0; n <= 100; ++n)
            expectNumbers(100 - n, 99, log_.lines(tailOf(n)));
    }

    void tailOfLongLines() {
        const auto writer = log_.writer();
        for (int i = 0; i < 10; ++i)
            writeLine(*writer, std::string(50000, static_cast<char>('a' + i)) + "\n");
        writer->flush();
        const auto lines = log_.lines(tailOf(2));
        CPPUNIT_ASSERT_EQUAL(size_t(2), lines.size());
        expectEqual(std::string(50000, 'i') + "\n", lines[0]);
    }

    void sinceAndUntil() {
        writeNumbers(10);
        ReadOptions options;
        options.since = 3 * kSecond;
        options.until = 6 * kSecond;
        expectNumbers(3, 6, log_.lines(options));
        options.tail = 5;
        expectNumbers(5, 6, log_.lines(options));
    }

    void streams() {
        const auto writer = log_.writer();
        writeLine(*writer, "out\n", 1, Stream::Stdout);
        writeLine(*writer, "err\n", 1, Stream::Stderr);
        writer->flush();
        ReadOptions options;
        options.stdoutWanted = false;
        CPPUNIT_ASSERT_EQUAL(size_t(1), log_.lines(options).size());
        expectEqual("err\n", log_.lines(options)[0]);
        options.stderrWanted = false;
        CPPUNIT_ASSERT(log_.lines(options).empty());
    }

    void skipsDamage() {
        writeNumbers(1);
        addRaw("{\"log\":\"torn\n\nrubbish\n" + std::string(50, '\0') + "\n");
        addRaw("{\"log\":\"1\\n\",\"attrs\":{\"tag\":\"x\"},\"stream\":\"stdout\"}\n");
        expectNumbers(0, 1, log_.lines());
    }

    void dropsTheTornEnd() {
        writeNumbers(3);
        addRaw(R"({"log":"3\n","stream":"stdout")");
        expectNumbers(0, 2, log_.lines());
    }

    void skipsWhatIsTooLong() {
        writeNumbers(1);
        addRaw("{\"log\":\"" + std::string(9 << 20, 'x') + "\"}\n");
        addRaw("{\"log\":\"1\\n\"}\n");
        expectNumbers(0, 1, log_.lines());
    }

    void endsWhereItWasWhenOpened() {
        writeNumbers(3);
        const auto reader = log_.reader();
        writeNumbers(3);
        int count = 0;
        while (reader->next())
            ++count;
        CPPUNIT_ASSERT_EQUAL(3, count);
    }

    void survivesRotationWhileReading() {
        const Options options = {{"max-size", "1k"}, {"max-file", "2"}};
        writeNumbers(20, options);
        const auto reader = log_.reader();
        const auto first = reader->next();
        CPPUNIT_ASSERT(first);
        const int begin = std::stoi(std::string(first->line));
        writeNumbers(100, options);
        for (int i = begin + 1; i < 20; ++i)
            expectEqual(std::to_string(i) + "\n", std::string(reader->next()->line));
        CPPUNIT_ASSERT(!reader->next());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogReaderTest);
