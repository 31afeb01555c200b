#include "engine/workers.h"

#include "unit/testing/expect.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

using namespace ctrd;
using namespace ctrd::engine;

class WorkersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkersTest);
    CPPUNIT_TEST(everyJobRuns);
    CPPUNIT_TEST(noMoreThanTheLimitAtOnce);
    CPPUNIT_TEST(aFailureHarmsNobody);
    CPPUNIT_TEST(nothingRunsAfterTheEnd);
    CPPUNIT_TEST_SUITE_END();

    void everyJobRuns() {
        std::atomic<int> done{0};
        Workers workers(4);
        for (int i = 0; i < 1000; ++i)
            workers.run([&] { ++done; });
        workers.finish();
        CPPUNIT_ASSERT_EQUAL(1000, done.load());
    }

    void noMoreThanTheLimitAtOnce() {
        std::atomic<int> now{0}, most{0};
        Workers workers(3);
        for (int i = 0; i < 30; ++i)
            workers.run([&] {
                const int running = ++now;
                for (int seen = most; seen < running && !most.compare_exchange_weak(seen, running);)
                    continue;
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
                --now;
            });
        workers.finish();
        CPPUNIT_ASSERT(most.load() >= 2 && most.load() <= 3);
    }

    void aFailureHarmsNobody() {
        std::atomic<int> done{0};
        Workers workers(1);
        workers.run([] { throw std::runtime_error("on purpose"); });
        workers.run([&] { ++done; });
        workers.finish();
        CPPUNIT_ASSERT_EQUAL(1, done.load());
    }

    void nothingRunsAfterTheEnd() {
        std::atomic<int> done{0};
        Workers workers(1);
        workers.finish();
        workers.run([&] { ++done; });
        workers.finish();
        CPPUNIT_ASSERT_EQUAL(0, done.load());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkersTest);
