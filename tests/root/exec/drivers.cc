// The drivers that must pass the suite, and the suite as CppUnit sees it.

#include "exec/lxc/driver.h"
#include "exec/native/driver.h"
#include "root/exec/box.h"
#include "root/exec/exceptions.h"

#include <cppunit/TestSuite.h>
#include <cppunit/extensions/TestFactory.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <cstdlib>
#include <iostream>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace ctrd::exec::testing {

namespace {

Host host(bool joinsNamespaces) {
    const char* top = std::getenv("abs_top_builddir");
    return {cleanPath(joinPath(top != nullptr ? top : "..", "src/ctrd-init")), joinsNamespaces};
}

const DriverUnderTest kDrivers[] = {
    {"native", [] { return native::createDriver(host(true)); }, native::probe},
    {"lxc", [] { return lxc::createDriver(host(true)); }, lxc::probe, nullptr, nullptr,
     kNoLinkedDev},
    {"native-without-setns", [] { return native::createDriver(host(false)); }, native::probe,
     kInitStays, kNoEntry},
    {"lxc-without-setns", [] { return lxc::createDriver(host(false)); }, lxc::probe, kInitStays,
     kNoEntry, kNoLinkedDev},
};

class ConformanceTest : public CppUnit::TestCase {
public:
    ConformanceTest(const DriverUnderTest& driver, const Case& test)
        : TestCase(std::string(driver.name) + "." + test.name), driver_(driver), test_(test) {}

    void runTest() override {
        Box box(driver_);
        test_.body(box);
        box.expectNothingLeft();
    }

private:
    const DriverUnderTest& driver_;
    const Case& test_;
};

[[noreturn]] void skip(const std::string& reason) {
    std::cout << "skipped: " << reason << std::endl;
    std::exit(77);
}

void prepareProcess() {
    if (geteuid() != 0) skip("not root");
    if (access("/usr/bin/busybox", X_OK) != 0) skip("no /usr/bin/busybox");
    if (unshare(CLONE_NEWNS) < 0 || mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) < 0)
        skip("no mount namespace of one's own");
}

class Suite : public CppUnit::TestFactory {
public:
    CppUnit::Test* makeTest() override {
        prepareProcess();
        auto* suite = new CppUnit::TestSuite("exec");
        for (const auto& driver : kDrivers) {
            try {
                driver.probe();
            } catch (const Error& e) {
                skip(std::string(driver.name) + ": " + e.what());
            }
            for (const auto& test : Case::all())
                suite->addTest(new ConformanceTest(driver, test));
        }
        return suite;
    }
};

struct Registration {
    Registration() { CppUnit::TestFactoryRegistry::getRegistry().registerFactory(&suite); }
    ~Registration() { CppUnit::TestFactoryRegistry::getRegistry().unregisterFactory(&suite); }
    Suite suite;
};
Registration registration;

} // namespace

Case::Case(const char* caseName, void (*caseBody)(Box&)) : name(caseName), body(caseBody) {
    all().push_back(*this);
}

std::vector<Case>& Case::all() {
    static std::vector<Case> cases;
    return cases;
}

} // namespace ctrd::exec::testing
