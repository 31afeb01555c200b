// Containers and execs with a tty.

#include "unit/monitor/container.h"

#include <csignal>

using namespace ctrd;
using namespace ctrd::monitor;
using namespace ctrd::monitor::testing;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class MonitorTtyTest : public ContainerTest {
    CPPUNIT_TEST_SUITE(MonitorTtyTest);
    CPPUNIT_TEST(outputIsRaw);
    CPPUNIT_TEST(burstBeforeTheExitIsComplete);
    CPPUNIT_TEST(windowSize);
    CPPUNIT_TEST(typedCharactersAreEchoed);
    CPPUNIT_TEST(interruptKey);
    CPPUNIT_TEST(detaches);
    CPPUNIT_TEST(detachKeysOfOnesOwn);
    CPPUNIT_TEST(heldTtyDoesNotHoldTheExit);
    CPPUNIT_TEST(execWithTty);
    CPPUNIT_TEST(execDetaches);
    CPPUNIT_TEST_SUITE_END();

    void startWith(TestClient& client, const std::string& detachKeys = "") {
        container_->request.command.process.tty = true;
        container_->openStdin(true);
        container_->launch();
        container_->attach(client, true, detachKeys);
        container_->start();
    }

public:
    void outputIsRaw() {
        container_->setScript("test -t 0 && test -t 1 && test -t 2 && echo tty; echo err >&2");
        TestClient client;
        startWith(client);
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual("tty\r\nerr\r\n", client.readAll());
        expectEqual("tty\r\nerr\r\n", container_->logged().out);
    }

    void burstBeforeTheExitIsComplete() {
        container_->setScript("seq 1 20000");
        TestClient client;
        startWith(client);
        std::string seen;
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd(client, seen));
        CPPUNIT_ASSERT_EQUAL(size_t(108894 + 20000), seen.size());
        CPPUNIT_ASSERT(container_->logged().out == seen);
    }

    void windowSize() {
        container_->request.command.process.rows = 33;
        container_->request.command.process.columns = 101;
        container_->setScript(
            "trap 'stty size; exit' WINCH; stty size; while :; do sleep 0.05; done");
        TestClient client;
        startWith(client);
        client.expect("33 101");
        container_->client->resize(44, 120);
        client.expect("44 120");
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
    }

    void typedCharactersAreEchoed() {
        container_->setScript("read x; echo got $x");
        TestClient client;
        startWith(client);
        client.type("word\n");
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual("word\r\ngot word\r\n", client.readAll());
    }

    void interruptKey() {
        container_->setScript(
            "trap 'echo interrupted; exit 8' INT; echo ready; while :; do sleep 0.05; done");
        TestClient client;
        startWith(client);
        client.expect("ready");
        client.type("\x03");
        CPPUNIT_ASSERT_EQUAL(8, container_->waitForEnd());
        client.expect("interrupted");
    }

    void detaches() {
        container_->setScript("read x; echo got $x; read y; echo got $y");
        TestClient client, second;
        startWith(client);
        client.type("one\n");
        client.expect("got one");
        client.type("\x10");
        client.type(
            "\x11"
            "dropped\n");
        CPPUNIT_ASSERT(container_->waitFor(Event::Kind::Detach).execId.empty());
        client.readAll(); // its stream ends
        CPPUNIT_ASSERT(isAlive(container_->pid));
        container_->attach(second, true);
        second.type("two\n");
        second.expect("got two");
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
    }

    void detachKeysOfOnesOwn() {
        container_->setArgs({"cat"});
        TestClient client;
        startWith(client, "ctrl-a,d");
        client.type("\x10\x11 x\n");
        client.expect("x\r\n");
        client.type(
            "\x01"
            "d");
        container_->waitFor(Event::Kind::Detach);
        CPPUNIT_ASSERT(isAlive(container_->pid));
    }

    void heldTtyDoesNotHoldTheExit() {
        container_->setScript("(trap '' HUP; sleep 30) & echo end");
        TestClient client;
        startWith(client);
        const Timestamp before = now();
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        CPPUNIT_ASSERT(now() - before < 5 * kSecond);
        expectEqual("end\r\n", client.readAll());
    }

    void execWithTty() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        ExecRequest request = container_->execRequest(
            "e", "trap 'stty size; exit 6' WINCH; stty size; while :; do sleep 0.05; done");
        request.process.tty = true;
        request.process.rows = 20;
        request.process.columns = 60;
        request.attach.in = true;
        TestClient client;
        container_->client->exec(request, client.takeOther());
        client.expect("20 60");
        container_->client->resizeExec("e", 21, 61);
        client.expect("21 61");
        CPPUNIT_ASSERT_EQUAL(6, container_->waitFor(Event::Kind::ExecExit).exitCode);
    }

    void execDetaches() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        ExecRequest request = container_->execRequest("e", "read x");
        request.process.tty = true;
        request.attach.in = true;
        TestClient client;
        const pid_t pid = container_->client->exec(request, client.takeOther());
        client.type("\x10\x11");
        expectEqual("e", container_->waitFor(Event::Kind::Detach).execId);
        CPPUNIT_ASSERT(isAlive(pid));
        container_->client->signalExec("e", SIGKILL);
        CPPUNIT_ASSERT_EQUAL(137, container_->waitFor(Event::Kind::ExecExit).exitCode);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MonitorTtyTest);
