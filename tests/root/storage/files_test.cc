// Every kind of file with everything it has, from an archive into a tree, out of it again, and
// through changes that a container makes.

#include "archive/attributes.h"
#include "archive/tar.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"
#include "root/storage/lab.h"
#include "unit/archive/tree_box.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace ctrd::storage::testing {

using namespace std::string_literals;
using archive::testing::linksTo;
using archive::testing::look;
using archive::testing::RawTar;
using archive::testing::readTar;
using ctrd::testing::expectEqual;

namespace {

// cap_net_raw=ep, as capabilities(7) lays out VFS_CAP_REVISION_2.
const std::string kCapability = "\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s;
constexpr const char* kTime = "1436882582.123456789";

std::string everything() {
    const auto device = [](uint32_t major, uint32_t minor) {
        return [=](archive::RawHeader& h) {
            archive::putNumber(h.devMajor, 8, major);
            archive::putNumber(h.devMinor, 8, minor);
        };
    };
    const auto mode = [](mode_t bits) {
        return [=](archive::RawHeader& h) { archive::putNumber(h.mode, 8, bits); };
    };
    return RawTar()
        .pax({{"mtime", kTime}, {"uid", "1000"}, {"gid", "4294967294"}})
        .add('5', "d/", "", mode(03751))
        .pax({{"mtime", "-1.5"}})
        .add('0', "d/old", "before 1970", mode(0400))
        .pax({{"mtime", kTime},
              {"SCHILY.xattr.security.capability", kCapability},
              {"SCHILY.xattr.user.k", "a\0b"s}})
        .add('0', "ping", "binary", mode(0755))
        .pax({{"mtime", kTime}, {"SCHILY.xattr.trusted.t", "secret"}})
        .add('0', "suid", "x", mode(06755))
        .add('1', "suid2", "", linksTo("suid"))
        .pax({{"mtime", kTime}, {"uid", "65534"}})
        .add('2', "link", "", linksTo("/d/old"))
        .add('2', "dangling", "", linksTo("nowhere"))
        .pax({{"mtime", kTime}})
        .add('3', "null", "", device(1, 3))
        .add('4', "sda", "", device(8, 0))
        // What XFS holds: 14 and 18 bits.
        .add('3', "large", "", device(511, 262143))
        .add('6', "fifo", "", mode(0622))
        .add('0', "empty")
        .text();
}

int64_t blocksOf(const std::string& path) {
    struct stat st;
    if (lstat(path.c_str(), &st) < 0) throw SystemError("look at '" + path + "'");
    return int64_t{st.st_blocks} * 512;
}

int64_t freeBytes(const std::string& path) {
    const Fd fd = openFile(path, O_RDONLY | O_DIRECTORY);
    if (syncfs(fd.get()) < 0) throw SystemError("sync '" + path + "'");
    struct statvfs fs;
    if (statvfs(path.c_str(), &fs) < 0) throw SystemError("look at '" + path + "'");
    return static_cast<int64_t>(fs.f_bfree) * static_cast<int64_t>(fs.f_frsize);
}

// Whether the file system shares blocks between files.
bool canReflink(const std::string& place) {
    constexpr unsigned long kFiclone = 0x40049409; // linux/fs.h
    const TempDir dir(place);
    putFile(joinPath(dir.path(), "a"), std::string(65536, 'a'));
    const Fd from = openFile(joinPath(dir.path(), "a"), O_RDONLY);
    const Fd to = openFile(joinPath(dir.path(), "b"), O_WRONLY | O_CREAT, 0600);
    return ioctl(to.get(), kFiclone, from.get()) == 0;
}

// A sparse member of `size` bytes with three of data at `at`.
RawTar& addSparse(RawTar& tar, const std::string& name, int64_t size, int64_t at) {
    return tar
        .pax({{"GNU.sparse.size", std::to_string(size)},
              {"GNU.sparse.map", std::to_string(at) + ",3"}})
        .add('0', name, "abc");
}

} // namespace

STORAGE_CASE(keepsEveryAttribute) {
    lab.layer("base", "", everything());
    {
        const MountedTree tree(lab.driver(), "base");
        struct stat st;
        CPPUNIT_ASSERT(lstat(tree.path("d").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(mode_t(S_IFDIR | 03751), st.st_mode);
        CPPUNIT_ASSERT_EQUAL(uid_t(1000), st.st_uid);
        CPPUNIT_ASSERT_EQUAL(gid_t(4294967294), st.st_gid);
        CPPUNIT_ASSERT_EQUAL(time_t(1436882582), st.st_mtim.tv_sec);
        CPPUNIT_ASSERT_EQUAL(123456789L, st.st_mtim.tv_nsec);
        CPPUNIT_ASSERT(lstat(tree.path("d/old").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(time_t(-2), st.st_mtim.tv_sec);
        CPPUNIT_ASSERT(lstat(tree.path("suid").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(mode_t(S_IFREG | 06755), st.st_mode);
        CPPUNIT_ASSERT_EQUAL(nlink_t(2), st.st_nlink);
        CPPUNIT_ASSERT(lstat(tree.path("link").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(uid_t(65534), st.st_uid);
        CPPUNIT_ASSERT(lstat(tree.path("large").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(makedev(511, 262143), st.st_rdev);
        CPPUNIT_ASSERT(lstat(tree.path("fifo").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(mode_t(S_IFIFO | 0622), st.st_mode);
        char value[64];
        const ssize_t size = getxattr(tree.path("ping").c_str(), "security.capability", value, 64);
        expectEqual(kCapability,
                    std::string(value, static_cast<size_t>(std::max<ssize_t>(size, 0))));
    }
    // The layer comes out of the tree as it went in, and a child shows the same.
    lab.layer("child", "base", tarOf({}));
    expectEqual("", lab.changes("child"));
    expectEqual(lab.manifest("base"), lab.manifest("child"));
    lab.layer("again", "", lab.diff("base"));
    expectEqual(lab.manifest("base"), lab.manifest("again"));
}

STORAGE_CASE(keepsChangedAttributes) {
    lab.layer("base", "", everything());
    lab.layer("c", "base", tarOf({}));
    {
        const MountedTree tree(lab.driver(), "c");
        sh(tree.path(),
           "chown 7:8 ping; chmod 4711 ping; touch -d 2001-02-03T04:05:06.7 d/old; "
           "chmod 700 d; rm null; mknod null c 1 5; mkfifo fifo2; ln ping ping2; "
           "rm link; ln -s elsewhere link; chown -h 9:9 dangling; "
           "mkdir -m 1777 new; chown 5:6 new");
        CPPUNIT_ASSERT(setxattr(tree.path("d").c_str(), "trusted.dir", "v", 1, 0) == 0);
        CPPUNIT_ASSERT(removexattr(tree.path("suid").c_str(), "trusted.t") == 0);
    }
    lab.expectDiffApplies("c", "base");
}

STORAGE_CASE(keepsHoles) {
    RawTar tar;
    addSparse(tar, "sparse", 64 << 20, 32 << 20);
    addSparse(tar, "huge", (int64_t{5} << 30) + 1, int64_t{5} << 30 >> 1);
    tar.pax({{"GNU.sparse.size", "1048576"}, {"GNU.sparse.map", "1048576,0"}}).add('0', "hole");
    lab.layer("base", "", tar.text());
    lab.layer("c", "base", tarOf({}));
    {
        const MountedTree tree(lab.driver(), "c");
        for (const char* name : {"sparse", "huge", "hole"})
            CPPUNIT_ASSERT_MESSAGE(name, blocksOf(tree.path(name)) < 1 << 20);
        sh(tree.path(),
           "printf xyz | dd of=sparse bs=1 seek=50000000 conv=notrunc 2>/dev/null; "
           "truncate -s 2000000 hole; truncate -s 5G new");
    }
    expectEqual("C /hole, A /new, C /sparse", lab.changes("c"));
    CPPUNIT_ASSERT(lab.diff("c").size() < 4 << 20);
    lab.expectDiffApplies("c", "base");
    const MountedTree copy(lab.driver(), "c-copy");
    // Overlay copies a changed file in pieces of a megabyte.
    for (const char* name : {"sparse", "hole", "new"})
        CPPUNIT_ASSERT_MESSAGE(name, blocksOf(copy.path(name)) < 8 << 20);
}

// A tree costs nothing of its parent's space where the driver or the file system can share it.
STORAGE_CASE(sharesWhatIsNotChanged) {
    constexpr int64_t kSize = 60 << 20;
    lab.layer("base", "", tarOf({{"large", std::string(kSize, 'x')}}));
    if (lab.driver().name() == "vfs" && !canReflink(lab.place())) return;
    const int64_t free = freeBytes(lab.place());
    lab.layer("c", "base", tarOf({}));
    CPPUNIT_ASSERT(free - freeBytes(lab.place()) < kSize / 4);
    const MountedTree tree(lab.driver(), "c");
    CPPUNIT_ASSERT_EQUAL(kSize, static_cast<int64_t>(look(tree.path("large")).size()));
}

STORAGE_CASE(keepsSizesBeyond32Bits) {
    const int64_t size = (int64_t{5} << 30) + 7;
    RawTar tar;
    addSparse(tar, "big", size, size - 3);
    lab.layer("base", "", tar.text());
    CPPUNIT_ASSERT_EQUAL(size, lab.driver().diffSize("base"));
    const auto entries = readTar(lab.diff("base"));
    CPPUNIT_ASSERT_EQUAL(size, entries.at(0).entry.size);
    const MountedTree tree(lab.driver(), "base");
    const Fd fd = openFile(tree.path("big"), O_RDONLY);
    char end[4] = {};
    CPPUNIT_ASSERT_EQUAL(ssize_t(3), pread(fd.get(), end, 3, size - 3));
    expectEqual("abc", end);
}

STORAGE_CASE(keepsUnusualNames) {
    std::string deep;
    for (int i = 0; i < 18; ++i)
        deep += std::string(250, static_cast<char>('a' + i)) + "/";
    const std::string names[] = {"new\nline",
                                 "\xff\xfe not utf-8",
                                 std::string(255, 'n'),
                                 " spaces ",
                                 "back\\slash:comma,",
                                 "-rf",
                                 "*",
                                 "\x01\x7f",
                                 "\xc3\xa9t\xc3\xa9",
                                 ".wh",
                                 "..data",
                                 "a=b",
                                 deep + "file",
                                 deep + "f\n" + std::string(200, 'x')};
    RawTar tar;
    for (const auto& name : names)
        tar.pax({{"path", name}}).add('0', "x", "in " + std::to_string(name.size()));
    tar.pax({{"path", deep + "linked"}, {"linkpath", deep + "file"}}).add('1', "x");
    lab.layer("base", "", tar.text());
    lab.layer("again", "", lab.diff("base"));
    expectEqual(lab.manifest("base"), lab.manifest("again"));
    lab.layer("c", "base", tarOf({}));
    expectEqual(lab.manifest("base"), lab.manifest("c"));
    {
        const MountedTree tree(lab.driver(), "c");
        for (const auto& name : names)
            if (name.size() < 1000)
                expectEqual("in " + std::to_string(name.size()), look(tree.path(name)));
        sh(tree.path(), "rm -- '*' -rf; echo x > \"$(printf 'two\\nlines')\"; rm -r aaaaaaaa*");
    }
    lab.expectDiffApplies("c", "base");
}

STORAGE_CASE(renamesOfParentsDirectories) {
    lab.layer("base", "",
              RawTar()
                  .add('0', "d/one", "1")
                  .add('0', "d/sub/two", "2")
                  .add('0', "e/three", "3")
                  .add('0', "f", "4")
                  .text());
    lab.layer("c", "base", tarOf({}));
    {
        const MountedTree tree(lab.driver(), "c");
        // mv copies where the kernel says EXDEV, as every program that cares does.
        sh(tree.path(),
           "mv d moved; mv moved/sub/two e/; mv e/three d3; mkdir e2; mv e e2/; mv f d");
        CPPUNIT_ASSERT(listDir(tree.path()) ==
                       std::vector<std::string>({"d", "d3", "e2", "moved"}));
        expectEqual("1", look(tree.path("moved/one")));
        expectEqual("2", look(tree.path("e2/e/two")));
        expectEqual("4", look(tree.path("d")));
    }
    lab.expectDiffApplies("c", "base");
}

STORAGE_CASE(directoriesMadeAnew) {
    lab.layer("base", "",
              RawTar().add('0', "d/one", "1").add('0', "d/sub/two", "2").add('0', "f").text());
    lab.layer("c", "base", tarOf({}));
    {
        const MountedTree tree(lab.driver(), "c");
        sh(tree.path(),
           "rm -r d; mkdir -p d/sub; echo new > d/sub/three; rm f; mkdir f; echo x > f/g");
    }
    lab.layer("copy", "base", lab.diff("c"));
    {
        const MountedTree tree(lab.driver(), "copy");
        CPPUNIT_ASSERT(listDir(tree.path("d")) == std::vector<std::string>({"sub"}));
        CPPUNIT_ASSERT(listDir(tree.path("d/sub")) == std::vector<std::string>({"three"}));
        expectEqual("x\n", look(tree.path("f/g")));
    }
    expectEqual(lab.manifest("c"), lab.manifest("copy"));
    // On top of a chain, where the kernel has hidden a directory once already.
    lab.layer("e", "c", tarOf({}));
    {
        const MountedTree tree(lab.driver(), "e");
        CPPUNIT_ASSERT(listDir(tree.path("d")) == std::vector<std::string>({"sub"}));
        sh(tree.path(), "rm -r d; echo file > d; rm -r f");
    }
    lab.expectDiffApplies("e", "c");
}

STORAGE_CASE(replacedKinds) {
    lab.layer("base", "", everything());
    lab.layer("c", "base", tarOf({}));
    {
        const MountedTree tree(lab.driver(), "c");
        sh(tree.path(),
           "rm -r d; ln -s ping d; rm ping; mkdir ping; rm fifo; echo x > fifo; "
           "rm link; mkdir link; echo y > link/z; rm null sda; mkfifo null");
    }
    lab.expectDiffApplies("c", "base");
    lab.layer(
        "again", "c",
        RawTar().add('0', "d", "file").add('2', "ping", "", linksTo("d")).add('5', "fifo/").text());
    const MountedTree tree(lab.driver(), "again");
    expectEqual("file", look(tree.path("d")));
    expectEqual("-> d", look(tree.path("ping")));
    expectEqual("/", look(tree.path("fifo")));
}

STORAGE_CASE(removesTreesOfAnyDepth) {
    lab.layer("base", "", tarOf({}));
    lab.driver().create("c", "base");
    {
        const MountedTree tree(lab.driver(), "c");
        Fd at = openFile(tree.path(), O_RDONLY | O_DIRECTORY);
        for (int i = 0; i < 3000; ++i) {
            CPPUNIT_ASSERT(mkdirat(at.get(), "d", 0755) == 0);
            at = Fd(openat(at.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            CPPUNIT_ASSERT(at);
        }
    }
    lab.driver().remove("c");
    CPPUNIT_ASSERT(!lab.driver().exists("c"));
}

} // namespace ctrd::storage::testing
