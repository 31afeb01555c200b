#include "archive/sparse.h"

#include "archive/pax.h"
#include "base/error.h"
#include "base/strings.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace ctrd::archive {

namespace {

// A file this large with less than a thousandth of data is a bomb, or a lastlog with a user
// number near 2^32, which fills the disk of whoever copies it just the same.
constexpr int64_t kLargeFile = int64_t{8} << 30;
constexpr int64_t kLeastShare = 1000;

Error brokenMap(const std::string& name) {
    return invalidArgument("entry " + shownName(name) + ": its sparse map is broken");
}

void addExtent(std::vector<Extent>& extents, Extent extent, const std::string& name) {
    if (extents.size() == kMaxExtents)
        throw invalidArgument("entry " + shownName(name) + ": its sparse map has more than " +
                              std::to_string(kMaxExtents) + " parts");
    extents.push_back(extent);
}

// False at the first unused slot, which ends the map.
bool addSlots(const GnuSparseSlot* slots, size_t count, std::vector<Extent>& extents,
              const std::string& name) {
    for (size_t i = 0; i < count; ++i) {
        if (slots[i].offset[0] == '\0') return false;
        Extent extent;
        if (!headerNumber(slots[i].offset, sizeof slots[i].offset, extent.offset) ||
            !headerNumber(slots[i].size, sizeof slots[i].size, extent.size))
            throw brokenMap(name);
        addExtent(extents, extent, name);
    }
    return true;
}

int64_t decimal(std::string_view text, const std::string& name) {
    const auto value = text.size() < 20 ? parseInt(text) : std::nullopt;
    if (!value || *value < 0) throw brokenMap(name);
    return *value;
}

// Lines that run over block borders.
class LineReader {
public:
    LineReader(const NextBlock& nextBlock, const std::string& name)
        : nextBlock_(nextBlock), name_(name) {}

    int64_t number() {
        std::string line;
        for (;;) {
            if (at_ == block_.size()) {
                block_ = nextBlock_();
                at_ = 0;
            }
            const char c = block_[at_++];
            if (c == '\n') return decimal(line, name_);
            line += c;
            if (line.size() > 20) throw brokenMap(name_);
        }
    }

private:
    const NextBlock& nextBlock_;
    const std::string& name_;
    std::string block_;
    size_t at_ = 0;
};

} // namespace

std::vector<Extent> oldSparseMap(const RawHeader& header, const NextBlock& nextBlock,
                                 const std::string& name) {
    GnuTail tail;
    std::memcpy(&tail, header.prefix, sizeof tail);
    std::vector<Extent> extents;
    addSlots(tail.slots, std::size(tail.slots), extents, name);
    bool more = tail.isExtended != 0;
    while (more) {
        GnuSparseBlock block;
        std::memcpy(&block, nextBlock().data(), sizeof block);
        addSlots(block.slots, std::size(block.slots), extents, name);
        more = block.isExtended != 0;
    }
    return extents;
}

std::vector<Extent> listedSparseMap(std::string_view text, const std::string& name) {
    const auto nextNumber = [&] {
        const size_t end = std::min(text.find(','), text.size());
        const int64_t value = decimal(text.substr(0, end), name);
        text.remove_prefix(std::min(end + 1, text.size()));
        return value;
    };
    std::vector<Extent> extents;
    while (!text.empty()) {
        const int64_t offset = nextNumber();
        addExtent(extents, {offset, nextNumber()}, name);
    }
    return extents;
}

std::vector<Extent> leadingSparseMap(const NextBlock& nextBlock, const std::string& name) {
    LineReader lines(nextBlock, name);
    const int64_t count = lines.number();
    std::vector<Extent> extents;
    for (int64_t i = 0; i < count; ++i) {
        const int64_t offset = lines.number();
        addExtent(extents, {offset, lines.number()}, name);
    }
    return extents;
}

void checkExtents(const Entry& entry, int64_t stored) {
    int64_t end = 0, total = 0;
    for (const auto& extent : entry.extents) {
        if (extent.size < 0 || extent.offset < end || extent.offset > entry.size ||
            extent.size > entry.size - extent.offset)
            throw brokenMap(entry.name);
        end = extent.offset + extent.size;
        total += extent.size;
    }
    if (total != stored) throw brokenMap(entry.name);
    if (entry.size > kLargeFile && total < entry.size / kLeastShare)
        throw invalidArgument("entry " + shownName(entry.name) + ": a sparse file of " +
                              std::to_string(entry.size) + " bytes of which only " +
                              std::to_string(total) + " are data is refused");
}

} // namespace ctrd::archive
