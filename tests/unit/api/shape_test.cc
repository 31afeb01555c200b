#include "api/wire/shape.h"

#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::api::wire {

using testing::expectEqual;

namespace {

Json shaped(Object object, int minor, const char* text) {
    Json json = parseJson(text, "test");
    shape(object, {1, minor}, json);
    return json;
}

const char* const kContainer = R"({
    "Image": "sha256:abc", "ExecDriver": "native", "Platform": "linux",
    "Volumes": {}, "VolumesRW": {}, "Mounts": [], "GraphDriver": {},
    "State": {"Status": "running", "Running": true},
    "Config": {"Image": "sha256:abc", "StopSignal": "SIGINT"},
    "HostConfig": {"Memory": 5, "CpusetCpus": "0-1", "VolumeDriver": "local", "AutoRemove": true},
    "NetworkSettings": {"IPAddress": "1.2.3.4", "Networks": {}, "PortMapping": null}})";

} // namespace

class ShapeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ShapeTest);
    CPPUNIT_TEST(givesTheNewestItsOwnForm);
    CPPUNIT_TEST(putsLimitsIntoConfigBefore19);
    CPPUNIT_TEST(shapesInspectAsOf171);
    CPPUNIT_TEST(shapesImagesByVersion);
    CPPUNIT_TEST(sumsNetworksOfOldStats);
    CPPUNIT_TEST(shapesExecAndWait);
    CPPUNIT_TEST(shapesEvents);
    CPPUNIT_TEST(bearsMissingMembers);
    CPPUNIT_TEST(modernizesCreate);
    CPPUNIT_TEST_SUITE_END();

public:
    void givesTheNewestItsOwnForm() {
        const Json json = shaped(Object::Container, 44, kContainer);
        for (const char* gone : {"ExecDriver", "Volumes", "VolumesRW"})
            CPPUNIT_ASSERT_MESSAGE(gone, !json.contains(gone));
        CPPUNIT_ASSERT(!json["NetworkSettings"].contains("PortMapping"));
        CPPUNIT_ASSERT(!json["Config"].contains("Memory"));
        expectEqual("running", json["State"]["Status"]);
        expectEqual("sha256:abc", json["Image"]);
        CPPUNIT_ASSERT(json["HostConfig"]["AutoRemove"] == true);
    }

    void putsLimitsIntoConfigBefore19() {
        const Json json = shaped(Object::Container, 18, kContainer);
        CPPUNIT_ASSERT(json["Config"]["Memory"] == 5);
        expectEqual("0-1", json["Config"]["Cpuset"]);
        CPPUNIT_ASSERT(!shaped(Object::Container, 19, kContainer)["Config"].contains("Memory"));
    }

    void shapesInspectAsOf171() {
        const Json json = shaped(Object::Container, 19, kContainer);
        expectEqual("abc", json["Image"]);
        expectEqual("sha256:abc", json["Config"]["Image"]); // as the user wrote it
        expectEqual("native", json["ExecDriver"]);
        expectEqual("local", json["Config"]["VolumeDriver"]);
        CPPUNIT_ASSERT(json.contains("Volumes") && json.contains("VolumesRW"));
        for (const char* later : {"Mounts", "GraphDriver", "Platform"})
            CPPUNIT_ASSERT_MESSAGE(later, !json.contains(later));
        CPPUNIT_ASSERT(!json["State"].contains("Status"));
        CPPUNIT_ASSERT(!json["NetworkSettings"].contains("Networks"));
        CPPUNIT_ASSERT(json["NetworkSettings"].contains("PortMapping"));
        CPPUNIT_ASSERT(!json["HostConfig"].contains("AutoRemove"));
        CPPUNIT_ASSERT(!json["Config"].contains("StopSignal"));
    }

    void shapesImagesByVersion() {
        const char* const image = R"({"Id": "sha256:1", "ParentId": "sha256:2", "RepoTags": [],
            "RepoDigests": [], "VirtualSize": 3, "SharedSize": -1})";
        const Json now = shaped(Object::ImageSummary, 44, image);
        CPPUNIT_ASSERT(!now.contains("VirtualSize") && now["RepoTags"].empty());
        const Json before = shaped(Object::ImageSummary, 42, image);
        CPPUNIT_ASSERT(before["VirtualSize"] == 3);
        expectEqual("<none>:<none>", before["RepoTags"][0]);
        expectEqual("<none>@<none>", before["RepoDigests"][0]);
        const Json tagged = shaped(Object::ImageSummary, 42, R"({"RepoTags": ["a:1"],
            "RepoDigests": []})");
        expectEqual(R"({"RepoDigests":[],"RepoTags":["a:1"]})", tagged.dump());
        const Json old = shaped(Object::ImageSummary, 19, image);
        expectEqual("1", old["Id"]);
        expectEqual("2", old["ParentId"]);
        CPPUNIT_ASSERT(!old.contains("SharedSize"));
        CPPUNIT_ASSERT(!shaped(Object::ImageSummary, 17, image).contains("RepoDigests"));
    }

    void sumsNetworksOfOldStats() {
        const char* const stats = R"({"networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2},
            "eth1": {"rx_bytes": 10}}, "cpu_stats": {"online_cpus": 2}})";
        const Json old = shaped(Object::Stats, 20, stats);
        CPPUNIT_ASSERT(old["network"]["rx_bytes"] == 11 && old["network"]["tx_bytes"] == 2);
        CPPUNIT_ASSERT(old["network"]["rx_errors"] == 0);
        CPPUNIT_ASSERT(!old.contains("networks") && !old["cpu_stats"].contains("online_cpus"));
        const Json now = shaped(Object::Stats, 44, stats);
        CPPUNIT_ASSERT(!now.contains("network") && now["networks"].size() == 2);
    }

    void shapesExecAndWait() {
        const char* const exec = R"({"ExitCode": null, "Pid": 3, "ContainerID": "c"})";
        CPPUNIT_ASSERT(shaped(Object::Exec, 44, exec)["ExitCode"].is_null());
        const Json old = shaped(Object::Exec, 19, exec);
        CPPUNIT_ASSERT(old["ExitCode"] == 0 && !old.contains("Pid"));
        const char* const wait = R"({"StatusCode": 1, "Error": {"Message": "x"}})";
        CPPUNIT_ASSERT(shaped(Object::Wait, 34, wait).contains("Error"));
        expectEqual(R"({"StatusCode":1})", shaped(Object::Wait, 33, wait).dump());
    }

    void shapesEvents() {
        const char* const event = R"({"Type": "container", "Action": "die", "Actor": {},
            "status": "die", "id": "x", "from": "i", "time": 1, "timeNano": 2, "scope": "local"})";
        expectEqual(R"({"from":"i","id":"x","status":"die","time":1})",
                    shaped(Object::Event, 19, event).dump());
        CPPUNIT_ASSERT_EQUAL(size_t(9), shaped(Object::Event, 44, event).size());
    }

    void bearsMissingMembers() {
        for (int minor = 12; minor <= 44; ++minor)
            for (const Object object :
                 {Object::Container, Object::ContainerSummary, Object::Image, Object::ImageSummary,
                  Object::ImageHistory, Object::ImageRemoval, Object::Exec, Object::Stats,
                  Object::Event, Object::Info, Object::Version, Object::Wait}) {
                shaped(object, minor, "{}");
                shaped(object, minor, R"({"HostConfig": null, "networks": null, "Config": {}})");
            }
    }

    void modernizesCreate() {
        Json body = parseJson(R"({"Memory": 5, "CpuShares": 7, "Cpuset": "0", "MemorySwap": 0,
            "HostConfig": {"CpuShares": 9}})",
                              "test");
        modernizeCreate(body);
        expectEqual(R"({"CpuShares":9,"CpusetCpus":"0","Memory":5})", body["HostConfig"].dump());
        Json none = parseJson(R"({"Memory": 5})", "test");
        modernizeCreate(none);
        CPPUNIT_ASSERT(none["HostConfig"]["Memory"] == 5);
        Json wrong = parseJson(R"({"Memory": 5, "HostConfig": "x"})", "test");
        modernizeCreate(wrong); // for the reader of HostConfig to refuse
        expectEqual("x", wrong["HostConfig"]);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ShapeTest);

} // namespace ctrd::api::wire
