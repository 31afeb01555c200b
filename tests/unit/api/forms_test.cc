#include "api/container_filter.h"
#include "api/container_json.h"
#include "api/event_filter.h"
#include "api/image_json.h"
#include "api/info_json.h"
#include "api/log_stream.h"
#include "api/stats_json.h"
#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::api {

using engine::Status;
using testing::expectEqual;
using testing::expectError;

namespace {

logging::Message message(logging::Stream stream, std::string_view line, bool partial = false) {
    logging::Message m;
    m.stream = stream;
    m.time = kSecond;
    m.line = line;
    m.partial = partial;
    return m;
}

engine::Event containerEvent(const std::string& action) {
    engine::Event event;
    event.type = "container";
    event.action = action;
    event.id = "abcdef";
    event.attributes = {{"name", "web"}, {"image", "host:5000/app:1"}, {"role", "db"}};
    return event;
}

bool passes(const char* filters, const engine::Event& event, int minor = 44) {
    return EventFilter(wire::Filters::parse(filters), {1, minor}).matches(event);
}

// Whether no list or object in it is a null.
void expectNoNulls(const Json& json, const std::string& where) {
    CPPUNIT_ASSERT_MESSAGE(where, !json.is_null());
    if (!json.is_structured()) return;
    for (const auto& item : json.items())
        expectNoNulls(item.value(), where + "/" + item.key());
}

} // namespace

// The canonical forms of what the engine shows.
class FormsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FormsTest);
    CPPUNIT_TEST(wordsStatusAsDocker);
    CPPUNIT_TEST(showsContainers);
    CPPUNIT_TEST(makesNetworkIds);
    CPPUNIT_TEST(framesLogs);
    CPPUNIT_TEST(stampsWholeLinesOnce);
    CPPUNIT_TEST(namesStreamTypes);
    CPPUNIT_TEST(limitsMemoryToTheHosts);
    CPPUNIT_TEST(filtersEvents);
    CPPUNIT_TEST(matchesPorts);
    CPPUNIT_TEST(showsHistory);
    CPPUNIT_TEST(infoHasNoNulls);
    CPPUNIT_TEST_SUITE_END();

public:
    void wordsStatusAsDocker() {
        engine::ContainerState s;
        const Timestamp t = 1000 * kSecond;
        expectEqual("Created", statusText(s, t));
        s.startedAt = t - 5 * kSecond;
        s.status = Status::Running;
        expectEqual("Up 5 seconds", statusText(s, t));
        s.status = Status::Paused;
        expectEqual("Up 5 seconds (Paused)", statusText(s, t));
        s.finishedAt = t - 120 * kSecond;
        s.exitCode = 137;
        s.status = Status::Exited;
        expectEqual("Exited (137) 2 minutes ago", statusText(s, t));
        s.status = Status::Restarting;
        expectEqual("Restarting (137) 2 minutes ago", statusText(s, t));
        s.status = Status::Dead;
        expectEqual("Dead", statusText(s, t));
        s.status = Status::Removing;
        expectEqual("Removal In Progress", statusText(s, t));
    }

    void showsContainers() {
        engine::ContainerView v;
        v.id = std::string(64, 'a');
        v.name = "web";
        v.path = "sh";
        v.args = {"-c", "echo a"};
        v.state.status = Status::Running;
        v.state.pid = 7;
        v.endpoint.network = "bridge";
        v.endpoint.address = "172.17.0.2";
        v.endpoint.prefixLength = 16;
        v.config.exposedPorts = {"80/tcp"};
        v.mounts = {{"bind", "", "", "/src", "/dst", "ro", "rprivate", false}};
        const Json json = containerJson(v);
        expectEqual("/web", json["Name"]);
        expectEqual("172.17.0.2", json["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]);
        CPPUNIT_ASSERT(json["NetworkSettings"]["Ports"].contains("80/tcp"));
        expectEqual("/src", json["Volumes"]["/dst"]);
        CPPUNIT_ASSERT(json["VolumesRW"]["/dst"] == false && json["Mounts"][0]["RW"] == false);
        const Json summary = containerSummaryJson(v, "busybox");
        expectEqual("sh -c 'echo a'", summary["Command"]);
        expectEqual("/web", summary["Names"][0]);
        CPPUNIT_ASSERT(summary["Ports"][0]["PrivatePort"] == 80);
        v.state = {};
        CPPUNIT_ASSERT(containerJson(v)["NetworkSettings"]["Ports"].empty());
        v.endpoint = {};
        v.hostConfig.networkMode = "container:other";
        CPPUNIT_ASSERT(containerJson(v)["NetworkSettings"]["Networks"].empty());
    }

    void makesNetworkIds() {
        CPPUNIT_ASSERT_EQUAL(size_t(64), networkId("bridge").size());
        expectEqual(networkId("host"), networkId("host"));
        CPPUNIT_ASSERT(networkId("host").substr(0, 12) != networkId("none").substr(0, 12));
    }

    void framesLogs() {
        LogFormatter formatter({true, false, false});
        std::string out;
        formatter.append(out, message(logging::Stream::Stdout, "a\n"));
        formatter.append(out, message(logging::Stream::Stderr, std::string(300, 'x')));
        expectEqual(std::string("\1\0\0\0\0\0\0\2a\n", 10) + std::string("\2\0\0\0\0\0\1\x2c", 8) +
                        std::string(300, 'x'),
                    out);
        LogFormatter plain({false, false, true});
        out.clear();
        plain.append(out, message(logging::Stream::Stdout, "a\n"));
        expectEqual(" a\n", out);
    }

    void stampsWholeLinesOnce() {
        LogFormatter formatter({false, true, false});
        std::string out;
        formatter.append(out, message(logging::Stream::Stdout, "long ", true));
        formatter.append(out, message(logging::Stream::Stdout, "line\n"));
        formatter.append(out, message(logging::Stream::Stdout, "next\n"));
        expectEqual(
            "1970-01-01T00:00:01.000000000Z long line\n"
            "1970-01-01T00:00:01.000000000Z next\n",
            out);
    }

    void namesStreamTypes() {
        const std::string raw = "application/vnd.docker.raw-stream";
        expectEqual(raw, streamType({1, 41}, false));
        expectEqual(raw, streamType({1, 42}, true));
        expectEqual("application/vnd.docker.multiplexed-stream", streamType({1, 42}, false));
    }

    void limitsMemoryToTheHosts() {
        engine::StatsView sample;
        sample.read = kSecond;
        sample.stats.memoryLimit = 9223372036854771712u;
        const Json json = statsJson(sample, {}, 1000);
        CPPUNIT_ASSERT(json["memory_stats"]["limit"] == 1000);
        CPPUNIT_ASSERT(!json["precpu_stats"].contains("system_cpu_usage"));
        expectEqual("0001-01-01T00:00:00Z", json["preread"]);
        sample.stats.memoryLimit = 500;
        CPPUNIT_ASSERT(statsJson(sample, {}, 1000)["memory_stats"]["limit"] == 500);
    }

    void filtersEvents() {
        const auto exec = containerEvent("exec_create: sh -c x");
        CPPUNIT_ASSERT(passes("", exec));
        CPPUNIT_ASSERT(passes(R"({"event":["exec_create"]})", exec));
        CPPUNIT_ASSERT(!passes(R"({"event":["die"]})", exec));
        CPPUNIT_ASSERT(passes(R"({"container":["web"],"type":["container"]})", exec));
        CPPUNIT_ASSERT(passes(R"({"container":["abc"]})", exec));
        CPPUNIT_ASSERT(!passes(R"({"container":["we"]})", exec));
        CPPUNIT_ASSERT(passes(R"({"image":["host:5000/app"]})", exec));
        CPPUNIT_ASSERT(!passes(R"({"image":["host"]})", exec));
        CPPUNIT_ASSERT(passes(R"({"label":["role=db"]})", exec));
        CPPUNIT_ASSERT(!passes(R"({"network":["web"]})", exec));
        expectError(ErrorKind::InvalidArgument, "invalid filter 'colour'",
                    [&] { passes(R"({"colour":["x"]})", exec); });
        auto network = exec;
        network.type = "network";
        CPPUNIT_ASSERT(passes("", network) && !passes("", network, 21));
    }

    void matchesPorts() {
        CPPUNIT_ASSERT(portMatches("80", "80/tcp") && !portMatches("80", "80/udp"));
        CPPUNIT_ASSERT(portMatches("8000-8080/udp", "8080/udp"));
        CPPUNIT_ASSERT(!portMatches("8000-8080", "8081/tcp"));
        for (const char* wrong : {"", "x", "80-70", "1-2-3", "80/tcp/x", "70000"})
            expectError(ErrorKind::InvalidArgument, "invalid port",
                        [&] { portMatches(wrong, "80/tcp"); });
    }

    void showsHistory() {
        image::Image image;
        image.id = "sha256:1";
        image.repoTags = {"a:1"};
        image::HistoryEntry entry;
        entry.created = "1970-01-01T00:01:00Z";
        const Json list = imageHistoryJson(image, {entry, entry});
        expectEqual("sha256:1", list[0]["Id"]);
        expectEqual("a:1", list[0]["Tags"][0]);
        expectEqual("<missing>", list[1]["Id"]);
        CPPUNIT_ASSERT(list[1]["Created"] == 60 && list[1]["Tags"].is_null());
    }

    // Docker's client ranges over what it shows without asking whether it is there.
    void infoHasNoNulls() {
        Options options;
        options.version = "0.1.0";
        expectNoNulls(infoJson(options, {}), "info");
        expectNoNulls(versionJson(options, {}), "version");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FormsTest);

} // namespace ctrd::api
