#include "engine/command_builder.h"
#include "unit/engine/container_fixture.h"
#include "unit/testing/expect.h"

#include <algorithm>

using namespace ctrd;
using namespace ctrd::engine;

class CommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandTest);
    CPPUNIT_TEST(aCgroupStaysBelowItsParent);
    CPPUNIT_TEST(aCgroupParentMustNotEscape);
    CPPUNIT_TEST(nameFilesAreBound);
    CPPUNIT_TEST(aBindTakesThePlaceOfOurs);
    CPPUNIT_TEST(mountsOnDevReplaceAllBelow);
    CPPUNIT_TEST(parentsAreMountedBeforeChildren);
    CPPUNIT_TEST(bindsKeepModeAndPropagation);
    CPPUNIT_TEST(twoBindsOnOnePlaceAreRefused);
    CPPUNIT_TEST(tmpfsTakesOptions);
    CPPUNIT_TEST(mountsOfBothTypes);
    CPPUNIT_TEST(shmHasItsSize);
    CPPUNIT_TEST(ipcModesShareTheirMounts);
    CPPUNIT_TEST(namespacesByMode);
    CPPUNIT_TEST(anUnknownModeIsRefused);
    CPPUNIT_TEST(environmentHasDefaultsThatAnImageOverrides);
    CPPUNIT_TEST(ulimitsOfTheContainerWin);
    CPPUNIT_TEST(cpusBecomeAQuota);
    CPPUNIT_TEST(aDeviceGetsNodeAndRule);
    CPPUNIT_TEST(badDevicesAreRefused);
    CPPUNIT_TEST(deviceRulesComeLast);
    CPPUNIT_TEST(aBlockLimitNeedsABlockDevice);
    CPPUNIT_TEST(sysctlsBecomePaths);
    CPPUNIT_TEST(maskedPathsOfTheRequest);
    CPPUNIT_TEST(privilegedLiftsTheMasks);
    CPPUNIT_TEST(initAndHostname);
    CPPUNIT_TEST(anExecInherits);
    CPPUNIT_TEST(aLabelForcesTheKernel);
    CPPUNIT_TEST_SUITE_END();

    ContainerRecord record_;
    CommandContext context_;

public:
    void setUp() override {
        record_ = {};
        record_.id = testing::idFrom("abc");
        record_.execDriver = "native";
        record_.config.hostname = "box";
        record_.config.cmd = {"sh"};
        record_.hostConfig.shmSize = 64 << 20;
        context_ = {};
        context_.cgroupParent = "/ctrd";
        context_.nameFiles = "/files";
        context_.initProgram = "/usr/libexec/ctrd/ctrd-init";
        context_.pidOf = [](const std::string& ref) -> pid_t {
            if (ref != "other") throw notFound("No such container: " + ref);
            return 42;
        };
    }

private:
    std::vector<kernel::MountSpec> mounts() {
        record_.mounts = mountPointsOf(record_.config, record_.hostConfig, {});
        return mountsOf(record_.hostConfig, record_.mounts, "/files");
    }

    static const kernel::MountSpec* at(const std::vector<kernel::MountSpec>& mounts,
                                       const std::string& target) {
        const kernel::MountSpec* found = nullptr;
        for (const auto& mount : mounts) {
            if (mount.target != target) continue;
            CPPUNIT_ASSERT_MESSAGE(target + " is mounted twice", found == nullptr);
            found = &mount;
        }
        return found;
    }

    static bool has(const std::vector<std::string>& list, const std::string& item) {
        return std::find(list.begin(), list.end(), item) != list.end();
    }

    void aCgroupStaysBelowItsParent() {
        testing::expectEqual("/ctrd/x", cgroupPath("/ctrd", "x"));
        testing::expectEqual("/a/b/x", cgroupPath("a//b/", "x"));
        testing::expectEqual("/x", cgroupPath("/", "x"));
        record_.hostConfig.cgroupParent = "/tenant";
        testing::expectEqual("/tenant/" + record_.id, buildCommand(record_, context_).cgroupPath);
    }

    void aCgroupParentMustNotEscape() {
        for (const char* parent : {"..", "/../x", "a/../../b", "a/.."})
            testing::expectError(ErrorKind::InvalidArgument, "cgroup parent",
                                 [&] { cgroupPath(parent, "x"); });
    }

    void nameFilesAreBound() {
        const auto all = mounts();
        for (const char* name : {"hosts", "hostname", "resolv.conf"}) {
            const auto* mount = at(all, std::string("/etc/") + name);
            CPPUNIT_ASSERT(mount);
            testing::expectEqual(std::string("/files/") + name, mount->source);
        }
    }

    void aBindTakesThePlaceOfOurs() {
        record_.hostConfig.binds = {"/mine:/etc/hosts:ro", "/shm:/dev/shm"};
        const auto all = mounts();
        testing::expectEqual("/mine", at(all, "/etc/hosts")->source);
        testing::expectEqual("/shm", at(all, "/dev/shm")->source);
    }

    void mountsOnDevReplaceAllBelow() {
        record_.hostConfig.binds = {"/dev:/dev"};
        const auto all = mounts();
        testing::expectEqual("bind", at(all, "/dev")->type);
        CPPUNIT_ASSERT(!at(all, "/dev/pts") && !at(all, "/dev/shm"));
    }

    void parentsAreMountedBeforeChildren() {
        record_.hostConfig.binds = {"/c:/data/a/b", "/p:/data", "/m:/data/a"};
        record_.hostConfig.tmpfs = {{"/data/a/b/c", ""}};
        const auto all = mounts();
        const auto* parent = at(all, "/data");
        CPPUNIT_ASSERT(parent < at(all, "/data/a"));
        CPPUNIT_ASSERT(at(all, "/data/a") < at(all, "/data/a/b"));
        CPPUNIT_ASSERT(at(all, "/data/a/b") < at(all, "/data/a/b/c"));
    }

    void bindsKeepModeAndPropagation() {
        const auto plain = bindMount(spec::parseBind("/a:/b"));
        CPPUNIT_ASSERT((std::vector<std::string>{"rbind", "rprivate"}) == plain.options);
        const auto shared = bindMount(spec::parseBind("/a:/b:ro,rshared"));
        CPPUNIT_ASSERT((std::vector<std::string>{"rbind", "ro", "rshared"}) == shared.options);
    }

    void twoBindsOnOnePlaceAreRefused() {
        record_.hostConfig.binds = {"/a:/x", "/b:/x/"};
        testing::expectError(ErrorKind::InvalidArgument, "Duplicate mount point: /x",
                             [&] { mounts(); });
    }

    void tmpfsTakesOptions() {
        record_.hostConfig.tmpfs = {{"/run", "size=1m,exec"}};
        const auto all = mounts();
        const auto* mount = at(all, "/run");
        testing::expectEqual("tmpfs", mount->type);
        CPPUNIT_ASSERT(has(mount->options, "size=1m") && has(mount->options, "exec"));
        record_.hostConfig.tmpfs = {{"/run", "size=1m,fast"}};
        testing::expectError(ErrorKind::InvalidArgument, "tmpfs option 'fast' of '/run'",
                             [&] { mounts(); });
        record_.hostConfig.tmpfs = {{"run", ""}};
        testing::expectError(ErrorKind::InvalidArgument, "invalid tmpfs 'run'", [&] { mounts(); });
    }

    void mountsOfBothTypes() {
        spec::Mount bind, tmpfs;
        bind.type = "bind";
        bind.source = "/a";
        bind.target = "/b/";
        bind.readOnly = true;
        bind.nonRecursive = true;
        tmpfs.type = "tmpfs";
        tmpfs.target = "/t";
        tmpfs.tmpfsSize = 4096;
        tmpfs.tmpfsMode = 0700;
        record_.hostConfig.mounts = {bind, tmpfs};
        const auto all = mounts();
        CPPUNIT_ASSERT((std::vector<std::string>{"bind", "rprivate", "ro"}) ==
                       at(all, "/b")->options);
        const auto& options = at(all, "/t")->options;
        CPPUNIT_ASSERT(has(options, "size=4096") && has(options, "mode=700"));
        record_.hostConfig.tmpfs = {{"/b", ""}};
        testing::expectError(ErrorKind::InvalidArgument, "Duplicate mount point: /b",
                             [&] { mounts(); });
    }

    void shmHasItsSize() {
        record_.hostConfig.shmSize = 1 << 20;
        CPPUNIT_ASSERT(has(at(mounts(), "/dev/shm")->options, "size=1048576"));
    }

    void ipcModesShareTheirMounts() {
        const auto shared = mountsOf(record_.hostConfig, {}, "/files", "/run/shm");
        testing::expectEqual("bind", at(shared, "/dev/shm")->type);
        testing::expectEqual("/run/shm", at(shared, "/dev/shm")->source);
        record_.hostConfig.ipcMode = "none";
        CPPUNIT_ASSERT(!at(mounts(), "/dev/shm"));
    }

    void namespacesByMode() {
        record_.hostConfig.pidMode = "host";
        record_.hostConfig.ipcMode = "container:other";
        const exec::Command command = buildCommand(record_, context_);
        CPPUNIT_ASSERT(command.pid.mode == exec::NamespaceMode::Host);
        CPPUNIT_ASSERT(command.ipc.mode == exec::NamespaceMode::Join);
        testing::expectEqual("/proc/42/ns/ipc", command.ipc.path);
        CPPUNIT_ASSERT(command.uts.mode == exec::NamespaceMode::Private);
    }

    void anUnknownModeIsRefused() {
        record_.hostConfig.pidMode = "shared";
        testing::expectError(ErrorKind::InvalidArgument, "invalid PID mode: 'shared'",
                             [&] { buildCommand(record_, context_); });
        record_.hostConfig.pidMode = "container:";
        testing::expectError(ErrorKind::InvalidArgument, "PID mode",
                             [&] { buildCommand(record_, context_); });
    }

    void environmentHasDefaultsThatAnImageOverrides() {
        record_.config.tty = true;
        record_.config.env = {"PATH=/bin", "A=1", "REMOVED", "A=2"};
        const auto env = buildCommand(record_, context_).process.env;
        CPPUNIT_ASSERT(
            (std::vector<std::string>{"PATH=/bin", "HOSTNAME=box", "TERM=xterm", "A=2"}) == env);
    }

    void ulimitsOfTheContainerWin() {
        context_.defaultUlimits = {{"nofile", 100, 200}, {"core", -1, -1}};
        record_.hostConfig.ulimits = {{"nofile", 10, 20}};
        const auto limits = buildCommand(record_, context_).process.rlimits;
        CPPUNIT_ASSERT_EQUAL(size_t{2}, limits.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t{10}, limits.at(0).soft);
        testing::expectEqual("core", limits.at(1).name);
        CPPUNIT_ASSERT_EQUAL(UINT64_MAX, limits.at(1).hard);
    }

    void cpusBecomeAQuota() {
        record_.hostConfig.nanoCpus = 1500000000;
        const auto resources = resourcesOf(record_.hostConfig);
        CPPUNIT_ASSERT_EQUAL(int64_t{100000}, resources.cpuPeriod);
        CPPUNIT_ASSERT_EQUAL(int64_t{150000}, resources.cpuQuota);
    }

    void aDeviceGetsNodeAndRule() {
        record_.hostConfig.devices = {{"/dev/null", "/dev/hole", "rw"}};
        const DeviceAccess access = devicesOf(record_.hostConfig);
        testing::expectEqual("/dev/hole", access.nodes.back().path);
        CPPUNIT_ASSERT_EQUAL(uint32_t{1}, access.nodes.back().major);
        testing::expectEqual("rw", access.rules.back().access);
        CPPUNIT_ASSERT(!access.rules.front().allow);
    }

    void badDevicesAreRefused() {
        record_.hostConfig.devices = {{"/dev/null", "", "rx"}};
        testing::expectError(ErrorKind::InvalidArgument, "invalid device mode 'rx'",
                             [&] { devicesOf(record_.hostConfig); });
        record_.hostConfig.devices = {{"/proc/version", "", "rw"}};
        testing::expectError(ErrorKind::InvalidArgument, "/proc/version",
                             [&] { devicesOf(record_.hostConfig); });
    }

    void deviceRulesComeLast() {
        record_.hostConfig.deviceCgroupRules = {"b 7:* rm"};
        const DeviceAccess access = devicesOf(record_.hostConfig);
        const kernel::DeviceRule& rule = access.rules.back();
        CPPUNIT_ASSERT(rule.type == 'b' && rule.major == 7 && rule.minor == -1 && rule.allow);
        testing::expectEqual("rm", rule.access);
    }

    void aBlockLimitNeedsABlockDevice() {
        record_.hostConfig.blkioDeviceReadBps = {{"/dev/null", 5}};
        testing::expectError(ErrorKind::InvalidArgument, "'/dev/null' of device-read-bps",
                             [&] { resourcesOf(record_.hostConfig); });
        record_.hostConfig.blkioDeviceReadBps = {{"/dev/no-such-disk", 5}};
        testing::expectError(ErrorKind::InvalidArgument, "no such device",
                             [&] { resourcesOf(record_.hostConfig); });
    }

    void sysctlsBecomePaths() {
        record_.hostConfig.sysctls = {{"net.core.somaxconn", "99"}};
        const auto sysctls = buildCommand(record_, context_).sysctls;
        testing::expectEqual("99", sysctls.at("net/core/somaxconn"));
    }

    void maskedPathsOfTheRequest() {
        record_.hostConfig.maskedPaths = std::vector<std::string>{"/proc/mine"};
        record_.hostConfig.readonlyPaths = std::vector<std::string>{};
        const exec::Command command = buildCommand(record_, context_);
        CPPUNIT_ASSERT(command.maskedPaths == std::vector<std::string>{"/proc/mine"});
        CPPUNIT_ASSERT(command.readOnlyPaths.empty());
    }

    void privilegedLiftsTheMasks() {
        CPPUNIT_ASSERT(!buildCommand(record_, context_).maskedPaths.empty());
        record_.hostConfig.privileged = true;
        const exec::Command command = buildCommand(record_, context_);
        CPPUNIT_ASSERT(command.maskedPaths.empty() && command.readOnlyPaths.empty());
        CPPUNIT_ASSERT(command.resources.devices.front().allow);
        CPPUNIT_ASSERT(!has(at(command.mounts, "/sys")->options, "ro"));
    }

    void initAndHostname() {
        testing::expectEqual("", buildCommand(record_, context_).initPath);
        testing::expectEqual("box", buildCommand(record_, context_).hostname);
        record_.hostConfig.init = true;
        record_.hostConfig.utsMode = "host";
        const exec::Command command = buildCommand(record_, context_);
        testing::expectEqual(context_.initProgram, command.initPath);
        testing::expectEqual("", command.hostname); // it would be the host's
    }

    void anExecInherits() {
        record_.config.env = {"A=1"};
        record_.config.user = "web";
        record_.config.workingDir = "/srv";
        ExecCreateRequest request;
        request.cmd = {"ls"};
        request.env = {"A=2"};
        auto process = execProcessOf(record_, request, {});
        testing::expectEqual("web", process.user);
        testing::expectEqual("/srv", process.workingDirectory);
        CPPUNIT_ASSERT(has(process.env, "A=2") && !has(process.env, "A=1"));
        CPPUNIT_ASSERT(!has(process.env, "TERM=xterm"));
        request.user = "root";
        request.tty = true;
        process = execProcessOf(record_, request, {});
        testing::expectEqual("root", process.user);
        CPPUNIT_ASSERT(process.tty && has(process.env, "TERM=xterm"));
    }

    void aLabelForcesTheKernel() {
        testing::expectEqual("2.6.32", kernelToJudgeBy(record_, "2.6.32"));
        record_.config.labels["ctrd.force-kernel"] = "false";
        testing::expectEqual("2.6.32", kernelToJudgeBy(record_, "2.6.32"));
        record_.config.labels["ctrd.force-kernel"] = "true";
        testing::expectEqual("", kernelToJudgeBy(record_, "2.6.32"));
        record_.config.image = "web:1";
        testing::expectEqual("web:1", buildCommand(record_, context_).process.image);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CommandTest);
