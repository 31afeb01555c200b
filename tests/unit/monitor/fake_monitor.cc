// The monitor as ctrd-monitor is it, around the fake driver: what the unit tests launch.

#include "monitor/monitor.h"
#include "unit/monitor/fake_driver.h"

int main() {
    using namespace ctrd;
    setCloseOnExec(monitor::kLaunchDescriptor, true);
    monitor::Monitor monitor(Fd(monitor::kLaunchDescriptor), monitor::testing::createFakeDriver);
    monitor.run();
    return 0;
}
