#include "image/changes.h"

#include "base/strings.h"
#include "image/shell_words.h"
#include "unit/testing/expect.h"

namespace ctrd::image {

namespace {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

spec::ContainerConfig changed(const std::vector<std::string>& lines) {
    spec::ContainerConfig config;
    config.env = {"PATH=/bin", "HOME=/root"};
    config.cmd = {"old"};
    applyChanges(config, lines);
    return config;
}

class ChangesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChangesTest);
    CPPUNIT_TEST(setsCommands);
    CPPUNIT_TEST(setsEnv);
    CPPUNIT_TEST(setsLabels);
    CPPUNIT_TEST(exposesPorts);
    CPPUNIT_TEST(setsTheRest);
    CPPUNIT_TEST(readsLines);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST(changesNothingOnFailure);
    CPPUNIT_TEST(expandsWords);
    CPPUNIT_TEST_SUITE_END();

public:
    void setsCommands() {
        expectEqual("sh|-c|a b", join(changed({R"(CMD ["sh", "-c", "a b"])"}).cmd, "|"));
        expectEqual("/bin/sh|-c|echo $HOME", join(changed({"CMD echo $HOME"}).cmd, "|"));
        expectEqual("/bin/sh|-c|[ -f x ]", join(changed({"cmd [ -f x ]"}).cmd, "|"));
        const auto entry = changed({R"(ENTRYPOINT ["/init"])"});
        expectEqual("/init", join(entry.entrypoint, "|"));
        CPPUNIT_ASSERT(entry.cmd.empty());
        const auto both = changed({"CMD [\"x\"]", "ENTRYPOINT [\"/init\"]"});
        expectEqual("x", join(both.cmd, "|"));
    }

    void setsEnv() {
        expectEqual("PATH=/bin|HOME=/home|B=c d|E=f",
                    join(changed({R"(ENV HOME=/home B="c d" E='f')"}).env, "|"));
        expectEqual("PATH=/bin:/x|HOME=/root", join(changed({"ENV PATH $PATH:/x"}).env, "|"));
        expectEqual("PATH=/bin|HOME=/root|A=several words=here",
                    join(changed({"ENV A several words=here"}).env, "|"));
        expectEqual("PATH=/bin|HOME=/root|A=|B=x=y", join(changed({"ENV A= B=x=y"}).env, "|"));
    }

    void setsLabels() {
        const auto labels = changed({R"(LABEL a=b com.x="y z")", "LABEL old form here"}).labels;
        CPPUNIT_ASSERT_EQUAL(size_t(3), labels.size());
        expectEqual("y z", labels.at("com.x"));
        expectEqual("form here", labels.at("old"));
    }

    void exposesPorts() {
        const auto ports = changed({"EXPOSE 80 53/UDP 8000-8002/tcp"}).exposedPorts;
        const std::set<std::string> wanted = {"80/tcp", "53/udp", "8000/tcp", "8001/tcp",
                                              "8002/tcp"};
        CPPUNIT_ASSERT(wanted == ports);
    }

    void setsTheRest() {
        const auto config =
            changed({"USER www:www", "WORKDIR /srv", "WORKDIR app/../web", "VOLUME /data /logs",
                     R"(VOLUME ["/a b"])", "ONBUILD RUN make  all"});
        expectEqual("www:www", config.user);
        expectEqual("/srv/web", config.workingDir);
        const std::set<std::string> volumes = {"/a b", "/data", "/logs"};
        CPPUNIT_ASSERT(volumes == config.volumes);
        expectEqual("RUN make  all", join(config.onBuild, "|"));
    }

    void readsLines() {
        const auto config = changed({"USER a\n# comment\n\n  WORKDIR /x\n"});
        expectEqual("a", config.user);
        expectEqual("/x", config.workingDir);
    }

    void refuses() {
        const struct {
            const char *line, *part;
        } cases[] = {
            {"RUN make", "run is not a valid change command"},
            {"FROM x", "from is not a valid change command"},
            {"CMD", "CMD requires at least one argument"},
            {"ENV A", "ENV must have two arguments"},
            {"ENV A=b C", "'C' is not of the form name=value"},
            {"ENV =b", "'=b' is not of the form name=value"},
            {"ENV A=\"b", "missing closing quote"},
            {"LABEL a", "LABEL must have two arguments"},
            {"EXPOSE http", "invalid containerPort: 'http'"},
            {"EXPOSE 0", "invalid containerPort: '0'"},
            {"EXPOSE 65536", "invalid containerPort: '65536'"},
            {"EXPOSE 80/icmp", "invalid proto: 'icmp'"},
            {"EXPOSE 9-8", "invalid range of ports"},
            {"USER a b", "USER requires exactly one argument"},
            {"VOLUME [\"\"]", "VOLUME specified can not be an empty string"},
            {"ONBUILD ONBUILD RUN x", "Chaining ONBUILD"},
            {"ONBUILD from x", "FROM isn't allowed"},
            {"USER ${x", "missing closing brace"},
            {"USER ${x:=y}", "unsupported modifier"},
        };
        for (const auto& c : cases)
            expectError(ErrorKind::InvalidArgument, c.part, [&] { changed({c.line}); });
    }

    void changesNothingOnFailure() {
        spec::ContainerConfig config;
        expectError(ErrorKind::InvalidArgument, "run is not", [&] {
            applyChanges(config, {"USER me", "RUN x"});
        });
        expectEqual("", config.user);
    }

    void expandsWords() {
        const std::vector<std::string> env = {"A=1", "EMPTY=", "A=2"};
        const struct {
            const char *word, *wanted;
        } cases[] = {
            {"$A", "2"},
            {"${A}x", "2x"},
            {"'$A'", "$A"},
            {"\"$A\"", "2"},
            {"\\$A", "$A"},
            {"$B", ""},
            {"$", "$"},
            {"a\\ b", "a b"},
            {"${B:-d}", "d"},
            {"${A:-d}", "2"},
            {"${A:+d}", "d"},
            {"${EMPTY:+d}", ""},
            {"\"\\\"\\n\"", "\"\\n"},
            {"${B:-$A}", "2"},
            {"trail\\", "trail\\"},
        };
        for (const auto& c : cases)
            expectEqual(c.wanted, expandShellWord(c.word, env));
        expectEqual("a|'b c'|d\\ e|\"f \\\" g\"",
                    join(splitShellWords(" a 'b c' d\\ e  \"f \\\" g\" "), "|"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChangesTest);

} // namespace

} // namespace ctrd::image
