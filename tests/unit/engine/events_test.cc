#include "engine/events.h"

#include "unit/testing/expect.h"

#include <thread>

using namespace ctrd;
using namespace ctrd::engine;

class EventsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventsTest);
    CPPUNIT_TEST(aSubscriberGetsWhatComes);
    CPPUNIT_TEST(sinceReplaysTheRing);
    CPPUNIT_TEST(theRingHoldsTheLast256);
    CPPUNIT_TEST(nextGivesUp);
    CPPUNIT_TEST(aWaiterIsWoken);
    CPPUNIT_TEST(aLaggardLosesTheOldest);
    CPPUNIT_TEST(subscribersAreCounted);
    CPPUNIT_TEST(theEndClosesSubscriptions);
    CPPUNIT_TEST_SUITE_END();

    static Event eventAt(Timestamp time) {
        Event event;
        event.type = "container";
        event.action = "start";
        event.time = time;
        return event;
    }

    void aSubscriberGetsWhatComes() {
        Events events;
        events.publish(eventAt(1));
        const auto subscription = events.subscribe(0);
        events.publish(eventAt(2));
        CPPUNIT_ASSERT_EQUAL(Timestamp{2}, subscription->next(0)->time);
        CPPUNIT_ASSERT(!subscription->next(0));
    }

    void sinceReplaysTheRing() {
        Events events;
        for (Timestamp time = 1; time <= 5; ++time)
            events.publish(eventAt(time));
        const auto subscription = events.subscribe(4);
        events.publish(eventAt(6));
        for (Timestamp time = 4; time <= 6; ++time)
            CPPUNIT_ASSERT_EQUAL(time, subscription->next(0)->time);
    }

    void theRingHoldsTheLast256() {
        Events events;
        for (Timestamp time = 1; time <= 300; ++time)
            events.publish(eventAt(time));
        const auto subscription = events.subscribe(1);
        CPPUNIT_ASSERT_EQUAL(Timestamp{45}, subscription->next(0)->time);
        size_t left = 0;
        while (subscription->next(0))
            ++left;
        CPPUNIT_ASSERT_EQUAL(Events::kRing - 1, left);
    }

    void nextGivesUp() {
        Events events;
        CPPUNIT_ASSERT(!events.subscribe(0)->next(kSecond / 100));
    }

    void aWaiterIsWoken() {
        Events events;
        const auto subscription = events.subscribe(0);
        std::thread other([&] { events.publish(eventAt(7)); });
        const auto event = subscription->next(10 * kSecond);
        other.join();
        CPPUNIT_ASSERT(event && event->time == 7);
    }

    void aLaggardLosesTheOldest() {
        Events events;
        const auto subscription = events.subscribe(0);
        const auto count = static_cast<Timestamp>(Events::kLag) + 10;
        for (Timestamp time = 1; time <= count; ++time)
            events.publish(eventAt(time));
        CPPUNIT_ASSERT_EQUAL(Timestamp{11}, subscription->next(0)->time);
    }

    void subscribersAreCounted() {
        Events events;
        auto one = events.subscribe(0);
        const auto two = events.subscribe(0);
        CPPUNIT_ASSERT_EQUAL(2, events.subscribers());
        one.reset();
        CPPUNIT_ASSERT_EQUAL(1, events.subscribers());
    }

    void theEndClosesSubscriptions() {
        std::unique_ptr<EventSubscription> subscription;
        {
            Events events;
            subscription = events.subscribe(0);
            events.publish(eventAt(1));
            CPPUNIT_ASSERT(!subscription->closed());
        }
        CPPUNIT_ASSERT(!subscription->closed());
        CPPUNIT_ASSERT(subscription->next(10 * kSecond));
        CPPUNIT_ASSERT(subscription->closed());
        CPPUNIT_ASSERT(!subscription->next(10 * kSecond));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EventsTest);
