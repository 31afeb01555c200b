#include "base/atomic_file.h"
#include "base/error.h"
#include "base/path.h"
#include "daemon/conf_file.h"
#include "daemon/configuration.h"
#include "daemon/import_docker.h"
#include "daemon/sysconfig.h"
#include "unit/testing/expect.h"

#include <functional>
#include <random>

namespace ctrd::daemon {

namespace {

constexpr const char* kSysconfig =
    "# a comment\nbase=\"-H unix:///a --label 'x=y z'\"\n"
    "other_args=\"$base --icc=false --dns 1.1.1.1 \\\n  --default-ulimit nofile=1:2 -D\"\n"
    "export http_proxy='http://proxy:3128' no_proxy=localhost; STOP_CONTAINERS=yes\n";
constexpr const char* kConf =
    "# a comment\nlog-level = debug\nlabel = a=b\nlabel = c=d # e\n"
    "mtu = 1400\nlog-opt = max-size=10m\nicc = false\nbip = 10.0.0.1/24\n";
constexpr const char* kJson =
    "{\"debug\": true, \"hosts\": [\"unix:///a\"], \"mtu\": 1400,\n"
    " \"log-opts\": {\"max-size\": \"1m\"}, \"data-root\": \"/srv\\u0041\",\n"
    " \"default-ulimits\": {\"nofile\": {\"Name\": \"nofile\", \"Soft\": 1, \"Hard\": 2}}}\n";

// A text with a few bytes replaced, removed, doubled or put in; the same for the same generator.
std::string mutated(std::string text, std::mt19937& random) {
    const std::string salt("\"'\\$`{}[]=#;\n\t -\0\xff\xc3(9", 21);
    const auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
    for (size_t edits = 1 + below(6); edits > 0 && !text.empty(); --edits) {
        const size_t at = below(text.size());
        const size_t length = 1 + below(8);
        switch (below(5)) {
            case 0:
                text[at] = salt[below(salt.size())];
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(below(text.size()), length));
                break;
            case 3:
                text.insert(at, 1, salt[below(salt.size())]);
                break;
            default:
                text[at] = static_cast<char>(random());
                break;
        }
    }
    return text;
}

} // namespace

// Whatever stands in a file, ctrd decides to start or says what is wrong with it.
class MutationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MutationTest);
    CPPUNIT_TEST(ofSysconfig);
    CPPUNIT_TEST(ofConf);
    CPPUNIT_TEST(ofJson);
    CPPUNIT_TEST(ofDockersSysconfig);
    CPPUNIT_TEST_SUITE_END();

public:
    void ofSysconfig() {
        thousandTimes(kSysconfig, [](const std::string& text) {
            Configuration::of({readSysconfig(parseAssignments(text, "f")).settings});
        });
    }

    void ofConf() {
        thousandTimes(kConf,
                      [](const std::string& text) { Configuration::of({parseConf(text, "f")}); });
    }

    void ofJson() {
        thousandTimes(kJson, [](const std::string& text) {
            Configuration::of({parseDaemonJson(text, "f")});
        });
    }

    void ofDockersSysconfig() {
        const TempDir dir;
        const std::string file = dir.path() + "/docker";
        thousandTimes(kSysconfig, [&](const std::string& text) {
            writeFileAtomic(file, text);
            readSysconfig(parseAssignments(importDockerSysconfig({file}), "f"));
        });
    }

private:
    static void thousandTimes(const std::string& text,
                              const std::function<void(const std::string&)>& read) {
        std::mt19937 random(20150714);
        int started = 0, refused = 0;
        read(text);
        for (int i = 0; i < 1000; ++i) {
            const std::string input = mutated(text, random);
            try {
                read(input);
                ++started;
            } catch (const Error& e) {
                // Of a line, or of two that contradict each other.
                CPPUNIT_ASSERT_MESSAGE(
                    input + "\n" + e.what(),
                    std::string(e.what()).find("f:") != std::string::npos ||
                        std::string(e.what()).find("'f'") != std::string::npos ||
                        std::string(e.what()).find("docker:") != std::string::npos);
                ++refused;
            } catch (const std::exception& e) {
                CPPUNIT_FAIL("not a refusal but " + std::string(e.what()) + " of:\n" + input);
            }
        }
        CPPUNIT_ASSERT(started > 0 && refused > 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MutationTest);

} // namespace ctrd::daemon
