#include "base/json.h"
#include "cli/api_client.h"
#include "unit/cli/fake_daemon.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;
using testing::FakeDaemon;
using testing::Peer;

class HttpClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpClientTest);
    CPPUNIT_TEST(keepsTheConnection);
    CPPUNIT_TEST(readsChunks);
    CPPUNIT_TEST(readsUntilTheEnd);
    CPPUNIT_TEST(encodesQueries);
    CPPUNIT_TEST(tellsErrorsApart);
    CPPUNIT_TEST(noticesAHangUp);
    CPPUNIT_TEST(triesAClosedConnectionAgain);
    CPPUNIT_TEST(uploads);
    CPPUNIT_TEST(stopsAnUploadThatIsRefused);
    CPPUNIT_TEST(saysHowToStartTheDaemon);
    CPPUNIT_TEST_SUITE_END();

    static ApiClient client(const FakeDaemon& daemon) { return ApiClient(parseHost(daemon.url())); }

public:
    void keepsTheConnection() {
        std::atomic<int> connections{0};
        thread_local bool counted = false;
        const FakeDaemon daemon([&](Peer& peer) {
            if (!counted) ++connections;
            counted = true;
            peer.sendJson(200, {{"line", peer.line}});
        });
        ApiClient api = client(daemon);
        expectEqual("GET /v1.44/one", getString(api.get("/one"), "line"));
        expectEqual("POST /v1.44/two", getString(api.post("/two"), "line"));
        expectEqual("DELETE /v1.44/three", getString(api.remove("/three"), "line"));
        CPPUNIT_ASSERT_EQUAL(1, connections.load());
    }

    void readsChunks() {
        const FakeDaemon daemon([](Peer& peer) {
            const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            const std::string body =
                "5\r\n{\"a\":\r\n3;x=y\r\n\"b\"\r\n1\r\n}\r\n0\r\nT: x\r\n\r\n";
            // In single bytes, so that every cut happens.
            for (const char c : head + body)
                peer.send(std::string(1, c));
        });
        ApiClient api = client(daemon);
        expectEqual("b", getString(api.get("/x"), "a"));
        expectEqual("b", getString(api.get("/x"), "a"));
    }

    void readsUntilTheEnd() {
        const FakeDaemon daemon([](Peer& peer) {
            peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\nall of it");
            peer.close();
        });
        ApiClient api = client(daemon);
        expectEqual("all of it", api.getText("/x"));
    }

    void encodesQueries() {
        FakeDaemon daemon([](Peer& peer) { peer.sendStatus(204); });
        ApiClient api = client(daemon);
        CPPUNIT_ASSERT(api.post("/x", {{"a", "b c&d=/+ä"}, {"e", ""}}).is_null());
        expectEqual("POST /v1.44/x?a=b%20c%26d%3D%2F%2B%C3%A4&e=", daemon.requests().at(0));
    }

    void tellsErrorsApart() {
        const FakeDaemon daemon([](Peer& peer) {
            if (peer.line.find("text") != std::string::npos)
                peer.send("HTTP/1.1 500 X\r\nContent-Length: 5\r\n\r\noops\n");
            else
                peer.sendJson(404, {{"message", "No such container: x"}, {"ExitCode", 127}});
        });
        ApiClient api = client(daemon);
        expectError(ErrorKind::Internal, "oops", [&] { api.get("/text"); });
        try {
            api.get("/json");
            CPPUNIT_FAIL("no error");
        } catch (const ApiError& e) {
            expectEqual("No such container: x", e.what());
            CPPUNIT_ASSERT_EQUAL(404, e.status());
            CPPUNIT_ASSERT_EQUAL(127, e.exitCode().value_or(0));
            CPPUNIT_ASSERT(e.kind() == ErrorKind::NotFound);
        }
    }

    void noticesAHangUp() {
        const FakeDaemon daemon([](Peer& peer) {
            if (peer.line.find("half") != std::string::npos)
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            peer.close();
        });
        ApiClient api = client(daemon);
        expectError(ErrorKind::Unavailable, "before it answered 'GET /v1.44/x'",
                    [&] { api.get("/x"); });
        expectError(ErrorKind::Unavailable, "in the middle of its answer",
                    [&] { api.get("/half"); });
    }

    void triesAClosedConnectionAgain() {
        const FakeDaemon daemon([](Peer& peer) {
            peer.sendJson(200, {{"ok", "yes"}});
            peer.close();
        });
        ApiClient api = client(daemon);
        for (int i = 0; i < 3; ++i)
            expectEqual("yes", getString(api.get("/x"), "ok"));
    }

    void uploads() {
        const FakeDaemon daemon([](Peer& peer) {
            peer.sendJson(200, {{"bytes", peer.body.size()}, {"first", peer.body.substr(0, 3)}});
        });
        ApiClient api = client(daemon);
        const std::string piece(300000, 'x');
        for (const auto length : {std::optional<uint64_t>(), std::optional<uint64_t>(600003)}) {
            Exchange upload = api.beginUpload("/images/load", {}, "application/x-tar", length);
            CPPUNIT_ASSERT(upload.connection().sendBody("abc"));
            CPPUNIT_ASSERT(upload.connection().sendBody(piece));
            CPPUNIT_ASSERT(upload.connection().sendBody(piece));
            upload.connection().endBody();
            const Json answer = upload.json();
            CPPUNIT_ASSERT_EQUAL(int64_t(600003), getInt(answer, "bytes"));
            expectEqual("abc", getString(answer, "first"));
        }
    }

    void stopsAnUploadThatIsRefused() {
        // Answers at the head and never reads the body, as a full disk would have it.
        const FakeDaemon daemon([](Peer& peer) {
            peer.sendJson(500, {{"message", "no space left"}});
            peer.readSome();
        });
        ApiClient api = client(daemon);
        Exchange upload = api.beginUpload("/images/load", {}, "application/x-tar", uint64_t(0));
        const std::string piece(1 << 20, 'x');
        int sent = 0;
        while (sent < 1000 && upload.connection().sendBody(piece))
            ++sent;
        CPPUNIT_ASSERT_MESSAGE("the client sent on and on", sent < 1000);
        expectError(ErrorKind::Internal, "no space left", [&] { upload.json(); });
    }

    void saysHowToStartTheDaemon() {
        expectError(ErrorKind::Unavailable,
                    "cannot connect to the daemon at unix:///no/such.sock: No such file or "
                    "directory (is ctrd running? Start it with: service ctrd start)",
                    [] { ApiClient(parseHost("unix:///no/such.sock")).get("/info"); });
        expectError(ErrorKind::InvalidArgument, "longer than 107 bytes",
                    [] { ApiClient(parseHost("unix:///" + std::string(200, 'x'))).get("/info"); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpClientTest);

} // namespace ctrd::cli
