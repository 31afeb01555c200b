#include "archive/sparse.h"

#include "archive/pax.h"
#include "archive/tar_reader.h"
#include "unit/archive/raw_tar.h"
#include "unit/testing/expect.h"

#include <cstring>

namespace ctrd::archive {

using namespace testing;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

using Pairs = std::vector<std::pair<int64_t, int64_t>>;

void putSlots(GnuSparseSlot* slots, const Pairs& pairs, size_t from, size_t count) {
    for (size_t i = 0; i < count && from + i < pairs.size(); ++i) {
        putNumber(slots[i].offset, sizeof slots[i].offset, pairs[from + i].first);
        putNumber(slots[i].size, sizeof slots[i].size, pairs[from + i].second);
    }
}

// Type 'S' with as many blocks of slots as the map needs.
std::string oldGnu(const Pairs& pairs, int64_t realSize, const std::string& data) {
    RawTar tar;
    tar.claim('S', "sparse", static_cast<int64_t>(data.size()), [&](RawHeader& h) {
        gnuMagic()(h);
        GnuTail tail = {};
        putSlots(tail.slots, pairs, 0, 4);
        tail.isExtended = pairs.size() > 4 ? 1 : 0;
        putNumber(tail.realSize, sizeof tail.realSize, realSize);
        std::memcpy(h.prefix, &tail, sizeof tail);
    });
    for (size_t at = 4; at < pairs.size(); at += 21) {
        GnuSparseBlock block = {};
        putSlots(block.slots, pairs, at, 21);
        block.isExtended = pairs.size() > at + 21 ? 1 : 0;
        tar.bytes(std::string(reinterpret_cast<const char*>(&block), sizeof block));
    }
    return tar.padded(data).text();
}

// GNU.sparse 0.0 says the same two keys again and again, which a map of records cannot hold.
std::string pax00(const Pairs& pairs, int64_t size, const std::string& data) {
    std::string records = paxRecord("GNU.sparse.size", std::to_string(size)) +
                          paxRecord("GNU.sparse.numblocks", std::to_string(pairs.size()));
    for (const auto& [offset, length] : pairs)
        records += paxRecord("GNU.sparse.offset", std::to_string(offset)) +
                   paxRecord("GNU.sparse.numbytes", std::to_string(length));
    return RawTar().add('x', "PaxHeaders/sparse", records).add('0', "sparse", data).text();
}

std::string pax01(const Pairs& pairs, int64_t size, const std::string& data) {
    std::string map;
    for (const auto& [offset, length] : pairs)
        map += (map.empty() ? "" : ",") + std::to_string(offset) + "," + std::to_string(length);
    return RawTar()
        .pax({{"GNU.sparse.size", std::to_string(size)},
              {"GNU.sparse.numblocks", std::to_string(pairs.size())},
              {"GNU.sparse.name", "sparse"},
              {"GNU.sparse.map", map}})
        .add('0', "GNUSparseFile.1/sparse", data)
        .text();
}

std::string pax10(const Pairs& pairs, int64_t size, const std::string& data) {
    std::string map = std::to_string(pairs.size()) + "\n";
    for (const auto& [offset, length] : pairs)
        map += std::to_string(offset) + "\n" + std::to_string(length) + "\n";
    map.resize(map.size() + static_cast<size_t>(paddingOf(static_cast<int64_t>(map.size()))));
    return RawTar()
        .pax({{"GNU.sparse.major", "1"},
              {"GNU.sparse.minor", "0"},
              {"GNU.sparse.name", "sparse"},
              {"GNU.sparse.realsize", std::to_string(size)}})
        .add('0', "GNUSparseFile.1/sparse", map + data)
        .text();
}

struct Form {
    const char* name;
    std::string (*make)(const Pairs&, int64_t, const std::string&);
};
constexpr Form kForms[] = {
    {"old GNU", oldGnu}, {"pax 0.0", pax00}, {"pax 0.1", pax01}, {"pax 1.0", pax10}};

} // namespace

class SparseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SparseTest);
    CPPUNIT_TEST(readsAllForms);
    CPPUNIT_TEST(readsLongMaps);
    CPPUNIT_TEST(readsFilesOfHolesOnly);
    CPPUNIT_TEST(fillsHolesWithZeros);
    CPPUNIT_TEST(refusesBrokenMaps);
    CPPUNIT_TEST(refusesBombs);
    CPPUNIT_TEST(refusesEndlessMaps);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsAllForms() {
        for (const auto& form : kForms) {
            const auto one = readOne(form.make({{0, 3}, {4096, 2}, {8192, 0}}, 8192, "abcde"));
            expectEqual("sparse", one.entry.name);
            expectEqual("abcde", one.data);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, int64_t(8192), one.entry.size);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, int64_t(5), one.entry.dataSize());
            CPPUNIT_ASSERT_MESSAGE(form.name, one.entry.isSparse());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, int64_t(4096), one.entry.extents.at(1).offset);
        }
    }

    void readsLongMaps() {
        Pairs pairs;
        std::string data;
        for (int i = 0; i < 100; ++i) {
            pairs.emplace_back(i * 1000, 7);
            data += "extent" + std::to_string(i % 10);
        }
        for (const auto& form : kForms) {
            const auto one = readOne(form.make(pairs, 200000, data));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, size_t(100), one.entry.extents.size());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, int64_t(99000), one.entry.extents[99].offset);
            CPPUNIT_ASSERT_MESSAGE(form.name, one.data == data);
        }
    }

    void readsFilesOfHolesOnly() {
        for (const auto& form : kForms) {
            const auto one = readOne(form.make({{1 << 20, 0}}, 1 << 20, ""));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, int64_t(1 << 20), one.entry.size);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, int64_t(0), one.entry.dataSize());
        }
    }

    void fillsHolesWithZeros() {
        for (const auto& form : kForms) {
            StringSource source(form.make({{2, 3}, {10, 2}}, 14, "abcde"));
            TarReader reader(source);
            Entry entry;
            CPPUNIT_ASSERT(reader.next(entry));
            EntrySource plain(reader, entry);
            StringSink sink;
            copyAll(plain, sink);
            using namespace std::string_literals;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(form.name, "\0\0abc\0\0\0\0\0de\0\0"s, sink.text());
        }
    }

    void refusesBrokenMaps() {
        const struct {
            const char* what;
            Pairs pairs;
        } cases[] = {
            {"overlap", {{0, 3}, {2, 2}}},           {"descend", {{4096, 3}, {0, 2}}},
            {"leave the file", {{0, 3}, {8191, 2}}}, {"begin behind it", {{0, 3}, {9000, 2}}},
            {"too much", {{0, 5}, {4096, 2}}},       {"too little", {{0, 3}}},
        };
        for (const auto& form : kForms)
            for (const auto& c : cases)
                expectError(ErrorKind::InvalidArgument, "'sparse'", [&] {
                    readTar(form.make(c.pairs, 8192, "abcde"));
                    CPPUNIT_FAIL(std::string(form.name) + ": " + c.what);
                });
        for (const char* map : {"0", "0,x", "-1,5", "99999999999999999999,5"})
            expectError(ErrorKind::InvalidArgument, "sparse", [&] {
                readTar(RawTar()
                            .pax({{"GNU.sparse.size", "8192"}, {"GNU.sparse.map", map}})
                            .add('0', "sparse", "abcde")
                            .text());
            });
    }

    // 8 GiB and more of nearly nothing would fill the disk of whoever copies it.
    void refusesBombs() {
        const int64_t size = int64_t{10} << 30;
        for (const auto& form : kForms)
            expectError(ErrorKind::InvalidArgument, "'sparse': a sparse file of 10737418240 bytes",
                        [&] {
                            readTar(form.make({{0, 5}}, size, "abcde"));
                        });
    }

    void refusesEndlessMaps() {
        const std::string head = RawTar()
                                     .pax({{"GNU.sparse.major", "1"},
                                           {"GNU.sparse.minor", "0"},
                                           {"GNU.sparse.name", "sparse"},
                                           {"GNU.sparse.realsize", "8192"}})
                                     .add('0', "x", "9999999999\n0\n1\n")
                                     .text();
        expectError(ErrorKind::InvalidArgument, "'sparse'", [&] { readTar(head); });
        std::string lines = "9999999999\n";
        for (size_t i = 0; i <= kMaxExtents + kBlock; ++i)
            lines += "0\n0\n";
        const std::string many = RawTar()
                                     .pax({{"GNU.sparse.major", "1"},
                                           {"GNU.sparse.minor", "0"},
                                           {"GNU.sparse.name", "sparse"},
                                           {"GNU.sparse.realsize", "8192"}})
                                     .add('0', "x", lines)
                                     .text();
        expectError(ErrorKind::InvalidArgument, "more than 1048576 parts", [&] { readTar(many); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SparseTest);

} // namespace ctrd::archive
