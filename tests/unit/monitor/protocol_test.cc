#include "monitor/protocol.h"

#include "base/json.h"
#include "base/path.h"
#include "unit/testing/expect.h"

#include <fcntl.h>

using namespace ctrd;
using namespace ctrd::monitor;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class ProtocolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProtocolTest);
    CPPUNIT_TEST(launchRequest);
    CPPUNIT_TEST(otherVersions);
    CPPUNIT_TEST(attachRequestKeepsAllBytes);
    CPPUNIT_TEST(execRequest);
    CPPUNIT_TEST(events);
    CPPUNIT_TEST(errors);
    CPPUNIT_TEST(exitRecords);
    CPPUNIT_TEST_SUITE_END();

    // As it crosses the socket.
    static Json crossing(const Json& json) { return parseJson(dumpJson(json), "a test"); }

public:
    void launchRequest() {
        LaunchRequest request;
        request.command.id = "id";
        request.command.process.args = {"sh", "-c", "true"};
        request.mountNamespace = "/proc/7/ns/mnt";
        request.sharedMount = kernel::MountSpec{"tmpfs", "shm", "/run/shm", {"size=1"}, ""};
        request.stateDirectory = "/state";
        request.runDirectory = "/run";
        request.logDriver = "none";
        request.logOptions = {{"max-size", "1m"}, {"max-file", "2"}};
        request.logPath = "/log";
        request.openStdin = request.stdinOnce = true;
        const LaunchRequest read = launchRequestFromJson(crossing(toJson(request)));
        expectEqual("id", read.command.id);
        expectEqual("true", read.command.process.args[2]);
        expectEqual("/proc/7/ns/mnt", read.mountNamespace);
        expectEqual("/run/shm", read.sharedMount.value().target);
        expectEqual("/state", read.stateDirectory);
        expectEqual("/run", read.runDirectory);
        expectEqual("none", read.logDriver);
        CPPUNIT_ASSERT(read.logOptions == request.logOptions);
        expectEqual("/log", read.logPath);
        CPPUNIT_ASSERT(read.openStdin && read.stdinOnce);
    }

    void otherVersions() {
        Json json = toJson(LaunchRequest{});
        for (const int version : {kOldestProtocol - 1, kProtocol + 1}) {
            json["protocol"] = json["oldestProtocol"] = version;
            expectError(ErrorKind::NotSupported, std::to_string(version),
                        [&] { launchRequestFromJson(json); });
        }
        // One that understands older versions as well is understood.
        json["protocol"] = kProtocol + 1;
        json["oldestProtocol"] = kOldestProtocol;
        launchRequestFromJson(json);
        requireCommonProtocol("an old monitor", Json::object());
    }

    void attachRequestKeepsAllBytes() {
        AttachRequest request;
        request.in = request.err = true;
        request.detachKeys = "ctrl-a";
        for (int c = 0; c < 256; ++c)
            request.pendingInput += static_cast<char>(c);
        const AttachRequest read = attachRequestFromJson(crossing(toJson(request)));
        CPPUNIT_ASSERT(read.in && !read.out && read.err);
        expectEqual("ctrl-a", read.detachKeys);
        CPPUNIT_ASSERT(read.pendingInput == request.pendingInput);
        expectError(ErrorKind::InvalidArgument, "pendingInput", [] {
            attachRequestFromJson({{"pendingInput", "0g"}});
        });
    }

    void execRequest() {
        ExecRequest request;
        request.execId = "e";
        request.process.args = {"ls"};
        request.process.tty = true;
        request.attach.out = true;
        const ExecRequest read = execRequestFromJson(crossing(toJson(request)));
        expectEqual("e", read.execId);
        expectEqual("ls", read.process.args.at(0));
        CPPUNIT_ASSERT(read.process.tty && read.attach.out && !read.attach.in);
    }

    void events() {
        Event event;
        event.kind = Event::Kind::Exit;
        event.exit.status = {137, 9, true};
        event.exit.startedAt = 1;
        event.exit.finishedAt = 1436878862000000003;
        event.exit.error = "why";
        const Event exit = eventFromJson(crossing(toJson(event)));
        CPPUNIT_ASSERT(exit.kind == Event::Kind::Exit && exit.exit.status.oomKilled);
        CPPUNIT_ASSERT(exit.exit.status.code == 137 && exit.exit.status.signal == 9);
        CPPUNIT_ASSERT_EQUAL(event.exit.finishedAt, exit.exit.finishedAt);
        expectEqual("why", exit.exit.error);
        for (const auto kind : {Event::Kind::Oom, Event::Kind::ExecExit, Event::Kind::Detach}) {
            event.kind = kind;
            event.execId = "e";
            event.exitCode = 3;
            const Event read = eventFromJson(crossing(toJson(event)));
            CPPUNIT_ASSERT(read.kind == kind);
            expectEqual("e", read.execId);
            CPPUNIT_ASSERT_EQUAL(kind == Event::Kind::ExecExit ? 3 : 0, read.exitCode);
        }
        expectError(ErrorKind::Internal, "'tea'", [] { eventFromJson({{"event", "tea"}}); });
    }

    void errors() {
        throwErrorIn({{"ok", true}});
        expectError(ErrorKind::Conflict, "busy",
                    [] { throwErrorIn(crossing(errorReply(conflict("busy")))); });
        expectError(ErrorKind::Internal, "odd",
                    [] { throwErrorIn(crossing(errorReply(std::runtime_error("odd")))); });
        try {
            throwErrorIn(
                crossing(errorReply(exec::StartError(ErrorKind::InvalidArgument, "no such", 127))));
            CPPUNIT_FAIL("no error");
        } catch (const exec::StartError& e) {
            CPPUNIT_ASSERT_EQUAL(127, e.exitCode());
            CPPUNIT_ASSERT(e.kind() == ErrorKind::InvalidArgument);
        }
    }

    void exitRecords() {
        const TempDir dir;
        CPPUNIT_ASSERT(!readExitRecord(dir.path()));
        const std::string path = joinPath(dir.path(), kExitRecordName);
        writeAll(openFile(path, O_WRONLY | O_CREAT, 0600).get(), "{\"exitCode\":3");
        expectError(ErrorKind::InvalidArgument, path, [&] { readExitRecord(dir.path()); });
        writeAll(openFile(path, O_WRONLY | O_TRUNC).get(), "{\"exitCode\":3}");
        CPPUNIT_ASSERT_EQUAL(3, readExitRecord(dir.path())->status.code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProtocolTest);
