#include "engine/container.h"

#include "base/json.h"
#include "base/path.h"
#include "unit/engine/container_fixture.h"
#include "unit/testing/expect.h"

#include <thread>

#include <sys/stat.h>

using namespace ctrd;
using namespace ctrd::engine;

class ContainerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ContainerTest);
    CPPUNIT_TEST(configGoesToDiskAndBack);
    CPPUNIT_TEST(stateGoesToDiskAndBack);
    CPPUNIT_TEST(aNewerFormatIsRefused);
    CPPUNIT_TEST(anUnknownStatusIsRefused);
    CPPUNIT_TEST(filesAreRootsAlone);
    CPPUNIT_TEST(theStateMachineTakesOnlyItsSteps);
    CPPUNIT_TEST(becomeRefusesWithWords);
    CPPUNIT_TEST(waitForHearsOfAChange);
    CPPUNIT_TEST(waitForGivesUp);
    CPPUNIT_TEST(theViewShowsCommandAndBinds);
    CPPUNIT_TEST_SUITE_END();

    TempDir directory_;

    static Json read(const std::string& path) { return parseJson(readFile(path), path); }

    void configGoesToDiskAndBack() {
        ContainerRecord record;
        record.id = testing::idFrom("abc");
        record.name = "web";
        record.created = 1436878862000000003;
        record.imageId = "sha256:" + testing::idFrom("f");
        record.config.cmd = {"sh", "-c", "true"};
        record.config.env = {"A=1"};
        record.config.labels = {{"k", "v"}};
        record.config.stopTimeout = 3;
        record.hostConfig.binds = {"/a:/b:ro"};
        record.hostConfig.memory = 8 << 20;
        record.hostConfig.restartPolicy = {"on-failure", 4};
        record.hostConfig.autoRemove = true;
        record.storageDriver = "overlay";
        record.execDriver = "native";
        const Container container(record, {}, directory_.path());
        container.saveRecord(Durable::No);
        const auto back = containerRecordFromJson(read(container.file("config.json")));
        testing::expectEqual(toJson(record).dump(), toJson(back).dump());
        testing::expectEqual("web", back.name);
        CPPUNIT_ASSERT_EQUAL(record.created, back.created);
        CPPUNIT_ASSERT_EQUAL(3, *back.config.stopTimeout);
        CPPUNIT_ASSERT_EQUAL(4, back.hostConfig.restartPolicy.maximumRetryCount);
        CPPUNIT_ASSERT(back.hostConfig.autoRemove);
        testing::expectEqual("/a:/b:ro", back.hostConfig.binds.at(0));
    }

    void stateGoesToDiskAndBack() {
        RunRecord run;
        run.state = {Status::Exited, 0, 137, true, "gone", 11, 22};
        run.endpoint.network = "bridge";
        run.endpoint.address = "172.17.0.2";
        run.restartCount = 7;
        run.stoppedByHand = true;
        const auto back = runRecordFromJson(toJson(run));
        testing::expectEqual(toJson(run).dump(), toJson(back).dump());
        CPPUNIT_ASSERT(back.state.status == Status::Exited);
        CPPUNIT_ASSERT_EQUAL(137, back.state.exitCode);
        CPPUNIT_ASSERT(back.state.oomKilled && back.stoppedByHand);
        testing::expectEqual("172.17.0.2", back.endpoint.address);
        CPPUNIT_ASSERT_EQUAL(7, back.restartCount);
    }

    void aNewerFormatIsRefused() {
        Json json = toJson(RunRecord());
        json["version"] = 2;
        testing::expectError(ErrorKind::NotSupported, "state.json has format version 2",
                             [&] { runRecordFromJson(json); });
        json = toJson(ContainerRecord());
        json.erase("version");
        testing::expectError(ErrorKind::NotSupported, "config.json has format version 0",
                             [&] { containerRecordFromJson(json); });
    }

    void anUnknownStatusIsRefused() {
        Json json = toJson(RunRecord());
        json["status"] = "asleep";
        testing::expectError(ErrorKind::Internal, "asleep", [&] { runRecordFromJson(json); });
    }

    void filesAreRootsAlone() {
        const auto container = testing::makeContainer(testing::idFrom("a"), "n", directory_.path());
        container->saveRun(Durable::No);
        struct stat status = {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(container->file("state.json").c_str(), &status));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, status.st_mode & 07777);
    }

    void theStateMachineTakesOnlyItsSteps() {
        CPPUNIT_ASSERT(mayBecome(Status::Created, Status::Running));
        CPPUNIT_ASSERT(mayBecome(Status::Running, Status::Paused));
        CPPUNIT_ASSERT(mayBecome(Status::Paused, Status::Exited));
        CPPUNIT_ASSERT(mayBecome(Status::Restarting, Status::Exited));
        CPPUNIT_ASSERT(!mayBecome(Status::Created, Status::Paused));
        CPPUNIT_ASSERT(!mayBecome(Status::Exited, Status::Paused));
        CPPUNIT_ASSERT(!mayBecome(Status::Running, Status::Removing));
        CPPUNIT_ASSERT(!mayBecome(Status::Running, Status::Running));
        CPPUNIT_ASSERT(!mayBecome(Status::Removing, Status::Running));
        CPPUNIT_ASSERT(!mayBecome(Status::Dead, Status::Running));
    }

    void becomeRefusesWithWords() {
        const auto container = testing::makeContainer(testing::idFrom("a"), "n");
        testing::expectError(ErrorKind::Internal, "cannot go from created to paused",
                             [&] { container->become(Status::Paused); });
        CPPUNIT_ASSERT(container->status() == Status::Created);
    }

    void waitForHearsOfAChange() {
        const auto container = testing::makeContainer(testing::idFrom("a"), "n");
        std::thread other([&] { container->become(Status::Running); });
        const bool seen = container->waitFor(10 * kSecond, [](const Container::Data& data) {
            return data.run.state.status == Status::Running;
        });
        other.join();
        CPPUNIT_ASSERT(seen);
    }

    void waitForGivesUp() {
        const auto container = testing::makeContainer(testing::idFrom("a"), "n");
        CPPUNIT_ASSERT(
            !container->waitFor(kSecond / 100, [](const auto& data) { return data.removed; }));
    }

    void theViewShowsCommandAndBinds() {
        ContainerRecord record;
        record.id = testing::idFrom("a");
        record.config.entrypoint = {"/bin/sh"};
        record.config.cmd = {"-c", "true"};
        record.hostConfig.binds = {"/data:/var/data:ro"};
        record.mounts = mountPointsOf({}, record.hostConfig, {});
        record.hostConfig.logConfig.type = "json-file";
        const ContainerView view = Container(record, {}, "/d").view();
        testing::expectEqual("/bin/sh", view.path);
        CPPUNIT_ASSERT_EQUAL(size_t{2}, view.args.size());
        testing::expectEqual("/data", view.mounts.at(0).source);
        CPPUNIT_ASSERT(!view.mounts.at(0).readWrite);
        testing::expectEqual("/d/" + record.id + "-json.log", view.logPath);
        testing::expectEqual("/d/hosts", view.hostsPath);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ContainerTest);
