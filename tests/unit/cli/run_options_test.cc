#include "base/fd.h"
#include "base/finally.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "cli/container_options.h"
#include "unit/testing/expect.h"

#include <cstdlib>

#include <fcntl.h>

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

ContainerRequest request(std::vector<std::string> words, bool attached = true) {
    if (words.empty() || words.back() != "busybox") words.emplace_back("busybox");
    return containerRequest(parseArguments({kContainerOptions}, words, Positionals::EndFirst),
                            attached);
}

// The whole of it as the API gets it.
Json hostConfig(const std::vector<std::string>& words) {
    return spec::toJson(request(words).hostConfig);
}

} // namespace

class RunOptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RunOptionsTest);
    CPPUNIT_TEST(imageAndCommand);
    CPPUNIT_TEST(streams);
    CPPUNIT_TEST(environment);
    CPPUNIT_TEST(environmentFiles);
    CPPUNIT_TEST(labels);
    CPPUNIT_TEST(limits);
    CPPUNIT_TEST(blockDevices);
    CPPUNIT_TEST(isolation);
    CPPUNIT_TEST(mounts);
    CPPUNIT_TEST(volumesAndDevices);
    CPPUNIT_TEST(network);
    CPPUNIT_TEST(policies);
    CPPUNIT_TEST(refusesWrongValues);
    CPPUNIT_TEST_SUITE_END();

public:
    void imageAndCommand() {
        const ContainerRequest r =
            containerRequest(parseArguments({kContainerOptions},
                                            {"--name", "n", "-w", "/tmp", "-u", "a:b",
                                             "--entrypoint", "/bin/sh", "busybox", "ls", "-l"},
                                            Positionals::EndFirst),
                             true);
        expectEqual("busybox", r.config.image);
        expectEqual("ls -l", join(r.config.cmd, " "));
        expectEqual("/bin/sh", join(r.config.entrypoint, " "));
        expectEqual("n", r.name);
        expectEqual("/tmp", r.config.workingDir);
        expectEqual("a:b", r.config.user);
        CPPUNIT_ASSERT_EQUAL(size_t(1), request({"--entrypoint="}).config.entrypoint.size());
        CPPUNIT_ASSERT(request({}).config.entrypoint.empty());
    }

    void streams() {
        const auto it = request({"-it"}).config;
        CPPUNIT_ASSERT(it.tty && it.openStdin && it.stdinOnce && it.attachStdin && it.attachStdout);
        const auto plain = request({}).config;
        CPPUNIT_ASSERT(!plain.attachStdin && plain.attachStdout && plain.attachStderr);
        const auto one = request({"-i", "-a", "stdout", "--attach=STDIN"}).config;
        CPPUNIT_ASSERT(one.attachStdin && one.attachStdout && !one.attachStderr && one.stdinOnce);
        const auto detached = request({"-i"}, false).config;
        CPPUNIT_ASSERT(detached.openStdin && !detached.stdinOnce && !detached.attachStdout);
    }

    void environment() {
        ::setenv("CTR_TEST_SET", "here", 1);
        const Finally restore([] { ::unsetenv("CTR_TEST_SET"); });
        expectEqual(
            "A=1 B= CTR_TEST_SET=here CTR_TEST_UNSET",
            join(request({"-e", "A=1", "-eB=", "--env", "CTR_TEST_SET", "-e", "CTR_TEST_UNSET"})
                     .config.env,
                 " "));
    }

    void environmentFiles() {
        const TempDir directory;
        const std::string path = joinPath(directory.path(), "env");
        const auto write = [&](const char* text) {
            writeAll(openFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0600).get(), text);
        };
        write("# comment\n\n  A=from file\r\nCTR_TEST_UNSET\nB=x=y\n");
        expectEqual("A=from file|B=x=y|A=option",
                    join(request({"--env-file", path, "-e", "A=option"}).config.env, "|"));
        write("two words=1\n");
        expectError(ErrorKind::InvalidArgument, "white space", [&] {
            request({"--env-file", path});
        });
        expectError(ErrorKind::Internal, "/no/such/file",
                    [] { request({"--env-file=/no/such/file"}); });
    }

    void labels() {
        const auto labels = request({"-l", "a=1", "--label=b", "-l", "c=d=e"}).config.labels;
        expectEqual("1", labels.at("a"));
        expectEqual("", labels.at("b"));
        expectEqual("d=e", labels.at("c"));
    }

    void limits() {
        const Json h = hostConfig({"-m",
                                   "64m",
                                   "--memory-swap=-1",
                                   "-c",
                                   "512",
                                   "--cpus=1.5",
                                   "--cpuset=0-1",
                                   "--cpuset-mems",
                                   "0",
                                   "--blkio-weight=300",
                                   "--ulimit",
                                   "nofile=10:20",
                                   "--ulimit=core=0",
                                   "--pids-limit",
                                   "9",
                                   "--oom-score-adj=-5",
                                   "--memory-swappiness=0",
                                   "--shm-size=1g",
                                   "--memory-reservation",
                                   "32m",
                                   "--oom-kill-disable",
                                   "--cgroup-parent=/x"});
        CPPUNIT_ASSERT_EQUAL(int64_t(64) << 20, getInt(h, "Memory"));
        CPPUNIT_ASSERT_EQUAL(int64_t(-1), getInt(h, "MemorySwap"));
        CPPUNIT_ASSERT_EQUAL(int64_t(512), getInt(h, "CpuShares"));
        CPPUNIT_ASSERT_EQUAL(int64_t(1500000000), getInt(h, "NanoCpus"));
        expectEqual("0-1", getString(h, "CpusetCpus"));
        CPPUNIT_ASSERT_EQUAL(int64_t(300), getInt(h, "BlkioWeight"));
        CPPUNIT_ASSERT_EQUAL(int64_t(9), getInt(h, "PidsLimit"));
        CPPUNIT_ASSERT_EQUAL(int64_t(-5), getInt(h, "OomScoreAdj"));
        CPPUNIT_ASSERT_EQUAL(int64_t(1) << 30, getInt(h, "ShmSize"));
        CPPUNIT_ASSERT_EQUAL(int64_t(32) << 20, getInt(h, "MemoryReservation"));
        CPPUNIT_ASSERT_EQUAL(int64_t(0), getInt(h, "MemorySwappiness", -1));
        CPPUNIT_ASSERT(getBool(h, "OomKillDisable"));
        CPPUNIT_ASSERT_EQUAL(int64_t(20), getInt(h.at("Ulimits")[0], "Hard"));
        CPPUNIT_ASSERT_EQUAL(size_t(2), h.at("Ulimits").size());
    }

    void blockDevices() {
        const Json h =
            hostConfig({"--blkio-weight-device", "/dev/sda:300", "--device-read-bps=/dev/sda:1mb",
                        "--device-write-bps", "/dev/disk/by-path/pci:1:2048", "--device-read-iops",
                        "/dev/sda:100", "--device-write-iops=/dev/sda:50", "--device-cgroup-rule",
                        "c 10:* rwm"});
        const auto only = [&](const char* list) { return dumpJson(h.at(list)); };
        expectEqual(R"([{"Path":"/dev/sda","Weight":300}])", only("BlkioWeightDevice"));
        expectEqual(R"([{"Path":"/dev/sda","Rate":1048576}])", only("BlkioDeviceReadBps"));
        expectEqual(R"([{"Path":"/dev/disk/by-path/pci:1","Rate":2048}])",
                    only("BlkioDeviceWriteBps"));
        expectEqual(R"([{"Path":"/dev/sda","Rate":100}])", only("BlkioDeviceReadIOps"));
        expectEqual(R"([{"Path":"/dev/sda","Rate":50}])", only("BlkioDeviceWriteIOps"));
        expectEqual(R"(["c 10:* rwm"])", only("DeviceCgroupRules"));
    }

    void mounts() {
        const auto mount = [](const char* text) {
            return dumpJson(hostConfig({"--mount", text}).at("Mounts").at(0));
        };
        expectEqual(R"({"BindOptions":{"Propagation":"rslave"},"ReadOnly":true,"Source":"/a",)"
                    R"("Target":"/b","Type":"bind"})",
                    mount("type=bind,source=/a,target=/b,readonly,bind-propagation=rslave"));
        expectEqual(R"({"Source":"/a","Target":"/b","Type":"bind"})",
                    mount("type=bind,src=/a,dst=/b,ro=false"));
        expectEqual(
            R"({"Target":"/t","TmpfsOptions":{"Mode":448,"SizeBytes":1048576},"Type":"tmpfs"})",
            mount("type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=0700"));
        expectEqual(R"({"Target":"/t","Type":"volume","VolumeOptions":{"DriverConfig":{"Options":)"
                    R"({"o":"a,b"}},"NoCopy":true}})",
                    mount(R"(target=/t,volume-nocopy,"volume-opt=o=a,b")"));
        const std::string relative = mount("type=bind,source=./x,target=/b");
        CPPUNIT_ASSERT_MESSAGE(relative, relative.find(R"("Source":"/)") != std::string::npos);
    }

    void isolation() {
        const Json h = hostConfig({"--privileged", "--read-only", "--init", "--cap-add=NET_ADMIN",
                                   "--cap-drop", "ALL", "--ipc=host", "--pid=host", "--uts=host",
                                   "--group-add", "wheel", "--sysctl", "net.ipv4.ip_forward=1",
                                   "--exec-driver=native", "--security-opt", "label:disable",
                                   "--lxc-conf", "lxc.tty=2"});
        CPPUNIT_ASSERT(getBool(h, "Privileged") && getBool(h, "ReadonlyRootfs"));
        CPPUNIT_ASSERT(getBool(h, "Init"));
        expectEqual("host", getString(h, "PidMode"));
        expectEqual("native", getString(h, "Runtime"));
        expectEqual("NET_ADMIN", join(getStrings(h, "CapAdd"), ","));
        expectEqual("1", getString(h.at("Sysctls"), "net.ipv4.ip_forward"));
        expectEqual("native", getString(hostConfig({"--runtime=native"}), "Runtime"));
        expectEqual("lxc.tty=2", join(request({"--lxc-conf=lxc.tty=2"}).hostConfig.lxcConf, ","));
    }

    void volumesAndDevices() {
        const ContainerRequest r =
            request({"-v", "/data", "-v", "/host:/inside:ro", "-v", "./rel:/rel", "--tmpfs",
                     "/run:size=1m", "--device=/dev/fuse", "--device", "/dev/null:/dev/x:r"});
        CPPUNIT_ASSERT(r.config.volumes.count("/data") == 1);
        expectEqual("/host:/inside:ro", r.hostConfig.binds.at(0));
        CPPUNIT_ASSERT(startsWith(r.hostConfig.binds.at(1), "/") &&
                       endsWith(r.hostConfig.binds.at(1), "/rel:/rel"));
        expectEqual("size=1m", r.hostConfig.tmpfs.at("/run"));
        expectEqual("/dev/fuse", r.hostConfig.devices.at(0).pathInContainer);
        expectEqual("rwm", r.hostConfig.devices.at(0).cgroupPermissions);
        expectEqual("/dev/x", r.hostConfig.devices.at(1).pathInContainer);
        expectEqual("r", r.hostConfig.devices.at(1).cgroupPermissions);
    }

    void network() {
        const ContainerRequest r =
            request({"--network=none", "-h", "web", "--dns", "8.8.8.8", "--dns-search=x.org",
                     "--add-host", "db:10.0.0.2", "-p", "8080:80", "--expose=53/udp", "-P",
                     "--mac-address", "02:42:ac:11:00:02"});
        expectEqual("none", r.hostConfig.networkMode);
        expectEqual("web", r.config.hostname);
        expectEqual("8080", r.hostConfig.portBindings.at("80/tcp").at(0).hostPort);
        CPPUNIT_ASSERT(r.config.exposedPorts.count("53/udp") == 1);
        CPPUNIT_ASSERT(r.config.exposedPorts.count("80/tcp") == 1);
        CPPUNIT_ASSERT(r.hostConfig.publishAllPorts);
        expectEqual("db:10.0.0.2", r.hostConfig.extraHosts.at(0));
    }

    void policies() {
        const ContainerRequest r =
            request({"--restart=on-failure:3", "--stop-signal=INT", "--stop-timeout", "3",
                     "--log-driver=json-file", "--log-opt", "max-size=1m"});
        expectEqual("on-failure", r.hostConfig.restartPolicy.name);
        CPPUNIT_ASSERT_EQUAL(3, r.hostConfig.restartPolicy.maximumRetryCount);
        CPPUNIT_ASSERT_EQUAL(3, *r.config.stopTimeout);
        expectEqual("1m", r.hostConfig.logConfig.config.at("max-size"));
        CPPUNIT_ASSERT(request({"--rm"}).hostConfig.autoRemove);
        CPPUNIT_ASSERT(!request({"--rm=false"}).hostConfig.autoRemove);
        CPPUNIT_ASSERT(!request({}).config.stopTimeout);
    }

    void refusesWrongValues() {
        const std::pair<std::vector<std::string>, const char*> cases[] = {
            {{"-m", "lots"}, "invalid value of --memory 'lots'"},
            {{"-m", "-5"}, "-5"},
            {{"-m", "1m"}, "minimum memory limit"},
            {{"--memory-swap=1g"}, "needs a memory limit"},
            {{"--shm-size=x"}, "--shm-size 'x'"},
            {{"-e", "=x"}, "environment variable '=x'"},
            {{"-l", "=x"}, "label '=x'"},
            {{"--ulimit", "nofile"}, "ulimit 'nofile'"},
            {{"--ulimit", "nofile=x"}, "ulimit 'nofile=x'"},
            {{"--ulimit", "nofile=9:8"}, "above the hard one"},
            {{"--ulimit", "nope=1"}, "nope"},
            {{"-a", "stdwhat"}, "invalid stream 'stdwhat'"},
            {{"-v", "/a:b"}, "volume '/a:b'"},
            {{"-v", ":/b"}, "volume ':/b'"},
            {{"-v", "/a:/b:ro:x"}, "volume"},
            {{"-v", "/a:/b:maybe"}, "maybe"},
            {{"--device", "fuse"}, "device 'fuse'"},
            {{"--device=/dev/a:/dev/b:q"}, "device"},
            {{"-p", "80:http"}, "invalid port '80:http'"},
            {{"--expose=x"}, "invalid port 'x'"},
            {{"--restart=sometimes"}, "restart policy 'sometimes'"},
            {{"--restart=always:3"}, "restart policy 'always:3'"},
            {{"--restart=on-failure:x"}, "restart policy 'on-failure:x'"},
            {{"--rm", "--restart=always"}, "exclude each other"},
            {{"--cpus=two"}, "number of CPUs 'two'"},
            {{"--mac-address=xx"}, "MAC address 'xx'"},
            {{"--add-host=db"}, "extra host 'db'"},
            {{"--add-host=db:nowhere"}, "extra host 'db:nowhere'"},
            {{"--dns=ns1"}, "name server 'ns1'"},
            {{"--tmpfs=run"}, "tmpfs 'run'"},
            {{"--sysctl=x"}, "sysctl 'x'"},
            {{"--log-opt=x"}, "log option 'x'"},
            {{"-w", "tmp"}, "working directory 'tmp'"},
            {{"--stop-signal=SIGNOPE"}, "SIGNOPE"},
            {{"-h", "bad name"}, "bad name"},
            {{"--pull=perhaps"}, "--pull"},
            {{"--device-read-bps=sda:1"}, "device-read-bps 'sda:1'"},
            {{"--device-read-bps=/dev/sda:much"}, "device-read-bps 'much'"},
            {{"--device-read-bps=/dev/sda:0"}, "rate 0"},
            {{"--device-write-iops=/dev/sda"}, "device-write-iops '/dev/sda'"},
            {{"--device-write-iops=/dev/sda:1m"}, "device-write-iops '/dev/sda:1m'"},
            {{"--blkio-weight-device=/dev/sda:5"}, "weight 5"},
            {{"--device-cgroup-rule=x"}, "'x'"},
            {{"--ipc=mine"}, "IPC mode: 'mine'"},
            {{"--pid=mine"}, "PID mode: 'mine'"},
            {{"--uts=container:x"}, "UTS mode: 'container:x'"},
            {{"--userns=keep"}, "user namespace mode: 'keep'"},
            {{"--sysctl=vm.swappiness=1"}, "'vm.swappiness' is not namespaced"},
            {{"--mount=type=bind,source=/a"}, "target"},
            {{"--mount=type=bind,target=/b"}, "field Source must not be empty"},
            {{"--mount=type=bind,source=/a,target=/b,what=1"}, "field 'what=1'"},
            {{"--mount=type=bind,source=/a,target=/b,ro=maybe"}, "field 'ro=maybe'"},
            {{"--mount=type=bind,source=/a,target=/b,tmpfs-size=1m"}, "cannot mix 'tmpfs-*'"},
            {{"--mount=type=tmpfs,target=/b,tmpfs-mode=9"}, "field 'tmpfs-mode=9'"},
            {{"--mount=type=tmpfs,target"}, "field 'target'"},
            {{"--mount=type=odd,target=/b"}, "mount type unknown: \"odd\""},
            {{"--mount=\"type=tmpfs,target=/b"}, "quotes"},
            {{"--annotation=x"}, "annotation 'x'"},
            {{"--blkio-weight=5"}, "5"},
            {{"--oom-score-adj=99999999999"}, "--oom-score-adj"},
        };
        for (const auto& [words, text] : cases)
            expectError(ErrorKind::InvalidArgument, text, [&, w = words] { request(w); });
        for (const char* option : {"--ip=10.0.0.9", "--ip6=fd00::9", "--network-alias=db"})
            expectError(ErrorKind::NotSupported, "not built yet", [&] { request({option}); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RunOptionsTest);

} // namespace ctrd::cli
