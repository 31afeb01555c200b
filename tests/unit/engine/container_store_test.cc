#include "engine/container_store.h"

#include "unit/engine/container_fixture.h"
#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::engine;
using testing::idFrom;
using testing::makeContainer;

class ContainerStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ContainerStoreTest);
    CPPUNIT_TEST(findsByIdPrefixAndName);
    CPPUNIT_TEST(aNameWinsOverAPrefix);
    CPPUNIT_TEST(anAmbiguousPrefixIsRefused);
    CPPUNIT_TEST(nobodyIsNotFound);
    CPPUNIT_TEST(aNameIsTakenOnce);
    CPPUNIT_TEST(removalFreesTheName);
    CPPUNIT_TEST(theNewestComesFirst);
    CPPUNIT_TEST_SUITE_END();

    ContainerStore store_;

    ContainerPtr add(const std::string& id, const std::string& name, Timestamp created = 1) {
        store_.reserveName(name, id);
        auto container = makeContainer(id, name, "/nowhere", created);
        store_.add(container);
        return container;
    }

    void findsByIdPrefixAndName() {
        const auto container = add(idFrom("abc1"), "web");
        const std::string refs[] = {idFrom("abc1"), "abc", "web", "/web"};
        for (const auto& ref : refs)
            CPPUNIT_ASSERT(store_.find(ref) == container);
        CPPUNIT_ASSERT(store_.findId(idFrom("abc1")) == container);
        CPPUNIT_ASSERT(!store_.findId("abc1"));
    }

    void aNameWinsOverAPrefix() {
        add(idFrom("abc1"), "one");
        const auto named = add(idFrom("def1"), "abc");
        CPPUNIT_ASSERT(store_.find("abc") == named);
    }

    void anAmbiguousPrefixIsRefused() {
        add(idFrom("abc1"), "one");
        const auto two = add(idFrom("abc2"), "two");
        testing::expectError(ErrorKind::InvalidArgument, "Multiple IDs found",
                             [&] { store_.find("abc"); });
        CPPUNIT_ASSERT(store_.find("abc2") == two);
    }

    void nobodyIsNotFound() {
        add(idFrom("abc1"), "one");
        for (const char* ref : {"", "abd", "ab/c", "nobody", "ABC", "/"})
            testing::expectError(ErrorKind::NotFound, std::string("No such container: ") + ref,
                                 [&] { store_.find(ref); });
    }

    void aNameIsTakenOnce() {
        add(idFrom("abc1"), "web");
        testing::expectError(ErrorKind::Conflict, idFrom("abc1"),
                             [&] { store_.reserveName("web", idFrom("abc2")); });
        store_.reserveName("web", idFrom("abc1"));
    }

    void removalFreesTheName() {
        const auto container = add(idFrom("abc1"), "web");
        store_.remove(*container);
        add(idFrom("abc2"), "web");
        CPPUNIT_ASSERT_EQUAL(size_t{1}, store_.all().size());
    }

    void theNewestComesFirst() {
        add(idFrom("a"), "old", 1);
        add(idFrom("b"), "new", 3);
        add(idFrom("c"), "middle", 2);
        const auto all = store_.all();
        testing::expectEqual("new", all.at(0)->lock()->record.name);
        testing::expectEqual("old", all.at(2)->lock()->record.name);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ContainerStoreTest);
