#include "spec/host_config.h"

#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::spec {

using testing::expectEqual;
using testing::expectError;

class HostConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostConfigTest);
    CPPUNIT_TEST(survivesARoundTrip);
    CPPUNIT_TEST(parsesBinds);
    CPPUNIT_TEST(refusesWrongBinds);
    CPPUNIT_TEST(parsesVolumesFrom);
    CPPUNIT_TEST(refusesWrongLimits);
    CPPUNIT_TEST(refusesWrongPolicies);
    CPPUNIT_TEST(keepsWhatIsOfOneDevice);
    CPPUNIT_TEST(refusesWrongBlockIo);
    CPPUNIT_TEST(knowsModes);
    CPPUNIT_TEST(refusesWrongModes);
    CPPUNIT_TEST(sysctlNames);
    CPPUNIT_TEST(refusesSysctlsOfTheHost);
    CPPUNIT_TEST(refusesWrongDeviceRules);
    CPPUNIT_TEST(refusesWhatItCannotGive);
    CPPUNIT_TEST(saysWhatIsNotBuilt);
    CPPUNIT_TEST_SUITE_END();

public:
    void survivesARoundTrip() {
        const Json json = parseJson(R"({"Binds":["/a:/b:ro"],"Memory":8388608,"CpuShares":5,
            "Ulimits":[{"Name":"nofile","Soft":1,"Hard":2}],"CapAdd":["NET_ADMIN"],
            "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"Init":true,
            "LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}},"NetworkMode":"none",
            "Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/f"}],
            "PortBindings":{"80/tcp":[{"HostPort":"8080"}]},"ConsoleSize":[24,80]})",
                                    "test");
        const Json again = toJson(hostConfigFromJson(json));
        CPPUNIT_ASSERT(again == toJson(hostConfigFromJson(again)));
        for (const char* key : {"Binds", "Memory", "CpuShares", "Ulimits", "CapAdd",
                                "RestartPolicy", "Init", "LogConfig", "NetworkMode", "ConsoleSize"})
            CPPUNIT_ASSERT_MESSAGE(key, again[key] == json[key]);
        expectEqual("rwm", again["Devices"][0]["CgroupPermissions"].get<std::string>());
    }

    void parsesBinds() {
        const Bind bind = parseBind("/host/dir:/data/:ro");
        expectEqual("/host/dir", bind.source);
        expectEqual("/data", bind.destination);
        CPPUNIT_ASSERT(bind.readOnly && !parseBind("/a:/b").readOnly);
        CPPUNIT_ASSERT(!bind.isVolume() && parseBind("data:/b:nocopy").isVolume());
        const Bind nameless = parseBind("/data");
        CPPUNIT_ASSERT(nameless.isVolume() && nameless.source.empty());
    }

    void parsesVolumesFrom() {
        const VolumesFrom from = parseVolumesFrom("web:ro");
        expectEqual("web", from.container);
        CPPUNIT_ASSERT(from.readOnly && !parseVolumesFrom("web").readOnly);
        for (const char* text : {"", ":ro", "web:", "web:nocopy", "web:ro:rw"})
            expectError(ErrorKind::InvalidArgument, "volumes-from",
                        [&] { parseVolumesFrom(text); });
    }

    void refusesWrongBinds() {
        for (const char* text : {"only", ":/b", "/a:b", "/a:/", "/a:/b:ro:x", "/a:/b:bad", "", "/",
                                 "/a:/b:nocopy", "data:/b:rshared"})
            expectError(ErrorKind::InvalidArgument, "bind", [&] { parseBind(text); });
    }

    void refusesWrongLimits() {
        const auto refused = [](const Json& json, const std::string& part) {
            expectError(ErrorKind::InvalidArgument, part,
                        [&] { validate(hostConfigFromJson(json)); });
        };
        refused({{"Memory", -5}}, "-5");
        refused({{"Memory", 1000}}, "minimum memory limit");
        refused({{"MemorySwap", 8 << 20}}, "needs a memory limit");
        refused({{"Memory", 16 << 20}, {"MemorySwap", 8 << 20}}, "memory-swap");
        refused({{"BlkioWeight", 5}}, "blkio weight");
        refused({{"CpuPeriod", 5}}, "CPU period");
        refused({{"PidsLimit", -2}}, "pids limit -2");
        refused({{"Ulimits", {{{"Name", "nofiles"}}}}}, "nofiles");
        refused({{"Ulimits", {{{"Name", "nofile"}, {"Soft", 5}, {"Hard", 2}}}}}, "soft limit");
        validate(hostConfigFromJson({{"Memory", 16 << 20}, {"MemorySwap", -1}}));
    }

    void refusesWrongPolicies() {
        const auto refused = [](const char* name, int retries, bool autoRemove) {
            HostConfig h;
            h.restartPolicy = {name, retries};
            h.autoRemove = autoRemove;
            expectError(ErrorKind::InvalidArgument, "restart policy", [&] { validate(h); });
        };
        refused("sometimes", 0, false);
        refused("always", 3, false);
        refused("always", 0, true);
    }

    void keepsWhatIsOfOneDevice() {
        const Json json = {{"BlkioWeightDevice", {{{"Path", "/dev/sda"}, {"Weight", 100}}}},
                           {"BlkioDeviceReadBps", {{{"Path", "/dev/sda"}, {"Rate", 1024}}}},
                           {"BlkioDeviceWriteIOps", {{{"Path", "/dev/sdb"}, {"Rate", 7}}}},
                           {"DeviceCgroupRules", {"c 1:3 rwm"}},
                           {"MaskedPaths", Json::array()},
                           {"Annotations", {{"a", "b"}}}};
        const Json again = toJson(hostConfigFromJson(json));
        for (const auto& [key, value] : json.items())
            CPPUNIT_ASSERT_MESSAGE(key, again[key] == value);
        CPPUNIT_ASSERT(again.find("ReadonlyPaths") == again.end());
        CPPUNIT_ASSERT(hostConfigFromJson(again).maskedPaths.value().empty());
    }

    void refusesWrongBlockIo() {
        const auto refused = [](const char* list, const char* path, const char* number, int value,
                                const std::string& part) {
            const Json json = {{list, {{{"Path", path}, {number, value}}}}};
            expectError(ErrorKind::InvalidArgument, part,
                        [&] { validate(hostConfigFromJson(json)); });
        };
        refused("BlkioWeightDevice", "/dev/x", "Weight", 9, "weight 9 of '/dev/x'");
        refused("BlkioDeviceReadBps", "/dev/x", "Rate", 0, "rate 0 of device-read-bps");
        refused("BlkioDeviceWriteIOps", "/dev/x", "Rate", -3, "rate -3 of device-write-iops");
        refused("BlkioDeviceWriteBps", "sda", "Rate", 1, "'sda' of device-write-bps");
    }

    static HostConfig withMode(const char* key, const char* value) {
        return hostConfigFromJson({{key, value}});
    }

    void knowsModes() {
        for (const char* mode :
             {"", "private", "shareable", "none", "host", "container:a", "container:b-1"})
            validate(withMode("IpcMode", mode));
        for (const char* mode : {"", "private", "host", "container:a"})
            validate(withMode("PidMode", mode));
        validate(withMode("UTSMode", "host"));
        validate(withMode("CgroupnsMode", "host"));
        validate(withMode("UsernsMode", "host"));
    }

    void refusesWrongModes() {
        const auto refused = [](const char* key, const char* mode, const std::string& part) {
            expectError(ErrorKind::InvalidArgument, part, [&] { validate(withMode(key, mode)); });
        };
        refused("IpcMode", "shared", "invalid IPC mode: 'shared'");
        refused("IpcMode", "container:", "container:NAME is wanted");
        refused("PidMode", "shareable", "invalid PID mode: 'shareable'");
        refused("UTSMode", "container:a", "invalid UTS mode: 'container:a'");
        refused("UsernsMode", "private", "invalid user namespace mode: 'private'");
        expectError(ErrorKind::NotSupported, "private cgroup namespace",
                    [] { validate(withMode("CgroupnsMode", "private")); });
    }

    void sysctlNames() {
        expectEqual("net/ipv4/ip_forward", sysctlPath("net.ipv4.ip_forward"));
        expectEqual("net/ipv4/conf/eth0.1/forwarding",
                    sysctlPath("net/ipv4/conf/eth0.1/forwarding"));
        expectEqual("net/ipv4/conf/eth0.1/forwarding",
                    sysctlPath("net.ipv4.conf.eth0/1.forwarding"));
        for (const char* name : {"", "net..x", "net/../kernel/panic", "/net", "net.ipv4."})
            expectError(ErrorKind::InvalidArgument, "invalid sysctl", [&] { sysctlPath(name); });
    }

    void refusesSysctlsOfTheHost() {
        HostConfig h;
        const auto refused = [&](const char* name, const std::string& part) {
            h.sysctls = {{name, "1"}};
            expectError(ErrorKind::InvalidArgument, part, [&] { validate(h); });
        };
        for (const char* name : {"kernel.panic", "vm.swappiness", "kernel.hostname", "netx.a",
                                 "kernel.shmmax.x", "fs.mqueuex"})
            refused(name, std::string("'") + name + "' is not namespaced");
        for (const char* name : {"kernel.shmmax", "kernel/msgmni", "fs.mqueue.msg_max",
                                 "kernel.sem", "net.core.somaxconn"}) {
            h.sysctls = {{name, "1"}};
            validate(h);
        }
        h.networkMode = "host";
        refused("net.core.somaxconn", "host's network namespace");
        h.ipcMode = "host";
        refused("kernel.shmmax", "host's IPC namespace");
        h.utsMode = "host";
        refused("kernel.domainname", "host's UTS namespace");
    }

    void refusesWrongDeviceRules() {
        HostConfig h;
        h.deviceCgroupRules = {"c 1:3 rwm", "b 7:* r", "a *:* m"};
        validate(h);
        for (const char* rule :
             {"", "c 1:3", "d 1:3 r", "c 1 r", "c 1:x r", "c 1:3 rx", "c 1:3 rwmr", "c -1:3 r"}) {
            h.deviceCgroupRules = {rule};
            expectError(ErrorKind::InvalidArgument, std::string("'") + rule + "'",
                        [&] { validate(h); });
        }
    }

    void refusesWhatItCannotGive() {
        expectError(ErrorKind::NotSupported, "CpuRealtimeRuntime", [] {
            hostConfigFromJson({{"CpuRealtimeRuntime", 1000}});
        });
        expectError(ErrorKind::NotSupported, "DeviceRequests", [] {
            hostConfigFromJson({{"DeviceRequests", {{{"Driver", "nvidia"}}}}});
        });
        expectError(ErrorKind::InvalidArgument, "hyperv", [] {
            hostConfigFromJson({{"Isolation", "hyperv"}});
        });
        hostConfigFromJson({{"CpuRealtimeRuntime", 0}, {"DeviceRequests", Json()}});
    }

    void saysWhatIsNotBuilt() {
        HostConfig h;
        h.portBindings["80/tcp"] = {{"", "8080"}};
        expectError(ErrorKind::NotSupported, "80/tcp", [&] { validate(h); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostConfigTest);

} // namespace ctrd::spec
