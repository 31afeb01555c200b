#include "base/json.h"
#include "base/strings.h"
#include "unit/cli/fake_daemon.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using testing::FakeDaemon;
using testing::Peer;
using testing::runCtr;

namespace {

FakeDaemon::Serve always(int status, const Json& json) {
    return [=](Peer& peer) { peer.sendJson(status, json); };
}

const Json kUsage = {{"LayersSize", 1000},
                     {"Images",
                      {{{"Id", "sha256:aa"},
                        {"RepoTags", {"app:1"}},
                        {"Size", 800},
                        {"SharedSize", 300},
                        {"Containers", 1}},
                       {{"Id", "sha256:bb"},
                        {"RepoTags", nullptr},
                        {"Size", 500},
                        {"SharedSize", 300},
                        {"Containers", 0}}}},
                     {"Containers",
                      {{{"Id", "c1"},
                        {"Names", {"/web"}},
                        {"State", "running"},
                        {"SizeRw", 30},
                        {"Mounts", {{{"Type", "volume"}}, {{"Type", "bind"}}}}},
                       {{"Id", "c2"}, {"Names", {"/old"}}, {"State", "exited"}, {"SizeRw", 70}}}},
                     {"Volumes",
                      {{{"Name", "data"}, {"UsageData", {{"RefCount", 1}, {"Size", 250}}}},
                       {{"Name", "idle"}, {"UsageData", {{"RefCount", 0}, {"Size", 750}}}}}},
                     {"BuildCache", Json::array()}};

} // namespace

class VolumesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VolumesTest);
    CPPUNIT_TEST(creates);
    CPPUNIT_TEST(lists);
    CPPUNIT_TEST(removesAndInspects);
    CPPUNIT_TEST(prunesOnlyWhenTold);
    CPPUNIT_TEST(aFamilyHasAPage);
    CPPUNIT_TEST(addsUpTheDisk);
    CPPUNIT_TEST(prunesTheSystem);
    CPPUNIT_TEST(defines);
    CPPUNIT_TEST_SUITE_END();

public:
    void creates() {
        std::string body;
        FakeDaemon daemon([&](Peer& peer) {
            body = peer.body;
            peer.sendJson(201, {{"Name", "data"}});
        });
        expectEqual(
            "data\n",
            runCtr(daemon, {"volume", "create", "--label", "a=b", "-o", "x=y", "data"}).out);
        expectEqual("POST /v1.44/volumes/create", daemon.requests().at(0));
        const Json sent = parseJson(body, "test");
        expectEqual("data local b y", getString(sent, "Name") + " " + getString(sent, "Driver") +
                                          " " + getString(sent["Labels"], "a") + " " +
                                          getString(sent["DriverOpts"], "x"));
    }

    void lists() {
        FakeDaemon daemon(
            always(200, {{"Volumes",
                          {{{"Name", "data"}, {"Driver", "local"}, {"Labels", {{"a", "b"}}}},
                           {{"Name", "idle"}, {"Driver", "local"}, {"Labels", nullptr}}}}}));
        expectEqual("data\nidle\n", runCtr(daemon, {"volume", "ls", "-q"}).out);
        expectEqual("data a=b\nidle \n",
                    runCtr(daemon, {"volume", "ls", "--format", "{{.Name}} {{.Labels}}"}).out);
        runCtr(daemon, {"volume", "ls", "-f", "dangling=true"});
        expectEqual("GET /v1.44/volumes?filters=%7B%22dangling%22%3A%7B%22true%22%3Atrue%7D%7D",
                    daemon.requests().back());
        expectEqual("data idle",
                    join(splitWords(runCtr(daemon, {"__complete", "volume", "rm", ""}).out), " "));
        expectEqual("create inspect ls prune rm",
                    join(splitWords(runCtr(daemon, {"__complete", "volume", ""}).out), " "));
        expectEqual("volume", trim(runCtr(daemon, {"__complete", "vol"}).out));
    }

    void removesAndInspects() {
        FakeDaemon daemon([](Peer& peer) {
            if (peer.line.find("ghost") != std::string::npos)
                peer.sendJson(404, {{"message", "get ghost: no such volume"}});
            else
                peer.sendJson(200, {{"Mountpoint", "/m"}});
        });
        const auto removed = runCtr(daemon, {"volume", "rm", "-f", "ghost", "data"});
        CPPUNIT_ASSERT_EQUAL(1, removed.code);
        expectEqual("data\n", removed.out);
        expectEqual("ctr: get ghost: no such volume\n", removed.err);
        expectEqual("DELETE /v1.44/volumes/ghost?force=1", daemon.requests().at(0));
        expectEqual("/m\n",
                    runCtr(daemon, {"volume", "inspect", "-f", "{{.Mountpoint}}", "data"}).out);
    }

    void prunesOnlyWhenTold() {
        FakeDaemon daemon(always(200, {{"VolumesDeleted", {"data"}}, {"SpaceReclaimed", 2000000}}));
        for (const char* answer : {"", "n\n", "no\n", "yikes\n"})
            runCtr(daemon, {"volume", "prune"}, answer);
        CPPUNIT_ASSERT(daemon.requests().empty());
        const auto asked = runCtr(daemon, {"volume", "prune"}, "y\n");
        CPPUNIT_ASSERT(asked.out.find("WARNING!") != std::string::npos);
        expectEqual("Deleted Volumes:\ndata\n\nTotal reclaimed space: 2 MB\n",
                    runCtr(daemon, {"volume", "prune", "-af"}).out);
        expectEqual("POST /v1.44/volumes/prune", daemon.requests().at(0));
        expectEqual("POST /v1.44/volumes/prune?filters=%7B%22all%22%3A%7B%22true%22%3Atrue%7D%7D",
                    daemon.requests().at(1));
    }

    void aFamilyHasAPage() {
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"volume"}, {"volume", "--help"}, {"help", "volume"}}) {
            const auto page = runCtr(words);
            CPPUNIT_ASSERT_EQUAL(0, page.code);
            CPPUNIT_ASSERT(startsWith(page.out, "Usage: ctr volume COMMAND"));
            CPPUNIT_ASSERT(page.out.find("volume prune") != std::string::npos);
        }
        CPPUNIT_ASSERT(runCtr({"man", "volume", "ls"}).out.find("ctr\\-volume\\-ls") !=
                       std::string::npos);
        const auto unknown = runCtr({"volume", "lst"});
        CPPUNIT_ASSERT_EQUAL(125, unknown.code);
        CPPUNIT_ASSERT(unknown.err.find("did you mean volume ls?") != std::string::npos);
    }

    void addsUpTheDisk() {
        const FakeDaemon daemon(always(200, kUsage));
        expectEqual(
            "Images|2|1|1 kB|500 B (50%)\n"
            "Containers|2|1|100 B|70 B (70%)\n"
            "Local Volumes|2|1|1 kB|750 B (75%)\n"
            "Build Cache|0|0|0 B|0 B\n",
            runCtr(daemon, {"system", "df", "--format",
                            "{{.Type}}|{{.TotalCount}}|{{.Active}}|{{.Size}}|"
                            "{{.Reclaimable}}"})
                .out);
        const std::string whole = runCtr(daemon, {"system", "df", "-v"}).out;
        for (const char* part : {"Images space usage:", "<none>", "LOCAL VOLUMES", "idle", "750 B",
                                 "Build cache usage: 0 B"})
            CPPUNIT_ASSERT_MESSAGE(part, whole.find(part) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(125,
                             runCtr(daemon, {"system", "df", "-v", "--format", "{{.Type}}"}).code);
    }

    void prunesTheSystem() {
        FakeDaemon daemon([](Peer& peer) {
            if (peer.line.find("/images/") != std::string::npos)
                peer.sendJson(200,
                              {{"ImagesDeleted", {{{"Untagged", "app:1"}}, {{"Deleted", "x"}}}},
                               {"SpaceReclaimed", 5}});
            else
                peer.sendJson(200, {{"SpaceReclaimed", 1}});
        });
        expectEqual("Deleted Images:\nuntagged: app:1\ndeleted: x\n\nTotal reclaimed space: 7 B\n",
                    runCtr(daemon, {"system", "prune", "-f", "-a", "--volumes"}).out);
        const auto requests = daemon.requests();
        CPPUNIT_ASSERT_EQUAL(size_t{4}, requests.size());
        CPPUNIT_ASSERT(requests[3].find("dangling%22%3A%7B%22false") != std::string::npos);
    }

    void defines() {
        std::string body;
        FakeDaemon daemon([&](Peer& peer) {
            body = peer.body;
            peer.sendJson(201, {{"Name", "web"}, {"Warnings", {"mind the gap"}}});
        });
        const auto result = runCtr(daemon, {"define", "-"}, "<container/>");
        expectEqual("web\n", result.out);
        expectEqual("ctr: WARNING: mind the gap\n", result.err);
        expectEqual("<container/>", body);
        expectEqual("POST /v1.44/containers/define?file=standard%20input", daemon.requests().at(0));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(VolumesTest);

} // namespace ctrd::cli
