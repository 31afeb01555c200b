#include "base/strings.h"
#include "cli/port_spec.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

// "80/tcp=127.0.0.1:8080" for each binding.
std::string publish(const std::string& text) {
    Ports ports;
    addPublished(ports, text);
    std::vector<std::string> all;
    for (const auto& [port, bindings] : ports.published)
        for (const auto& b : bindings)
            all.push_back(port + "=" + b.hostIp + ":" + b.hostPort);
    return join(all, " ");
}

} // namespace

class PortsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PortsTest);
    CPPUNIT_TEST(publishes);
    CPPUNIT_TEST(exposes);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

public:
    void publishes() {
        const std::pair<const char*, const char*> cases[] = {
            {"80", "80/tcp=:"},
            {"8080:80", "80/tcp=:8080"},
            {"8080:80/udp", "80/udp=:8080"},
            {"127.0.0.1:8080:80", "80/tcp=127.0.0.1:8080"},
            {"127.0.0.1::80/TCP", "80/tcp=127.0.0.1:"},
            {"[::1]:8080:80", "80/tcp=::1:8080"},
            {"8000-8001:80-81", "80/tcp=:8000 81/tcp=:8001"},
            {"8000-8009:80", "80/tcp=:8000-8009"},
            {"80-81", "80/tcp=: 81/tcp=:"},
        };
        for (const auto& [text, wanted] : cases)
            expectEqual(wanted, publish(text));
    }

    void exposes() {
        Ports ports;
        addExposed(ports, "53/udp");
        addExposed(ports, "8000-8002");
        CPPUNIT_ASSERT_EQUAL(size_t(4), ports.exposed.size());
        CPPUNIT_ASSERT(ports.exposed.count("53/udp") == 1 && ports.exposed.count("8002/tcp") == 1);
        CPPUNIT_ASSERT(ports.published.empty());
    }

    void refuses() {
        for (const char* text :
             {"", "0", "65536", "http", "80/icmp", "1.2.3:80:80", "::1:80:80", "[::1:80:80",
              "90-80", "8000-8002:80-81", "a:80", "80:", "-80", "1:2:3:4"})
            expectError(ErrorKind::InvalidArgument, "invalid port '" + std::string(text) + "'",
                        [&] { publish(text); });
        Ports ports;
        expectError(ErrorKind::InvalidArgument, "--expose", [&] { addExposed(ports, "80:80"); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PortsTest);

} // namespace ctrd::cli
