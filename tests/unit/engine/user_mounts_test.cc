#include "engine/user_mounts.h"

#include "base/ids.h"
#include "base/json.h"
#include "base/strings.h"
#include "unit/testing/expect.h"

namespace ctrd::engine {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class UserMountsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UserMountsTest);
    CPPUNIT_TEST(tellsBindsFromVolumes);
    CPPUNIT_TEST(theNamelessGetNames);
    CPPUNIT_TEST(modesReachTheMount);
    CPPUNIT_TEST(mountOptionNamesVolumes);
    CPPUNIT_TEST(twoOnOnePlaceAreRefused);
    CPPUNIT_TEST(volumesOfTheImageGiveWay);
    CPPUNIT_TEST(inheritsFromOthers);
    CPPUNIT_TEST(inheritedGiveWayToOwn);
    CPPUNIT_TEST(survivesItsRecord);
    CPPUNIT_TEST_SUITE_END();

    spec::ContainerConfig config_;
    spec::HostConfig host_;
    std::map<std::string, std::vector<MountPoint>> others_;

    std::vector<MountPoint> points() {
        return mountPointsOf(config_, host_, [this](const std::string& ref) {
            if (others_.count(ref) == 0) throw notFound("No such container: " + ref);
            return others_[ref];
        });
    }
    static std::string text(const MountPoint& point) {
        return point.type + " " + (point.anonymous ? "-" : point.name) + " " + point.mount.source +
               " " + point.mount.target + " " + join(point.mount.options, ",");
    }

public:
    void setUp() override {
        config_ = {};
        host_ = {};
        others_.clear();
    }

    void tellsBindsFromVolumes() {
        host_.binds = {"/host:/a", "data:/b:ro"};
        const auto found = points();
        CPPUNIT_ASSERT_EQUAL(size_t{2}, found.size());
        expectEqual("bind  /host /a rbind,rprivate", text(found[0]));
        expectEqual("volume data  /b rbind,rprivate,ro", text(found[1]));
        CPPUNIT_ASSERT(found[1].isReadOnly() && found[1].copyUp && !found[0].copyUp);
    }

    void theNamelessGetNames() {
        host_.binds = {"/b"};
        host_.volumeDriver = "local";
        config_.volumes = {"/a", "/c/"};
        const auto found = points();
        CPPUNIT_ASSERT_EQUAL(size_t{3}, found.size());
        for (const auto& point : found) {
            CPPUNIT_ASSERT(point.anonymous && point.copyUp && isFullId(point.name));
            expectEqual("local", point.driver);
        }
        expectEqual("/c", found[2].mount.target);
        CPPUNIT_ASSERT(found[0].name != found[1].name);
    }

    void modesReachTheMount() {
        host_.binds = {"data:/a:nocopy,ro"};
        const auto found = points();
        CPPUNIT_ASSERT(!found[0].copyUp && found[0].isReadOnly());
        expectEqual("nocopy,ro", found[0].mode);
    }

    void mountOptionNamesVolumes() {
        spec::Mount mount;
        mount.type = "volume";
        mount.source = "data";
        mount.target = "/a";
        mount.readOnly = true;
        mount.volume.noCopy = true;
        mount.volume.labels = {{"k", "v"}};
        host_.mounts = {mount, mount};
        host_.mounts[1].source = "";
        host_.mounts[1].target = "/b";
        const auto found = points();
        expectEqual("volume data  /a rbind,rprivate,ro", text(found[0]));
        CPPUNIT_ASSERT(!found[0].copyUp && found[0].labels.at("k") == "v");
        CPPUNIT_ASSERT(found[1].anonymous);
    }

    void twoOnOnePlaceAreRefused() {
        host_.binds = {"data:/a", "/host:/a/"};
        expectError(ErrorKind::InvalidArgument, "Duplicate mount point: /a", [&] { points(); });
        host_.binds = {"data:/a"};
        host_.tmpfs = {{"/a", ""}};
        expectError(ErrorKind::InvalidArgument, "Duplicate mount point: /a", [&] { points(); });
    }

    void volumesOfTheImageGiveWay() {
        config_.volumes = {"/a", "/b", "/c"};
        host_.binds = {"/host:/a"};
        host_.tmpfs = {{"/b", ""}};
        const auto found = points();
        CPPUNIT_ASSERT_EQUAL(size_t{2}, found.size());
        expectEqual("/c", found[1].mount.target);
    }

    void inheritsFromOthers() {
        spec::HostConfig first;
        first.binds = {"/host:/a", "data:/b", "old:/d:ro"};
        others_["web"] = mountPointsOf({}, first, {});
        first.binds = {"data2:/b"};
        others_["db"] = mountPointsOf({}, first, {});
        host_.volumesFrom = {"web:ro", "db"};
        config_.volumes = {"/a"};
        std::string all;
        for (const auto& point : points()) {
            CPPUNIT_ASSERT(!point.copyUp);
            all += text(point) + "; ";
        }
        expectEqual(
            "bind  /host /a rbind,rprivate,ro; volume data2  /b rbind,rprivate; "
            "volume old  /d rbind,rprivate,ro; ",
            all);
        host_.volumesFrom = {"ghost"};
        expectError(ErrorKind::NotFound, "ghost", [&] { points(); });
    }

    void inheritedGiveWayToOwn() {
        spec::HostConfig other;
        other.binds = {"data:/a"};
        others_["web"] = mountPointsOf({}, other, {});
        host_.volumesFrom = {"web"};
        host_.binds = {"mine:/a"};
        const auto found = points();
        CPPUNIT_ASSERT_EQUAL(size_t{1}, found.size());
        expectEqual("mine", found[0].name);
    }

    void survivesItsRecord() {
        host_.binds = {"/host:/a:ro", "data:/b:nocopy", "/c"};
        const auto before = points();
        const auto after = mountPointsFromJson(toJson(before));
        CPPUNIT_ASSERT_EQUAL(before.size(), after.size());
        for (size_t i = 0; i < before.size(); ++i) {
            expectEqual(text(before[i]), text(after[i]));
            CPPUNIT_ASSERT(before[i].name == after[i].name && before[i].mode == after[i].mode);
        }
        CPPUNIT_ASSERT(mountPointsFromJson(nullptr).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UserMountsTest);

} // namespace ctrd::engine
