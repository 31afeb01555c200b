#include "spec/definition.h"

#include "base/json.h"
#include "base/strings.h"
#include "unit/testing/expect.h"

#include <random>

namespace ctrd::spec {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

// Everything that the form knows.
const std::string kFull = R"(<?xml version='1.0'?>
<container name='web'>
  <image>busybox</image>
  <entrypoint><arg>httpd</arg><arg>-f</arg></entrypoint>
  <command><arg>-h</arg><arg></arg><arg>/www &amp; more</arg></command>
  <env name='A'>1</env> <env name='B'>two words</env> <env name='C'/>
  <user>nobody:nogroup</user> <group-add>77</group-add> <workdir>/srv</workdir>
  <hostname>web</hostname> <domainname>example.org</domainname>
  <tty/> <interactive/> <init/>
  <stop-signal>SIGINT</stop-signal> <stop-timeout>3</stop-timeout>
  <restart retries='4'>on-failure</restart>
  <label name='team'>web</label> <label name='bare'/>
  <memory unit='MiB'>64</memory> <memory-swap unit='MiB'>128</memory-swap>
  <memory-reservation>33554432</memory-reservation> <memory-swappiness>10</memory-swappiness>
  <oom-kill-disable/> <oom-score-adj>-5</oom-score-adj> <shm-size unit='KiB'>2048</shm-size>
  <cpus>1.5</cpus> <cpu-shares>512</cpu-shares>
  <cpuset-cpus>0-1</cpuset-cpus> <cpuset-mems>0</cpuset-mems>
  <blkio-weight>500</blkio-weight> <blkio-weight-device path='/dev/a'>300</blkio-weight-device>
  <device-read-bps path='/dev/a'>1048576</device-read-bps>
  <device-write-bps path='/dev/a'>2048</device-write-bps>
  <device-write-bps path='/dev/b'>4096</device-write-bps>
  <device-read-iops path='/dev/a'>10</device-read-iops>
  <device-write-iops path='/dev/b'>20</device-write-iops>
  <pids-limit>100</pids-limit>
  <ulimit name='nofile' soft='1024' hard='2048'/> <cgroup-parent>/tenant</cgroup-parent>
  <volume>data:/d:ro</volume> <volume>/host:/h</volume> <volume>/nameless</volume>
  <mount type='volume' source='v' target='/v' nocopy='yes'/>
  <mount type='bind' source='/b' target='/b' readonly='yes' propagation='rslave'/>
  <mount type='tmpfs' target='/t' size='1048576'/>
  <volumes-from>other:ro</volumes-from> <volume-driver>local</volume-driver>
  <tmpfs target='/run'>size=1m</tmpfs>
  <device source='/dev/null' target='/dev/zilch' permissions='r'/>
  <read-only/>
  <net>bridge</net> <mac-address>02:42:ac:11:00:02</mac-address> <expose>80</expose>
  <dns>192.0.2.1</dns> <dns-search>example.org</dns-search> <dns-opt>ndots:1</dns-opt>
  <add-host>db:192.0.2.7</add-host>
  <privileged/> <cap-add>NET_ADMIN</cap-add> <cap-drop>MKNOD</cap-drop>
  <security-opt>no-new-privileges</security-opt>
  <ipc>host</ipc> <pid>host</pid> <uts>private</uts>
  <exec-driver>native</exec-driver> <lxc-conf>lxc.aa=b</lxc-conf>
  <log-driver>json-file</log-driver> <log-opt name='max-size'>1m</log-opt>
</container>
)";

std::string form(const std::string& inside) {
    return "<container name='x'>\n<image>i</image>\n" + inside + "\n</container>";
}

} // namespace

class DefinitionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DefinitionTest);
    CPPUNIT_TEST(readsEveryElement);
    CPPUNIT_TEST(writesEveryElement);
    CPPUNIT_TEST(namesLineAndElementOfWhatIsWrong);
    CPPUNIT_TEST(namesTheElementThatMakesItInvalid);
    CPPUNIT_TEST(wantsNameAndImage);
    CPPUNIT_TEST(tellsWhatDiffers);
    CPPUNIT_TEST(survivesMutations);
    CPPUNIT_TEST_SUITE_END();

    static Definition read(const std::string& text) { return definitionFromXml(text, "f.xml"); }
    static void refused(const std::string& inside, const std::string& part) {
        expectError(ErrorKind::InvalidArgument, part, [&] { read(form(inside)); });
    }

public:
    void readsEveryElement() {
        const Definition d = read(kFull);
        const HostConfig& h = d.hostConfig;
        expectEqual("web", d.name);
        expectEqual("httpd -f|-h  /www & more",
                    join(d.config.entrypoint, " ") + "|" + join(d.config.cmd, " "));
        expectEqual("A=1 B=two words C=", join(d.config.env, " "));
        CPPUNIT_ASSERT(d.config.tty && d.config.openStdin && h.init && h.readonlyRootfs);
        CPPUNIT_ASSERT(h.memory == 64 << 20 && h.memorySwap == 128 << 20 && h.shmSize == 2 << 20);
        CPPUNIT_ASSERT(h.nanoCpus == 1500000000 && h.cpuShares == 512 && h.oomScoreAdj == -5);
        expectEqual("on-failure", h.restartPolicy.name);
        CPPUNIT_ASSERT_EQUAL(4, h.restartPolicy.maximumRetryCount);
        expectEqual("data:/d:ro /host:/h", join(h.binds, " "));
        CPPUNIT_ASSERT(d.config.volumes.count("/nameless") == 1 && h.mounts.size() == 3);
        CPPUNIT_ASSERT(h.mounts[0].volume.noCopy && h.mounts[2].tmpfsSize == 1 << 20);
        CPPUNIT_ASSERT(d.config.exposedPorts.count("80/tcp") == 1);
        expectEqual("1m", h.logConfig.config.at("max-size"));
        CPPUNIT_ASSERT(h.blkioWeightDevice.at(0).value == 300);
        CPPUNIT_ASSERT(h.blkioDeviceReadBps.at(0).value == 1 << 20);
        CPPUNIT_ASSERT(h.blkioDeviceWriteBps.at(1).path == "/dev/b");
        CPPUNIT_ASSERT(h.blkioDeviceReadIOps.size() == 1 && h.blkioDeviceWriteIOps.size() == 1);
        CPPUNIT_ASSERT(h.ulimits[0].soft == 1024 && h.ulimits[0].hard == 2048);
    }

    void writesEveryElement() {
        const Definition once = read(kFull);
        const Definition again = read(toXml(once));
        expectEqual(once.name, again.name);
        expectEqual(dumpJson(toJson(once.config)), dumpJson(toJson(again.config)));
        expectEqual(dumpJson(toJson(once.hostConfig)), dumpJson(toJson(again.hostConfig)));
        expectEqual(toXml(once), toXml(again));
    }

    void namesLineAndElementOfWhatIsWrong() {
        refused("<tty/>\n<imgae/>", "f.xml:4: <imgae>: it is not known in <container>");
        refused("<memory>12q</memory>", "f.xml:3: <memory>: '12q'");
        refused("<memory unit='furlong'>5</memory>", "<memory>: the unit 'furlong'");
        refused("<memory size='5'>5</memory>", "<memory>: the attribute 'size' is not known");
        refused("<tty>yes</tty>", "<tty>: it must be empty");
        refused("<hostname/>", "<hostname>: it is empty");
        refused("<command>sh</command>", "<command>: there is text ('sh')");
        refused("<command/>", "<command>: it has no <arg>");
        refused("<command><argument/></command>", "<argument>: it is not known in <command>");
        refused("<env>A=1</env>", "<env>: the attribute 'name' is missing");
        refused("<label name='a'>1</label>\n<label name='a'>2</label>", "f.xml:4: <label>: 'a'");
        refused("<device-read-bps>5</device-read-bps>", "the attribute 'path' is missing");
        refused("<device-read-bps path='/dev/a'>fast</device-read-bps>", "'fast'");
        refused("<cpus>many</cpus>", "<cpus>: 'many'");
        refused("<mount type='bind' source='/a' target='/b' readonly='maybe'/>", "yes or no");
        expectError(ErrorKind::InvalidArgument, "f.xml:1: <host>: <container> or <domain>",
                    [] { read("<host/>"); });
    }

    void namesTheElementThatMakesItInvalid() {
        refused("<tty/>\n<memory>5</memory>", "f.xml:4: <memory>: invalid memory limit 5");
        refused("<memory unit='MiB'>64</memory>\n<memory-swap unit='MiB'>32</memory-swap>\n<tty/>",
                "f.xml:4: <memory-swap>: minimum memory-swap limit");
        refused("<hostname>-x</hostname>", "f.xml:3: <hostname>: invalid host name");
        refused("<volume>data:b</volume>", "<volume>: invalid bind");
        refused("<mount type='magic' target='/b'/>", "<mount>: mount type unknown");
    }

    void wantsNameAndImage() {
        expectError(ErrorKind::InvalidArgument, "<container>: the attribute 'name' is missing",
                    [] { read("<container><image>i</image></container>"); });
        expectError(ErrorKind::InvalidArgument, "neither an image nor a root",
                    [] { read("<container name='x'/>"); });
    }

    void tellsWhatDiffers() {
        const Definition one = read(kFull);
        CPPUNIT_ASSERT(differences(one, one).empty());
        Definition other = one;
        other.name = "another";
        other.config.env[1] = "B=three words";
        other.hostConfig.memory *= 2;
        other.hostConfig.restartPolicy = {};
        expectEqual("env restart memory", join(differences(one, other), " "));
        expectEqual("env restart memory", join(differences(other, one), " "));
    }

    // A definition or a refusal that says where, never anything else.
    void survivesMutations() {
        std::mt19937 random(20150714);
        const auto any = [&](size_t bound) { return random() % bound; };
        const std::string bytes = "<>/&;'\"= \n\0x09[!-#\xff";
        for (int round = 0; round < 3000; ++round) {
            std::string text = kFull;
            for (size_t n = 1 + any(4); n > 0 && !text.empty(); --n) {
                const size_t at = any(text.size());
                switch (any(4)) {
                    case 0:
                        text[at] = bytes[any(bytes.size())];
                        break;
                    case 1:
                        text.erase(at, 1 + any(30));
                        break;
                    case 2:
                        text.insert(at, text.substr(any(text.size()), any(60)));
                        break;
                    default:
                        text.resize(at + 1);
                }
            }
            try {
                read(text);
            } catch (const Error& e) {
                CPPUNIT_ASSERT_MESSAGE(e.what(), startsWith(e.what(), "f.xml:"));
                CPPUNIT_ASSERT_MESSAGE(e.what(), e.kind() == ErrorKind::InvalidArgument ||
                                                     e.kind() == ErrorKind::NotSupported);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DefinitionTest);

} // namespace ctrd::spec
