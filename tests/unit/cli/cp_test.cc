#include "api/wire/path_stat.h"
#include "archive/tar.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "unit/cli/fake_daemon.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using testing::FakeDaemon;
using testing::Peer;
using testing::Result;
using testing::runCtr;

namespace {

std::string statHeader(const std::string& name, mode_t mode, const std::string& target = "") {
    const api::wire::PathStat stat = {name, 3, api::wire::goFileMode(mode), "2015-07-14T13:01:02Z",
                                      target};
    return std::string(api::wire::kPathStatHeader) + ": " + api::wire::encodePathStat(stat) +
           "\r\n";
}

std::string answer(const std::string& header, const std::string& body) {
    return "HTTP/1.1 200 OK\r\n" + header + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

// Directories end in a slash, links hold " -> "; every file says "new".
std::string tarOf(const std::vector<std::string>& names) {
    archive::StringSink sink;
    archive::TarWriter writer(sink);
    for (const auto& name : names) {
        archive::Entry entry;
        entry.name = name;
        entry.uid = entry.gid = 12345;
        const size_t arrow = name.find(" -> ");
        if (arrow != std::string::npos) {
            entry.type = archive::EntryType::Symlink;
            entry.name = name.substr(0, arrow);
            entry.target = name.substr(arrow + 4);
        } else if (endsWith(name, "/")) {
            entry.type = archive::EntryType::Directory;
            entry.mode = 0755;
        } else {
            entry.size = 3;
        }
        writer.add(entry);
        if (entry.size > 0) writer.write("new", 3);
    }
    writer.finish();
    return sink.release();
}

// "NAME UID:GID" of each entry.
std::string listOf(const std::string& tar) {
    archive::StringSource source(tar);
    archive::TarReader reader(source);
    archive::Entry entry;
    std::vector<std::string> lines;
    while (reader.next(entry))
        lines.push_back(entry.name + " " + std::to_string(entry.uid) + ":" +
                        std::to_string(entry.gid));
    return join(lines, ", ");
}

} // namespace

class CpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CpTest);
    CPPUNIT_TEST(copiesOut);
    CPPUNIT_TEST(takesNothingFromOutside);
    CPPUNIT_TEST(refusesOtherKinds);
    CPPUNIT_TEST(followsLinks);
    CPPUNIT_TEST(streamsOut);
    CPPUNIT_TEST(copiesIn);
    CPPUNIT_TEST(copiesToANewName);
    CPPUNIT_TEST(streamsIn);
    CPPUNIT_TEST(tellsRefusals);
    CPPUNIT_TEST(refusesWrongPlaces);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;

    std::string at(const std::string& name) const { return joinPath(dir_.path(), name); }
    void write(const std::string& name) const {
        writeAll(openFile(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), "old");
    }

    // A daemon whose container has one path.
    static FakeDaemon::Serve serving(const std::string& header, const std::string& tar) {
        return [=](Peer& peer) {
            peer.send(answer(header, startsWith(peer.line, "HEAD") ? "" : tar));
        };
    }

public:
    void copiesOut() {
        FakeDaemon daemon(serving(statHeader("etc", S_IFDIR | 0755),
                                  tarOf({"etc/", "etc/motd", "etc/link -> motd"})));
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"cp", "web:/etc", dir_.path()}).code);
        expectEqual("GET /v1.44/containers/web/archive?path=%2Fetc", daemon.requests().at(0));
        expectEqual("new", readFile(at("etc/motd")));
        struct stat status {};
        CPPUNIT_ASSERT_EQUAL(0, lstat(at("etc/motd").c_str(), &status));
        CPPUNIT_ASSERT_EQUAL(geteuid(), status.st_uid);
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"cp", "web:/etc", at("other")}).code);
        expectEqual("new", readFile(at("other/link")));
        CPPUNIT_ASSERT_EQUAL(1, runCtr(daemon, {"cp", "web:/etc", at("missing/deep")}).code);
    }

    void takesNothingFromOutside() {
        makeDirs(at("into"));
        makeDirs(at("outside"));
        for (const char* name : {"../escaped", "etc/../../escaped"}) {
            const FakeDaemon daemon(serving(statHeader("etc", S_IFDIR | 0755), tarOf({name})));
            CPPUNIT_ASSERT(runCtr(daemon, {"cp", "web:/etc", at("into")}).code != 0);
        }
        const FakeDaemon links(
            serving(statHeader("etc", S_IFDIR | 0755),
                    tarOf({"etc/", "etc/out -> " + at("outside"), "etc/out/file"})));
        runCtr(links, {"cp", "web:/etc", at("into")});
        CPPUNIT_ASSERT(listDir(at("outside")).empty());
        CPPUNIT_ASSERT(!exists(at("escaped")));
    }

    void refusesOtherKinds() {
        makeDirs(at("motd"));
        const FakeDaemon daemon(serving(statHeader("motd", S_IFREG | 0644), tarOf({"motd"})));
        const Result result = runCtr(daemon, {"cp", "web:/etc/motd", dir_.path()});
        CPPUNIT_ASSERT_EQUAL(125, result.code);
        CPPUNIT_ASSERT(result.err.find("cannot overwrite directory") != std::string::npos);
    }

    void followsLinks() {
        FakeDaemon daemon([](Peer& peer) {
            if (startsWith(peer.line, "HEAD"))
                peer.send(answer(statHeader("link", S_IFLNK | 0777, "/etc/motd"), ""));
            else
                peer.send(answer(statHeader("motd", S_IFREG | 0644), tarOf({"motd"})));
        });
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"cp", "-L", "web:/link", dir_.path()}).code);
        expectEqual("GET /v1.44/containers/web/archive?path=%2Fetc%2Fmotd",
                    daemon.requests().at(1));
        expectEqual("new", readFile(at("link")));
    }

    void streamsOut() {
        const std::string tar = tarOf({"motd"});
        const FakeDaemon daemon(serving(statHeader("motd", S_IFREG | 0644), tar));
        CPPUNIT_ASSERT(runCtr(daemon, {"cp", "web:/etc/motd", "-"}).out == tar);
    }

    void copiesIn() {
        makeDirs(at("site/css"));
        write("site/index");
        std::string body;
        FakeDaemon daemon([&](Peer& peer) {
            if (!startsWith(peer.line, "HEAD")) body = peer.body;
            peer.send(answer(statHeader("www", S_IFDIR | 0755), ""));
        });
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"cp", at("site"), "web:/srv/www"}).code);
        expectEqual("HEAD /v1.44/containers/web/archive?path=%2Fsrv%2Fwww",
                    daemon.requests().at(0));
        expectEqual("PUT /v1.44/containers/web/archive?path=%2Fsrv%2Fwww&noOverwriteDirNonDir=true",
                    daemon.requests().at(1));
        expectEqual("site/ 0:0, site/css/ 0:0, site/index 0:0", listOf(body));
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"cp", at("site/."), "web:/srv/www"}).code);
        expectEqual("./ 0:0, ./css/ 0:0, ./index 0:0", listOf(body));
        CPPUNIT_ASSERT_EQUAL(0,
                             runCtr(daemon, {"cp", "-a", at("site/index"), "web:/srv/www"}).code);
        expectEqual("index " + std::to_string(geteuid()) + ":" + std::to_string(getegid()),
                    listOf(body));
    }

    void copiesToANewName() {
        makeDirs(at("site"));
        std::string body;
        FakeDaemon daemon([&](Peer& peer) {
            if (startsWith(peer.line, "HEAD")) return peer.sendStatus(404);
            body = peer.body;
            peer.sendStatus(200);
        });
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"cp", at("site"), "web:/srv/new"}).code);
        expectEqual("PUT /v1.44/containers/web/archive?path=%2Fsrv&noOverwriteDirNonDir=true",
                    daemon.requests().at(1));
        expectEqual("new/ 0:0", listOf(body));
    }

    void streamsIn() {
        std::string body;
        const FakeDaemon daemon([&](Peer& peer) {
            if (!startsWith(peer.line, "HEAD")) body = peer.body;
            peer.send(answer(statHeader("www", S_IFDIR | 0755), ""));
        });
        const std::string tar = tarOf({"a", "b"});
        CPPUNIT_ASSERT_EQUAL(0, runCtr(daemon, {"cp", "-", "web:/srv"}, tar).code);
        CPPUNIT_ASSERT(body == tar);
    }

    void tellsRefusals() {
        write("file");
        const FakeDaemon daemon([](Peer& peer) {
            if (startsWith(peer.line, "HEAD")) return peer.sendStatus(404);
            peer.sendJson(404, {{"message", "No such container: web"}});
        });
        for (const auto& words : {std::vector<std::string>{"cp", at("file"), "web:/x"},
                                  {"cp", "web:/x", dir_.path()}}) {
            const Result result = runCtr(daemon, words);
            CPPUNIT_ASSERT_EQUAL(1, result.code);
            expectEqual("ctr: No such container: web\n", result.err);
        }
    }

    void refusesWrongPlaces() {
        FakeDaemon daemon([](Peer& peer) { peer.sendStatus(200); });
        const std::pair<std::vector<std::string>, const char*> cases[] = {
            {{"cp", "a", "b"}, "one of the two must be CONTAINER:PATH"},
            {{"cp", "./a:b", "/a:b"}, "one of the two must be CONTAINER:PATH"},
            {{"cp", "a:/x", "b:/y"}, "between containers"},
            {{"cp", "a:", "b"}, "names no path"},
        };
        for (const auto& [words, part] : cases) {
            const Result result = runCtr(daemon, words);
            CPPUNIT_ASSERT(result.code != 0);
            CPPUNIT_ASSERT_MESSAGE(result.err, result.err.find(part) != std::string::npos);
        }
        CPPUNIT_ASSERT(daemon.requests().empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CpTest);

} // namespace ctrd::cli
