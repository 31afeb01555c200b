#include "api/wire/frame.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "unit/cli/fake_daemon.h"
#include "unit/testing/expect.h"

#include <condition_variable>
#include <mutex>

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using testing::FakeDaemon;
using testing::Peer;
using testing::Result;
using testing::runCtr;

namespace {

std::string frame(api::wire::StreamId stream, const std::string& payload) {
    const auto header = api::wire::frameHeader(stream, static_cast<uint32_t>(payload.size()));
    return std::string(header.data(), header.size()) + payload;
}

bool isFor(const Peer& peer, const char* part) {
    return peer.line.find(part) != std::string::npos;
}

// A container that repeats its input on standard error and ends with a code once that ends.
class EchoContainer {
public:
    void operator()(Peer& peer) {
        if (isFor(peer, "/containers/create"))
            create(peer);
        else if (isFor(peer, "/attach"))
            attach(peer);
        else if (isFor(peer, "/wait"))
            wait(peer);
        else if (isFor(peer, "/start"))
            start(peer);
        else
            peer.sendStatus(404);
    }

    Json created;           // body of the create
    Json startRefusal;      // null: it starts
    std::string attachHead; // of the request
    Json result = {{"StatusCode", 7}};

private:
    void create(Peer& peer) {
        created = parseJson(peer.body, "create");
        peer.sendJson(201, {{"Id", "c0ffee"}, {"Warnings", {"no swap limit"}}});
    }

    void attach(Peer& peer) {
        attachHead = peer.head;
        // Early bytes: in the same packet as the head.
        peer.send("HTTP/1.1 101 UPGRADED\r\nContent-Type: " +
                  std::string(api::wire::kMultiplexedStreamType) +
                  "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n" +
                  frame(api::wire::StreamId::Stdout, "early\n"));
        await(started_);
        const bool in = isFor(peer, "stdin=1");
        const std::string input = in ? peer.readToEnd() : "";
        peer.send(frame(api::wire::StreamId::Stderr, input) +
                  frame(api::wire::StreamId::Stdout, "late\n"));
        peer.close();
        signal(ended_);
    }

    void wait(Peer& peer) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\n\r\n");
        await(ended_);
        const std::string json = dumpJson(result) + "\n";
        char size[16];
        std::snprintf(size, sizeof size, "%zx\r\n", json.size());
        peer.send(size + json + "\r\n0\r\n\r\n");
    }

    void start(Peer& peer) {
        if (!startRefusal.is_null()) {
            peer.sendJson(500, startRefusal);
            signal(started_);
            return;
        }
        signal(started_);
        peer.sendStatus(204);
    }

    void await(const bool& condition) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [&] { return condition; });
    }

    void signal(bool& condition) {
        const std::lock_guard<std::mutex> lock(mutex_);
        condition = true;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool started_ = false, ended_ = false;
};

} // namespace

class RunTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RunTest);
    CPPUNIT_TEST(runsToTheEnd);
    CPPUNIT_TEST(asksForRemoval);
    CPPUNIT_TEST(detaches);
    CPPUNIT_TEST(exitCodesOfFailedStarts);
    CPPUNIT_TEST(reportsWhatWaitReports);
    CPPUNIT_TEST(needsATerminal);
    CPPUNIT_TEST(missingImage);
    CPPUNIT_TEST(pullsAMissingImage);
    CPPUNIT_TEST(writesTheIdFile);
    CPPUNIT_TEST(wrongOptions);
    CPPUNIT_TEST(execs);
    CPPUNIT_TEST_SUITE_END();

    static Result run(EchoContainer& container, std::vector<std::string> words,
                      const std::string& input = "") {
        FakeDaemon daemon(std::ref(container));
        words.insert(words.begin(), "run");
        return runCtr(daemon, words, input);
    }

public:
    void runsToTheEnd() {
        EchoContainer container;
        const std::string input = std::string(300000, 'i') + "\n";
        const Result result = run(container, {"-i", "busybox", "cat", "-n"}, input);
        CPPUNIT_ASSERT_EQUAL(7, result.code);
        expectEqual("early\nlate\n", result.out);
        expectEqual("WARNING: no swap limit\n" + input, result.err);
        expectEqual("cat -n", join(getStrings(container.created, "Cmd"), " "));
        CPPUNIT_ASSERT(getBool(container.created, "OpenStdin"));
        CPPUNIT_ASSERT(container.attachHead.find("Upgrade: tcp") != std::string::npos);
    }

    void asksForRemoval() {
        EchoContainer container;
        FakeDaemon daemon(std::ref(container));
        const Result result = runCtr(daemon, {"run", "--rm", "busybox", "true"});
        CPPUNIT_ASSERT_EQUAL(7, result.code);
        CPPUNIT_ASSERT(getBool(container.created.at("HostConfig"), "AutoRemove"));
        const std::string all = join(daemon.requests(), "\n");
        CPPUNIT_ASSERT_MESSAGE(all, all.find("wait?condition=removed") != std::string::npos);
        // Nothing is started before both are answered.
        CPPUNIT_ASSERT(endsWith(daemon.requests().back(), "/start"));
    }

    void detaches() {
        EchoContainer container;
        FakeDaemon daemon(std::ref(container));
        const Result result = runCtr(daemon, {"run", "-d", "busybox"});
        CPPUNIT_ASSERT_EQUAL(0, result.code);
        expectEqual("c0ffee\n", result.out);
        CPPUNIT_ASSERT_EQUAL(size_t(2), daemon.requests().size());
    }

    void exitCodesOfFailedStarts() {
        const std::pair<Json, int> cases[] = {
            {{{"message", "\"nope\": executable file not found in $PATH"}}, 127},
            {{{"message", "cannot run '/x': Permission denied"}}, 126},
            {{{"message", "cannot run '/x'"}, {"ExitCode", 126}}, 126},
            {{{"message", "cannot mount the root file system"}}, 125},
        };
        for (const auto& [refusal, code] : cases) {
            for (const char* mode : {"-d", "--rm", "-i"}) {
                EchoContainer container;
                container.startRefusal = refusal;
                const Result result = run(container, {mode, "busybox", "nope"});
                CPPUNIT_ASSERT_EQUAL(code, result.code);
                CPPUNIT_ASSERT(result.err.find("ctr: " + getString(refusal, "message") + "\n") !=
                               std::string::npos);
                expectEqual("", result.out);
            }
        }
    }

    void reportsWhatWaitReports() {
        EchoContainer container;
        container.result = {{"StatusCode", 0}, {"Error", {{"Message", "the monitor died"}}}};
        const Result result = run(container, {"busybox"});
        CPPUNIT_ASSERT_EQUAL(125, result.code);
        CPPUNIT_ASSERT(result.err.find("the monitor died") != std::string::npos);
    }

    void needsATerminal() {
        EchoContainer container;
        const Result result = run(container, {"-it", "busybox"});
        CPPUNIT_ASSERT_EQUAL(125, result.code);
        CPPUNIT_ASSERT(result.err.find("the input device is not a TTY") != std::string::npos);
        CPPUNIT_ASSERT(container.created.is_null());
    }

    void missingImage() {
        FakeDaemon daemon([](Peer& peer) {
            if (isFor(peer, "/containers/create"))
                peer.sendJson(404, {{"message", "No such image: nope:latest"}});
            else
                peer.sendJson(501, {{"message", "pulling images is not built yet: use ctr load"}});
        });
        const Result result = runCtr(daemon, {"run", "nope"});
        CPPUNIT_ASSERT_EQUAL(125, result.code);
        expectEqual(
            "Unable to find image 'nope:latest' locally\n"
            "ctr: run: pulling images is not built yet: use ctr load\n",
            result.err);
        CPPUNIT_ASSERT(daemon.requests().at(1) ==
                       "POST /v1.44/images/create?fromImage=nope&tag=latest");
        const Result never = runCtr(daemon, {"run", "--pull=never", "nope"});
        CPPUNIT_ASSERT_EQUAL(125, never.code);
        expectEqual("ctr: run: No such image: nope:latest\n", never.err);
    }

    void pullsAMissingImage() {
        bool pulled = false;
        FakeDaemon daemon([&](Peer& peer) {
            if (isFor(peer, "/images/create")) {
                pulled = true;
                peer.send(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                    "{\"status\":\"Pulling fs layer\",\"id\":\"ab\"}\n"
                    "{\"status\":\"Downloading\",\"id\":\"ab\",\"progressDetail\":{\"current\":1}}"
                    "{\"status\":\"Pull complete\",\"id\":\"ab\"}");
                peer.close();
            } else if (!pulled) {
                peer.sendJson(404, {{"message", "No such image: app:1"}});
            } else {
                peer.sendJson(201, {{"Id", "beef"}, {"Warnings", Json::array()}});
            }
        });
        const Result result = runCtr(daemon, {"create", "app:1"});
        CPPUNIT_ASSERT_EQUAL(0, result.code);
        expectEqual("beef\n", result.out);
        expectEqual(
            "Unable to find image 'app:1' locally\nab: Pulling fs layer\n"
            "ab: Pull complete\n",
            result.err);
    }

    void writesTheIdFile() {
        const TempDir directory;
        const std::string path = joinPath(directory.path(), "cid");
        EchoContainer container;
        FakeDaemon daemon(std::ref(container));
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"create", "--cidfile", path, "busybox"}).code);
        expectEqual("c0ffee", readFile(path));
        const Result again = runCtr(daemon, {"create", "--cidfile", path, "busybox"});
        CPPUNIT_ASSERT_EQUAL(125, again.code);
        CPPUNIT_ASSERT(again.err.find("exists") != std::string::npos);
        expectEqual("c0ffee", readFile(path));

        const std::string other = joinPath(directory.path(), "other");
        const FakeDaemon broken([](Peer& peer) { peer.sendJson(409, {{"message", "taken"}}); });
        CPPUNIT_ASSERT_EQUAL(125, runCtr(broken, {"run", "--cidfile", other, "busybox"}).code);
        CPPUNIT_ASSERT(!exists(other));
    }

    void wrongOptions() {
        for (const std::vector<std::string>& words : {std::vector<std::string>{"run"},
                                                      {"run", "--nope", "x"},
                                                      {"run", "-m", "x", "busybox"},
                                                      {"create", "-p", "x", "busybox"},
                                                      {"run", "-d", "-a", "stdout", "busybox"},
                                                      {"exec", "only-one"},
                                                      {"ps", "--nope"},
                                                      {"nosuchcommand"}})
            CPPUNIT_ASSERT_EQUAL(125, runCtr(words).code);
    }

    void execs() {
        FakeDaemon daemon([](Peer& peer) {
            if (isFor(peer, "/containers/web/exec")) {
                peer.sendJson(201, {{"Id", "e1"}});
            } else if (isFor(peer, "/exec/e1/start")) {
                peer.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
                peer.send(frame(api::wire::StreamId::Stdout, peer.readToEnd()));
                peer.close();
            } else {
                peer.sendJson(200, {{"Running", false}, {"ExitCode", 3}});
            }
        });
        const Result result = runCtr(daemon, {"exec", "-i", "web", "cat", "-"}, "input");
        CPPUNIT_ASSERT_EQUAL(3, result.code);
        expectEqual("input", result.out);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RunTest);

} // namespace ctrd::cli
