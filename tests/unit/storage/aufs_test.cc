#include "base/error.h"
#include "base/strings.h"
#include "storage/aufs/options.h"
#include "storage/stacked_trees.h"
#include "unit/archive/raw_tar.h"
#include "unit/archive/tree_box.h"
#include "unit/storage/store_box.h"
#include "unit/testing/expect.h"

namespace ctrd::storage {

using namespace testing;
using archive::testing::linksTo;
using archive::testing::look;
using archive::testing::RawTar;
using archive::testing::readTar;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

// Everything of the driver but its mounts, which need the kernel.
class AufsTrees : public StackedTrees {
public:
    explicit AufsTrees(const std::string& root)
        : StackedTrees(root, {archive::Marks::Aufs, archive::Whiteouts::Aufs, 126}) {}
    std::string name() const override { return "aufs"; }
    std::vector<std::pair<std::string, std::string>> status() const override { return {}; }
    kernel::MountSpec mountOf(const std::string& id, const std::string&) const override {
        return bindOf(id);
    }
    std::string file(const std::string& id, const std::string& name) const {
        return joinPath(upperOf(id), name);
    }
};

} // namespace

class AufsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AufsTest);
    CPPUNIT_TEST(writesOptions);
    CPPUNIT_TEST(keepsToOnePage);
    CPPUNIT_TEST(keepsMarksAsAufsDoes);
    CPPUNIT_TEST(readsMarksOfTheKernel);
    CPPUNIT_TEST(makesAnewWhatWasDeleted);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;
    std::unique_ptr<AufsTrees> trees_;

    void layer(const std::string& id, const std::string& parent, const RawTar& tar) {
        trees_->create(id, parent);
        archive::StringSource source(tar.text());
        trees_->applyDiff(id, source);
    }

public:
    void setUp() override {
        useBuiltHelper();
        trees_ = std::make_unique<AufsTrees>(dir_.path());
        layer("base", "",
              RawTar().add('0', "f", "1").add('0', "d/one/two", "2").add('0', "d/three", "3"));
    }

    void writesOptions() {
        expectEqual("br:a/diff=rw:l/1=ro+wh:l/2=ro+wh,xino=/dev/shm/x,dio",
                    join(aufs::mountOptions("a/diff", {"l/1", "l/2"}, "/dev/shm/x"), ","));
        expectEqual("br:a/diff=rw,xino=/dev/shm/x,dio",
                    join(aufs::mountOptions("a/diff", {}, "/dev/shm/x"), ","));
    }

    // 126 parents of the driver's short names fit; one more, or long ones, do not.
    void keepsToOnePage() {
        const std::string id(64, 'i');
        std::vector<std::string> lowers(126, "l/0123456789");
        CPPUNIT_ASSERT(
            join(aufs::mountOptions(id + "/diff", lowers, "/dev/shm/ctrd-0123456789.xino"), ",")
                .size() < 4096);
        lowers.emplace_back("l/0123456789");
        expectError(ErrorKind::NotSupported, "a tree of 128 layers does not fit",
                    [&] { aufs::mountOptions(id + "/diff", lowers, "/dev/shm/x"); });
        expectError(ErrorKind::NotSupported, "a tree of 61 layers does not fit", [&] {
            aufs::mountOptions("u", std::vector<std::string>(60, id + "/diff"), "/dev/shm/x");
        });
    }

    void keepsMarksAsAufsDoes() {
        layer("top", "base",
              RawTar()
                  .add('0', ".wh.f")
                  .add('0', "d/.wh..wh..opq")
                  .add('0', "d/new")
                  .add('0', ".wh.never"));
        expectEqual("", look(trees_->file("top", "f")));
        CPPUNIT_ASSERT(exists(trees_->file("top", ".wh.f")));
        CPPUNIT_ASSERT(exists(trees_->file("top", "d/.wh..wh..opq")));
        CPPUNIT_ASSERT(!exists(trees_->file("top", ".wh.never")));
        expectEqual("C /d, A /d/new, D /d/one, D /d/three, D /f", shown(trees_->changes("top")));
        archive::StringSink sink;
        trees_->diff("top", sink);
        std::vector<std::string> names;
        for (const auto& entry : readTar(sink.text()))
            names.push_back(entry.entry.name);
        expectEqual("d/ d/new d/.wh.one d/.wh.three .wh.f", join(names, " "));
        // A layer above sees none of it.
        layer("above", "top",
              RawTar().add('0', ".wh.f").add('0', "d/.wh.one").add('0', "d/.wh.new"));
        expectEqual("C /d, D /d/new", shown(trees_->changes("above")));
    }

    void readsMarksOfTheKernel() {
        layer("c", "base", RawTar());
        putFile(trees_->file("c", ".wh.f"), "");
        putFile(trees_->file("c", ".wh..wh.aufs"), "");
        makeDir(trees_->file("c", ".wh..wh.plnk"));
        makeDir(trees_->file("c", ".wh..wh.orph"));
        putFile(trees_->file("c", "new"), "x");
        expectEqual("D /f, A /new", shown(trees_->changes("c")));
    }

    // A mark would hide what is put beside it.
    void makesAnewWhatWasDeleted() {
        layer("top", "base",
              RawTar()
                  .add('0', ".wh.f")
                  .add('0', "f", "new")
                  .add('0', ".wh.d")
                  .add('0', "d/only", "x"));
        expectEqual("new", look(trees_->file("top", "f")));
        CPPUNIT_ASSERT(!exists(trees_->file("top", ".wh.f")));
        CPPUNIT_ASSERT(!exists(trees_->file("top", ".wh.d")));
        CPPUNIT_ASSERT(exists(trees_->file("top", "d/.wh..wh..opq")));
        expectEqual("C /d, D /d/one, A /d/only, D /d/three, C /f", shown(trees_->changes("top")));
        layer("linked", "top", RawTar().add('1', "g", "", linksTo("d/only")).add('0', ".wh.f"));
        expectEqual("x", look(trees_->file("linked", "g")));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AufsTest);

} // namespace ctrd::storage
