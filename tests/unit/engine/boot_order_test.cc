#include "engine/boot_order.h"

#include "base/time.h"
#include "unit/testing/expect.h"

namespace ctrd::engine {

using testing::expectEqual;
using testing::expectError;

class BootOrderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BootOrderTest);
    CPPUNIT_TEST(readsLabels);
    CPPUNIT_TEST(refusesLabelsThatMakeNoSense);
    CPPUNIT_TEST(ordersWithinGroups);
    CPPUNIT_TEST(aWrongLabelMakesNobodyWait);
    CPPUNIT_TEST_SUITE_END();

    using Labels = std::map<std::string, std::string>;

public:
    void readsLabels() {
        CPPUNIT_ASSERT(!startPlaceOf({{"other", "1"}}));
        const auto place = startPlaceOf(
            {{"ctrd.start.order", "-3"}, {"ctrd.start.delay", "5"}, {"ctrd.start.group", "db"}});
        CPPUNIT_ASSERT_EQUAL(int64_t(-3), place->order);
        CPPUNIT_ASSERT_EQUAL(5 * kSecond, place->delay);
        expectEqual("db", place->group);
    }

    void refusesLabelsThatMakeNoSense() {
        expectError(ErrorKind::InvalidArgument, "ctrd.start.order='first'", [] {
            startPlaceOf({{"ctrd.start.order", "first"}});
        });
        expectError(ErrorKind::InvalidArgument, "0 to 3600", [] {
            startPlaceOf({{"ctrd.start.delay", "-1"}});
        });
    }

    void ordersWithinGroups() {
        const BootOrder order = bootOrderOf({
            container("late", {{"ctrd.start.order", "9"}}),
            container("plain", {}),
            container("first", {{"ctrd.start.order", "1"}, {"ctrd.start.delay", "2"}}),
            container("too", {{"ctrd.start.order", "1"}, {"ctrd.start.delay", "7"}}),
            container("web", {{"ctrd.start.group", "web"}}),
        });
        expectEqual("plain", names(order.unplaced));
        CPPUNIT_ASSERT_EQUAL(size_t(2), order.groups.size());
        const StartGroup& group = order.groups[0];
        CPPUNIT_ASSERT_EQUAL(size_t(2), group.size());
        expectEqual("first too", names(group[0].containers));
        CPPUNIT_ASSERT_EQUAL(7 * kSecond, group[0].delay);
        expectEqual("late", names(group[1].containers));
        expectEqual("web", names(order.groups[1][0].containers));
    }

    void aWrongLabelMakesNobodyWait() {
        const BootOrder order = bootOrderOf({container("odd", {{"ctrd.start.order", "x"}})});
        expectEqual("odd", names(order.unplaced));
        CPPUNIT_ASSERT(order.groups.empty());
    }

private:
    static ContainerPtr container(const std::string& name, const Labels& labels) {
        ContainerRecord record;
        record.id = record.name = name;
        record.config.labels = labels;
        return std::make_shared<Container>(std::move(record), RunRecord{}, "/nowhere");
    }

    static std::string names(const std::vector<ContainerPtr>& containers) {
        std::string text;
        for (const auto& each : containers)
            text += (text.empty() ? "" : " ") + each->id();
        return text;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BootOrderTest);

} // namespace ctrd::engine
