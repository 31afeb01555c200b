#include "storage/vfs/driver.h"
#include "unit/storage/crash_cases.h"
#include "unit/testing/expect.h"

namespace ctrd::storage {

class CrashTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashTest);
    CPPUNIT_TEST(whileALayerIsRegistered);
    CPPUNIT_TEST(whileALayerIsRemoved);
    CPPUNIT_TEST(whileAContainerIsMade);
    CPPUNIT_TEST(whileAContainerIsRemoved);
    CPPUNIT_TEST(whileItStarts);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;
    testing::CrashCases cases_{
        dir_.path(), [](const std::string& root) { return std::make_unique<VfsDriver>(root); }};

public:
    void whileALayerIsRegistered() { cases_.whileRegistering(); }
    void whileALayerIsRemoved() { cases_.whileReleasing(); }
    void whileAContainerIsMade() { cases_.whileMakingContainers(); }
    void whileAContainerIsRemoved() { cases_.whileRemovingContainers(); }
    void whileItStarts() { cases_.whileStarting(); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrashTest);

} // namespace ctrd::storage
