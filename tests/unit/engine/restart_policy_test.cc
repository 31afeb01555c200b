#include "engine/restart_policy.h"

#include "base/time.h"
#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::engine;

class RestartPolicyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RestartPolicyTest);
    CPPUNIT_TEST(noPolicyNeverRestarts);
    CPPUNIT_TEST(delayDoublesUpToAMinute);
    CPPUNIT_TEST(aLongRunStartsTheDelayOver);
    CPPUNIT_TEST(onFailureWantsAFailure);
    CPPUNIT_TEST(onFailureCountsToItsBound);
    CPPUNIT_TEST(aStopByHandEndsIt);
    CPPUNIT_TEST(whatStartsWithTheDaemon);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int64_t kMs = 1000000;

    void noPolicyNeverRestarts() {
        RestartHistory history;
        for (const char* name : {"", "no"})
            CPPUNIT_ASSERT(!restartDelay({name, 0}, {1, 0, false}, history));
        CPPUNIT_ASSERT_EQUAL(0, history.restarts);
    }

    void delayDoublesUpToAMinute() {
        RestartHistory history;
        int64_t wanted = 100 * kMs;
        for (int i = 0; i < 15; ++i) {
            CPPUNIT_ASSERT_EQUAL(wanted,
                                 *restartDelay({"always", 0}, {0, kSecond, false}, history));
            wanted = std::min(2 * wanted, 60 * kSecond);
        }
        CPPUNIT_ASSERT_EQUAL(60 * kSecond, history.lastDelay);
        CPPUNIT_ASSERT_EQUAL(15, history.restarts);
    }

    void aLongRunStartsTheDelayOver() {
        RestartHistory history = {5, 40 * kSecond};
        CPPUNIT_ASSERT_EQUAL(100 * kMs,
                             *restartDelay({"always", 0}, {0, 11 * kSecond, false}, history));
    }

    void onFailureWantsAFailure() {
        RestartHistory history;
        CPPUNIT_ASSERT(!restartDelay({"on-failure", 0}, {0, 0, false}, history));
        CPPUNIT_ASSERT(restartDelay({"on-failure", 0}, {3, 0, false}, history));
    }

    void onFailureCountsToItsBound() {
        RestartHistory history;
        CPPUNIT_ASSERT(restartDelay({"on-failure", 2}, {1, 0, false}, history));
        CPPUNIT_ASSERT(restartDelay({"on-failure", 2}, {1, 0, false}, history));
        CPPUNIT_ASSERT(!restartDelay({"on-failure", 2}, {1, 0, false}, history));
        CPPUNIT_ASSERT_EQUAL(2, history.restarts);
    }

    void aStopByHandEndsIt() {
        RestartHistory history;
        for (const char* name : {"always", "unless-stopped", "on-failure"})
            CPPUNIT_ASSERT(!restartDelay({name, 0}, {137, 0, true}, history));
    }

    void whatStartsWithTheDaemon() {
        const EndedRun stopped = {0, 0, true}, failed = {1, 0, false}, done = {0, 0, false};
        CPPUNIT_ASSERT(startsWithDaemon({"always", 0}, stopped, 0));
        CPPUNIT_ASSERT(!startsWithDaemon({"unless-stopped", 0}, stopped, 0));
        CPPUNIT_ASSERT(startsWithDaemon({"unless-stopped", 0}, done, 0));
        CPPUNIT_ASSERT(startsWithDaemon({"on-failure", 3}, failed, 2));
        CPPUNIT_ASSERT(!startsWithDaemon({"on-failure", 3}, failed, 3));
        CPPUNIT_ASSERT(!startsWithDaemon({"on-failure", 0}, done, 0));
        CPPUNIT_ASSERT(!startsWithDaemon({"no", 0}, failed, 0));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RestartPolicyTest);
