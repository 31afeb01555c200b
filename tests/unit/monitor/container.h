#pragma once

#include "base/fd.h"
#include "base/path.h"
#include "logging/drivers.h"
#include "monitor/client.h"
#include "unit/testing/expect.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

// Both test programs of the monitor run the same cases: unit-monitor with a fake driver and no
// root, root-monitor with ctrd-monitor itself.
namespace ctrd::monitor::testing {

// Of each program: what to launch, and the parts of a request that its driver wants.
std::string monitorProgram();
void setUpCommand(exec::Command& command, const std::string& directory);
// After a test that may have killed the monitor.
void cleanUp(const exec::Command& command);

// Stands for somebody who runs or attaches to a container: reads what a monitor sends to an
// attached client.
class TestClient {
public:
    TestClient();

    Fd takeOther() { return std::move(other_); }
    void type(std::string_view text) const { writeAll(ours_.get(), text); }
    void endInput() const;
    void hangUp() { ours_.reset(); }
    int descriptor() const { return ours_.get(); }

    // Reads until `text` is in what came (unframed); fails the test at the end of the stream or
    // after 20 seconds.
    void expect(const std::string& text);
    // Everything up to the end of the stream, as it came.
    std::string readAll();
    // The same, taken apart by frames.
    struct Output {
        std::string out, err;
    };
    Output readFrames();
    static Output framesOf(const std::string& all);
    // Nothing came for so long, and the stream goes on.
    void expectSilence(int milliseconds) const;

private:
    std::string seen_;
    Fd ours_, other_;
};

// One container behind a monitor, in directories of its own; killed at the end.
class Container {
public:
    Container();
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;
    ~Container();

    LaunchRequest request; // to be changed before launch()
    std::unique_ptr<Client> client;

    const std::string& directory() const { return directory_.path(); }
    void setArgs(const std::vector<std::string>& args) { request.command.process.args = args; }
    void setScript(const std::string& script) { setArgs({"sh", "-c", script}); }
    // As `-i` does without and with a client.
    void openStdin(bool once) {
        request.openStdin = true;
        request.stdinOnce = once;
    }

    void launch();
    void attach(TestClient& to, bool in = false, const std::string& detachKeys = "",
                const std::string& pendingInput = "") const;
    Client::Started start();
    void launchAndStart() {
        launch();
        start();
    }
    ExecRequest execRequest(const std::string& execId, const std::string& script) const;

    // Reads events up to the wanted kind, acknowledging all; Gone before it fails the test.
    Event waitFor(Event::Kind kind) const;
    // The exit code, once the monitor is gone.
    int waitForEnd();
    // Meanwhile reads all that the client gets.
    int waitForEnd(TestClient& attached, std::string& output);
    // exit.json once it is there, for tests that have no events.
    ExitRecord waitForRecord() const;

    std::string logPath() const { return joinPath(directory(), "log"); }
    struct Logged {
        std::string out, err;
        size_t lines = 0;
    };
    Logged logged() const;

    // Where a failing test leaves the container, this kills it.
    pid_t pid = -1;

private:
    TempDir directory_;
};

// A test case with a container of its own.
class ContainerTest : public CppUnit::TestFixture {
public:
    void setUp() override { container_ = std::make_unique<Container>(); }
    void tearDown() override { container_.reset(); }

protected:
    std::unique_ptr<Container> container_;
};

// Until `condition` holds; false after 20 seconds.
template <typename F>
bool eventually(F condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition()) return true;
        usleep(10000);
    }
    return false;
}

bool isAlive(pid_t pid); // and no zombie
pid_t parentOf(pid_t pid);
// The monitor above a container's first process; a process of the driver may stand between.
pid_t monitorOf(pid_t pid);

} // namespace ctrd::monitor::testing
