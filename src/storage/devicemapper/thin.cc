#include "storage/devicemapper/thin.h"

#include "base/error.h"
#include "base/size.h"
#include "base/strings.h"

#include <optional>

namespace ctrd::storage::devicemapper {

namespace {

constexpr uint64_t kSector = 512;
constexpr uint64_t kMetadataBlock = 4096;
// Free blocks below which the kernel tells whoever waits for events: nobody does, we look
// ourselves.
constexpr int kLowWaterBlocks = 32768;

std::vector<std::string> poolWords(const kernel::DmTable& table) {
    auto words = splitWords(table.parameters);
    if (table.target != "thin-pool" || words.size() < 3)
        throw internalError("'" + table.target + " " + table.parameters +
                            "' is no table of a thin pool");
    return words;
}

struct Share {
    uint64_t used, total;
};

// "USED/TOTAL".
std::optional<Share> parseShare(const std::string& text) {
    const auto parts = splitOnce(text, '/');
    if (!parts) return std::nullopt;
    const auto used = parseInt(parts->first), total = parseInt(parts->second);
    if (!used || !total) return std::nullopt;
    return Share{static_cast<uint64_t>(*used), static_cast<uint64_t>(*total)};
}

struct ModeWord {
    const char* word;
    PoolStatus::Mode mode;
};
constexpr ModeWord kModes[] = {
    {"rw", PoolStatus::Mode::Writable},
    {"out_of_data_space", PoolStatus::Mode::OutOfData},
    {"ro", PoolStatus::Mode::ReadOnly},
};

constexpr int kLevels[] = {80, 90, 95, 99};

int levelOf(uint64_t used, uint64_t total) {
    int level = 0;
    for (const int candidate : kLevels)
        if (total != 0 && used * 100 >= total * static_cast<uint64_t>(candidate)) level = candidate;
    return level;
}

void tell(std::vector<std::string>& news, int& told, uint64_t used, uint64_t total,
          const std::string& what, const std::string& remedy) {
    const int level = levelOf(used, total);
    if (level > told)
        news.push_back(what + " is " + std::to_string(used * 100 / total) + "% full (" +
                       humanSize(static_cast<double>(total - used)) + " left): " + remedy);
    told = level;
}

} // namespace

kernel::DmTable poolTable(const PoolParts& parts, bool errorsWhenFull) {
    kernel::DmTable table;
    table.sectors = parts.dataBytes / kSector;
    table.target = "thin-pool";
    table.parameters =
        parts.metadata + " " + parts.data + " " + std::to_string(parts.blockBytes / kSector) + " " +
        std::to_string(kLowWaterBlocks) + " " +
        (errorsWhenFull ? "2 skip_block_zeroing error_if_no_space" : "1 skip_block_zeroing");
    return table;
}

kernel::DmTable thinTable(uint64_t bytes, const std::string& pool, uint32_t device) {
    return {bytes / kSector, "thin", pool + " " + std::to_string(device)};
}

uint64_t blockBytesOf(const kernel::DmTable& table) {
    const auto sectors = parseInt(poolWords(table)[2]);
    if (!sectors || *sectors <= 0)
        throw internalError("a thin pool has blocks of '" + poolWords(table)[2] + "' sectors");
    return static_cast<uint64_t>(*sectors) * kSector;
}

std::string metadataDeviceOf(const kernel::DmTable& table) {
    return poolWords(table)[0];
}

std::string dataDeviceOf(const kernel::DmTable& table) {
    return poolWords(table)[1];
}

// "TRANSACTION META-USED/META-TOTAL DATA-USED/DATA-TOTAL HELD-ROOT MODE …", or "Fail".
PoolStatus parsePoolStatus(const std::string& text, uint64_t blockBytes) {
    const auto words = splitWords(text);
    PoolStatus status;
    if (!words.empty() && (words[0] == "Fail" || words[0] == "Error")) {
        status.mode = PoolStatus::Mode::Failed;
        return status;
    }
    const auto transaction = words.empty() ? std::nullopt : parseInt(words[0]);
    const auto metadata = words.size() > 2 ? parseShare(words[1]) : std::nullopt;
    const auto data = words.size() > 2 ? parseShare(words[2]) : std::nullopt;
    if (!transaction || !metadata || !data)
        throw internalError("cannot read the status of a thin pool: '" + text + "'");
    status.transaction = static_cast<uint64_t>(*transaction);
    status.metadataUsed = metadata->used * kMetadataBlock;
    status.metadataTotal = metadata->total * kMetadataBlock;
    status.dataUsed = data->used * blockBytes;
    status.dataTotal = data->total * blockBytes;
    for (const auto& known : kModes)
        if (words.size() > 4 && words[4] == known.word) status.mode = known.mode;
    return status;
}

std::string whyUnusable(const PoolStatus& status, const std::string& pool) {
    const std::string name = "thin pool '" + pool + "' ";
    switch (status.mode) {
        case PoolStatus::Mode::Failed:
            return name +
                   "has failed: look at the kernel's log and repair its metadata with "
                   "thin_check and thin_repair";
        case PoolStatus::Mode::ReadOnly:
            return name +
                   "is read-only, because its metadata is full or damaged: look at the "
                   "kernel's log, thin_check and thin_repair";
        case PoolStatus::Mode::OutOfData:
            return name + "has no space left: remove images and containers, or enlarge it";
        case PoolStatus::Mode::Writable:
            break;
    }
    if (status.dataTotal != 0 && status.dataUsed >= status.dataTotal)
        return name + "has no space left: remove images and containers, or enlarge it";
    return "";
}

std::vector<std::string> FillLevels::news(const PoolStatus& status, const std::string& pool) {
    std::vector<std::string> sentences;
    tell(sentences, data_, status.dataUsed, status.dataTotal, "thin pool '" + pool + "'",
         "containers get errors when they write into a full pool; remove images and containers, or "
         "enlarge it");
    tell(sentences, metadata_, status.metadataUsed, status.metadataTotal,
         "the metadata of thin pool '" + pool + "'",
         "a pool without space for metadata becomes read-only; remove images and containers, or "
         "enlarge it");
    return sentences;
}

} // namespace ctrd::storage::devicemapper
