#include "engine/exec_store.h"

#include "unit/testing/expect.h"

using namespace ctrd;
using namespace ctrd::engine;

class ExecStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExecStoreTest);
    CPPUNIT_TEST(anExecIsFoundById);
    CPPUNIT_TEST(anEndComesOnce);
    CPPUNIT_TEST(theContainersEndEndsWhatRan);
    CPPUNIT_TEST(removalTakesThoseOfOneContainer);
    CPPUNIT_TEST(oldOnesAreSwept);
    CPPUNIT_TEST_SUITE_END();

    ExecStore store_;

    ExecPtr add(const std::string& container) {
        ExecCreateRequest request;
        request.cmd = {"ls", "-l"};
        request.attachStdout = true;
        return store_.add(container, request);
    }

    void anExecIsFoundById() {
        const auto exec = add("c");
        CPPUNIT_ASSERT(store_.find(exec->id) == exec);
        const ExecView view = exec->view();
        CPPUNIT_ASSERT(view.openStdout && !view.openStdin && !view.running && !view.exited);
        testing::expectEqual("-l", view.args.at(1));
        testing::expectError(ErrorKind::NotFound, "No such exec instance: x",
                             [&] { store_.find("x"); });
    }

    void anEndComesOnce() {
        const auto exec = add("c");
        exec->state.lock()->running = true;
        exec->end(3);
        exec->end(137);
        const ExecView view = exec->view();
        CPPUNIT_ASSERT(view.exited && !view.running);
        CPPUNIT_ASSERT_EQUAL(3, view.exitCode);
    }

    void theContainersEndEndsWhatRan() {
        const auto running = add("c");
        const auto waiting = add("c");
        running->state.lock()->started = true;
        store_.endAll("c", 137);
        CPPUNIT_ASSERT_EQUAL(137, running->view().exitCode);
        CPPUNIT_ASSERT(!waiting->view().exited);
    }

    void removalTakesThoseOfOneContainer() {
        add("c");
        add("c");
        const auto other = add("d");
        store_.removeAll("c");
        CPPUNIT_ASSERT(store_.of("c").empty());
        CPPUNIT_ASSERT(store_.find(other->id) == other);
    }

    void oldOnesAreSwept() {
        const auto old = add("c");
        const auto recent = add("c");
        old->end(0);
        recent->end(0);
        old->state.lock()->endedAt = now() - 301 * kSecond;
        add("c");
        CPPUNIT_ASSERT(!store_.findId(old->id));
        CPPUNIT_ASSERT(store_.findId(recent->id));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ExecStoreTest);
