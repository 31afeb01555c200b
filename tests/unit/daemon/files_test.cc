#include "base/atomic_file.h"
#include "base/path.h"
#include "daemon/conf_file.h"
#include "daemon/configuration.h"
#include "daemon/import_docker.h"
#include "daemon/selinux.h"
#include "daemon/sysconfig.h"
#include "unit/testing/expect.h"

namespace ctrd::daemon {

using testing::expectEqual;
using testing::expectError;

namespace {

std::string text(const Source& source) {
    std::string lines;
    for (const auto& given : source)
        lines += given.name + "=" + given.value + " " + given.origin + "\n";
    return lines;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

class ConfigFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConfigFilesTest);
    CPPUNIT_TEST(readsConf);
    CPPUNIT_TEST(namesTheLineOfAConf);
    CPPUNIT_TEST(readsDaemonJson);
    CPPUNIT_TEST(namesTheLineOfAJson);
    CPPUNIT_TEST(readsAssignmentsAsAShell);
    CPPUNIT_TEST(keepsQuotesInOtherArgs);
    CPPUNIT_TEST(refusesWhatOnlyAShellCanDo);
    CPPUNIT_TEST(refusesAVariableThatNothingUses);
    CPPUNIT_TEST(ranksTheSources);
    CPPUNIT_TEST(showsWhereEachValueCameFrom);
    CPPUNIT_TEST(showsOneValue);
    CPPUNIT_TEST(whatIsShownCanBeReadBack);
    CPPUNIT_TEST(reloadsOnlyWhatItMay);
    CPPUNIT_TEST(importsDockersFiles);
    CPPUNIT_TEST(knowsWhetherTheKernelHasSelinux);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsConf() {
        expectEqual("icc=false f:2\ndns=1.1.1.1 f:4\ndns=2.2.2.2 f:5\nlog-opt=max-size=1m f:6\n",
                    text(parseConf("# a comment\nicc = false  # too\n\ndns=1.1.1.1\n"
                                   "dns = 2.2.2.2\nlog-opt = max-size=1m\n",
                                   "f")));
    }

    void namesTheLineOfAConf() {
        wrong("f:2: unknown option 'grahp'; did you mean graph?",
              [] { parseConf("icc = true\ngrahp = /x", "f"); });
        wrong("f:1: ", [] { parseConf("no equals sign", "f"); });
        wrong("f:1: '[network]'", [] { parseConf("[network]", "f"); });
        wrong("f:1: unknown option 'help'", [] { parseConf("help = true", "f"); });
        wrong("f:1: 'mtu' has no value", [] { parseConf("mtu =", "f"); });
        wrong("f:2: mtu 'x'", [] { Configuration::of({parseConf("\nmtu = x", "f")}); });
    }

    void readsDaemonJson() {
        const std::string json = R"({
          "debug": true, "mtu": 1400,
          "hosts": ["unix:///a", "tcp://b"],
          "log-opts": {"max-size": "1m"},
          "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}},
          "data-root": "/d" })";
        expectEqual(
            "graph=/d j:6\ndebug=true j:2\ndefault-ulimit=nofile=1:2 j:5\n"
            "host=unix:///a j:3\nhost=tcp://b j:3\nlog-opt=max-size=1m j:4\nmtu=1400 j:2\n",
            text(parseDaemonJson(json, "j")));
    }

    void namesTheLineOfAJson() {
        wrong("j:3: unknown option 'host'; did you mean hosts?",
              [] { parseDaemonJson("{ \"labels\": [\"host\"],\n\n \"host\": [] }", "j"); });
        wrong("j:1: 'hosts': an array", [] { parseDaemonJson(R"({"hosts": "x"})", "j"); });
        wrong("j:1: 'debug': true or false", [] { parseDaemonJson(R"({"debug": "yes"})", "j"); });
        wrong("'mtu' stands twice", [] { parseDaemonJson("{\"mtu\": 1,\n\"mtu\": 2}", "j"); });
        wrong("line 2", [] { parseDaemonJson("{\"mtu\": 1,\n}", "j"); });
        wrong("object", [] { parseDaemonJson("[]", "j"); });
    }

    void readsAssignmentsAsAShell() {
        const auto all = parseAssignments(
            "# c\n"
            "A='one two' # c\n"
            "export B=\"x${A}y\"; C=$A\\ z#no\n"
            "D=\"1 \\\n2\n3\"\n"
            "E='$A `not` $(run)'\n",
            "f");
        CPPUNIT_ASSERT_EQUAL(size_t(5), all.size());
        expectEqual("one two", all[0].value);
        CPPUNIT_ASSERT(all[0].used && !all[0].exported && all[1].exported);
        expectEqual("xone twoy", all[1].value);
        expectEqual("one two z#no", all[2].value);
        expectEqual("f:3", all[2].origin);
        expectEqual("1 2\n3", all[3].value);
        expectEqual("f:7", all[4].origin);
        expectEqual("$A `not` $(run)", all[4].value);
    }

    void keepsQuotesInOtherArgs() {
        const auto settings =
            settingsOf("other_args=\"--label 'a=b c' --label=\\\"d=e f\\\" --label g=\\$5\"");
        expectEqual("label=a=b c f:1\nlabel=d=e f f:1\nlabel=g=$5 f:1\n", text(settings.settings));
        wrong("f:2: other_args: missing closing quote", [] { settingsOf("\nother_args='\"'"); });
        wrong("f:1: other_args: missing", [] { settingsOf("other_args=\"--label 'x\""); });
        wrong("f:1: unknown option '--lable'", [] { settingsOf("other_args=--lable=x"); });
        wrong("f:1: --help belongs", [] { settingsOf("OPTIONS=--help"); });
    }

    void refusesWhatOnlyAShellCanDo() {
        for (const char* line : {"A=$(hostname)", "A=`hostname`", "if true", "A=\"$(x)\"", "A=1 & ",
                                 "f() { x; }", "echo x", "A=$HOME"})
            wrong("f:2: ", [&] { settingsOf("\n" + std::string(line)); });
    }

    void refusesAVariableThatNothingUses() {
        wrong("f:1: nothing uses 'other_arg'; did you mean other_args?",
              [] { settingsOf("other_arg=-D"); });
        wrong("STOP_CONTAINERS='maybe'", [] { settingsOf("STOP_CONTAINERS=maybe"); });
        const auto settings = settingsOf(
            "base=-D\nother_args=\"$base\"\nexport http_proxy=http://p:1\n"
            "STOP_CONTAINERS=yes\n");
        expectEqual("http://p:1", settings.environment.at("http_proxy"));
        expectEqual("debug=true f:2\n", text(settings.settings));
    }

    void ranksTheSources() {
        const TempDir dir;
        write(dir, "d.json", R"({"mtu": 1, "labels": ["a=1", "b=2"], "icc": false})");
        write(dir, "c.conf", "mtu = 2\nlabel = c=3\n");
        write(dir, "ctrd", "other_args='--mtu 3'\n");
        write(dir, "ctrd-network", "CTRD_NETWORK_OPTIONS='--dns 9.9.9.9'\n");
        const Options o = read(dir, {"--mtu=4"}).options();
        CPPUNIT_ASSERT_EQUAL(4, o.network.mtu);
        CPPUNIT_ASSERT(!o.network.interContainer);
        expectEqual("c=3", o.labels.at(0));
        CPPUNIT_ASSERT_EQUAL(size_t(1), o.labels.size());
        expectEqual("9.9.9.9", o.network.dns.at(0));
        CPPUNIT_ASSERT_EQUAL(3, read(dir, {}).options().network.mtu);
        write(dir, "ctrd-network", "CTRD_NETWORK_OPTIONS='--mtu 5'\n");
        wrong("ctrd-network:1: mtu '5' contradicts '3' of", [&] { read(dir, {}); });
    }

    void showsWhereEachValueCameFrom() {
        const TempDir dir;
        write(dir, "c.conf", "\nmtu = 2\n");
        write(dir, "d.json", "{}");
        const std::string shown = read(dir, {"-D"}).show();
        CPPUNIT_ASSERT(contains(shown, "mtu = 2 "));
        CPPUNIT_ASSERT(contains(shown, "# " + dir.path() + "/c.conf:2\n"));
        CPPUNIT_ASSERT(contains(shown, "log-level = debug"));
        CPPUNIT_ASSERT(contains(shown, "# the command line\n"));
        CPPUNIT_ASSERT(contains(shown, "# default\n"));
    }

    void showsOneValue() {
        const TempDir dir;
        write(dir, "c.conf", "dns = 1.1.1.1\ndns = 2.2.2.2\n");
        write(dir, "d.json", "{}");
        write(dir, "ctrd", "STOP_CONTAINERS=yes\n");
        const Configuration configuration = read(dir, {});
        expectEqual("1.1.1.1\n2.2.2.2\n", configuration.show("dns"));
        expectEqual("/var/run/ctrd.pid\n", configuration.show("pidfile"));
        expectEqual("yes\n", configuration.show("STOP_CONTAINERS"));
        expectEqual("", configuration.show("NOFILE"));
        expectError(ErrorKind::NotFound, "did you mean pidfile?",
                    [&] { configuration.show("pidfil"); });
    }

    void whatIsShownCanBeReadBack() {
        const std::string shown =
            Configuration::of({parseConf("log-opt = max-size=1m\nicc = no\ndns = 1.1.1.1", "f")})
                .show();
        const Configuration again = Configuration::of({parseConf(shown, "g")});
        CPPUNIT_ASSERT(again.options().network.dns.at(0) == "1.1.1.1");
        CPPUNIT_ASSERT(!again.options().network.interContainer);
    }

    void reloadsOnlyWhatItMay() {
        const auto running = Configuration::of({parseConf("mtu = 1\nlabel = a=1", "f")});
        const auto fresh = Configuration::of(
            {parseConf("mtu = 2\nlabel = b=2\nlog-level = debug\ndefault-ulimit = nofile=7\n"
                       "log-opt = max-size=1m",
                       "f")});
        const auto next = running.reloaded(fresh);
        CPPUNIT_ASSERT_EQUAL(1, next.options().network.mtu);
        expectEqual("b=2", next.options().labels.at(0));
        CPPUNIT_ASSERT(next.options().logLevel == log::Level::Debug);
        CPPUNIT_ASSERT_EQUAL(int64_t(7), next.options().defaultUlimits.at(0).soft);
        expectEqual("1m", next.options().logConfig.config.at("max-size"));
        const auto left = next.differences(fresh);
        CPPUNIT_ASSERT_EQUAL(size_t(1), left.size());
        expectEqual("mtu", left[0]);
        CPPUNIT_ASSERT_EQUAL(size_t(4), next.differences(running).size());
    }

    void importsDockersFiles() {
        const TempDir dir;
        write(dir, "docker",
              "other_args=\"-d -H unix:///var/run/docker.sock --label 'a=b c' "
              "-g /docker --tlsverify\"\n"
              "DOCKER_CERT_PATH=/etc/docker\nexport http_proxy=http://p:3128\n"
              "export DOCKER_TMPDIR=/var/tmp\n");
        write(dir, "docker-storage", "DOCKER_STORAGE_OPTIONS=\"-s vfs\"\n");
        const std::string said =
            importDockerSysconfig({dir.path() + "/docker", dir.path() + "/docker-storage"});
        CPPUNIT_ASSERT_MESSAGE(said, contains(said,
                                              "\nother_args=\"--host=unix:///var/run/"
                                              "docker.sock '--label=a=b c' "
                                              "--storage-driver=vfs\"\n"));
        CPPUNIT_ASSERT(contains(said, "export http_proxy=http://p:3128\nexport TMPDIR=/var/tmp\n"));
        CPPUNIT_ASSERT(contains(said, "#   --graph=/docker (" + dir.path() + "/docker:1): "));
        CPPUNIT_ASSERT(contains(said, "TLS is not built yet"));
        CPPUNIT_ASSERT(contains(said, "#   DOCKER_CERT_PATH"));
        readSysconfig(parseAssignments(said, "f")); // ctrd understands what it wrote
    }

    void knowsWhetherTheKernelHasSelinux() {
        const TempDir dir;
        makeDirs(dir.path() + "/proc");
        writeFileAtomic(dir.path() + "/proc/filesystems", "nodev\tproc\n\text4\n");
        checkSelinux(false, dir.path());
        expectError(ErrorKind::NotSupported, "without SELinux",
                    [&] { checkSelinux(true, dir.path()); });
        writeFileAtomic(dir.path() + "/proc/filesystems", "nodev\tproc\nnodev\tselinuxfs\n");
        CPPUNIT_ASSERT(kernelHasSelinux(dir.path()));
        checkSelinux(true, dir.path());
    }

private:
    template <typename F>
    static void wrong(const std::string& part, F action) {
        expectError(ErrorKind::InvalidArgument, part, action);
    }

    static SysconfigSettings settingsOf(const std::string& file) {
        return readSysconfig(parseAssignments(file, "f"));
    }

    static void write(const TempDir& dir, const std::string& name, const std::string& content) {
        writeFileAtomic(dir.path() + "/" + name, content);
    }

    static Configuration read(const TempDir& dir, std::vector<std::string> words) {
        for (const char* file : {"/d.json", "/c.conf"})
            words.push_back("--config-file=" + dir.path() + file);
        words.push_back("--sysconfig=" + dir.path());
        return Configuration::read(parseCommandLine(words));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigFilesTest);

} // namespace ctrd::daemon
