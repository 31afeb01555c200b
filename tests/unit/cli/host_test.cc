#include "cli/host.h"

#include "base/finally.h"
#include "unit/testing/expect.h"

#include <cstdlib>

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class HostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostTest);
    CPPUNIT_TEST(readsAddresses);
    CPPUNIT_TEST(refusesWrongAddresses);
    CPPUNIT_TEST(chooses);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsAddresses() {
        const std::pair<const char*, const char*> cases[] = {
            {"", "unix:///var/run/ctrd/ctrd.sock"},
            {"unix://", "unix:///var/run/ctrd/ctrd.sock"},
            {"unix:///tmp/x.sock", "unix:///tmp/x.sock"},
            {"/tmp/x.sock", "unix:///tmp/x.sock"},
            {"tcp://build1", "tcp://build1:2375"},
            {"tcp://build1:4000/", "tcp://build1:4000"},
            {"tcp://[::1]:2375", "tcp://[::1]:2375"},
            {"tcp://[::1]", "tcp://[::1]:2375"},
            {"http://10.0.0.1:80", "tcp://10.0.0.1:80"},
            {":2376", "tcp://127.0.0.1:2376"},
            {" build1:1 ", "tcp://build1:1"},
        };
        for (const auto& [text, wanted] : cases)
            expectEqual(wanted, parseHost(text).url());
    }

    void refusesWrongAddresses() {
        for (const char* text :
             {"tcp://h:0", "tcp://h:65536", "tcp://h:x", "tcp://h:1/path", "tcp://[::1",
              "tcp://[::1]2375", "unix://relative", "name", "a://b"})
            expectError(ErrorKind::InvalidArgument, text, [&] { parseHost(text); });
        expectError(ErrorKind::NotSupported, "ssh://", [] { parseHost("ssh://host"); });
    }

    void chooses() {
        const Finally restore([] {
            ::unsetenv("CTR_HOST");
            ::unsetenv("DOCKER_HOST");
        });
        ::unsetenv("CTR_HOST");
        ::setenv("DOCKER_HOST", "tcp://docker", 1);
        expectEqual("tcp://docker:2375", chooseHost(std::nullopt).url());
        ::setenv("CTR_HOST", "tcp://ctr", 1);
        expectEqual("tcp://ctr:2375", chooseHost(std::nullopt).url());
        expectEqual("tcp://option:2375", chooseHost("tcp://option").url());
        ::setenv("CTR_HOST", "", 1);
        ::unsetenv("DOCKER_HOST");
        expectEqual("unix:///var/run/ctrd/ctrd.sock", chooseHost(std::nullopt).url());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostTest);

} // namespace ctrd::cli
