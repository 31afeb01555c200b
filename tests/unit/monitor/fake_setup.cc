// The monitor's cases, run with the fake driver; and what only that can show.

#include "unit/monitor/container.h"

#include <csignal>

#include <unistd.h>

namespace ctrd::monitor::testing {

std::string monitorProgram() {
    char self[4096];
    const ssize_t n = readlink("/proc/self/exe", self, sizeof self);
    return joinPath(dirName(std::string(self, n > 0 ? static_cast<size_t>(n) : 0)),
                    "unit-fake-monitor");
}

void setUpCommand(exec::Command& command, const std::string& directory) {
    command.driverOptions = {"cleaned=" + directory + "/cleaned"};
}

void cleanUp(const exec::Command&) {}

} // namespace ctrd::monitor::testing

using namespace ctrd;
using namespace ctrd::monitor;
using namespace ctrd::monitor::testing;

class FakeDriverTest : public ContainerTest {
    CPPUNIT_TEST_SUITE(FakeDriverTest);
    CPPUNIT_TEST(oomIsToldOnceEach);
    CPPUNIT_TEST(cleanedBeforeTheExitIsTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void oomIsToldOnceEach() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        kernel::Resources resources;
        resources.memory = 1;
        for (int i = 0; i < 3; ++i) {
            container_->client->update(resources);
            CPPUNIT_ASSERT(container_->client->readEvent().kind == Event::Kind::Oom);
        }
        container_->client->signal(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(137, container_->waitForEnd());
    }

    void cleanedBeforeTheExitIsTold() {
        container_->setArgs({"true"});
        container_->launchAndStart();
        container_->waitFor(Event::Kind::Exit);
        CPPUNIT_ASSERT(exists(container_->directory() + "/cleaned"));
        CPPUNIT_ASSERT(
            !exists(socketPath(container_->request.runDirectory, container_->request.command.id)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FakeDriverTest);
