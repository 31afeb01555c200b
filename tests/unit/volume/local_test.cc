#include "base/atomic_file.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "unit/testing/expect.h"
#include "volume/local/driver.h"

#include <sys/stat.h>

namespace ctrd::volume {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class LocalVolumesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LocalVolumesTest);
    CPPUNIT_TEST(keepsWhatItIsTold);
    CPPUNIT_TEST(refusesBadNames);
    CPPUNIT_TEST(refusesOptions);
    CPPUNIT_TEST(leavesNothingOfAFailure);
    CPPUNIT_TEST(sweepsWhatACrashLeft);
    CPPUNIT_TEST(leavesBrokenRecordsAlone);
    CPPUNIT_TEST(putsAStageInPlaceWhole);
    CPPUNIT_TEST(aStageTakesNoFilledPlace);
    CPPUNIT_TEST(removes);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;
    std::string root_;

    static Volume named(const std::string& name) {
        Volume volume;
        volume.name = name;
        volume.created = 5;
        return volume;
    }
    std::string file(const std::string& path) const { return joinPath(root_, path); }
    std::string contentOfRoot() const { return join(listDir(root_), " "); }

public:
    void setUp() override { root_ = joinPath(dir_.path(), "volumes"); }
    void tearDown() override { removeTree(root_); }

    void keepsWhatItIsTold() {
        Volume volume = named("data");
        volume.labels = {{"a", "1"}, {"b", ""}};
        LocalDriver(root_).create(volume);
        LocalDriver again(root_);
        const auto all = again.load();
        CPPUNIT_ASSERT_EQUAL(size_t{1}, all.size());
        expectEqual("data", all[0].name);
        expectEqual("local", all[0].driver);
        CPPUNIT_ASSERT(all[0].created == 5 && all[0].labels == volume.labels);
        expectEqual(file("data/_data"), again.mountPoint("data"));
        CPPUNIT_ASSERT(isDirectory(again.mountPoint("data")));
        struct stat st;
        CPPUNIT_ASSERT(stat(again.mountPoint("data").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(0755u, st.st_mode & 07777u);
    }

    void refusesBadNames() {
        LocalDriver driver(root_);
        for (const char* name : {"", "a", ".new-x", "-x", "a/b", "a b", "..", "../x", "\xc3\xa4x"})
            expectError(ErrorKind::InvalidArgument, "name", [&] { driver.create(named(name)); });
        expectError(ErrorKind::InvalidArgument, "too long",
                    [&] { driver.create(named(std::string(250, 'x'))); });
        expectError(ErrorKind::InvalidArgument, "name", [&] { driver.remove("../volumes"); });
        expectEqual("", contentOfRoot());
        driver.create(named(std::string(247, 'x')));
    }

    void refusesOptions() {
        LocalDriver driver(root_);
        Volume volume = named("data");
        volume.options = {{"type", "nfs"}};
        expectError(ErrorKind::NotSupported, "option 'type'", [&] { driver.create(volume); });
        expectEqual("", contentOfRoot());
    }

    void leavesNothingOfAFailure() {
        LocalDriver driver(root_);
        driver.create(named("data"));
        writeFileAtomic(file("data/_data/kept"), "x");
        expectError(ErrorKind::Conflict, "there already", [&] { driver.create(named("data")); });
        expectEqual("data", contentOfRoot());
        CPPUNIT_ASSERT(exists(file("data/_data/kept")));
    }

    // What is on disk between any two steps of create, fill and remove.
    void sweepsWhatACrashLeft() {
        LocalDriver driver(root_);
        driver.create(named("data"));
        makeDirs(file(".new-half/_data"));
        makeDirs(file(".old-0123/_data/deep"));
        makeDirs(file("data/.stage/half"));
        const auto all = LocalDriver(root_).load();
        CPPUNIT_ASSERT_EQUAL(size_t{1}, all.size());
        expectEqual("data", contentOfRoot());
        expectEqual("_data volume.json", join(listDir(file("data")), " "));
    }

    void leavesBrokenRecordsAlone() {
        LocalDriver driver(root_);
        for (const char* name : {"good", "newer", "broken", "other", "empty"})
            driver.create(named(name));
        writeFileAtomic(file("newer/volume.json"), R"({"version":2,"name":"newer"})");
        writeFileAtomic(file("broken/volume.json"), "{");
        writeFileAtomic(file("other/volume.json"), R"({"version":1,"name":"good"})");
        removePath(file("empty/volume.json"));
        const auto all = LocalDriver(root_).load();
        CPPUNIT_ASSERT_EQUAL(size_t{1}, all.size());
        expectEqual("good", all[0].name);
        expectEqual("broken empty good newer other", contentOfRoot());
    }

    void putsAStageInPlaceWhole() {
        LocalDriver driver(root_);
        driver.create(named("data"));
        const std::string stage = driver.stage("data");
        writeFileAtomic(joinPath(stage, "first"), "content");
        CPPUNIT_ASSERT(listDir(driver.mountPoint("data")).empty());
        driver.commitStage("data");
        expectEqual("content", readFile(file("data/_data/first")));
        expectEqual("_data volume.json", join(listDir(file("data")), " "));
    }

    void aStageTakesNoFilledPlace() {
        LocalDriver driver(root_);
        driver.create(named("data"));
        driver.stage("data");
        writeFileAtomic(file("data/_data/mine"), "x");
        expectError(ErrorKind::Internal, "_data", [&] { driver.commitStage("data"); });
        CPPUNIT_ASSERT(exists(file("data/_data/mine")));
    }

    void removes() {
        LocalDriver driver(root_);
        driver.create(named("data"));
        makeDirs(file("data/_data/deep/er"));
        driver.remove("data");
        driver.remove("data");
        expectEqual("", contentOfRoot());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LocalVolumesTest);

} // namespace ctrd::volume
