#include "registry/http_client.h"

#include "base/error.h"
#include "base/fd.h"
#include "unit/testing/expect.h"

#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ctrd::registry {

using testing::expectEqual;
using testing::expectError;

namespace {

// Answers one request after the other on a port of loopback.
class Server {
public:
    explicit Server(std::vector<std::string> answers)
        : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        CPPUNIT_ASSERT(bind(listener_.get(), raw, size) == 0 && listen(listener_.get(), 8) == 0);
        getsockname(listener_.get(), raw, &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, answers] { serve(answers); });
    }
    ~Server() {
        shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }

    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    std::string requests; // of all, once the object's user has seen the last answer

private:
    void serve(const std::vector<std::string>& answers) {
        for (const auto& answer : answers) {
            const Fd peer(accept(listener_.get(), nullptr, nullptr));
            if (!peer) return;
            char buffer[4096];
            std::string request;
            while (request.find("\r\n\r\n") == std::string::npos) {
                const size_t n = readSome(peer.get(), buffer, sizeof buffer);
                if (n == 0) break;
                request.append(buffer, n);
            }
            requests += request;
            writeAll(peer.get(), answer);
        }
    }

    Fd listener_;
    int port_ = 0;
    std::thread thread_;
};

std::string answer(const std::string& status, const std::string& headers, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers + "\r\n" + body;
}

struct Result {
    HttpClient::Head head;
    std::string body;
    int heads = 0;
};

Result get(const std::string& url, const std::vector<std::string>& headers = {}) {
    Result result;
    HttpClient().get(
        url, headers,
        [&](const HttpClient::Head& head) {
            result.head = head;
            ++result.heads;
        },
        [&](std::string_view data) { result.body += data; });
    return result;
}

} // namespace

class HttpClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpClientTest);
    CPPUNIT_TEST(fetches);
    CPPUNIT_TEST(tellsEveryStatus);
    CPPUNIT_TEST(followsRedirections);
    CPPUNIT_TEST(passesErrorsThrough);
    CPPUNIT_TEST(tellsWhatIsBroken);
    CPPUNIT_TEST(refusesOtherSchemes);
    CPPUNIT_TEST_SUITE_END();

public:
    void fetches() {
        Server server({answer("200 OK", "Content-Length: 4\r\nX-Name: a: b\r\n", "body")});
        const Result result = get(server.url("/x?y=1"), {"Accept: text/plain"});
        CPPUNIT_ASSERT_EQUAL(200, result.head.status);
        CPPUNIT_ASSERT_EQUAL(int64_t(4), result.head.size);
        expectEqual("a: b", result.head.headers.at("x-name"));
        expectEqual("body", result.body);
        CPPUNIT_ASSERT(server.requests.find("GET /x?y=1 HTTP/1.1\r\n") == 0);
        CPPUNIT_ASSERT(server.requests.find("\r\nAccept: text/plain\r\n") != std::string::npos);
        CPPUNIT_ASSERT(server.requests.find("\r\nUser-Agent: ctrd/") != std::string::npos);
    }

    void tellsEveryStatus() {
        Server server({answer("404 Not Found", "", ""), answer("500 Oops", "", "why")});
        const Result missing = get(server.url("/"));
        CPPUNIT_ASSERT_EQUAL(404, missing.head.status);
        CPPUNIT_ASSERT_EQUAL(1, missing.heads);
        expectEqual("why", get(server.url("/")).body);
    }

    void followsRedirections() {
        Server server({answer("302 Found", "Location: /there\r\nX-Name: old\r\n", "elsewhere"),
                       answer("200 OK", "", "there")});
        const Result result = get(server.url("/here"));
        expectEqual("there", result.body);
        CPPUNIT_ASSERT_EQUAL(1, result.heads);
        CPPUNIT_ASSERT_EQUAL(size_t(0), result.head.headers.count("x-name"));
        Server astray({answer("302 Found", "Location: file:///etc/passwd\r\n", "")});
        expectError(ErrorKind::Unavailable, "cannot fetch", [&] { get(astray.url("/")); });
    }

    void passesErrorsThrough() {
        Server server({answer("200 OK", "", "body"), answer("200 OK", "", "body")});
        HttpClient client;
        const auto ignore = [](const HttpClient::Head&) {};
        expectError(ErrorKind::Conflict, "enough", [&] {
            client.get(server.url("/"), {}, ignore,
                       [](std::string_view) { throw conflict("enough"); });
        });
        expectError(ErrorKind::NotFound, "not that", [&] {
            client.get(
                server.url("/"), {}, [](const HttpClient::Head&) { throw notFound("not that"); },
                [](std::string_view) {});
        });
    }

    void tellsWhatIsBroken() {
        Server server({answer("200 OK", "Content-Length: 10\r\n", "short"), "nonsense\r\n\r\n"});
        for (int i = 0; i < 2; ++i)
            expectError(ErrorKind::Unavailable,
                        "cannot fetch 'http://127.0.0.1:", [&] { get(server.url("/")); });
        expectError(ErrorKind::Unavailable, "127.0.0.1:1/'", [] { get("http://127.0.0.1:1/"); });
    }

    void refusesOtherSchemes() {
        for (const char* url : {"file:///etc/passwd", "ftp://x/y", "", "/etc/passwd"})
            expectError(ErrorKind::InvalidArgument, "no http", [&] { get(url); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpClientTest);

} // namespace ctrd::registry
