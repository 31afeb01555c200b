#include "base/strings.h"
#include "spec/definition.h"
#include "unit/testing/expect.h"

namespace ctrd::spec {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

// In the shape of what `virsh dumpxml` writes of a running container.
const std::string kDomain = R"(<domain type='lxc' id='4711'>
  <name>vm1</name>
  <uuid>8369f1ac-7e46-e869-4ca5-759d51478066</uuid>
  <description>web server</description>
  <memory unit='KiB'>65536</memory>
  <currentMemory unit='KiB'>65536</currentMemory>
  <blkiotune>
    <weight>800</weight>
    <device><path>/dev/sda</path><weight>500</weight></device>
    <device>
      <path>/dev/sdb</path>
      <read_bytes_sec>10000</read_bytes_sec>
      <write_bytes_sec>0</write_bytes_sec>
      <read_iops_sec>20</read_iops_sec>
      <write_iops_sec>30</write_iops_sec>
    </device>
  </blkiotune>
  <memtune>
    <hard_limit unit='KiB'>131072</hard_limit>
    <soft_limit unit='KiB'>65536</soft_limit>
    <swap_hard_limit unit='KiB'>262144</swap_hard_limit>
  </memtune>
  <vcpu placement='static' cpuset='0'>1</vcpu>
  <cputune><shares>512</shares><period>100000</period><quota>50000</quota></cputune>
  <resource><partition>/machine</partition></resource>
  <os>
    <type arch='x86_64'>exe</type>
    <init>/bin/sh</init>
    <initarg>-c</initarg>
    <initarg>exec sleep 1000</initarg>
    <initenv name='ROLE'>web</initenv>
    <initdir>/srv</initdir>
    <initgroup>staff</initgroup>
    <inituser>www</inituser>
  </os>
  <features>
    <capabilities policy='default'><mknod state='off'/><net_admin state='on'/></capabilities>
    <privnet/>
  </features>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/libexec/libvirt_lxc</emulator>
    <filesystem type='mount' accessmode='passthrough'>
      <source dir='/srv/vm1'/>
      <target dir='/'/>
    </filesystem>
    <filesystem type='mount'>
      <source dir='/srv/data'/>
      <target dir='/data'/>
      <readonly/>
    </filesystem>
    <filesystem type='ram'>
      <source usage='2048' units='KiB'/>
      <target dir='/tmp'/>
    </filesystem>
    <interface type='network'>
      <mac address='52:54:00:4d:2b:cd'/>
      <source network='default'/>
      <target dev='veth0'/>
      <guest dev='eth0'/>
    </interface>
    <console type='pty' tty='/dev/pts/5'>
      <source path='/dev/pts/5'/>
      <target type='lxc' port='0'/>
      <alias name='console0'/>
    </console>
    <hostdev mode='capabilities' type='misc'><source><char>/dev/null</char></source></hostdev>
  </devices>
  <seclabel type='none'/>
</domain>
)";

std::string with(const std::string& element, const std::string& inDevices = "") {
    return "<domain type='lxc'>\n<name>x</name>\n<memory>65536</memory>\n"
           "<os><type>exe</type><init>/i</init></os>\n" +
           element + "\n<devices><filesystem><source dir='/r'/><target dir='/'/></filesystem>\n" +
           inDevices + "</devices></domain>";
}

std::string limits(const std::vector<DeviceLimit>& list) {
    std::string text;
    for (const auto& limit : list)
        text += limit.path + "=" + std::to_string(limit.value);
    return text;
}

} // namespace

class DomainTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DomainTest);
    CPPUNIT_TEST(becomesTheSameContainer);
    CPPUNIT_TEST(sharesTheHostsNetworkWithoutInterface);
    CPPUNIT_TEST(capabilitiesByPolicy);
    CPPUNIT_TEST(memoryWithoutTuning);
    CPPUNIT_TEST(refusesWhatWouldBeLost);
    CPPUNIT_TEST_SUITE_END();

    static Definition read(const std::string& text) { return definitionFromXml(text, "f.xml"); }
    static void refused(const std::string& element, const std::string& part,
                        const std::string& inDevices = "") {
        expectError(ErrorKind::InvalidArgument, part, [&] { read(with(element, inDevices)); });
    }

public:
    void becomesTheSameContainer() {
        const Definition d = read(kDomain);
        const HostConfig& h = d.hostConfig;
        expectEqual("vm1", d.name);
        expectEqual("vm1", d.config.hostname);
        expectEqual("/srv/vm1", d.rootDirectory);
        CPPUNIT_ASSERT(h.memory == 128 << 20 && h.memoryReservation == 64 << 20);
        CPPUNIT_ASSERT(h.memorySwap == 256 << 20 && h.blkioWeight == 800);
        expectEqual("/dev/sda=500", limits(h.blkioWeightDevice));
        expectEqual("/dev/sdb=10000", limits(h.blkioDeviceReadBps));
        expectEqual("", limits(h.blkioDeviceWriteBps));
        expectEqual("/dev/sdb=20", limits(h.blkioDeviceReadIOps));
        expectEqual("/dev/sdb=30", limits(h.blkioDeviceWriteIOps));
        CPPUNIT_ASSERT(h.cpuShares == 512 && h.cpuPeriod == 100000 && h.cpuQuota == 50000);
        expectEqual("0", h.cpusetCpus);
        expectEqual("/bin/sh|-c|exec sleep 1000", join(d.config.entrypoint, "|"));
        expectEqual("ROLE=web", join(d.config.env, " "));
        expectEqual("/srv www:staff", d.config.workingDir + " " + d.config.user);
        expectEqual("NET_ADMIN MKNOD", join(h.capAdd, " ") + " " + join(h.capDrop, " "));
        CPPUNIT_ASSERT_EQUAL(size_t{2}, h.mounts.size());
        CPPUNIT_ASSERT(h.mounts[0].readOnly && h.mounts[0].source == "/srv/data");
        CPPUNIT_ASSERT(h.mounts[1].type == "tmpfs" && h.mounts[1].tmpfsSize == 2 << 20);
        expectEqual("bridge 52:54:00:4d:2b:cd", h.networkMode + " " + d.config.macAddress);
        CPPUNIT_ASSERT(d.config.tty && d.config.openStdin);
        expectEqual("/dev/null", h.devices.at(0).pathOnHost);
    }

    void sharesTheHostsNetworkWithoutInterface() {
        expectEqual("host", read(with("")).hostConfig.networkMode);
        expectEqual("none", read(with("<features><privnet/></features>")).hostConfig.networkMode);
    }

    void capabilitiesByPolicy() {
        const auto features = [](const std::string& text) {
            return read(with("<features>" + text + "</features>")).hostConfig;
        };
        const auto deny =
            features("<capabilities policy='deny'><chown state='on'/></capabilities>");
        expectEqual("CHOWN ALL", join(deny.capAdd, " ") + " " + join(deny.capDrop, " "));
        expectEqual("ALL", join(features("<capabilities policy='allow'/>").capAdd, " "));
        refused("<features><capabilities policy='some'/></features>", "policy 'some'");
    }

    void memoryWithoutTuning() {
        CPPUNIT_ASSERT_EQUAL(int64_t{64 << 20}, read(with("")).hostConfig.memory);
        const auto unlimited =
            read(with("<memtune><hard_limit unit='KiB'>9007199254740991</hard_limit></memtune>"));
        CPPUNIT_ASSERT_EQUAL(int64_t{0}, unlimited.hostConfig.memory);
    }

    void refusesWhatWouldBeLost() {
        refused("<idmap/>", "f.xml:5: <idmap>: it is not known in <domain>");
        refused("<cputune><global_quota>1</global_quota></cputune>", "<global_quota>");
        refused("<memtune><hard_limit unit='KiB'>1</hard_limit></memtune>",
                "f.xml:5: <memtune>: invalid memory limit");
        refused("", "a second interface", "<interface type='bridge'/>\n<interface type='bridge'/>");
        refused("", "f.xml:7: <interface>: the type 'direct'", "<interface type='direct'/>");
        refused("", "the type 'block'", "<filesystem type='block'/>");
        refused("", "<disk>: it is not known in <devices>", "<disk/>");
        expectError(ErrorKind::InvalidArgument, "type 'kvm' is no container",
                    [] { read("<domain type='kvm'/>"); });
        expectError(ErrorKind::InvalidArgument, "it has no name",
                    [] { read("<domain type='lxc'/>"); });
        expectError(ErrorKind::InvalidArgument, "'hvm' is no container",
                    [] { read("<domain type='lxc'><os><type>hvm</type></os></domain>"); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DomainTest);

} // namespace ctrd::spec
