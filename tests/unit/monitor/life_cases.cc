// How a container behind a monitor begins and ends.

#include "base/atomic_file.h"
#include "base/process.h"
#include "monitor/spare.h"
#include "monitor/unix_socket.h"
#include "unit/monitor/container.h"

#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace ctrd;
using namespace ctrd::monitor;
using namespace ctrd::monitor::testing;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class MonitorLifeTest : public ContainerTest {
    CPPUNIT_TEST_SUITE(MonitorLifeTest);
    CPPUNIT_TEST(runsAndReports);
    CPPUNIT_TEST(reportsASignal);
    CPPUNIT_TEST(leavesNothing);
    CPPUNIT_TEST(exitRecordWhenNobodyListens);
    CPPUNIT_TEST(programThatIsNotThere);
    CPPUNIT_TEST(badRequests);
    CPPUNIT_TEST(monitorThatIsNotThere);
    CPPUNIT_TEST(spareStandsReady);
    CPPUNIT_TEST(spareThatEndedIsReplaced);
    CPPUNIT_TEST(launcherThatGoesBeforeTheStart);
    CPPUNIT_TEST(survivesItsLauncher);
    CPPUNIT_TEST(severalSubscribers);
    CPPUNIT_TEST(connectWhereNobodyIs);
    CPPUNIT_TEST(sendsSignals);
    CPPUNIT_TEST(monitorPassesTermOn);
    CPPUNIT_TEST(killedMonitorKillsTheContainer);
    CPPUNIT_TEST(pausesAndUnpauses);
    CPPUNIT_TEST(answersQuestions);
    CPPUNIT_TEST(refusesWhatItCannot);
    CPPUNIT_TEST(longRunDirectory);
    CPPUNIT_TEST(socketIsForItsOwner);
    CPPUNIT_TEST(damagedConnections);
    CPPUNIT_TEST(sameContainerAgainAtOnce);
    CPPUNIT_TEST_SUITE_END();

    std::string socketPath() const {
        return monitor::socketPath(container_->request.runDirectory,
                                   container_->request.command.id);
    }

    std::unique_ptr<Client> connect() const {
        return Client::connect(container_->request.runDirectory, container_->request.command.id);
    }

    void expectStartError(int exitCode, ErrorKind kind, const std::string& part) {
        container_->launch();
        try {
            container_->start();
        } catch (const exec::StartError& e) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(e.what(), exitCode, e.exitCode());
            CPPUNIT_ASSERT_MESSAGE(e.what(), e.kind() == kind);
            CPPUNIT_ASSERT_MESSAGE(e.what(), std::string(e.what()).find(part) != std::string::npos);
            CPPUNIT_ASSERT(container_->client->readEvent().kind == Event::Kind::Gone);
            container_->client.reset();
            return;
        }
        CPPUNIT_FAIL("it started");
    }

public:
    void runsAndReports() {
        container_->setScript("echo out; echo err >&2; exit 3");
        TestClient client;
        const Timestamp before = now();
        container_->launch();
        container_->attach(client);
        const auto started = container_->start();
        CPPUNIT_ASSERT(started.pid > 0 && started.startedAt >= before);
        const Event event = container_->waitFor(Event::Kind::Exit);
        CPPUNIT_ASSERT_EQUAL(3, event.exit.status.code);
        CPPUNIT_ASSERT_EQUAL(0, event.exit.status.signal);
        CPPUNIT_ASSERT_EQUAL(started.startedAt, event.exit.startedAt);
        CPPUNIT_ASSERT(event.exit.finishedAt >= started.startedAt);
        const auto output = client.readFrames();
        expectEqual("out\n", output.out);
        expectEqual("err\n", output.err);
        expectEqual("out\n", container_->logged().out);
        expectEqual("err\n", container_->logged().err);
        const auto record = readExitRecord(container_->request.stateDirectory);
        CPPUNIT_ASSERT_EQUAL(3, record->status.code);
        CPPUNIT_ASSERT_EQUAL(event.exit.finishedAt, record->finishedAt);
        expectEqual("", record->error);
    }

    void reportsASignal() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        container_->client->signal(SIGKILL);
        const Event event = container_->waitFor(Event::Kind::Exit);
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, event.exit.status.code);
        CPPUNIT_ASSERT_EQUAL(SIGKILL, event.exit.status.signal);
    }

    void leavesNothing() {
        container_->setScript("sleep 0.1; echo hello");
        container_->launchAndStart();
        const pid_t monitor = monitorOf(container_->pid);
        CPPUNIT_ASSERT_EQUAL(0, container_->waitForEnd());
        CPPUNIT_ASSERT(listDir(container_->request.runDirectory).empty());
        const auto left = listDir(container_->request.stateDirectory);
        CPPUNIT_ASSERT_EQUAL(size_t(1), left.size());
        expectEqual("exit.json", left[0]);
        CPPUNIT_ASSERT(!exists("/proc/" + std::to_string(monitor))); // and no zombie
        CPPUNIT_ASSERT_EQUAL(pid_t(-1), waitpid(-1, nullptr, WNOHANG));
    }

    void exitRecordWhenNobodyListens() {
        // Longer than is asked for: on a busy machine the start is noted a while after it.
        container_->setScript("sleep 1; echo last words; exit 42");
        container_->launchAndStart();
        container_->client.reset();
        const ExitRecord record = container_->waitForRecord();
        CPPUNIT_ASSERT_EQUAL(42, record.status.code);
        CPPUNIT_ASSERT(record.finishedAt - record.startedAt >= kSecond / 5);
        expectEqual("last words\n", container_->logged().out);
        CPPUNIT_ASSERT(eventually([&] { return !exists(socketPath()); }));
    }

    void programThatIsNotThere() {
        container_->setArgs({"/no/such/program"});
        expectStartError(127, ErrorKind::InvalidArgument, "/no/such/program");
        const auto record = readExitRecord(container_->request.stateDirectory);
        CPPUNIT_ASSERT_EQUAL(127, record->status.code);
        CPPUNIT_ASSERT(record->error.find("/no/such/program") != std::string::npos);
        CPPUNIT_ASSERT(listDir(container_->request.runDirectory).empty());
    }

    void badRequests() {
        container_->setArgs({"true"});
        const std::string driver = std::exchange(container_->request.command.driver, "nonsuch");
        expectStartError(125, ErrorKind::InvalidArgument, "'nonsuch'");
        container_->request.command.driver = driver;
        container_->request.logOptions = {{"max-sise", "1m"}};
        expectStartError(125, ErrorKind::InvalidArgument, "'max-sise'");
        container_->request.logOptions.clear();
        container_->request.logPath = "/no/such/directory/log";
        expectStartError(125, ErrorKind::Internal, "/no/such/directory/log");
    }

    void monitorThatIsNotThere() {
        expectError(ErrorKind::Internal, "/no/such/monitor",
                    [&] { Client::spawn("/no/such/monitor"); });
        container_->client = Client::spawn("/bin/true");
        CPPUNIT_ASSERT_THROW(container_->start(), Error);
    }

    void spareStandsReady() {
        Spare spare(monitorProgram());
        spare.refill();
        container_->client = spare.take();
        CPPUNIT_ASSERT(container_->client->isWaiting());
        container_->setArgs({"sleep", "100"});
        container_->client->launch(container_->request);
        container_->start();
        const auto next = spare.take(); // nobody stood ready
        CPPUNIT_ASSERT(next->isWaiting());
        container_->client->signal(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(137, container_->waitForEnd());
    }

    void spareThatEndedIsReplaced() {
        // Ends at once the first time; later, when its launcher goes.
        const std::string program = joinPath(container_->directory(), "program");
        const std::string mark = joinPath(container_->directory(), "ran");
        writeFileAtomic(program,
                        "#!/bin/sh\n[ -e " + mark + " ] && exec cat <&3\n: >" + mark + "\n", 0700);
        Spare spare(program);
        spare.refill();
        CPPUNIT_ASSERT(eventually([&] { return exists(mark); }));
        usleep(300000); // marking is the last it does
        const auto replaced = spare.take();
        usleep(300000);
        CPPUNIT_ASSERT(replaced->isWaiting());
    }

    void launcherThatGoesBeforeTheStart() {
        container_->setScript("touch " + container_->directory() + "/ran");
        TestClient client;
        container_->launch();
        container_->attach(client);
        container_->client.reset();
        expectEqual("", client.readAll());
        CPPUNIT_ASSERT(!exists(container_->directory() + "/ran"));
        CPPUNIT_ASSERT(eventually([&] {
            return listDir(container_->request.runDirectory).empty() &&
                   listDir(container_->request.stateDirectory).empty();
        }));
    }

    // As `kill -9` of ctrd: nothing it holds is closed in order.
    void survivesItsLauncher() {
        container_->setScript("sleep 0.5; echo still here; read x; echo got $x; exit 5");
        container_->openStdin(true);
        Pipe ready = Pipe::create();
        const pid_t launcher = fork();
        if (launcher == 0) {
            container_->launchAndStart();
            writeAll(ready.writeEnd.get(), &container_->pid, sizeof container_->pid);
            for (;;)
                ::pause();
        }
        CPPUNIT_ASSERT_EQUAL(
            sizeof container_->pid,
            readFully(ready.readEnd.get(), &container_->pid, sizeof container_->pid));
        ::kill(launcher, SIGKILL);
        waitpid(launcher, nullptr, 0);
        container_->client = connect();
        CPPUNIT_ASSERT(container_->client != nullptr);
        CPPUNIT_ASSERT_EQUAL(container_->pid, container_->client->state().pid);
        CPPUNIT_ASSERT(container_->client->state().monitor > 1);
        TestClient client;
        container_->attach(client, true);
        client.expect("still here");
        client.type("word\n");
        client.expect("got word");
        CPPUNIT_ASSERT_EQUAL(5, container_->waitFor(Event::Kind::Exit).exit.status.code);
        expectEqual("still here\ngot word\n", container_->logged().out);
    }

    void severalSubscribers() {
        container_->setArgs({"sleep", "0.3"});
        container_->launchAndStart();
        const auto second = connect();
        const auto third = connect();
        CPPUNIT_ASSERT(container_->waitFor(Event::Kind::Exit).exit.status.code == 0);
        for (const auto& client : {second.get(), third.get()}) {
            const Event event = client->readEvent();
            CPPUNIT_ASSERT(event.kind == Event::Kind::Exit);
            client->acknowledge(event);
        }
        CPPUNIT_ASSERT(second->readEvent().kind == Event::Kind::Gone);
    }

    void connectWhereNobodyIs() {
        CPPUNIT_ASSERT(connect() == nullptr);
        // What a killed monitor leaves.
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        ::kill(monitorOf(container_->pid), SIGKILL);
        CPPUNIT_ASSERT(container_->client->readEvent().kind == Event::Kind::Gone);
        CPPUNIT_ASSERT(exists(socketPath()));
        CPPUNIT_ASSERT(connect() == nullptr);
        expectError(ErrorKind::Unavailable, container_->request.command.id,
                    [&] { container_->client->signal(SIGTERM); });
    }

    void sendsSignals() {
        container_->setScript("trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done");
        TestClient client;
        container_->launch();
        container_->attach(client);
        container_->start();
        client.expect("ready");
        container_->client->signal(SIGUSR1);
        CPPUNIT_ASSERT_EQUAL(9, container_->waitFor(Event::Kind::Exit).exit.status.code);
    }

    void monitorPassesTermOn() {
        container_->setScript("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        TestClient client;
        container_->launch();
        container_->attach(client);
        container_->start();
        client.expect("ready");
        const pid_t monitor = monitorOf(container_->pid);
        for (const int number : {SIGHUP, SIGINT, SIGPIPE, SIGUSR1})
            ::kill(monitor, number);
        usleep(50000);
        CPPUNIT_ASSERT(isAlive(monitor));
        ::kill(monitor, SIGTERM);
        CPPUNIT_ASSERT_EQUAL(7, container_->waitForEnd());
    }

    void killedMonitorKillsTheContainer() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        ::kill(monitorOf(container_->pid), SIGKILL);
        CPPUNIT_ASSERT(container_->client->readEvent().kind == Event::Kind::Gone);
        CPPUNIT_ASSERT(eventually([&] { return !isAlive(container_->pid); }));
        CPPUNIT_ASSERT(!readExitRecord(container_->request.stateDirectory));
    }

    void pausesAndUnpauses() {
        container_->setScript("echo ready; while :; do echo tick; sleep 0.02; done");
        TestClient client;
        container_->launch();
        container_->attach(client);
        container_->start();
        client.expect("ready");
        container_->client->pause();
        expectError(ErrorKind::Conflict, "paused", [&] { container_->client->pause(); });
        usleep(50000);
        const size_t lines = container_->logged().lines;
        usleep(100000);
        CPPUNIT_ASSERT_EQUAL(lines, container_->logged().lines);
        container_->client->unpause();
        CPPUNIT_ASSERT(eventually([&] { return container_->logged().lines > lines; }));
        expectError(ErrorKind::Conflict, "not paused", [&] { container_->client->unpause(); });
        container_->client->signal(SIGKILL);
        container_->waitForEnd();
    }

    void answersQuestions() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        const auto pids = container_->client->pids();
        CPPUNIT_ASSERT_EQUAL(size_t(1), pids.size());
        CPPUNIT_ASSERT_EQUAL(container_->pid, pids[0]);
        CPPUNIT_ASSERT(container_->client->stats().memoryUsage > 0);
        CPPUNIT_ASSERT_EQUAL(container_->pid, container_->client->state().pid);
    }

    void refusesWhatItCannot() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        expectError(ErrorKind::Conflict, "no tty", [&] { container_->client->resize(10, 20); });
        expectError(ErrorKind::NotFound, "'x'", [&] { container_->client->signalExec("x", 9); });
        expectError(ErrorKind::NotFound, "'x'", [&] { container_->client->resizeExec("x", 1, 1); });
        TestClient client;
        expectError(ErrorKind::InvalidArgument, "'ctrl-ä'",
                    [&] { container_->attach(client, true, "ctrl-ä"); });
        CPPUNIT_ASSERT(isAlive(container_->pid));
    }

    // Its directory may be open to all.
    void socketIsForItsOwner() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        struct stat st {};
        CPPUNIT_ASSERT_EQUAL(0, stat(socketPath().c_str(), &st));
        CPPUNIT_ASSERT_EQUAL(mode_t(0700), st.st_mode & mode_t(0777));
        container_->client->signal(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(137, container_->waitForEnd());
    }

    void longRunDirectory() {
        container_->request.runDirectory =
            joinPath(container_->directory(), std::string(100, 'a'), std::string(100, 'b'));
        makeDirs(container_->request.runDirectory);
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        CPPUNIT_ASSERT_EQUAL(container_->pid, container_->client->state().pid);
        CPPUNIT_ASSERT(connect() != nullptr);
        container_->client->signal(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(137, container_->waitForEnd());
    }

    // ctrd was killed in the middle of a word, or somebody else talks to the socket.
    void damagedConnections() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        std::vector<Fd> open;
        const std::string broken[] = {
            std::string("\0\0", 2),
            std::string("\0\0\0\x50{\"op\":", 10),
            std::string("\xff\xff\xff\xff", 4),
            std::string("\0\0\0\x03{]}", 7),
            std::string("\0\0\0\0", 4),
            std::string("\0\0\0\x02[]", 6),
            std::string("\0\0\0\x0b{\"op\":null}", 15),
        };
        for (const auto& bytes : broken) {
            open.push_back(connectUnix(socketPath()));
            writeAll(open.back().get(), bytes);
        }
        CPPUNIT_ASSERT_EQUAL(container_->pid, container_->client->state().pid);
        open.clear();
        CPPUNIT_ASSERT_EQUAL(container_->pid, container_->client->state().pid);
    }

    // At the exit event nothing stands in the way of the next start, though the first monitor is
    // still there.
    void sameContainerAgainAtOnce() {
        container_->setScript("exit 4");
        for (int i = 0; i < 20; ++i) {
            container_->launchAndStart();
            const Event event = container_->client->readEvent();
            CPPUNIT_ASSERT(event.kind == Event::Kind::Exit && event.exit.status.code == 4);
            container_->client->acknowledge(event);
        }
        CPPUNIT_ASSERT(container_->client->readEvent().kind == Event::Kind::Gone);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MonitorLifeTest);
