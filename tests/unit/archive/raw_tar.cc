#include "unit/archive/raw_tar.h"

#include "archive/pax.h"
#include "archive/tar_reader.h"

#include <cppunit/TestAssert.h>

#include <cstdio>
#include <cstring>

namespace ctrd::archive::testing {

RawTar& RawTar::claim(char type, const std::string& name, int64_t size, const Tweak& tweak) {
    RawHeader h = {};
    std::memcpy(h.name, name.data(), std::min(name.size(), sizeof h.name));
    putNumber(h.mode, sizeof h.mode, 0644);
    putNumber(h.uid, sizeof h.uid, 0);
    putNumber(h.gid, sizeof h.gid, 0);
    putNumber(h.size, sizeof h.size, size);
    putNumber(h.mtime, sizeof h.mtime, 1436882582);
    h.type = type;
    std::memcpy(h.magic, "ustar\00000", 8);
    std::memset(h.checksum, '0', 6);
    if (tweak) tweak(h);
    // A tweak that has set a checksum of its own keeps it.
    if (std::memcmp(h.checksum, "000000", 6) == 0) {
        std::snprintf(h.checksum, sizeof h.checksum, "%06o", headerChecksum(h));
        h.checksum[7] = ' ';
    }
    return bytes(std::string(reinterpret_cast<const char*>(&h), sizeof h));
}

RawTar& RawTar::add(char type, const std::string& name, const std::string& data,
                    const Tweak& tweak) {
    return claim(type, name, static_cast<int64_t>(data.size()), tweak).padded(data);
}

RawTar& RawTar::pax(const std::map<std::string, std::string>& records, char type) {
    std::string text;
    for (const auto& [key, value] : records)
        text += paxRecord(key, value);
    return add(type, "PaxHeaders/x", text);
}

RawTar& RawTar::longName(char type, const std::string& text) {
    return add(type, "././@LongLink", text + '\0', gnuMagic());
}

RawTar& RawTar::bytes(const std::string& raw) {
    text_ += raw;
    return *this;
}

RawTar& RawTar::padded(const std::string& data) {
    return bytes(
        data +
        std::string(static_cast<size_t>(paddingOf(static_cast<int64_t>(data.size()))), '\0'));
}

RawTar::Tweak linksTo(const std::string& target) {
    return [target](RawHeader& h) {
        std::memcpy(h.target, target.data(), std::min(target.size(), sizeof h.target));
    };
}

RawTar::Tweak gnuMagic() {
    return [](RawHeader& h) { std::memcpy(h.magic, "ustar  ", 8); };
}

RawTar::Tweak overwrite(size_t offset, const std::string& text) {
    return [offset, text](RawHeader& h) {
        std::memcpy(reinterpret_cast<char*>(&h) + offset, text.data(), text.size());
    };
}

std::vector<ReadEntry> readTar(const std::string& tar) {
    StringSource source(tar);
    TarReader reader(source);
    std::vector<ReadEntry> all;
    Entry entry;
    while (reader.next(entry)) {
        all.push_back({entry, ""});
        for (;;) {
            const auto bytes = reader.take(4096);
            if (bytes.empty()) break;
            all.back().data += bytes;
        }
    }
    return all;
}

ReadEntry readOne(const std::string& tar) {
    const auto all = readTar(tar);
    CPPUNIT_ASSERT_EQUAL(size_t(1), all.size());
    return all[0];
}

} // namespace ctrd::archive::testing
