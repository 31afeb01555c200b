#include "base/json.h"
#include "base/strings.h"
#include "unit/cli/fake_daemon.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using testing::FakeDaemon;
using testing::Peer;
using testing::runCtr;

class CompletionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompletionTest);
    CPPUNIT_TEST(commandsAndOptions);
    CPPUNIT_TEST(namesOfTheDaemon);
    CPPUNIT_TEST(silentWithoutDaemon);
    CPPUNIT_TEST_SUITE_END();

    static void serve(Peer& peer) {
        if (peer.line.find("/images/json") != std::string::npos)
            peer.sendJson(200, {{{"Id", "sha256:0123456789abcdef"}, {"RepoTags", nullptr}},
                                {{"Id", "sha256:1"}, {"RepoTags", {"busybox:latest"}}}});
        else if (peer.line.find("all=1") != std::string::npos)
            peer.sendJson(200, {{{"Names", {"/web"}}}, {{"Names", {"/old"}}}});
        else
            peer.sendJson(200, {{{"Names", {"/web"}}}});
    }

    static std::string complete(const FakeDaemon& daemon, std::vector<std::string> words) {
        words.insert(words.begin(), "__complete");
        return join(splitWords(runCtr(daemon, words).out), " ");
    }

public:
    void commandsAndOptions() {
        const FakeDaemon daemon(serve);
        expectEqual("rename restart", complete(daemon, {"re"}));
        expectEqual("rename restart", complete(daemon, {"-D", "--host", "/x", "re"}));
        expectEqual("--memory --memory-reservation --memory-swap --memory-swappiness",
                    complete(daemon, {"run", "--mem"}));
        expectEqual("--host", complete(daemon, {"--ho"}));
        expectEqual("", complete(daemon, {"nosuch", ""}));
    }

    void namesOfTheDaemon() {
        const FakeDaemon daemon(serve);
        expectEqual("old web", complete(daemon, {"rm", ""}));
        expectEqual("web", complete(daemon, {"stop", ""}));
        expectEqual("0123456789ab busybox:latest", complete(daemon, {"run", "-it", ""}));
        expectEqual("busybox:latest", complete(daemon, {"run", "-m", "64m", "b"}));
        expectEqual("old web", complete(daemon, {"run", "--volumes-from", ""}));
        expectEqual(":files", complete(daemon, {"run", "-v", ""}));
        expectEqual(":files", complete(daemon, {"run", "busybox", "ca"}));
        expectEqual("0123456789ab busybox:latest old web", complete(daemon, {"inspect", ""}));
    }

    void silentWithoutDaemon() {
        const auto result = runCtr({"-H", "unix:///no/such.sock", "__complete", "rm", ""});
        expectEqual("", result.out + result.err);
        CPPUNIT_ASSERT_EQUAL(0, result.code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CompletionTest);

} // namespace ctrd::cli
