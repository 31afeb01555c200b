#include "archive/pax.h"
#include "archive/tar_reader.h"
#include "unit/archive/raw_tar.h"
#include "unit/testing/expect.h"

#include <cstddef>
#include <cstring>
#include <limits>

namespace ctrd::archive {

using namespace testing;
using namespace std::string_literals;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class TarReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TarReaderTest);
    CPPUNIT_TEST(readsUstar);
    CPPUNIT_TEST(readsV7);
    CPPUNIT_TEST(joinsPrefixOnlyOfPosix);
    CPPUNIT_TEST(readsGnuLongNames);
    CPPUNIT_TEST(readsPax);
    CPPUNIT_TEST(paxGlobalsAndRemovals);
    CPPUNIT_TEST(readsPaxTimes);
    CPPUNIT_TEST(readsLargeSizes);
    CPPUNIT_TEST(skipsLabelsAndListings);
    CPPUNIT_TEST(takesSizesOfLinksForNothing);
    CPPUNIT_TEST(endsAtZerosOrAtTheEnd);
    CPPUNIT_TEST(passesOnTheRest);
    CPPUNIT_TEST(refusesBadChecksums);
    CPPUNIT_TEST(refusesTruncation);
    CPPUNIT_TEST(refusesBadNumbers);
    CPPUNIT_TEST(refusesBrokenPax);
    CPPUNIT_TEST(refusesHugeHeaders);
    CPPUNIT_TEST(refusesBadNamesAndTypes);
    CPPUNIT_TEST_SUITE_END();

    static void refuses(const std::string& tar, const std::string& part) {
        expectError(ErrorKind::InvalidArgument, part, [&] { readTar(tar); });
    }

public:
    void readsUstar() {
        const auto all = readTar(RawTar()
                                     .add('5', "bin/")
                                     .add('0', "bin/sh", "#!",
                                          [](RawHeader& h) {
                                              putNumber(h.mode, 8, 0104755);
                                              putNumber(h.uid, 8, 1000);
                                              putNumber(h.gid, 8, 50);
                                              std::memcpy(h.userName, "anna", 4);
                                              std::memcpy(h.groupName, "staff", 5);
                                          })
                                     .add('1', "bin/ash", "", linksTo("bin/sh"))
                                     .add('2', "sh", "", linksTo("bin/sh"))
                                     .add('3', "tty", "",
                                          [](RawHeader& h) {
                                              putNumber(h.devMajor, 8, 5);
                                              putNumber(h.devMinor, 8, 1);
                                          })
                                     .add('4', "sda")
                                     .add('6', "pipe")
                                     .add('7', "dense", "x")
                                     .text());
        CPPUNIT_ASSERT_EQUAL(size_t(8), all.size());
        const EntryType types[] = {
            EntryType::Directory,  EntryType::Regular,     EntryType::HardLink, EntryType::Symlink,
            EntryType::CharDevice, EntryType::BlockDevice, EntryType::Fifo,     EntryType::Regular};
        for (size_t i = 0; i < all.size(); ++i)
            CPPUNIT_ASSERT_MESSAGE(all[i].entry.name, all[i].entry.type == types[i]);
        const Entry& sh = all[1].entry;
        expectEqual("bin/sh", sh.name);
        expectEqual("#!", all[1].data);
        CPPUNIT_ASSERT_EQUAL(mode_t(04755), sh.mode);
        CPPUNIT_ASSERT_EQUAL(uint32_t(1000), sh.uid);
        CPPUNIT_ASSERT_EQUAL(uint32_t(50), sh.gid);
        expectEqual("anna:staff", sh.userName + ":" + sh.groupName);
        CPPUNIT_ASSERT_EQUAL(int64_t(2), sh.size);
        CPPUNIT_ASSERT_EQUAL(int64_t(1436882582), sh.mtimeSeconds);
        CPPUNIT_ASSERT(!sh.isSparse());
        expectEqual("bin/sh", all[2].entry.target);
        CPPUNIT_ASSERT_EQUAL(uint32_t(5), all[4].entry.devMajor);
        CPPUNIT_ASSERT_EQUAL(uint32_t(1), all[4].entry.devMinor);
    }

    void readsV7() {
        const auto noMagic = overwrite(offsetof(RawHeader, magic), std::string(8, '\0'));
        const auto all =
            readTar(RawTar().add('\0', "dir/", "", noMagic).add('\0', "f", "v7", noMagic).text());
        CPPUNIT_ASSERT(all[0].entry.type == EntryType::Directory);
        CPPUNIT_ASSERT(all[1].entry.type == EntryType::Regular);
        expectEqual("v7", all[1].data);
    }

    void joinsPrefixOnlyOfPosix() {
        const auto prefix = overwrite(offsetof(RawHeader, prefix), "usr/share");
        expectEqual("usr/share/doc",
                    readOne(RawTar().add('0', "doc", "", prefix).text()).entry.name);
        const auto gnu = [&](RawHeader& h) {
            prefix(h);
            gnuMagic()(h);
        };
        expectEqual("doc", readOne(RawTar().add('0', "doc", "", gnu).text()).entry.name);
        // Neither field need end with a NUL.
        const std::string name(100, 'n'), dir(155, 'd');
        const auto full = overwrite(offsetof(RawHeader, prefix), dir);
        expectEqual(dir + "/" + name, readOne(RawTar().add('0', name, "", full).text()).entry.name);
    }

    void readsGnuLongNames() {
        const std::string name(300, 'n'), target(600, 't');
        const auto one = readOne(RawTar()
                                     .longName('K', target)
                                     .longName('L', name)
                                     .add('2', "short", "", linksTo("short"))
                                     .text());
        expectEqual(name, one.entry.name);
        expectEqual(target, one.entry.target);
        const auto two =
            readTar(RawTar().longName('L', name).add('0', "x").add('0', "second").text());
        expectEqual("second", two[1].entry.name);
    }

    void readsPax() {
        const std::string name = "a\n=b " + std::string(400, 'x') + "\xff";
        const auto one = readOne(RawTar()
                                     .pax({{"path", name},
                                           {"linkpath", "to"},
                                           {"uid", "4294967294"},
                                           {"gid", "3000000"},
                                           {"uname", "\xc3\xa9"},
                                           {"gname", "g"},
                                           {"comment", "nobody reads it"},
                                           {"SCHILY.xattr.user.empty", ""},
                                           {"SCHILY.xattr.user.bin", "a\0=\n"s}})
                                     .add('2', "x")
                                     .text());
        expectEqual(name, one.entry.name);
        expectEqual("to", one.entry.target);
        CPPUNIT_ASSERT_EQUAL(uint32_t(4294967294), one.entry.uid);
        CPPUNIT_ASSERT_EQUAL(uint32_t(3000000), one.entry.gid);
        expectEqual("\xc3\xa9", one.entry.userName);
        CPPUNIT_ASSERT_EQUAL(size_t(2), one.entry.xattrs.size());
        expectEqual("", one.entry.xattrs.at("user.empty"));
        expectEqual("a\0=\n"s, one.entry.xattrs.at("user.bin"));
    }

    void paxGlobalsAndRemovals() {
        const auto all = readTar(RawTar()
                                     .pax({{"gid", "7"}, {"uname", "all"}}, 'g')
                                     .pax({{"uname", "mine"}})
                                     .add('0', "a")
                                     .add('0', "b")
                                     .pax({{"gid", ""}})
                                     .add('0', "c")
                                     .pax({{"gid", ""}}, 'g')
                                     .add('0', "d")
                                     .text());
        expectEqual("mine", all[0].entry.userName);
        CPPUNIT_ASSERT_EQUAL(uint32_t(7), all[0].entry.gid);
        expectEqual("all", all[1].entry.userName);
        // An empty value takes away what was said before, for one entry or for all.
        CPPUNIT_ASSERT_EQUAL(uint32_t(0), all[2].entry.gid);
        CPPUNIT_ASSERT_EQUAL(uint32_t(0), all[3].entry.gid);
        expectEqual("all", all[3].entry.userName);
    }

    void readsPaxTimes() {
        const struct {
            const char* text;
            int64_t seconds;
            long nanos;
        } cases[] = {
            {"1436882582", 1436882582, 0},
            {"1436882582.000000003", 1436882582, 3},
            {"1436882582.5", 1436882582, 500000000},
            {"0.9999999999", 0, 999999999},
            {"-1.5", -2, 500000000},
            {"-0.000000001", -1, 999999999},
            {"-3", -3, 0},
            {"253402300800", 253402300800, 0},
        };
        for (const auto& c : cases) {
            const Entry entry =
                readOne(RawTar().pax({{"mtime", c.text}}).add('0', "a").text()).entry;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.text, c.seconds, entry.mtimeSeconds);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.text, c.nanos, entry.mtimeNanos);
        }
        for (const char* bad : {"soon", "1.x", "1e9", "--1", "."})
            refuses(RawTar().pax({{"mtime", bad}}).add('0', "a").text(), "'a'");
    }

    // The header of 8 GiB and more is read; its data need not be there for that.
    void readsLargeSizes() {
        const int64_t size = (int64_t{8} << 30) + 5;
        const auto firstOf = [](const std::string& tar) {
            StringSource source(tar);
            TarReader reader(source);
            Entry entry;
            CPPUNIT_ASSERT(reader.next(entry));
            return entry;
        };
        const Entry base256 = firstOf(RawTar().claim('0', "big", size).open());
        CPPUNIT_ASSERT_EQUAL(size, base256.size);
        const Entry pax =
            firstOf(RawTar().pax({{"size", std::to_string(size)}}).claim('0', "big", 0).open());
        CPPUNIT_ASSERT_EQUAL(size, pax.size);
        CPPUNIT_ASSERT_EQUAL(size_t(1), pax.extents.size());
        CPPUNIT_ASSERT_EQUAL(size, pax.dataSize());
    }

    void skipsLabelsAndListings() {
        const auto all = readTar(RawTar()
                                     .add('V', "the volume")
                                     .add('D', "dir/", "Yone\0Ntwo\0"s, gnuMagic())
                                     .add('0', "f", "data")
                                     .text());
        CPPUNIT_ASSERT_EQUAL(size_t(2), all.size());
        CPPUNIT_ASSERT(all[0].entry.type == EntryType::Directory);
        expectEqual("data", all[1].data);
    }

    void takesSizesOfLinksForNothing() {
        const auto all = readTar(RawTar()
                                     .claim('1', "hard", 700, linksTo("f"))
                                     .claim('2', "soft", 1, linksTo("f"))
                                     .claim('5', "dir", 4096)
                                     .add('0', "f", "data")
                                     .text());
        CPPUNIT_ASSERT_EQUAL(size_t(4), all.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(0), all[0].entry.size);
        expectEqual("data", all[3].data);
    }

    void endsAtZerosOrAtTheEnd() {
        CPPUNIT_ASSERT(readTar("").empty());
        CPPUNIT_ASSERT(readTar(std::string(kBlock, '\0')).empty());
        CPPUNIT_ASSERT_EQUAL(size_t(1), readTar(RawTar().add('0', "a").open()).size());
        CPPUNIT_ASSERT_EQUAL(size_t(1), readTar(RawTar().add('0', "a").text() + "garbage").size());
    }

    // Every byte but those of files comes out of the other side, in order.
    void passesOnTheRest() {
        const std::string tail = "what a tape holds";
        RawTar tar;
        tar.add('0', "a", "taken").add('0', "b", "passed over").add('5', "d");
        StringSource source(tar.text() + tail);
        StringSink rest;
        TarReader reader(source, &rest);
        Entry entry;
        CPPUNIT_ASSERT(reader.next(entry));
        expectEqual("taken", std::string(reader.take(100)));
        while (reader.next(entry)) {
        }
        std::string wanted = tar.text() + tail;
        wanted.erase(kBlock, 5);
        CPPUNIT_ASSERT(rest.text() == wanted);
    }

    void refusesBadChecksums() {
        std::string tar = RawTar().add('0', "first").add('0', "second").text();
        refuses(std::string(kBlock, 'x'), "the header at byte 0 has a wrong checksum");
        tar[kBlock] ^= 1;
        refuses(tar, "the header at byte 512 has a wrong checksum");
        refuses(
            RawTar().add('0', "a", "", overwrite(offsetof(RawHeader, checksum), "        ")).text(),
            "wrong checksum");
        refuses("#!/bin/sh\n" + std::string(600, ' '), "no tar archive");
    }

    void refusesTruncation() {
        const std::string tar = RawTar()
                                    .longName('L', std::string(600, 'l'))
                                    .add('0', "x", std::string(700, 'd'))
                                    .open();
        // Wherever it is cut but between entries, that is an error.
        for (size_t at = 1; at < tar.size(); at += 97)
            refuses(tar.substr(0, at), "ends within");
        refuses(RawTar().pax({{"path", "p"}}).text(), "ends within the header");
        refuses(RawTar().pax({{"path", "p"}}).open(), "ends within the header");
    }

    void refusesBadNumbers() {
        const auto number = [](size_t offset, size_t size, int64_t value) {
            return
                [=](RawHeader& h) { putNumber(reinterpret_cast<char*>(&h) + offset, size, value); };
        };
        refuses(RawTar().claim('0', "neg", -1).text(), "'neg': its size is out of range");
        refuses(RawTar().claim('0', "max", std::numeric_limits<int64_t>::max()).text(),
                "'max': its size is out of range");
        refuses(RawTar().add('0', "u", "", number(offsetof(RawHeader, uid), 8, 4294967295)).text(),
                "'u': its uid is out of range");
        refuses(RawTar().add('0', "g", "", number(offsetof(RawHeader, gid), 8, -1)).text(),
                "'g': its gid is out of range");
        refuses(RawTar().add('0', "m", "", overwrite(offsetof(RawHeader, mode), "rw-r--r-")).text(),
                "'m': its mode is out of range");
        refuses(RawTar().add('3', "d", "", number(offsetof(RawHeader, devMajor), 8, -1)).text(),
                "'d': its device number is out of range");
        refuses(RawTar().pax({{"uid", "4294967295"}}).add('0', "p").text(), "'p': its uid");
        refuses(RawTar().pax({{"size", "99999999999999999999"}}).add('0', "p").text(),
                "'p': its size");
        refuses(RawTar().pax({{"gid", "-5"}}).add('0', "p").text(), "'p': its gid");
    }

    void refusesBrokenPax() {
        for (const char* text : {"5 a=b\n", "99 path=x\n", "path=x\n", "11 pathxxx\n", "7 =abc\n",
                                 "0 a=b\n", "-6 a=b\n", "99999999999 a=b\n", "6 a=b", " a=b\n"})
            refuses(RawTar().add('x', "PaxHeaders/p", text).add('0', "p").text(),
                    "broken pax header");
    }

    void refusesHugeHeaders() {
        constexpr int64_t kMany = int64_t{1} << 40;
        refuses(RawTar().claim('L', "././@LongLink", kMany).text(), "extended header");
        refuses(RawTar().claim('x', "PaxHeaders/p", kMany).text(), "extended header");
        refuses(RawTar().claim('g', "PaxHeaders/p", kMany).text(), "extended header");
        const std::string half(600 * 1024, 'v');
        refuses(RawTar().pax({{"a", half}}, 'g').pax({{"b", half}}, 'g').add('0', "p").text(),
                "global pax records are over 1 MiB");
        // Many headers before one entry are no way around the limit.
        RawTar many;
        for (int i = 0; i < 8; ++i)
            many.pax({{"key" + std::to_string(i), half}});
        refuses(many.add('0', "p").text(), "pax records");
        refuses(RawTar().pax({{"path", std::string(100 * 1024, 'n')}}).add('0', "p").text(),
                "name");
    }

    void refusesBadNamesAndTypes() {
        refuses(RawTar().add('0', "").text(), "no usable name");
        refuses(RawTar().pax({{"path", "a\0b"s}}).add('0', "p").text(), "no usable name");
        refuses(RawTar().pax({{"linkpath", "a\0b"s}}).add('2', "p").text(), "no usable name");
        refuses(RawTar().add('Z', "strange").text(), "'strange': its type 'Z' is unknown");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TarReaderTest);

} // namespace ctrd::archive
