// Other processes in a running container.

#include "base/finally.h"
#include "unit/monitor/container.h"

#include <csignal>
#include <thread>

using namespace ctrd;
using namespace ctrd::monitor;
using namespace ctrd::monitor::testing;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class MonitorExecTest : public ContainerTest {
    CPPUNIT_TEST_SUITE(MonitorExecTest);
    CPPUNIT_TEST(runsAndReports);
    CPPUNIT_TEST(shortOnesReportToo);
    CPPUNIT_TEST(burstBeforeTheExitIsComplete);
    CPPUNIT_TEST(input);
    CPPUNIT_TEST(nobodyListens);
    CPPUNIT_TEST(failureLeavesTheClientAlone);
    CPPUNIT_TEST(idInUse);
    CPPUNIT_TEST(signals);
    CPPUNIT_TEST(streamEndsOnlyOnceTheExitIsOnRecord);
    CPPUNIT_TEST(endsWithTheContainer);
    CPPUNIT_TEST(manyAtOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        ContainerTest::setUp();
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
    }

    void runsAndReports() {
        TestClient client;
        container_->client->exec(container_->execRequest("e", "echo out; echo err >&2; exit 5"),
                                 client.takeOther());
        const Event event = container_->waitFor(Event::Kind::ExecExit);
        expectEqual("e", event.execId);
        CPPUNIT_ASSERT_EQUAL(5, event.exitCode);
        const auto output = client.readFrames();
        expectEqual("out\n", output.out);
        expectEqual("err\n", output.err);
        CPPUNIT_ASSERT_EQUAL(size_t(0), container_->logged().lines); // not the container's output
    }

    void shortOnesReportToo() {
        for (int i = 0; i < 50; ++i) {
            const std::string id = "e" + std::to_string(i);
            TestClient client;
            container_->client->exec(container_->execRequest(id, "echo " + id), client.takeOther());
            expectEqual(id, container_->waitFor(Event::Kind::ExecExit).execId);
            expectEqual(id + "\n", client.readFrames().out);
        }
    }

    void burstBeforeTheExitIsComplete() {
        TestClient client;
        container_->client->exec(container_->execRequest("e", "seq 1 100000"), client.takeOther());
        std::string frames;
        std::thread reader([&] { frames = client.readAll(); });
        Finally join([&] { reader.join(); });
        CPPUNIT_ASSERT_EQUAL(0, container_->waitFor(Event::Kind::ExecExit).exitCode);
        join.dismiss();
        reader.join();
        CPPUNIT_ASSERT_EQUAL(size_t(588895), TestClient::framesOf(frames).out.size());
    }

    void input() {
        ExecRequest request = container_->execRequest("e", "cat; exit 2");
        request.attach.in = true;
        request.attach.pendingInput = "one ";
        TestClient client;
        container_->client->exec(request, client.takeOther());
        client.type("two\n");
        client.endInput();
        CPPUNIT_ASSERT_EQUAL(2, container_->waitFor(Event::Kind::ExecExit).exitCode);
        expectEqual("one two\n", client.readFrames().out);
    }

    void nobodyListens() {
        container_->client->exec(container_->execRequest("e", "cat; seq 1 100000; exit 3"), Fd());
        CPPUNIT_ASSERT_EQUAL(3, container_->waitFor(Event::Kind::ExecExit).exitCode);
    }

    void failureLeavesTheClientAlone() {
        ExecRequest request = container_->execRequest("e", "");
        request.process.args = {"/no/such/program"};
        TestClient client;
        Fd theirs = client.takeOther();
        const Fd copy = duplicate(theirs.get());
        try {
            container_->client->exec(request, std::move(theirs));
            CPPUNIT_FAIL("it started");
        } catch (const exec::StartError& e) {
            CPPUNIT_ASSERT_EQUAL(127, e.exitCode());
        }
        client.expectSilence(50);
        writeAll(copy.get(), "reason");
        client.expect("reason");
        // The id is free again.
        container_->client->exec(container_->execRequest("e", "exit 1"), Fd());
        CPPUNIT_ASSERT_EQUAL(1, container_->waitFor(Event::Kind::ExecExit).exitCode);
    }

    void idInUse() {
        container_->client->exec(container_->execRequest("e", "sleep 100"), Fd());
        expectError(ErrorKind::Conflict, "'e'",
                    [&] { container_->client->exec(container_->execRequest("e", "true"), Fd()); });
        expectError(ErrorKind::Conflict, "''",
                    [&] { container_->client->exec(container_->execRequest("", "true"), Fd()); });
    }

    void signals() {
        container_->client->exec(container_->execRequest("e", "exec sleep 100"), Fd());
        container_->client->signalExec("e", SIGTERM);
        CPPUNIT_ASSERT_EQUAL(128 + SIGTERM, container_->waitFor(Event::Kind::ExecExit).exitCode);
        expectError(ErrorKind::NotFound, "'e'", [&] {
            for (int i = 0; i < 100; ++i)
                container_->client->signalExec("e", SIGTERM);
        });
    }

    void streamEndsOnlyOnceTheExitIsOnRecord() {
        TestClient client;
        container_->client->exec(container_->execRequest("e", "echo end"), client.takeOther());
        const Event event = container_->client->readEvent();
        CPPUNIT_ASSERT(event.kind == Event::Kind::ExecExit);
        client.expect("end\n");
        client.expectSilence(300);
        container_->client->acknowledge(event);
        expectEqual("", client.readAll());
    }

    // Its end is told before the container's.
    void endsWithTheContainer() {
        container_->client->exec(container_->execRequest("e", "exec sleep 100"), Fd());
        container_->client->signal(SIGKILL);
        const Event event = container_->client->readEvent();
        CPPUNIT_ASSERT(event.kind == Event::Kind::ExecExit);
        CPPUNIT_ASSERT_EQUAL(137, event.exitCode);
        container_->client->acknowledge(event);
        CPPUNIT_ASSERT_EQUAL(137, container_->waitForEnd());
    }

    void manyAtOnce() {
        std::vector<TestClient> clients(30);
        for (size_t i = 0; i < clients.size(); ++i)
            container_->client->exec(
                container_->execRequest("e" + std::to_string(i),
                                        "sleep 0.2; echo " + std::to_string(i)),
                clients[i].takeOther());
        for (size_t i = 0; i < clients.size(); ++i)
            CPPUNIT_ASSERT_EQUAL(0, container_->waitFor(Event::Kind::ExecExit).exitCode);
        for (size_t i = 0; i < clients.size(); ++i)
            expectEqual(std::to_string(i) + "\n", clients[i].readFrames().out);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MonitorExecTest);
