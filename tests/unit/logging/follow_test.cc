#include "base/fd.h"
#include "base/finally.h"
#include "base/sync.h"
#include "unit/logging/log_fixture.h"
#include "unit/testing/expect.h"

#include <chrono>
#include <condition_variable>
#include <thread>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

using namespace ctrd;
using namespace ctrd::logging;
using ctrd::testing::expectEqual;

namespace {

// Reads in a thread of its own what a follower gets.
class Follower {
public:
    explicit Follower(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {
        thread_ = std::thread([this] {
            while (const auto message = reader_->next()) {
                state_.lock()->lines.emplace_back(message->line);
                changed_.notify_all();
            }
            state_.lock()->ended = true;
            changed_.notify_all();
        });
    }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;
    ~Follower() {
        reader_->stop();
        thread_.join();
    }

    // False after ten seconds.
    bool waitForLines(size_t count) {
        return waitUntil([&](const State& state) { return state.lines.size() >= count; });
    }
    bool waitForEnd() {
        return waitUntil([](const State& state) { return state.ended; });
    }
    void stop() { reader_->stop(); }
    std::vector<std::string> lines() { return state_.lock()->lines; }
    bool ended() { return state_.lock()->ended; }

private:
    struct State {
        std::vector<std::string> lines;
        bool ended = false;
    };

    template <typename F>
    bool waitUntil(F condition) {
        auto state = state_.lock();
        return changed_.wait_for(state.mutexLock(), std::chrono::seconds(10),
                                 [&] { return condition(*state); });
    }

    std::unique_ptr<Reader> reader_;
    Sync<State> state_;
    std::condition_variable changed_;
    std::thread thread_;
};

ReadOptions following(long long tail = -1) {
    ReadOptions options;
    options.follow = true;
    options.tail = tail;
    return options;
}

void writeNumbers(Driver& writer, int first, int last) {
    for (int i = first; i <= last; ++i)
        writeLine(writer, std::to_string(i) + "\n", now());
    writer.flush();
}

void expectNumbers(int last, const std::vector<std::string>& lines) {
    CPPUNIT_ASSERT_EQUAL(size_t(last + 1), lines.size());
    for (int i = 0; i <= last; ++i)
        expectEqual(std::to_string(i) + "\n", lines[static_cast<size_t>(i)]);
}

} // namespace

class LogFollowTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogFollowTest);
    CPPUNIT_TEST(seesWhatComes);
    CPPUNIT_TEST(waitsForTheLog);
    CPPUNIT_TEST(tailZeroBeginsAtTheEnd);
    CPPUNIT_TEST(stopStillGivesWhatWasWritten);
    CPPUNIT_TEST(stopWakes);
    CPPUNIT_TEST(missesNothingAcrossRotation);
    CPPUNIT_TEST(survivesOneFileRotation);
    CPPUNIT_TEST(pollsWithoutInotify);
    CPPUNIT_TEST(untilEndsIt);
    CPPUNIT_TEST(lineWrittenInPieces);
    CPPUNIT_TEST(beginsAgainWhereTruncated);
    CPPUNIT_TEST_SUITE_END();

    LogFixture log_;

public:
    void seesWhatComes() {
        const auto writer = log_.writer();
        writeNumbers(*writer, 0, 2);
        Follower follower(log_.reader(following()));
        CPPUNIT_ASSERT(follower.waitForLines(3));
        writeNumbers(*writer, 3, 4);
        CPPUNIT_ASSERT(follower.waitForLines(5));
        expectNumbers(4, follower.lines());
        CPPUNIT_ASSERT(!follower.ended());
    }

    void waitsForTheLog() {
        Follower follower(log_.reader(following()));
        const auto writer = log_.writer();
        writeNumbers(*writer, 0, 4);
        CPPUNIT_ASSERT(follower.waitForLines(5));
    }

    void tailZeroBeginsAtTheEnd() {
        const auto writer = log_.writer();
        writeNumbers(*writer, 7, 9);
        Follower follower(log_.reader(following(0)));
        writeNumbers(*writer, 0, 1);
        CPPUNIT_ASSERT(follower.waitForLines(2));
        expectNumbers(1, follower.lines());
    }

    void stopStillGivesWhatWasWritten() {
        const auto writer = log_.writer();
        const auto reader = log_.reader(following());
        writeNumbers(*writer, 0, 999);
        reader->stop();
        int count = 0;
        while (reader->next())
            ++count;
        CPPUNIT_ASSERT_EQUAL(1000, count);
    }

    void stopWakes() {
        Follower follower(log_.reader(following()));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const Timestamp before = now();
        follower.stop();
        CPPUNIT_ASSERT(follower.waitForEnd());
        CPPUNIT_ASSERT(now() - before < kSecond / 2);
    }

    // Small files, many rotations; enough of them that a reader that is slow for a moment loses
    // none.
    void missesNothingAcrossRotation() {
        const auto writer = log_.writer({{"max-size", "2k"}, {"max-file", "400"}});
        Follower follower(log_.reader(following()));
        constexpr int kLast = 4999;
        for (int i = 0; i <= kLast; i += 50) {
            writeNumbers(*writer, i, i + 49);
            if (i % 1000 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        CPPUNIT_ASSERT(follower.waitForLines(kLast + 1));
        follower.stop();
        CPPUNIT_ASSERT(follower.waitForEnd());
        expectNumbers(kLast, follower.lines());
        CPPUNIT_ASSERT(listDir(log_.dir.path()).size() > 100);
    }

    void survivesOneFileRotation() {
        const auto writer = log_.writer({{"max-size", "1k"}});
        Follower follower(log_.reader(following()));
        for (int i = 0; i < 100; ++i) {
            writeNumbers(*writer, i, i);
            CPPUNIT_ASSERT(follower.waitForLines(static_cast<size_t>(i) + 1));
        }
        expectNumbers(99, follower.lines());
    }

    void pollsWithoutInotify() {
        // All instances this user may have are taken, or at least 1024 of them.
        std::vector<Fd> instances;
        while (instances.size() < 1024) {
            Fd fd(inotify_init1(IN_CLOEXEC));
            if (!fd) break;
            instances.push_back(std::move(fd));
        }
        const auto writer = log_.writer();
        Follower follower(log_.reader(following()));
        writeNumbers(*writer, 0, 9);
        CPPUNIT_ASSERT(follower.waitForLines(10));
        follower.stop();
        CPPUNIT_ASSERT(follower.waitForEnd());
    }

    void untilEndsIt() {
        const auto writer = log_.writer();
        writeNumbers(*writer, 0, 0);
        ReadOptions options = following();
        options.until = now() + kSecond / 5;
        Follower follower(log_.reader(options));
        CPPUNIT_ASSERT(follower.waitForLines(1));
        CPPUNIT_ASSERT(!follower.ended());
        CPPUNIT_ASSERT(follower.waitForEnd());
    }

    void lineWrittenInPieces() {
        const Fd file = openFile(log_.path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        Follower follower(log_.reader(following()));
        const std::string line = "{\"log\":\"0\\n\",\"stream\":\"stdout\"}\n";
        writeAll(file.get(), line.substr(0, 10));
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        CPPUNIT_ASSERT(follower.lines().empty());
        writeAll(file.get(), line.substr(10));
        CPPUNIT_ASSERT(follower.waitForLines(1));
        expectNumbers(0, follower.lines());
    }

    void beginsAgainWhereTruncated() {
        const auto writer = log_.writer();
        writeNumbers(*writer, 0, 9);
        Follower follower(log_.reader(following()));
        CPPUNIT_ASSERT(follower.waitForLines(10));
        CPPUNIT_ASSERT_EQUAL(0, truncate(log_.path.c_str(), 0));
        writeNumbers(*writer, 10, 10);
        CPPUNIT_ASSERT(follower.waitForLines(11));
        expectNumbers(10, follower.lines());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFollowTest);
