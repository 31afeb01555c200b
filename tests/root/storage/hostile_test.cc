// Archives that want to do harm.

#include "archive/tar_header.h"
#include "base/error.h"
#include "root/storage/lab.h"
#include "unit/archive/tree_box.h"

namespace ctrd::storage::testing {

using archive::testing::linksTo;
using archive::testing::look;
using archive::testing::RawTar;
using ctrd::testing::expectEqual;

namespace {

// Each may be refused with the entry's name or unpacked, but changes nothing outside.
std::vector<RawTar> hostileArchives(const std::string& victim) {
    const auto up = "../../../../../../../.." + victim;
    return {
        RawTar().add('0', up + "/file", "x"),
        RawTar().add('0', victim + "/file", "x"),
        RawTar().add('2', "l", "", linksTo(victim)).add('0', "l/file", "x"),
        RawTar().add('2', "l", "", linksTo(up)).add('0', "l/new", "x"),
        RawTar().add('2', "l", "", linksTo(victim + "/file")).add('0', "l", "x"),
        RawTar()
            .add('2', "a", "", linksTo("/"))
            .add('2', "a/b", "", linksTo(".."))
            .add('0', "b" + victim + "/new", "x"),
        RawTar().add('2', "l", "", linksTo(victim)).add('0', "l/.wh.file"),
        RawTar().add('2', "l", "", linksTo(victim)).add('0', "l/.wh..wh..opq"),
        RawTar().add('0', "../.wh.victim"),
        RawTar().add('1', "h", "", linksTo(up + "/file")).add('0', "h", "x"),
        RawTar().add('1', "h", "", linksTo(victim + "/file")),
        RawTar()
            .add('2', "l", "", linksTo(victim + "/file"))
            .add('1', "h", "", linksTo("l"))
            .add('0', "h", "x"),
        RawTar().add('2', "./", "", linksTo(victim)).add('0', "file", "x"),
        RawTar().add('5', "..").add('0', "../new", "x"),
        RawTar()
            .add('2', "proc", "", linksTo("/proc/1/root"))
            .add('0', "proc" + victim + "/new", "x"),
        RawTar().add('2', "self", "", linksTo("/proc/self/fd/3/..")).add('0', "self/new", "x"),
        RawTar()
            .add('5', "d/")
            .add('2', "d", "", linksTo(victim))
            .add('5', "d/")
            .add('0', "d/new", "x"),
    };
}

} // namespace

STORAGE_CASE(hostileArchivesChangeNothingOutside) {
    const TempDir outside;
    const std::string victim = joinPath(outside.path(), "victim");
    makeDir(victim);
    putFile(joinPath(victim, "file"), "secret");
    const std::string before = manifestOf(outside.path());
    lab.layer("base", "", tarOf({{"f", "x"}, {"etc/", ""}}));
    for (const auto& tar : hostileArchives(victim)) {
        lab.driver().create("hostile", "base");
        try {
            archive::StringSource source(tar.text());
            lab.driver().applyDiff("hostile", source);
        } catch (const Error& e) {
            expectEqual(std::string(kindName(ErrorKind::InvalidArgument)) + e.what(),
                        kindName(e.kind()) + std::string(e.what()));
        }
        expectEqual(before, manifestOf(outside.path()));
        lab.driver().remove("hostile");
        CPPUNIT_ASSERT(!lab.driver().exists("hostile"));
    }
    const MountedTree tree(lab.driver(), "base");
    expectEqual("x", look(tree.path("f")));
}

// A device or a fifo that an archive brings, or that the layer below has, is replaced by the file
// of its name and never opened.
STORAGE_CASE(nothingIsWrittenThroughDevices) {
    const auto null = [](archive::RawHeader& h) {
        archive::putNumber(h.devMajor, 8, 1);
        archive::putNumber(h.devMinor, 8, 3);
    };
    lab.layer("base", "",
              RawTar()
                  .add('5', "dev/")
                  .add('3', "dev/null", "", null)
                  .add('6', "dev/fifo")
                  .add('2', "link", "", linksTo("dev/null"))
                  .text());
    lab.layer("top", "base",
              RawTar()
                  .add('0', "dev/null", "one")
                  .add('0', "dev/fifo", "two")
                  .add('0', "link", "three")
                  .add('3', "own", "", null)
                  .add('1', "hard", "", linksTo("own"))
                  .add('0', "hard", "four")
                  .text());
    const MountedTree base(lab.driver(), "base"), top(lab.driver(), "top");
    expectEqual("special", look(base.path("dev/null")));
    expectEqual("one two three special four",
                look(top.path("dev/null")) + " " + look(top.path("dev/fifo")) + " " +
                    look(top.path("link")) + " " + look(top.path("own")) + " " +
                    look(top.path("hard")));
}

} // namespace ctrd::storage::testing
