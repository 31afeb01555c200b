#pragma once

#include "base/fd.h"
#include "network/bridge/driver.h"
#include "unit/testing/expect.h"

#include <functional>
#include <string>
#include <vector>

namespace ctrd::network {

// A network namespace that plays the host for one test, so that no bridge or rule touches the real
// one; every test's thread and children live in it.  Needs root: the program ends with 77
// otherwise.
class Lab : public CppUnit::TestFixture {
public:
    void setUp() override;
    void tearDown() override;

protected:
    // A bridge "lab0" at 10.77.0.1/24, filtered and masqueraded.
    static BridgeOptions options();

    // In another namespace, its thread and children that is.
    static void runIn(const Fd& networkNamespace, const std::function<void()>& action);
    static std::string outputIn(const Fd& networkNamespace, const std::vector<std::string>& argv);
    static std::string output(const std::string& command); // words, no quotes

    static bool pings(const Fd& from, const std::string& address);
    static bool hostPings(const std::string& address);

    // A namespace behind the host that knows no way back to the bridges: 198.51.100.2, with the
    // host at 198.51.100.1, and the host's default route.
    Fd makeWorld();

    // All interfaces of the host, sorted, and all rules without counters.
    static std::string interfaces();
    static std::string rules();

    // Waits up to five seconds.
    static bool comesTrue(const std::function<bool()>& condition);

    struct Container {
        Fd networkNamespace;
        Endpoint endpoint;
    };
    static Container start(Driver& driver, const EndpointRequest& request = {});
    static void stop(Driver& driver, const Container& container);

private:
    Fd real_;
};

} // namespace ctrd::network
