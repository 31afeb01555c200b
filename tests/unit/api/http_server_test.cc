#include "api/http/server.h"
#include "unit/api/raw_client.h"
#include "unit/testing/expect.h"

#include <atomic>
#include <chrono>

#include <fcntl.h>

namespace ctrd::api::http {

using testing::expectEqual;
using testing::expectError;
using testing::RawClient;
using testing::TestServer;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void expectContains(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("'" + part + "' is not in: " + text, contains(text, part));
}

// Answers with what it was asked.
void echo(Exchange& e) {
    std::string text = e.request().method + " " + e.request().path;
    for (const auto& [key, value] : e.request().query)
        text += " " + key + "=" + value;
    try {
        e.respond(200, "text/plain", text + " [" + e.body() + "]");
    } catch (const Error& error) {
        if (!e.begun()) e.respond(400, "text/plain", error.what());
    }
}

std::string bodyOf(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

} // namespace

class HttpServerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpServerTest);
    CPPUNIT_TEST(servesSeveralRequestsOnOneConnection);
    CPPUNIT_TEST(decodesPathAndQuery);
    CPPUNIT_TEST(readsChunkedBodies);
    CPPUNIT_TEST(streamsLargeBodiesInLittleMemory);
    CPPUNIT_TEST(asksForAnExpectedBody);
    CPPUNIT_TEST(refusesBodyOverItsLimit);
    CPPUNIT_TEST(writesChunksAtOnce);
    CPPUNIT_TEST(endsStreamsOfOldHttpWithTheConnection);
    CPPUNIT_TEST(breaksOffWhatIsNotWhole);
    CPPUNIT_TEST(answersHeadWithoutBody);
    CPPUNIT_TEST(sendsNoBodyWith204);
    CPPUNIT_TEST(refusesMalformedRequests);
    CPPUNIT_TEST(refusesHugeHeaders);
    CPPUNIT_TEST(keepsUserTextOutOfHeaders);
    CPPUNIT_TEST(tellsARefusedUploader);
    CPPUNIT_TEST_SUITE_END();

public:
    void servesSeveralRequestsOnOneConnection() {
        TestServer server(echo);
        RawClient client(server.socketPath());
        client.send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"); // pipelined
        expectEqual("GET /a []", bodyOf(client.readAnswer()));
        expectEqual("GET /b []", bodyOf(client.readAnswer()));
        client.send("POST /c HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz");
        expectEqual("POST /c [xyz]", bodyOf(client.readAnswer()));
        client.send("GET /d HTTP/1.1\r\nConnection: close\r\n\r\n");
        expectContains(client.readToEnd(), "Connection: close\r\n");
    }

    void decodesPathAndQuery() {
        TestServer server(echo);
        RawClient client(server.socketPath());
        client.send("GET /a%20b%2Fc?x=1%2B1&y=a+b&z HTTP/1.1\r\n\r\n");
        expectEqual("GET /a b/c x=1+1 y=a b z= []", bodyOf(client.readAnswer()));
        client.send("GET http://host:1/p?q=http://r HTTP/1.1\r\n\r\n");
        expectEqual("GET /p q=http://r []", bodyOf(client.readAnswer()));
    }

    void readsChunkedBodies() {
        TestServer server(echo);
        RawClient client(server.socketPath());
        client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        client.send("2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n");
        expectEqual("POST / [abcde]", bodyOf(client.readAnswer()));
        client.send("GET /next HTTP/1.1\r\n\r\n");
        expectEqual("GET /next []", bodyOf(client.readAnswer()));
    }

    void streamsLargeBodiesInLittleMemory() {
        std::atomic<size_t> largest{0};
        TestServer server([&](Exchange& e) {
            std::vector<char> buffer(64u << 10);
            size_t total = 0;
            while (const size_t n = e.readBody(buffer.data(), buffer.size())) {
                total += n;
                largest = std::max(largest.load(), n);
            }
            e.respond(200, "text/plain", std::to_string(total));
        });
        RawClient client(server.socketPath());
        const size_t size = 64u << 20;
        client.send("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
        const std::string block(1u << 20, 'x');
        for (size_t sent = 0; sent < size; sent += block.size())
            client.send(block);
        expectEqual(std::to_string(size), bodyOf(client.readAnswer()));
        CPPUNIT_ASSERT(largest <= (64u << 10));
    }

    void asksForAnExpectedBody() {
        TestServer server(echo);
        RawClient client(server.socketPath());
        client.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        expectEqual("HTTP/1.1 100 Continue\r\n\r\n", client.readUntil("\r\n\r\n"));
        client.send("ok");
        expectEqual("POST / [ok]", bodyOf(client.readAnswer()));

        TestServer refusing([](Exchange& e) { e.respond(400, "text/plain", "no"); });
        RawClient refused(refusing.socketPath());
        refused.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        const std::string answer = refused.readToEnd();
        CPPUNIT_ASSERT(!contains(answer, "100 Continue"));
        expectContains(answer, "Connection: close"); // the body may still come, or not
    }

    void refusesBodyOverItsLimit() {
        TestServer server([](Exchange& e) {
            try {
                e.body(10);
            } catch (const Error& error) {
                e.respond(400, "text/plain", error.what());
            }
        });
        RawClient client(server.socketPath());
        client.send("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n01234567890");
        expectContains(client.readAnswer(), "longer than 10 bytes");
    }

    void writesChunksAtOnce() {
        std::atomic<int> step{0};
        TestServer server([&](Exchange& e) {
            e.setHeader("X-A", "1");
            e.beginStream(200, "application/json");
            while (step < 1)
                std::this_thread::yield();
            e.write("one");
            while (step < 2)
                std::this_thread::yield();
            e.write("two!");
        });
        RawClient client(server.socketPath());
        client.send("GET / HTTP/1.1\r\n\r\n");
        const std::string header = client.readUntil("\r\n\r\n");
        expectContains(header, "Transfer-Encoding: chunked\r\n");
        expectContains(header, "X-A: 1\r\n");
        step = 1;
        expectEqual("3\r\none\r\n", client.readBytes(8));
        step = 2;
        expectEqual("4\r\ntwo!\r\n0\r\n\r\n", client.readBytes(14));
        client.send("GET / HTTP/1.1\r\n\r\n");
        expectContains(client.readUntil("0\r\n\r\n"), "200 OK");
    }

    void endsStreamsOfOldHttpWithTheConnection() {
        TestServer server([](Exchange& e) {
            e.beginStream(200, "text/plain");
            e.write("plain");
        });
        RawClient client(server.socketPath());
        client.send("GET / HTTP/1.0\r\n\r\n");
        const std::string answer = client.readToEnd();
        CPPUNIT_ASSERT(!contains(answer, "chunked"));
        expectEqual("plain", bodyOf(answer));
    }

    void breaksOffWhatIsNotWhole() {
        TestServer server([](Exchange& e) {
            e.beginStream(200, "application/x-tar");
            e.write("part");
            e.breakOff();
        });
        RawClient client(server.socketPath());
        client.send("GET / HTTP/1.1\r\n\r\n");
        const std::string answer = client.readToEnd();
        expectContains(answer, "4\r\npart\r\n");
        CPPUNIT_ASSERT(!contains(answer, "\r\n0\r\n"));
    }

    void answersHeadWithoutBody() {
        TestServer server(echo);
        RawClient client(server.socketPath());
        client.send("HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
        expectContains(client.readUntil("\r\n\r\n"), "Content-Length: 10\r\n");
        expectContains(client.readAnswer(), "GET /b []");
    }

    void sendsNoBodyWith204() {
        TestServer server([](Exchange& e) { e.respond(204, "text/plain", ""); });
        RawClient client(server.socketPath());
        client.send("POST / HTTP/1.1\r\n\r\n");
        const std::string header = client.readUntil("\r\n\r\n");
        expectContains(header, "204 No Content");
        CPPUNIT_ASSERT(!contains(header, "Content-Length") && !contains(header, "Content-Type"));
    }

    void refusesMalformedRequests() {
        TestServer server(echo);
        for (const char* request :
             {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n",
              "GET /%00 HTTP/1.1\r\n\r\n", "GET /a%2 HTTP/1.1\r\n\r\n",
              "GET nowhere HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
              "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
              "POST / HTTP/1.1\r\nContent-Length: 1\r\n"
              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
              "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
            RawClient client(server.socketPath());
            client.send(request);
            client.closeWrite();
            expectContains(client.readToEnd(), "HTTP/1.1 400 Bad Request\r\n");
        }
        RawClient client(server.socketPath());
        client.send("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n");
        client.closeWrite();
        expectContains(client.readToEnd(), "HTTP/1.1 501 ");
    }

    void refusesHugeHeaders() {
        TestServer server(echo);
        RawClient client(server.socketPath());
        client.send("GET /" + std::string(150u << 10, 'x') + " HTTP/1.1\r\n\r\n");
        expectContains(client.readToEnd(), "HTTP/1.1 414 ");
        RawClient other(server.socketPath());
        other.send("GET / HTTP/1.1\r\nX: " + std::string(300u << 10, 'x'));
        expectContains(other.readToEnd(), "HTTP/1.1 431 ");
    }

    void keepsUserTextOutOfHeaders() {
        TestServer server([](Exchange& e) {
            e.setHeader("X-Name", e.request().get("name").value_or(""));
            e.respond(200, "text/plain", "");
        });
        RawClient client(server.socketPath());
        client.send("GET /?name=a%0d%0aSet-Cookie:%20b HTTP/1.1\r\n\r\n");
        CPPUNIT_ASSERT(!contains(client.readAnswer(), "\nSet-Cookie"));
    }

    // The client is in the middle of a large body when the answer comes; closing at once would
    // reset the connection and lose it.
    void tellsARefusedUploader() {
        TestServer server([](Exchange& e) { e.respond(409, "text/plain", "name taken"); });
        RawClient client(server.socketPath());
        client.send("POST / HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n" +
                    std::string(1000000, 'x'));
        expectContains(client.readUntil("name taken"), "409 Conflict");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpServerTest);

// Connections that are taken over, ended, counted.
class HttpConnectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpConnectionTest);
    CPPUNIT_TEST(givesAwayAnUpgradedConnection);
    CPPUNIT_TEST(givesAwayWithoutUpgrade);
    CPPUNIT_TEST(waitsForTheReaderOfItsHeader);
    CPPUNIT_TEST(keepsHalfClosedConnectionsOpen);
    CPPUNIT_TEST(noticesClientsThatLeave);
    CPPUNIT_TEST(survivesClientsThatLeaveEarly);
    CPPUNIT_TEST(letsConnectionsWaitForRoom);
    CPPUNIT_TEST(stopsBusyHandlers);
    CPPUNIT_TEST(replacesStaleSocketsOnly);
    CPPUNIT_TEST(servesTcp);
    CPPUNIT_TEST_SUITE_END();

    // Sends back what comes, upper case, until the client closes its end; then says so.
    static void shout(Exchange& e) {
        auto taken = e.hijack("application/vnd.docker.raw-stream");
        std::string text = taken.pendingInput;
        for (;;) {
            for (char& c : text)
                c = static_cast<char>(toupper(c));
            writeAll(taken.socket.get(), text);
            text.resize(100);
            const size_t n = readSome(taken.socket.get(), text.data(), text.size());
            text.resize(n);
            if (n == 0) break;
        }
        writeAll(taken.socket.get(), "bye");
    }

public:
    void givesAwayAnUpgradedConnection() {
        TestServer server(shout);
        RawClient client(server.socketPath());
        client.send("POST /attach HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly ");
        const std::string header = client.readUntil("\r\n\r\n");
        expectContains(header, "HTTP/1.1 101 UPGRADED\r\n");
        expectContains(header, "Content-Type: application/vnd.docker.raw-stream\r\n");
        expectContains(header, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
        expectEqual("EARLY ", client.readBytes(6));
        client.send("late");
        expectEqual("LATE", client.readBytes(4));
    }

    void givesAwayWithoutUpgrade() {
        TestServer server(shout);
        RawClient client(server.socketPath());
        client.send("POST /start HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}x");
        const std::string header = client.readUntil("\r\n\r\n");
        expectContains(header, "HTTP/1.1 200 OK\r\n");
        CPPUNIT_ASSERT(!contains(header, "Upgrade"));
        expectEqual("X", client.readBytes(1)); // the body was not taken for input
    }

    // A client that reads more than the header with the header must find nothing else there yet.
    void waitsForTheReaderOfItsHeader() {
        TestServer server([](Exchange& e) {
            auto taken = e.hijack("x");
            writeAll(taken.socket.get(), "output");
        });
        for (int i = 0; i < 20; ++i) {
            RawClient client(server.socketPath());
            client.send("POST / HTTP/1.1\r\n\r\n");
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
            const std::string first = client.readOnce();
            expectContains(first, "HTTP/1.1 200 OK");
            CPPUNIT_ASSERT(!contains(first, "output"));
            client.readUntil("output");
        }
    }

    void keepsHalfClosedConnectionsOpen() {
        TestServer server(shout);
        RawClient client(server.socketPath());
        client.send("POST / HTTP/1.1\r\nUpgrade: tcp\r\n\r\nabc");
        client.closeWrite();
        client.readUntil("\r\n\r\n");
        expectEqual("ABCbye", client.readToEnd());
    }

    void noticesClientsThatLeave() {
        std::atomic<int> before{-1};
        std::atomic<bool> gone{false};
        TestServer server([&](Exchange& e) {
            before = e.clientGone() ? 1 : 0;
            gone = e.clientGone(5000);
        });
        RawClient client(server.socketPath());
        client.send("GET / HTTP/1.1\r\n\r\n");
        while (before < 0)
            std::this_thread::yield();
        client.close();
        while (!gone)
            std::this_thread::yield();
        CPPUNIT_ASSERT_EQUAL(0, before.load());
    }

    void survivesClientsThatLeaveEarly() {
        TestServer server([](Exchange& e) {
            try {
                e.body();
                e.beginStream(200, "text/plain");
                for (int i = 0; i < 1000; ++i)
                    e.write(std::string(10000, 'x'));
            } catch (const Error&) {
                // As every handler: nobody is left to be told.
            }
        });
        for (const char* part : {"", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\r\n",
                                 "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
                                 "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na"}) {
            RawClient client(server.socketPath());
            client.send(part);
        }
        RawClient client(server.socketPath());
        client.send("GET / HTTP/1.1\r\n\r\n");
        expectContains(client.readUntil("0\r\n\r\n"), "200 OK");
    }

    void letsConnectionsWaitForRoom() {
        TestServer server(echo, 2);
        auto first = std::make_unique<RawClient>(server.socketPath());
        RawClient second(server.socketPath());
        for (auto* client : {first.get(), &second}) {
            client->send("GET /in HTTP/1.1\r\n\r\n");
            client->readAnswer();
        }
        RawClient third(server.socketPath());
        third.send("GET /waited HTTP/1.1\r\n\r\n");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        first.reset(); // makes room
        expectContains(third.readAnswer(), "GET /waited");
    }

    void stopsBusyHandlers() {
        std::atomic<bool> busy{false};
        TestServer server([&](Exchange& e) {
            e.beginStream(200, "text/plain");
            busy = true;
            while (!e.clientGone(10000)) {
            }
        });
        RawClient client(server.socketPath());
        client.send("GET /events HTTP/1.1\r\n\r\n");
        RawClient idle(server.socketPath());
        while (!busy)
            std::this_thread::yield();
        const auto begin = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT(server.stop());
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    }

    void replacesStaleSocketsOnly() {
        const TempDir directory;
        const std::string path = directory.path() + "/s";
        listenUnix(path, "").reset(); // leaves its file behind
        const Fd living = listenUnix(path, "no-such-group-here");
        expectError(ErrorKind::Conflict, "another server listens", [&] { listenUnix(path, ""); });
        const std::string file = directory.path() + "/file";
        writeAll(openFile(file, O_CREAT | O_WRONLY, 0600).get(), "x");
        expectError(ErrorKind::Conflict, "is no socket", [&] { listenUnix(file, ""); });
        expectError(ErrorKind::InvalidArgument, "longer than",
                    [&] { listenUnix(std::string(200, 'x'), ""); });
    }

    void servesTcp() {
        expectError(ErrorKind::InvalidArgument, "no port", [] { listenTcp("localhost"); });
        const Fd listener = listenTcp("127.0.0.1:0");
        CPPUNIT_ASSERT(listener);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpConnectionTest);

} // namespace ctrd::api::http
