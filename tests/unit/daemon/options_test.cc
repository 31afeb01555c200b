#include "daemon/configuration.h"
#include "unit/testing/expect.h"

namespace ctrd::daemon {

using testing::expectEqual;
using testing::expectError;

class OptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OptionsTest);
    CPPUNIT_TEST(hasDockersDefaults);
    CPPUNIT_TEST(takesShortAndLongSpellings);
    CPPUNIT_TEST(takesListsAndSwitches);
    CPPUNIT_TEST(refusesWrongOnes);
    CPPUNIT_TEST(suggestsTheNearestName);
    CPPUNIT_TEST(refusesContradictions);
    CPPUNIT_TEST(refusesThoseWhoseTimeHasNotCome);
    CPPUNIT_TEST(knowsWhatIsNoSetting);
    CPPUNIT_TEST(describesEveryShownOption);
    CPPUNIT_TEST_SUITE_END();

public:
    void hasDockersDefaults() {
        const Options o = parsed({});
        expectEqual("unix:///var/run/ctrd/ctrd.sock", o.hosts.at(0));
        expectEqual("/var/lib/ctrd", o.root);
        CPPUNIT_ASSERT(o.network.iptables && o.network.interContainer && !o.daemonize);
        expectEqual("", o.logFile);
        expectEqual("/var/log/ctrd", parsed({"--daemonize"}).logFile);
    }

    void takesShortAndLongSpellings() {
        const Options o = parsed({"-g", "/srv/c/", "--exec-driver=native", "-l", "warn", "-d"});
        expectEqual("/srv/c", o.root);
        CPPUNIT_ASSERT(o.logLevel == log::Level::Warn);
        CPPUNIT_ASSERT(parsed({"-D"}).logLevel == log::Level::Debug);
        CPPUNIT_ASSERT(parsed({"-dD"}).logLevel == log::Level::Debug);
        CPPUNIT_ASSERT(parsed({"--debug=false"}).logLevel == log::Level::Info);
    }

    void takesListsAndSwitches() {
        const Options o = parsed({"-H", "unix:///a", "-H", "tcp://127.0.0.1:1", "--icc=false",
                                  "--log-opt", "max-size=1m", "--default-ulimit", "nofile=5:9"});
        CPPUNIT_ASSERT_EQUAL(size_t(2), o.hosts.size());
        CPPUNIT_ASSERT(!o.network.interContainer && o.network.ipMasquerade);
        expectEqual("1m", o.logConfig.config.at("max-size"));
        CPPUNIT_ASSERT_EQUAL(int64_t(9), o.defaultUlimits.at(0).hard);
    }

    void refusesWrongOnes() {
        refused("options only", {"serve"});
        refused("--icc", {"--icc=perhaps"});
        refused("--log-level 'loud'", {"-l", "loud"});
        refused("rel/ative", {"-g", "rel/ative"});
        refused("nofile=9:5", {"--default-ulimit", "nofile=9:5x"});
        refused("key", {"--log-opt", "key"});
        refused("--check only", {"--json"});
        refused("--fsck only", {"--repair"});
        refused("0 to 65535", {"--mtu", "99999"});
        refused("max-sice", {"--log-opt", "max-sice=1m"});
    }

    void suggestsTheNearestName() {
        refused("'--grahp'; did you mean --graph?", {"--grahp=/x"});
        refused("--dns", {"--dms=1.1.1.1"});
        refused("unknown option '--nonsense' (", {"--nonsense"});
    }

    void refusesContradictions() {
        refused("--bip (the command line) and --bridge", {"-b", "none", "--bip", "10.0.0.1/24"});
        refused("iptables", {"--icc=false", "--iptables=false"});
        refused("--mtu '9' contradicts '8'", {"--mtu=8", "--mtu=9"});
        refused("contradicts", {"-D", "-l", "info"});
        parsed({"-D", "-l", "debug", "--mtu=8", "--mtu", "8"});
    }

    void refusesThoseWhoseTimeHasNotCome() {
        for (const char* option : {"--tlsverify", "--ipv6"})
            expectError(ErrorKind::NotSupported, option, [&] { parsed({option}); });
        expectError(ErrorKind::NotSupported, "registries", [] {
            parsed({"--insecure-registry", "10.0.0.0/8"});
        });
        parsed({"--tls=false"});
    }

    void knowsWhatIsNoSetting() {
        CPPUNIT_ASSERT(parseCommandLine({"-h"}).help);
        CPPUNIT_ASSERT(parseCommandLine({"--version"}).version);
        expectEqual("", parseCommandLine({"--show-config"}).showConfig.value());
        expectEqual("pidfile", parseCommandLine({"--show-config=pidfile"}).showConfig.value());
        const auto line = parseCommandLine({"--import-docker-sysconfig", "/a", "/b"});
        CPPUNIT_ASSERT_EQUAL(size_t(2), line.importFiles.size());
    }

    void describesEveryShownOption() {
        const std::string text = describeOptions();
        for (const auto& row : optionTable())
            if (row.section[0] != '\0')
                CPPUNIT_ASSERT_MESSAGE(row.name,
                                       text.find(std::string("--") + row.name) != text.npos);
        CPPUNIT_ASSERT(text.find("-H, --host URL") != text.npos);
        CPPUNIT_ASSERT(text.find("--icc [=BOOL]") != text.npos);
        CPPUNIT_ASSERT(text.find("/var/lib/ctrd)") != text.npos);
    }

private:
    static Options parsed(const std::vector<std::string>& words) {
        return Configuration::of({parseCommandLine(words).settings}).options();
    }

    static void refused(const std::string& part, const std::vector<std::string>& words) {
        expectError(ErrorKind::InvalidArgument, part, [&] { parsed(words); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OptionsTest);

} // namespace ctrd::daemon
