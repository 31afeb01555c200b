#include "unit/monitor/container.h"

#include "base/finally.h"
#include "base/strings.h"

#include <csignal>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ctrd::monitor::testing {

TestClient::TestClient() {
    auto pair = socketPair();
    ours_ = std::move(pair.first);
    other_ = std::move(pair.second);
    const timeval patience{20, 0};
    setsockopt(ours_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(ours_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

void TestClient::endInput() const {
    shutdown(ours_.get(), SHUT_WR);
}

void TestClient::expect(const std::string& text) {
    char buffer[4096];
    while (seen_.find(text) == std::string::npos) {
        const size_t n = readSome(ours_.get(), buffer, sizeof buffer);
        if (n == 0) CPPUNIT_FAIL("'" + text + "' did not come, but: " + seen_);
        seen_.append(buffer, n);
    }
    seen_.erase(0, seen_.find(text) + text.size());
}

std::string TestClient::readAll() {
    return std::exchange(seen_, {}) + ctrd::readAll(ours_.get());
}

TestClient::Output TestClient::readFrames() {
    return framesOf(readAll());
}

TestClient::Output TestClient::framesOf(const std::string& all) {
    Output output;
    for (size_t at = 0; at < all.size();) {
        CPPUNIT_ASSERT(all.size() - at >= 8);
        const auto byte = [&](size_t i) { return static_cast<unsigned char>(all[at + i]); };
        CPPUNIT_ASSERT(byte(0) == 1 || byte(0) == 2);
        CPPUNIT_ASSERT(byte(1) == 0 && byte(2) == 0 && byte(3) == 0);
        const size_t length =
            size_t(byte(4)) << 24 | size_t(byte(5)) << 16 | size_t(byte(6)) << 8 | byte(7);
        CPPUNIT_ASSERT(all.size() - at - 8 >= length);
        (byte(0) == 1 ? output.out : output.err).append(all, at + 8, length);
        at += 8 + length;
    }
    return output;
}

void TestClient::expectSilence(int milliseconds) const {
    pollfd source = {ours_.get(), POLLIN, 0};
    CPPUNIT_ASSERT_EQUAL(0, poll(&source, 1, milliseconds));
}

Container::Container() {
    request.stateDirectory = joinPath(directory(), "state");
    request.runDirectory = joinPath(directory(), "run");
    makeDirs(request.stateDirectory);
    makeDirs(request.runDirectory);
    request.logPath = logPath();
    request.command.id = baseName(directory());
    setUpCommand(request.command, directory());
}

Container::~Container() {
    if (pid > 0 && isAlive(pid)) ::kill(pid, SIGKILL);
    // Its directory is in use until the monitor is gone.
    if (client == nullptr) client = Client::connect(request.runDirectory, request.command.id);
    while (client != nullptr) {
        const Event event = client->readEvent();
        if (event.kind == Event::Kind::Gone) break;
        client->acknowledge(event);
    }
    cleanUp(request.command);
}

void Container::launch() {
    client = Client::spawn(monitorProgram());
    client->launch(request);
}

void Container::attach(TestClient& to, bool in, const std::string& detachKeys,
                       const std::string& pendingInput) const {
    AttachRequest attach;
    attach.in = in;
    attach.out = attach.err = true;
    attach.detachKeys = detachKeys;
    attach.pendingInput = pendingInput;
    client->attach(attach, to.takeOther());
}

Client::Started Container::start() {
    const Client::Started started = client->start(Fd());
    pid = started.pid;
    return started;
}

ExecRequest Container::execRequest(const std::string& execId, const std::string& script) const {
    ExecRequest exec;
    exec.execId = execId;
    exec.process = request.command.process;
    exec.process.args = {"sh", "-c", script};
    exec.attach.out = exec.attach.err = true;
    return exec;
}

Event Container::waitFor(Event::Kind kind) const {
    for (;;) {
        Event event = client->readEvent();
        client->acknowledge(event);
        if (event.kind == kind) return event;
        CPPUNIT_ASSERT_MESSAGE("the monitor is gone", event.kind != Event::Kind::Gone);
    }
}

int Container::waitForEnd() {
    const int code = waitFor(Event::Kind::Exit).exit.status.code;
    CPPUNIT_ASSERT(client->readEvent().kind == Event::Kind::Gone);
    client.reset();
    pid = -1;
    return code;
}

int Container::waitForEnd(TestClient& attached, std::string& output) {
    std::thread reader([&] { output = attached.readAll(); });
    Finally join([&] { reader.join(); });
    return waitForEnd();
}

ExitRecord Container::waitForRecord() const {
    CPPUNIT_ASSERT(
        eventually([&] { return exists(joinPath(request.stateDirectory, kExitRecordName)); }));
    return *readExitRecord(request.stateDirectory);
}

Container::Logged Container::logged() const {
    Logged logged;
    const auto reader = logging::createReader("json-file", logPath(), {});
    while (const auto message = reader->next()) {
        (message->stream == logging::Stream::Stdout ? logged.out : logged.err) += message->line;
        ++logged.lines;
    }
    return logged;
}

namespace {

// Words of /proc/PID/stat behind the name: state, parent …; empty where there is no such process.
std::vector<std::string> statusWords(pid_t pid) {
    try {
        const std::string text = readFile("/proc/" + std::to_string(pid) + "/stat");
        return splitWords(text.substr(text.rfind(')') + 1));
    } catch (const SystemError&) {
        return {};
    }
}

} // namespace

bool isAlive(pid_t pid) {
    const auto words = statusWords(pid);
    return !words.empty() && words[0] != "Z" && words[0] != "X";
}

pid_t parentOf(pid_t pid) {
    const auto words = statusWords(pid);
    CPPUNIT_ASSERT(words.size() > 1);
    return static_cast<pid_t>(*parseInt(words[1]));
}

pid_t monitorOf(pid_t pid) {
    const auto program = [](pid_t process) {
        char path[4096];
        const std::string link = "/proc/" + std::to_string(process) + "/exe";
        const ssize_t size = readlink(link.c_str(), path, sizeof path);
        return std::string(path, size > 0 ? static_cast<size_t>(size) : 0);
    };
    pid_t monitor = parentOf(pid);
    for (pid_t above = parentOf(monitor); program(above) == program(monitor);
         above = parentOf(monitor))
        monitor = above;
    return monitor;
}

} // namespace ctrd::monitor::testing
