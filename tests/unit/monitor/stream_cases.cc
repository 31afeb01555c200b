// Output, input and clients of the first process.

#include "base/process.h"
#include "unit/monitor/container.h"

#include <csignal>

#include <sys/wait.h>

using namespace ctrd;
using namespace ctrd::monitor;
using namespace ctrd::monitor::testing;
using ctrd::testing::expectEqual;

class MonitorStreamTest : public ContainerTest {
    CPPUNIT_TEST_SUITE(MonitorStreamTest);
    CPPUNIT_TEST(burstBeforeTheExitIsComplete);
    CPPUNIT_TEST(bothOutputsOfABurst);
    CPPUNIT_TEST(unfinishedLineIsLogged);
    CPPUNIT_TEST(twoClients);
    CPPUNIT_TEST(lateClientGetsTheRest);
    CPPUNIT_TEST(clientChoosesStreams);
    CPPUNIT_TEST(slowClientHoldsTheProcess);
    CPPUNIT_TEST(stalledClientIsDroppedAtTheEnd);
    CPPUNIT_TEST(clientsComeAndGo);
    CPPUNIT_TEST(endOfInput);
    CPPUNIT_TEST(inputIsComplete);
    CPPUNIT_TEST(pendingInputComesFirst);
    CPPUNIT_TEST(inputThatStaysOpen);
    CPPUNIT_TEST(hangUpEndsTheInput);
    CPPUNIT_TEST(halfClosedClientWithoutInput);
    CPPUNIT_TEST(noInput);
    CPPUNIT_TEST(streamEndsOnlyOnceTheExitIsOnRecord);
    CPPUNIT_TEST(unacknowledgedExitEndsTheStreamAllTheSame);
    CPPUNIT_TEST(leftOverWriterDoesNotHoldTheExit);
    CPPUNIT_TEST(logIsRotated);
    CPPUNIT_TEST(noLog);
    CPPUNIT_TEST(fullDisk);
    CPPUNIT_TEST_SUITE_END();

    // Attaches before the start: it misses nothing.
    void startWith(TestClient& client, bool in = false) {
        container_->launch();
        container_->attach(client, in);
        container_->start();
    }

public:
    void burstBeforeTheExitIsComplete() {
        container_->setScript("seq 1 200000");
        TestClient client;
        startWith(client);
        std::string frames;
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd(client, frames));
        const std::string seen = TestClient::framesOf(frames).out;
        CPPUNIT_ASSERT_EQUAL(size_t(1288895), seen.size());
        expectEqual("200000\n", seen.substr(seen.size() - 7));
        const auto logged = container_->logged();
        CPPUNIT_ASSERT_EQUAL(size_t(200000), logged.lines);
        CPPUNIT_ASSERT(logged.out == seen);
    }

    void bothOutputsOfABurst() {
        container_->setScript("seq 1 9000 & seq 1 8000 >&2; wait");
        container_->launchAndStart();
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        const auto logged = container_->logged();
        CPPUNIT_ASSERT_EQUAL(size_t(17000), logged.lines);
        expectEqual("8999\n9000\n", logged.out.substr(logged.out.size() - 10));
        expectEqual("7999\n8000\n", logged.err.substr(logged.err.size() - 10));
    }

    void unfinishedLineIsLogged() {
        container_->setScript("printf 'a\\nprompt> '");
        container_->launchAndStart();
        container_->waitForEnd();
        expectEqual("a\nprompt> ", container_->logged().out);
    }

    void twoClients() {
        container_->setScript("for i in 1 2 3; do echo $i; done");
        TestClient first, second;
        container_->launch();
        container_->attach(first);
        container_->attach(second);
        container_->start();
        container_->waitForEnd();
        expectEqual("1\n2\n3\n", first.readFrames().out);
        expectEqual("1\n2\n3\n", second.readFrames().out);
    }

    void lateClientGetsTheRest() {
        container_->setScript("echo early; read x; echo late");
        container_->openStdin(true);
        TestClient first, second;
        startWith(first);
        first.expect("early");
        container_->attach(second, true);
        second.type("\n");
        container_->waitForEnd();
        expectEqual("late\n", second.readFrames().out);
    }

    void clientChoosesStreams() {
        container_->setScript("echo out; echo err >&2");
        TestClient client;
        container_->launch();
        AttachRequest request;
        request.err = true;
        container_->client->attach(request, client.takeOther());
        container_->start();
        container_->waitForEnd();
        const auto output = client.readFrames();
        expectEqual("", output.out);
        expectEqual("err\n", output.err);
    }

    void slowClientHoldsTheProcess() {
        container_->setScript("seq 1 1000000 && echo end");
        TestClient client;
        startWith(client);
        usleep(500000);
        CPPUNIT_ASSERT(isAlive(container_->pid));
        const size_t lines = container_->logged().lines;
        CPPUNIT_ASSERT(lines > 0 && lines < 300000);
        std::string frames;
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd(client, frames));
        const std::string all = TestClient::framesOf(frames).out;
        CPPUNIT_ASSERT_EQUAL(size_t(6888896 + 4), all.size());
        CPPUNIT_ASSERT(container_->logged().out == all);
    }

    void stalledClientIsDroppedAtTheEnd() {
        container_->setScript("seq 1 1000000");
        TestClient client;
        startWith(client);
        usleep(300000);
        container_->client->signal(SIGKILL);
        const Timestamp before = now();
        CPPUNIT_ASSERT_EQUAL(137, container_->waitFor(Event::Kind::Exit).exit.status.code);
        CPPUNIT_ASSERT(now() - before < 30 * kSecond);
        CPPUNIT_ASSERT(client.readAll().size() > 0);
        CPPUNIT_ASSERT(container_->logged().lines > 0);
    }

    void clientsComeAndGo() {
        container_->setScript("read x; echo end");
        container_->openStdin(false);
        container_->launchAndStart();
        for (int i = 0; i < 100; ++i) {
            TestClient client;
            container_->attach(client, i % 2 == 0);
        }
        TestClient last;
        container_->attach(last, true);
        last.type("\n");
        CPPUNIT_ASSERT_EQUAL(0, container_->waitFor(Event::Kind::Exit).exit.status.code);
        expectEqual("end\n", last.readFrames().out);
    }

    void endOfInput() {
        container_->setArgs({"cat"});
        container_->openStdin(true);
        TestClient client;
        startWith(client, true);
        client.type("abc");
        client.endInput();
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual("abc", client.readFrames().out);
    }

    // More than all buffers on the way together, both ways.
    void inputIsComplete() {
        container_->setArgs({"cat"});
        container_->openStdin(true);
        TestClient client;
        startWith(client, true);
        std::string text;
        for (int i = 0; text.size() < 5000000; ++i)
            text += std::to_string(i) + "\n";
        const pid_t typist = fork();
        if (typist == 0) {
            client.type(text);
            client.endInput();
            _exit(0);
        }
        std::string frames;
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd(client, frames));
        waitpid(typist, nullptr, 0);
        CPPUNIT_ASSERT(TestClient::framesOf(frames).out == text);
    }

    void pendingInputComesFirst() {
        container_->setArgs({"cat"});
        container_->openStdin(true);
        TestClient client;
        container_->launch();
        const std::string pending("first\0\xff\n", 8);
        container_->attach(client, true, "", pending);
        client.type("second\n");
        client.endInput();
        container_->start();
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual(pending + "second\n", client.readFrames().out);
    }

    void inputThatStaysOpen() {
        container_->setScript("read a; read b; echo $a $b");
        container_->openStdin(false);
        TestClient first, second;
        startWith(first, true);
        first.type("one\n");
        first.endInput();
        first.readAll(); // its stream ends, the container goes on
        CPPUNIT_ASSERT(isAlive(container_->pid));
        container_->attach(second, true);
        second.type("two\n");
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual("one two\n", second.readFrames().out);
    }

    void hangUpEndsTheInput() {
        container_->setScript("cat; echo end");
        container_->openStdin(true);
        TestClient client;
        startWith(client, true);
        client.type("abc\n");
        client.hangUp();
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual("abc\nend\n", container_->logged().out);
    }

    // What docker's client does without -i.
    void halfClosedClientWithoutInput() {
        container_->setScript("sleep 0.2; echo end");
        TestClient client;
        container_->launch();
        container_->attach(client, false);
        client.endInput();
        container_->start();
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual("end\n", client.readFrames().out);
    }

    void noInput() {
        container_->setScript("cat; echo end");
        TestClient client;
        startWith(client, true);
        client.type("ignored\n");
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        expectEqual("end\n", client.readFrames().out);
    }

    void streamEndsOnlyOnceTheExitIsOnRecord() {
        container_->setScript("echo end");
        TestClient client;
        startWith(client);
        const Event event = container_->client->readEvent();
        CPPUNIT_ASSERT(event.kind == Event::Kind::Exit);
        client.expect("end\n"); // all there, and the stream goes on
        client.expectSilence(300);
        container_->client->acknowledge(event);
        expectEqual("", client.readAll());
    }

    void unacknowledgedExitEndsTheStreamAllTheSame() {
        container_->setScript("echo end");
        TestClient client;
        startWith(client);
        const Timestamp before = now();
        expectEqual("end\n", client.readFrames().out);
        CPPUNIT_ASSERT(now() - before < 5 * kSecond);
    }

    void leftOverWriterDoesNotHoldTheExit() {
        container_->setScript("(sleep 30; echo late) & echo end");
        TestClient client;
        startWith(client);
        const Timestamp before = now();
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        CPPUNIT_ASSERT(now() - before < 5 * kSecond);
        expectEqual("end\n", client.readFrames().out);
    }

    void logIsRotated() {
        container_->request.logOptions = {{"max-size", "10k"}, {"max-file", "3"}};
        container_->setScript("seq 1 10000");
        container_->launchAndStart();
        container_->waitForEnd();
        CPPUNIT_ASSERT(exists(container_->logPath() + ".2"));
        CPPUNIT_ASSERT(!exists(container_->logPath() + ".3"));
        const std::string out = container_->logged().out;
        expectEqual("9999\n10000\n", out.substr(out.size() - 11));
    }

    void noLog() {
        container_->request.logDriver = "none";
        container_->setScript("echo out");
        TestClient client;
        startWith(client);
        container_->waitForEnd();
        CPPUNIT_ASSERT(!exists(container_->logPath()));
        expectEqual("out\n", client.readFrames().out);
    }

    void fullDisk() {
        container_->request.logPath = "/dev/full";
        container_->setScript("seq 1 50000");
        TestClient client;
        startWith(client);
        std::string frames;
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd(client, frames));
        CPPUNIT_ASSERT_EQUAL(size_t(288894), TestClient::framesOf(frames).out.size());
        const std::string said =
            readFile(joinPath(container_->request.stateDirectory, "monitor.log"));
        CPPUNIT_ASSERT_MESSAGE(said, said.find("No space left on device") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MonitorStreamTest);
