#pragma once

#include "archive/entry.h"
#include "archive/tar_header.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ctrd::archive::testing {

// A tar archive put together block by block, so that a test can have what no writer of today makes.
class RawTar {
public:
    using Tweak = std::function<void(RawHeader&)>;

    // A header in ustar with the data behind it, padded; `tweak` changes the header before its
    // checksum is computed.
    RawTar& add(char type, const std::string& name, const std::string& data = "",
                const Tweak& tweak = {});
    // A header whose size field says `size` and nothing behind it.
    RawTar& claim(char type, const std::string& name, int64_t size, const Tweak& tweak = {});
    // A pax header of these records, for the next entry or (`type` 'g') for all.
    RawTar& pax(const std::map<std::string, std::string>& records, char type = 'x');
    // GNU's long name ('L') or long link target ('K').
    RawTar& longName(char type, const std::string& text);
    RawTar& bytes(const std::string& raw);
    RawTar& padded(const std::string& data);

    // Without the end of the archive.
    const std::string& open() const { return text_; }
    // With the two blocks of zeros.
    std::string text() const { return text_ + std::string(2 * kBlock, '\0'); }

private:
    std::string text_;
};

// Tweaks.
RawTar::Tweak linksTo(const std::string& target);
RawTar::Tweak gnuMagic();
// Puts `text` over the bytes of the header from `offset`.
RawTar::Tweak overwrite(size_t offset, const std::string& text);

struct ReadEntry {
    Entry entry;
    std::string data; // holes left out
};
// What TarReader makes of it; throws what it throws.
std::vector<ReadEntry> readTar(const std::string& tar);
// The only entry of an archive.
ReadEntry readOne(const std::string& tar);

} // namespace ctrd::archive::testing
