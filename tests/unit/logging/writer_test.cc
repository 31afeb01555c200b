#include "base/error.h"
#include "base/fd.h"
#include "unit/logging/log_fixture.h"
#include "unit/testing/expect.h"

#include <csignal>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace ctrd;
using namespace ctrd::logging;
using ctrd::testing::expectEqual;

class LogWriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogWriterTest);
    CPPUNIT_TEST(oneWriteIsSeenAtFlush);
    CPPUNIT_TEST(appends);
    CPPUNIT_TEST(endsATornLine);
    CPPUNIT_TEST(modeIsDockers);
    CPPUNIT_TEST(rotates);
    CPPUNIT_TEST(oneFileOnly);
    CPPUNIT_TEST(bigBatchesAreRotatedToo);
    CPPUNIT_TEST(afterAFullDiskNoTornLineStays);
    CPPUNIT_TEST_SUITE_END();

    LogFixture log_;

    off_t sizeOf(const std::string& name) const {
        struct stat status {};
        CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 0,
                                     stat(joinPath(log_.dir.path(), name).c_str(), &status));
        return status.st_size;
    }

public:
    void oneWriteIsSeenAtFlush() {
        const auto writer = log_.writer();
        writeLine(*writer, "a\n");
        writeLine(*writer, "b\n");
        CPPUNIT_ASSERT_EQUAL(off_t(0), sizeOf("x-json.log"));
        writer->flush();
        CPPUNIT_ASSERT_EQUAL(size_t(2), log_.lines().size());
    }

    void appends() {
        writeLine(*log_.writer(), "a\n");
        writeLine(*log_.writer(), "b\n");
        const auto lines = log_.lines();
        CPPUNIT_ASSERT_EQUAL(size_t(2), lines.size());
        expectEqual("b\n", lines[1]);
    }

    void endsATornLine() {
        writeLine(*log_.writer(), "a\n");
        {
            const Fd fd = openFile(log_.path, O_WRONLY | O_APPEND);
            writeAll(fd.get(), R"({"log":"to)");
        }
        writeLine(*log_.writer(), "b\n");
        const auto lines = log_.lines();
        CPPUNIT_ASSERT_EQUAL(size_t(2), lines.size());
        expectEqual("b\n", lines[1]);
    }

    void modeIsDockers() {
        log_.writer();
        struct stat status {};
        CPPUNIT_ASSERT_EQUAL(0, stat(log_.path.c_str(), &status));
        CPPUNIT_ASSERT_EQUAL(mode_t(0), status.st_mode & 0137);
    }

    void rotates() {
        const auto writer = log_.writer({{"max-size", "1k"}, {"max-file", "3"}});
        for (int i = 0; i < 100; ++i) {
            writeLine(*writer, "line " + std::to_string(i) + "\n");
            writer->flush();
        }
        const auto names = listDir(log_.dir.path());
        CPPUNIT_ASSERT_EQUAL(size_t(3), names.size());
        CPPUNIT_ASSERT(sizeOf("x-json.log.1") >= 1024 && sizeOf("x-json.log.1") < 1200);
        CPPUNIT_ASSERT(sizeOf("x-json.log") <= 1200);
        const auto lines = log_.lines();
        CPPUNIT_ASSERT(lines.size() > 22 && lines.size() < 50);
        for (size_t i = 0; i < lines.size(); ++i)
            expectEqual("line " + std::to_string(100 - lines.size() + i) + "\n", lines[i]);
    }

    void oneFileOnly() {
        const auto writer = log_.writer({{"max-size", "1k"}});
        for (int i = 0; i < 100; ++i)
            writeLine(*writer, "line " + std::to_string(i) + "\n");
        writer->close();
        CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(log_.dir.path()).size());
        const auto lines = log_.lines();
        CPPUNIT_ASSERT(!lines.empty() && lines.size() < 20);
        expectEqual("line 99\n", lines.back());
    }

    void bigBatchesAreRotatedToo() {
        const auto writer = log_.writer({{"max-size", "1k"}, {"max-file", "1000"}});
        for (int i = 0; i < 1000; ++i)
            writeLine(*writer, "line " + std::to_string(i) + "\n");
        writer->flush();
        for (const auto& name : listDir(log_.dir.path()))
            CPPUNIT_ASSERT(sizeOf(name) < 1200);
        CPPUNIT_ASSERT_EQUAL(size_t(1000), log_.lines().size());
    }

    // A limit on the size of files stands in for a full disk.
    void afterAFullDiskNoTornLineStays() {
        const auto writer = log_.writer();
        writeLine(*writer, std::string(500, 'a') + "\n");
        writer->flush();
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{1300, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        writeLine(*writer, std::string(500, 'b') + "\n");
        writeLine(*writer, std::string(500, 'c') + "\n");
        bool failed = false;
        try {
            writer->flush();
        } catch (const SystemError&) {
            failed = true;
        }
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        CPPUNIT_ASSERT(failed);
        writeLine(*writer, "after\n");
        writer->flush();
        const auto lines = log_.lines();
        CPPUNIT_ASSERT_EQUAL(size_t(3), lines.size());
        CPPUNIT_ASSERT_EQUAL('b', lines[1][0]);
        expectEqual("after\n", lines[2]);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogWriterTest);
