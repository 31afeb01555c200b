// Trees made of layers: what an image is.

#include "archive/tar.h"
#include "base/error.h"
#include "root/storage/lab.h"
#include "unit/archive/tree_box.h"
#include "unit/storage/crash_cases.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <unistd.h>

namespace ctrd::storage::testing {

using archive::testing::linksTo;
using archive::testing::look;
using archive::testing::RawTar;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

STORAGE_CASE(createsAndRemoves) {
    DiffDriver& driver = lab.driver();
    CPPUNIT_ASSERT(!driver.exists("a"));
    lab.layer("a", "", tarOf({{"f", "x"}}));
    CPPUNIT_ASSERT(driver.exists("a"));
    lab.layer("b", "a", tarOf({{"g", "y"}}));
    expectError(ErrorKind::Conflict, "'a'", [&] { driver.create("a", ""); });
    expectError(ErrorKind::NotFound, "'missing'", [&] { driver.create("c", "missing"); });
    CPPUNIT_ASSERT(!driver.exists("c"));
    expectError(ErrorKind::NotFound, "'missing'", [&] { driver.mountOf("missing", ""); });
    driver.remove("missing");
    lab.restart();
    const MountedTree tree(lab.driver(), "b");
    expectEqual("x", look(tree.path("f")));
    expectEqual("y", look(tree.path("g")));
}

STORAGE_CASE(treesDoNotSeeEachOther) {
    lab.layer("base", "", tarOf({{"f", "old"}, {"d/", ""}, {"d/g", "old"}}));
    lab.layer("a", "base", tarOf({}));
    lab.layer("b", "base", tarOf({}));
    {
        const MountedTree a(lab.driver(), "a"), b(lab.driver(), "b");
        sh(a.path(), "echo new > f; rm -r d; echo only > mine");
        expectEqual("old", look(b.path("f")));
        expectEqual("old", look(b.path("d/g")));
        expectEqual("", look(b.path("mine")));
        sh(b.path(), "ln d/g d/h; chmod 600 f");
    }
    expectEqual("D /d, C /f, A /mine", lab.changes("a"));
    lab.layer("c", "base", tarOf({}));
    const MountedTree c(lab.driver(), "c");
    expectEqual("old", look(c.path("f")));
    expectEqual("old", look(c.path("d/g")));
}

STORAGE_CASE(forgoesSyncsAndComesBack) {
    lab.layer("base", "", tarOf({{"f", "old"}}));
    lab.layer("a", "base", tarOf({}));
    for (int run = 0; run < 2; ++run) {
        const MountedTree tree(lab.driver(), "a", MountedTree::Syncs::Forgone);
        sh(tree.path(), "echo run >> mine");
    }
    const MountedTree tree(lab.driver(), "a");
    expectEqual("run\nrun\n", look(tree.path("mine")));
    expectEqual("A /mine", lab.changes("a"));
}

STORAGE_CASE(chainsOf40Layers) {
    std::string parent;
    for (int i = 0; i < 40; ++i) {
        const std::string id = "layer" + std::to_string(i), number = std::to_string(i);
        RawTar tar;
        tar.add('0', "own/" + number, number).add('0', "shared", number);
        if (i > 0) tar.add('0', "own/.wh." + std::to_string(i - 1));
        lab.layer(id, parent, tar.text());
        parent = id;
    }
    lab.layer("top", parent, tarOf({}));
    {
        const MountedTree tree(lab.driver(), "top");
        expectEqual("39", look(tree.path("shared")));
        CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(tree.path("own")).size());
        expectEqual("39", look(tree.path("own/39")));
        sh(tree.path(), "echo x >> shared; echo x > own/0");
    }
    expectEqual("C /own, A /own/0, C /shared", lab.changes("top"));
}

STORAGE_CASE(whiteouts) {
    lab.layer("base", "",
              RawTar()
                  .add('0', "f", "1")
                  .add('0', "d/one/two", "2")
                  .add('2', "l", "", linksTo("d"))
                  .add('0', "stays", "3")
                  .text());
    lab.layer("top", "base",
              RawTar()
                  .add('0', ".wh.f")
                  .add('0', "d/.wh.one")
                  .add('0', ".wh.l")
                  .add('0', ".wh.never")
                  .add('0', "absent/.wh.never")
                  .text());
    {
        const MountedTree tree(lab.driver(), "top");
        const auto names = listDir(tree.path());
        CPPUNIT_ASSERT(names == std::vector<std::string>({"d", "stays"}));
        CPPUNIT_ASSERT(listDir(tree.path("d")).empty());
    }
    expectEqual("C /d, D /d/one, D /f, D /l", lab.changes("top"));
    lab.expectDiffApplies("top", "base");
    // What was deleted comes back as something else.
    lab.layer("again", "top",
              RawTar().add('5', "f/").add('0', "d/one", "file").add('0', "l/x", "y").text());
    const MountedTree tree(lab.driver(), "again");
    expectEqual("/", look(tree.path("f")));
    expectEqual("file", look(tree.path("d/one")));
    CPPUNIT_ASSERT(listDir(tree.path("l")) == std::vector<std::string>({"x"}));
}

STORAGE_CASE(whiteoutsOfOneLayerInAnyOrder) {
    lab.layer("base", "", RawTar().add('0', "d/old").add('0', "f", "old").text());
    lab.layer(
        "first", "base",
        RawTar().add('0', ".wh.d").add('0', ".wh.f").add('0', "d/new").add('0', "f", "new").text());
    lab.layer(
        "last", "base",
        RawTar().add('0', "d/new").add('0', "f", "new").add('0', ".wh.d").add('0', ".wh.f").text());
    for (const char* id : {"first", "last"}) {
        const MountedTree tree(lab.driver(), id);
        CPPUNIT_ASSERT_MESSAGE(id, listDir(tree.path("d")) == std::vector<std::string>({"new"}));
        expectEqual("new", look(tree.path("f")));
    }
    // A deletion below what the same layer deletes brings nothing back.
    lab.layer("both", "base", RawTar().add('0', ".wh.d").add('0', "d/.wh.old").text());
    const MountedTree tree(lab.driver(), "both");
    CPPUNIT_ASSERT(listDir(tree.path()) == std::vector<std::string>({"f"}));
}

STORAGE_CASE(opaqueDirectories) {
    lab.layer("base", "", RawTar().add('0', "d/old").add('0', "d/sub/old").add('0', "e/f").text());
    lab.layer("top", "base",
              RawTar()
                  .add('0', "d/new", "1")
                  .add('0', "d/sub/new", "2")
                  .add('0', "d/.wh..wh..opq")
                  .add('0', "e/.wh..wh..opq")
                  .text());
    {
        const MountedTree tree(lab.driver(), "top");
        CPPUNIT_ASSERT(listDir(tree.path("d")) == std::vector<std::string>({"new", "sub"}));
        CPPUNIT_ASSERT(listDir(tree.path("d/sub")) == std::vector<std::string>({"new"}));
        CPPUNIT_ASSERT(listDir(tree.path("e")).empty());
    }
    lab.expectDiffApplies("top", "base");
    lab.layer("root", "top", RawTar().add('0', ".wh..wh..opq").add('0', "only").text());
    const MountedTree tree(lab.driver(), "root");
    CPPUNIT_ASSERT(listDir(tree.path()) == std::vector<std::string>({"only"}));
}

STORAGE_CASE(entriesBelowLinksOfTheParent) {
    lab.layer("base", "",
              RawTar()
                  .add('5', "usr/lib/")
                  .add('2', "lib", "", linksTo("usr/lib"))
                  .add('2', "abs", "", linksTo("/usr"))
                  .text());
    lab.layer("top", "base",
              RawTar()
                  .add('0', "lib/a", "1")
                  .add('0', "abs/lib/b", "2")
                  // From here on the link is a directory of this layer.
                  .add('5', "lib/")
                  .add('0', "lib/c", "3")
                  .add('2', "abs", "", linksTo("/lib"))
                  .add('0', "abs/d", "4")
                  .text());
    const MountedTree tree(lab.driver(), "top");
    CPPUNIT_ASSERT(listDir(tree.path("usr/lib")) == std::vector<std::string>({"a", "b"}));
    CPPUNIT_ASSERT(listDir(tree.path("lib")) == std::vector<std::string>({"c", "d"}));
}

STORAGE_CASE(hardLinksToFilesOfTheParent) {
    lab.layer("base", "", RawTar().add('0', "d/f", "text").text());
    lab.layer(
        "top", "base",
        RawTar().add('1', "e/g", "", linksTo("d/f")).add('1', "h", "", linksTo("e/g")).text());
    const MountedTree tree(lab.driver(), "top");
    expectEqual("text", look(tree.path("e/g")));
    expectEqual("text", look(tree.path("h")));
    expectEqual("text", look(tree.path("d/f")));
}

STORAGE_CASE(addsMountPointsUnseen) {
    lab.layer("base", "",
              RawTar().add('0', "etc/hosts", "mine").add('2', "run", "", linksTo("etc")).text());
    lab.driver().create("init", "base");
    archive::StringSource points(RawTar()
                                     .add('0', "etc/hosts", "")
                                     .add('0', "etc/hostname", "")
                                     .add('5', "run/")
                                     .add('5', "proc/")
                                     .text());
    lab.driver().addMissing("init", points);
    lab.layer("c", "init", tarOf({}));
    {
        const MountedTree tree(lab.driver(), "c");
        expectEqual("mine", look(tree.path("etc/hosts")));
        CPPUNIT_ASSERT(exists(tree.path("etc/hostname")));
        expectEqual("-> etc", look(tree.path("run")));
        expectEqual("/", look(tree.path("proc")));
    }
    expectEqual("", lab.changes("c"));
    lab.driver().remove("c");
    lab.driver().remove("init");
}

STORAGE_CASE(concurrentCreatesAndRemoves) {
    lab.layer("base", "", tarOf({{"d/", ""}, {"d/f", "x"}, {"g", "y"}}));
    std::vector<std::string> errors(8);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < errors.size(); ++i)
        threads.emplace_back([&, i] {
            try {
                for (int j = 0; j < 10; ++j) {
                    const std::string id = "t" + std::to_string(i) + "-" + std::to_string(j);
                    lab.driver().create(id, "base");
                    archive::StringSource layer(tarOf({{"d/new", id}, {".wh.g", ""}}));
                    lab.driver().applyDiff(id, layer);
                    const std::string found = shown(lab.driver().changes(id));
                    if (found != "C /d, A /d/new, D /g") throw internalError("changes: " + found);
                    if (j % 2 == 0) lab.driver().remove(id);
                }
            } catch (const Error& e) {
                errors[i] = e.what();
            }
        });
    for (auto& thread : threads)
        thread.join();
    for (size_t i = 0; i < errors.size(); ++i) {
        expectEqual("", errors[i]);
        for (int j = 0; j < 10; ++j) {
            const std::string id = "t" + std::to_string(i) + "-" + std::to_string(j);
            CPPUNIT_ASSERT_EQUAL(j % 2 == 1, lab.driver().exists(id));
            lab.driver().remove(id);
        }
    }
    const MountedTree tree(lab.driver(), "base");
    CPPUNIT_ASSERT(listDir(tree.path()) == std::vector<std::string>({"d", "g"}));
}

STORAGE_CASE(crashWhileRegistering) {
    lab.stop();
    CrashCases(lab.place(), lab.make()).whileRegistering();
    lab.restart();
}
STORAGE_CASE(crashWhileReleasing) {
    lab.stop();
    CrashCases(lab.place(), lab.make()).whileReleasing();
    lab.restart();
}
STORAGE_CASE(crashWhileMakingContainers) {
    lab.stop();
    CrashCases(lab.place(), lab.make()).whileMakingContainers();
    lab.restart();
}
STORAGE_CASE(crashWhileRemovingContainers) {
    lab.stop();
    CrashCases(lab.place(), lab.make()).whileRemovingContainers();
    lab.restart();
}
STORAGE_CASE(crashWhileStarting) {
    lab.stop();
    CrashCases(lab.place(), lab.make()).whileStarting();
    lab.restart();
}

} // namespace ctrd::storage::testing
