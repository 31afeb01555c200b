#include "cli/commands.h"

#include "api/wire/frame.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "cli/help.h"
#include "unit/cli/fake_daemon.h"
#include "unit/testing/expect.h"

#include <set>

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using testing::FakeDaemon;
using testing::Peer;
using testing::Result;
using testing::runCtr;

namespace {

// Answers every request with the same.
FakeDaemon::Serve always(int status, const Json& json) {
    return [=](Peer& peer) { peer.sendJson(status, json); };
}

} // namespace

class CommandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandsTest);
    CPPUNIT_TEST(everyCommandHasAPage);
    CPPUNIT_TEST(unknownCommands);
    CPPUNIT_TEST(listsContainers);
    CPPUNIT_TEST(asksForContainers);
    CPPUNIT_TEST(listsImages);
    CPPUNIT_TEST(inspects);
    CPPUNIT_TEST(writesAnInitScript);
    CPPUNIT_TEST(goesOnAfterAFailure);
    CPPUNIT_TEST(sendsParameters);
    CPPUNIT_TEST(updatesWhatIsGiven);
    CPPUNIT_TEST(showsLogs);
    CPPUNIT_TEST(showsEvents);
    CPPUNIT_TEST(showsStats);
    CPPUNIT_TEST(loadsAndImports);
    CPPUNIT_TEST(checksTheDaemonsHost);
    CPPUNIT_TEST(commits);
    CPPUNIT_TEST(showsChanges);
    CPPUNIT_TEST(savesAndExports);
    CPPUNIT_TEST(prunes);
    CPPUNIT_TEST(showsVersionWithoutDaemon);
    CPPUNIT_TEST(namesNeverLeaveTheirPath);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyCommandHasAPage() {
        for (const Command* command : commands()) {
            std::vector<std::string> words = split(command->name, ' ');
            words.emplace_back("--help");
            const Result help = runCtr(words);
            CPPUNIT_ASSERT_EQUAL(0, help.code);
            for (const char* part :
                 {"Usage: ctr ", "\nOptions:\n", "\nExit codes:\n", "\nExample:\n"})
                CPPUNIT_ASSERT_MESSAGE(command->name, help.out.find(part) != std::string::npos);
            for (const std::string& line : split(help.out, '\n'))
                CPPUNIT_ASSERT_MESSAGE(line, line.size() <= 80 || startsWith(line, "  $"));
            const std::string manual = manualOf(*command);
            CPPUNIT_ASSERT(startsWith(manual, ".TH CTR") && manual.find("\n.SH EXAMPLE\n") > 0);
            std::set<std::string> names;
            for (const OptionTable& table : command->tables())
                for (const Option& option : table)
                    CPPUNIT_ASSERT_MESSAGE(option.name, names.insert(option.name).second);
            std::set<char> letters;
            for (const OptionTable& table : command->tables())
                for (const Option& option : table)
                    if (option.letter != 0) CPPUNIT_ASSERT(letters.insert(option.letter).second);
        }
        CPPUNIT_ASSERT(runCtr({"--help"}).out.find("\n  rename ") != std::string::npos);
        CPPUNIT_ASSERT(startsWith(runCtr({"man"}).out, ".TH CTR 1"));
    }

    void unknownCommands() {
        const std::pair<const char*, const char*> cases[] = {
            {"imagse", "ctr: 'imagse' is not a command of ctr; did you mean images?"},
            {"build", "ctr: the command 'build' is not built yet"},
            {"xyzzy", "ctr: 'xyzzy' is not a command of ctr (ctr --help lists the commands)"},
        };
        for (const auto& [name, text] : cases) {
            const Result result = runCtr({name});
            CPPUNIT_ASSERT_MESSAGE(result.err, startsWith(result.err, text));
            CPPUNIT_ASSERT_EQUAL(125, result.code);
        }
    }

    void listsContainers() {
        const FakeDaemon daemon(always(
            200,
            {{{"Id", std::string(64, 'a')},
              {"Image", "busybox"},
              {"Command", "sh -c 'while true; do sleep 1; done'"},
              {"Created", 1000000000},
              {"Status", "Up 5 minutes"},
              {"State", "running"},
              {"Names", {"/web", "/other/alias"}},
              {"Labels", {{"tier", "front"}}},
              {"Ports",
               {{{"IP", "0.0.0.0"}, {"PublicPort", 8080}, {"PrivatePort", 80}, {"Type", "tcp"}},
                {{"PrivatePort", 53}, {"Type", "udp"}}}}}}));
        const Result table = runCtr(daemon, {"ps"});
        const auto lines = split(table.out, '\n');
        for (const char* title :
             {"CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"})
            CPPUNIT_ASSERT(lines.at(0).find(title) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(table.out, startsWith(lines.at(1), "aaaaaaaaaaaa   busybox"));
        CPPUNIT_ASSERT(lines.at(1).find("\"sh -c 'while true…\"") != std::string::npos);
        CPPUNIT_ASSERT(lines.at(1).find("0.0.0.0:8080->80/tcp, 53/udp   web") != std::string::npos);
        expectEqual(std::string(64, 'a') + "\n", runCtr(daemon, {"ps", "-q", "--no-trunc"}).out);
        expectEqual(
            "web running front\n",
            runCtr(daemon, {"ps", "--format", "{{.Names}} {{.State}} {{.Label \"tier\"}}"}).out);
        CPPUNIT_ASSERT_EQUAL(125, runCtr(daemon, {"ps", "--format", "{{.Nope}}"}).code);
    }

    void asksForContainers() {
        FakeDaemon daemon(always(200, Json::array()));
        CPPUNIT_ASSERT_EQUAL(0,
                             runCtr(daemon, {"ps", "-as", "-n", "3", "-f", "status=exited"}).code);
        expectEqual(
            "GET /v1.44/containers/json?all=1&size=1&limit=3&filters="
            "%7B%22status%22%3A%7B%22exited%22%3Atrue%7D%7D",
            daemon.requests().at(0));
        runCtr(daemon, {"ps", "-l"});
        expectEqual("GET /v1.44/containers/json?limit=1", daemon.requests().at(1));
    }

    void listsImages() {
        const FakeDaemon daemon(
            always(200, {{{"Id", "sha256:" + std::string(64, 'b')},
                          {"RepoTags", {"localhost:5000/app:1.0", "busybox:latest"}},
                          {"RepoDigests", {"busybox@sha256:dd"}},
                          {"Created", 1000000000},
                          {"Size", 1500000}},
                         {{"Id", "sha256:" + std::string(64, 'c')},
                          {"RepoTags", Json::array()},
                          {"Created", 1000000000},
                          {"Size", 12}}}));
        expectEqual(
            "localhost:5000/app|1.0|bbbbbbbbbbbb|1.5 MB|<none>\n"
            "busybox|latest|bbbbbbbbbbbb|1.5 MB|sha256:dd\n"
            "<none>|<none>|cccccccccccc|12 B|<none>\n",
            runCtr(daemon,
                   {"images", "--format", "{{.Repository}}|{{.Tag}}|{{.ID}}|{{.Size}}|{{.Digest}}"})
                .out);
        expectEqual("bbbbbbbbbbbb\ncccccccccccc\n", runCtr(daemon, {"images", "-q"}).out);
    }

    void inspects() {
        const FakeDaemon daemon([](Peer& peer) {
            if (peer.line == "GET /v1.44/containers/web/json")
                peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\n"
                    "{\"Id\":\"1\",\"A\":{\"Pid\":5},\"Empty\":[]}");
            else if (peer.line == "GET /v1.44/images/repo/app%3A1/json")
                peer.sendJson(200, {{"Id", "sha256:2"}});
            else
                peer.sendJson(404, {{"message", "no such thing"}});
        });
        const Result both = runCtr(daemon, {"inspect", "web", "repo/app:1"});
        CPPUNIT_ASSERT_EQUAL(0, both.code);
        expectEqual(
            "[\n    {\n        \"Id\": \"1\",\n        \"A\": {\n            \"Pid\": 5\n"
            "        },\n        \"Empty\": []\n    },\n    {\n        \"Id\": \"sha256:2\"\n"
            "    }\n]\n",
            both.out);
        const Result some = runCtr(daemon, {"inspect", "-f", "{{.A.Pid}}", "web", "nope"});
        CPPUNIT_ASSERT_EQUAL(1, some.code);
        expectEqual("5\n", trim(some.out) + "\n");
        expectEqual("ctr: no such container, image or volume: nope\n", some.err);
        CPPUNIT_ASSERT_EQUAL(1, runCtr(daemon, {"inspect", "--type=image", "web"}).code);
        CPPUNIT_ASSERT_EQUAL(125, runCtr(daemon, {"inspect", "-f", "{{", "web"}).code);
    }

    void writesAnInitScript() {
        const FakeDaemon daemon(always(
            200, {{"Name", "/web"}, {"HostConfig", {{"RestartPolicy", {{"Name", "always"}}}}}}));
        const Result script = runCtr(daemon, {"generate", "sysvinit", "web", "--order=80 20"});
        CPPUNIT_ASSERT_EQUAL(0, script.code);
        for (const char* part : {"#!/bin/sh\n", "# chkconfig: 2345 80 20\n", "name='web'\n",
                                 "# Provides: ctr-web\n", "ctr=\"ctr -H "})
            CPPUNIT_ASSERT_MESSAGE(part, script.out.find(part) != std::string::npos);
        CPPUNIT_ASSERT(script.out.find('@') == std::string::npos);
        CPPUNIT_ASSERT(script.err.find("restart policy always") != std::string::npos);
        const Result wrong = runCtr(daemon, {"generate", "systemd", "web"});
        CPPUNIT_ASSERT(wrong.code != 0 &&
                       wrong.err.find("sysvinit is wanted") != std::string::npos);
    }

    void goesOnAfterAFailure() {
        FakeDaemon daemon([](Peer& peer) {
            if (peer.line.find("/bad/") != std::string::npos)
                peer.sendJson(404, {{"message", "No such container: bad"}});
            else
                peer.sendStatus(204);
        });
        const Result result = runCtr(daemon, {"stop", "-t", "3", "bad", "good"});
        CPPUNIT_ASSERT_EQUAL(1, result.code);
        expectEqual("good\n", result.out);
        expectEqual("ctr: No such container: bad\n", result.err);
        expectEqual("POST /v1.44/containers/good/stop?t=3", daemon.requests().at(1));
    }

    void sendsParameters() {
        FakeDaemon daemon([](Peer& peer) { peer.sendStatus(204); });
        const std::pair<std::vector<std::string>, const char*> cases[] = {
            {{"kill", "-s", "HUP", "a"}, "POST /v1.44/containers/a/kill?signal=HUP"},
            {{"kill", "a"}, "POST /v1.44/containers/a/kill?signal=KILL"},
            {{"stop", "a"}, "POST /v1.44/containers/a/stop"},
            {{"restart", "--time=0", "a"}, "POST /v1.44/containers/a/restart?t=0"},
            {{"pause", "a"}, "POST /v1.44/containers/a/pause"},
            {{"unpause", "a"}, "POST /v1.44/containers/a/unpause"},
            {{"start", "a"}, "POST /v1.44/containers/a/start"},
            {{"rm", "-fv", "a"}, "DELETE /v1.44/containers/a?force=1&v=1"},
            {{"rename", "a", "b"}, "POST /v1.44/containers/a/rename?name=b"},
            {{"tag", "a", "h:5000/b:2"},
             "POST /v1.44/images/a/tag?repo=h%3A5000%2Fb&tag=2&force=1"},
            {{"rmi", "--no-prune", "a"}, "DELETE /v1.44/images/a?noprune=1"},
            {{"top", "a", "-o", "pid"}, "GET /v1.44/containers/a/top?ps_args=-o%20pid"},
            {{"history", "a"}, "GET /v1.44/images/a/history"},
        };
        for (const auto& [words, request] : cases) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(request, 0, runCtr(daemon, words).code);
            expectEqual(request, daemon.requests().back());
        }
    }

    void updatesWhatIsGiven() {
        Json body;
        FakeDaemon daemon([&](Peer& peer) {
            body = parseJson(peer.body, "test");
            peer.sendJson(200, {{"Warnings", {"slowly"}}});
        });
        const Result result = runCtr(daemon, {"update", "-m", "64m", "a", "b"});
        expectEqual("a\nb\n", result.out);
        expectEqual("WARNING: slowly\nWARNING: slowly\n", result.err);
        expectEqual("POST /v1.44/containers/b/update", daemon.requests().back());
        CPPUNIT_ASSERT_EQUAL(int64_t{64 << 20}, getInt(body, "Memory"));
        CPPUNIT_ASSERT(!body.contains("RestartPolicy") && getMember(body, "PidsLimit").is_null());
        runCtr(daemon, {"update", "--restart=on-failure:2", "--pids-limit=0", "a"});
        CPPUNIT_ASSERT(body["RestartPolicy"] ==
                       Json({{"Name", "on-failure"}, {"MaximumRetryCount", 2}}));
        CPPUNIT_ASSERT(body["PidsLimit"] == 0);
        CPPUNIT_ASSERT_EQUAL(125, runCtr(daemon, {"update", "--restart=now", "a"}).code);
    }

    void showsLogs() {
        const auto frame = [](api::wire::StreamId id, const std::string& text) {
            const auto header = api::wire::frameHeader(id, static_cast<uint32_t>(text.size()));
            return std::string(header.data(), header.size()) + text;
        };
        std::string body;
        for (int i = 0; i < 20000; ++i)
            body += frame(api::wire::StreamId::Stdout, "line " + std::to_string(i) + "\n") +
                    (i % 1000 == 0 ? frame(api::wire::StreamId::Stderr, "e\n") : "");
        FakeDaemon daemon([&](Peer& peer) {
            const bool tty = peer.line.find("/tty/") != std::string::npos;
            const std::string text = tty ? "raw\r\n" : body;
            peer.send(
                "HTTP/1.1 200 OK\r\nContent-Type: " +
                std::string(tty ? api::wire::kRawStreamType : api::wire::kMultiplexedStreamType) +
                "\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
        });
        const Result result = runCtr(daemon, {"logs", "--tail=5", "-t", "web"});
        CPPUNIT_ASSERT_EQUAL(0, result.code);
        CPPUNIT_ASSERT_EQUAL(size_t(20001), split(result.out, '\n').size());
        CPPUNIT_ASSERT(endsWith(result.out, "line 19999\n"));
        CPPUNIT_ASSERT_EQUAL(size_t(40), result.err.size());
        expectEqual("GET /v1.44/containers/web/logs?stdout=1&stderr=1&tail=5&timestamps=1",
                    daemon.requests().at(0));
        expectEqual("raw\r\n", runCtr(daemon, {"logs", "tty"}).out);
        CPPUNIT_ASSERT_EQUAL(125, runCtr(daemon, {"logs", "--since", "whenever", "tty"}).code);
    }

    void showsEvents() {
        const FakeDaemon daemon([](Peer& peer) {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            const std::string event = dumpJson(
                {{"Type", "container"},
                 {"Action", "die"},
                 {"Actor", {{"ID", "c1"}, {"Attributes", {{"exitCode", "1"}, {"name", "w"}}}}},
                 {"time", 1436878862},
                 {"timeNano", 1436878862000000003}});
            char size[16];
            std::snprintf(size, sizeof size, "%zx\r\n", event.size());
            peer.send(size + event + "\r\n0\r\n\r\n");
        });
        expectEqual("2015-07-14T13:01:02.000000003Z container die c1 (exitCode=1, name=w)\n",
                    runCtr(daemon, {"events", "--since", "1h"}).out);
        expectEqual(
            "die w\n",
            runCtr(daemon, {"events", "--format", "{{.Action}} {{.Actor.Attributes.name}}"}).out);
    }

    void showsStats() {
        const auto cpu = [](int used, int all) {
            return Json{{"cpu_usage", {{"total_usage", used}}},
                        {"system_cpu_usage", all},
                        {"online_cpus", 2}};
        };
        const FakeDaemon daemon(
            always(200, {{"id", std::string(64, 'd')},
                         {"name", "/web"},
                         {"cpu_stats", cpu(300, 2000)},
                         {"precpu_stats", cpu(100, 1000)},
                         {"memory_stats",
                          {{"usage", 3 << 20},
                           {"limit", 8 << 20},
                           {"stats", {{"total_inactive_file", 1 << 20}}}}},
                         {"networks", {{"eth0", {{"rx_bytes", 1000}, {"tx_bytes", 2000}}}}},
                         {"pids_stats", {{"current", 3}}}}));
        expectEqual("web 40.00% 2 MiB / 8 MiB 25.00% 1 kB / 2 kB 0 B / 0 B 3\n",
                    runCtr(daemon, {"stats", "--no-stream", "--format",
                                    "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.MemPerc}} {{.NetIO}} "
                                    "{{.BlockIO}} {{.PIDs}}",
                                    "web"})
                        .out);
    }

    void loadsAndImports() {
        std::string body;
        FakeDaemon daemon([&](Peer& peer) {
            body = peer.body;
            if (peer.line.find("/load") != std::string::npos)
                peer.sendJson(200, {{"stream", "Loaded image: busybox:latest\n"}});
            else if (body == "bad")
                peer.sendJson(200, {{"error", "this is no tar"},
                                    {"errorDetail", {{"message", "this is no tar"}}}});
            else
                peer.sendJson(200, {{"status", "sha256:1234"}});
        });
        const std::string archive(3 << 20, 't');
        const Result load = runCtr(daemon, {"load"}, archive);
        expectEqual("Loaded image: busybox:latest\n", load.out);
        CPPUNIT_ASSERT(body == archive);
        const Result import =
            runCtr(daemon, {"import", "-c", "CMD [\"sh\"]", "-m", "first", "-", "base:1"}, "tar");
        expectEqual("sha256:1234\n", import.out);
        expectEqual("tar", body);
        expectEqual(
            "POST /v1.44/images/create?fromSrc=-&repo=base&tag=1&"
            "changes=CMD%20%5B%22sh%22%5D&message=first",
            daemon.requests().at(1));
        const Result bad = runCtr(daemon, {"import", "-"}, "bad");
        CPPUNIT_ASSERT_EQUAL(1, bad.code);
        expectEqual("ctr: this is no tar\n", bad.err);
        CPPUNIT_ASSERT_EQUAL(1, runCtr(daemon, {"load", "-i", "/no/such.tar"}).code);
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"import", "http://x/y.tar", "base"}).code);
        expectEqual("POST /v1.44/images/create?fromSrc=http%3A%2F%2Fx%2Fy.tar&repo=base&tag=",
                    daemon.requests().back());
    }

    void commits() {
        FakeDaemon daemon(always(201, {{"Id", "sha256:1234"}}));
        expectEqual("sha256:1234\n", runCtr(daemon, {"commit", "-m", "a b", "-c", "CMD sh",
                                                     "--pause=false", "web", "me/web:2"})
                                         .out);
        expectEqual(
            "POST /v1.44/commit?container=web&author=&comment=a%20b&pause=0&repo=me%2Fweb&"
            "tag=2&changes=CMD%20sh",
            daemon.requests().at(0));
    }

    void showsChanges() {
        const FakeDaemon daemon(always(200, {{{"Path", "/etc"}, {"Kind", 0}},
                                             {{"Path", "/etc/new"}, {"Kind", 1}},
                                             {{"Path", "/bin/ls"}, {"Kind", 2}}}));
        expectEqual("C /etc\nA /etc/new\nD /bin/ls\n", runCtr(daemon, {"diff", "web"}).out);
        expectEqual("", runCtr(FakeDaemon(always(200, nullptr)), {"diff", "web"}).out);
    }

    void prunes() {
        FakeDaemon daemon([](Peer& peer) {
            if (peer.line.find("/images/") != std::string::npos)
                peer.sendJson(200, {{"ImagesDeleted", {{{"Untagged", "a:1"}}, {{"Deleted", "b"}}}},
                                    {"SpaceReclaimed", 3000000}});
            else
                peer.sendJson(200, {{"ContainersDeleted", nullptr}, {"SpaceReclaimed", 0}});
        });
        expectEqual("Deleted Images:\nuntagged: a:1\ndeleted: b\n\nTotal reclaimed space: 3 MB\n",
                    runCtr(daemon, {"image", "prune", "-af"}).out);
        expectEqual(
            "POST /v1.44/images/prune?filters=%7B%22dangling%22%3A%7B%22false%22%3Atrue%7D%7D",
            daemon.requests().at(0));
        expectEqual("Total reclaimed space: 0 B\n",
                    runCtr(daemon, {"container", "prune", "--force"}).out);
        expectEqual("POST /v1.44/containers/prune", daemon.requests().at(1));
        // Who does not say yes has not said it.
        runCtr(daemon, {"container", "prune"}, "n\n");
        CPPUNIT_ASSERT_EQUAL(size_t(2), daemon.requests().size());
    }

    void savesAndExports() {
        const TempDir dir;
        const std::string file = joinPath(dir.path(), "out.tar");
        const std::string content(3 << 20, 't');
        bool whole = true;
        FakeDaemon daemon([&](Peer& peer) {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n" + content +
                      "\r\n" + (whole ? "0\r\n\r\n" : ""));
            if (!whole) peer.close();
        });
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"save", "-o", file, "a:1", "b"}).code);
        expectEqual("GET /v1.44/images/get?names=a%3A1&names=b", daemon.requests().at(0));
        CPPUNIT_ASSERT(readFile(file) == content);
        CPPUNIT_ASSERT(runCtr(daemon, {"export", "web"}).out == content);
        // What was there stays until the new one is whole.
        whole = false;
        CPPUNIT_ASSERT_EQUAL(1, runCtr(daemon, {"export", "-o", file, "web"}).code);
        CPPUNIT_ASSERT(readFile(file) == content);
        CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(dir.path()).size());
        const FakeDaemon none(always(404, {{"message", "No such container: web"}}));
        CPPUNIT_ASSERT_EQUAL(1, runCtr(none, {"export", "-o", dir.path() + "/x", "web"}).code);
        CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(dir.path()).size());
    }

    void checksTheDaemonsHost() {
        const Json finding = {{"Area", "Kernel"}, {"Feature", "build"}, {"Severity", "fatal"},
                              {"Found", "old"},   {"Effect", "panic"},  {"Mend", "update"}};
        const FakeDaemon daemon(always(200, {{"Ok", false}, {"Findings", {finding}}}));
        const Result page = runCtr(daemon, {"check"});
        CPPUNIT_ASSERT_EQUAL(1, page.code);
        CPPUNIT_ASSERT(page.out.find("fatal     build  old\n") != std::string::npos);
        const Result json = runCtr(daemon, {"check", "--json"});
        CPPUNIT_ASSERT_EQUAL(1, json.code);
        expectEqual("panic", getString(parseJson(json.out, "it")["Findings"][0], "Effect"));
        const FakeDaemon fit(always(200, {{"Ok", true}, {"Findings", Json::array()}}));
        CPPUNIT_ASSERT_EQUAL(0, runCtr(fit, {"check"}).code);
    }

    void showsVersionWithoutDaemon() {
        const Result result = runCtr({"-H", "unix:///no/such.sock", "version"});
        CPPUNIT_ASSERT_EQUAL(1, result.code);
        CPPUNIT_ASSERT(startsWith(result.out, "Client:\n Version: "));
        CPPUNIT_ASSERT(result.err.find("service ctrd start") != std::string::npos);
    }

    void namesNeverLeaveTheirPath() {
        FakeDaemon daemon(always(200, Json::object()));
        for (const char* name : {"", "..", "../images", "a/../../info"})
            CPPUNIT_ASSERT(runCtr(daemon, {"rm", name}).code != 0);
        CPPUNIT_ASSERT(daemon.requests().empty());
        runCtr(daemon, {"rm", "a?force=1"});
        expectEqual("DELETE /v1.44/containers/a%3Fforce%3D1", daemon.requests().at(0));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandsTest);

} // namespace ctrd::cli
