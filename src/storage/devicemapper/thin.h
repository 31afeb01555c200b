#pragma once

#include "kernel/device_mapper.h"

#include <cstdint>
#include <string>
#include <vector>

// What the kernel's targets thin-pool and thin are told and tell: its thin-provisioning.txt.
namespace ctrd::storage::devicemapper {

struct PoolParts {
    std::string data, metadata; // paths of block devices
    uint64_t dataBytes = 0;
    uint64_t blockBytes = 0;
};

// `errorsWhenFull`: writers into a full pool get an error at once and do not hang for a minute. Old
// kernels do not know the word.
kernel::DmTable poolTable(const PoolParts& parts, bool errorsWhenFull);
// `pool`: path, or "MAJOR:MINOR".
kernel::DmTable thinTable(uint64_t bytes, const std::string& pool, uint32_t device);

// Of a thin-pool's table; throws Internal where it is none.
uint64_t blockBytesOf(const kernel::DmTable& table);
// "MAJOR:MINOR" of its data and metadata devices.
std::string dataDeviceOf(const kernel::DmTable& table);
std::string metadataDeviceOf(const kernel::DmTable& table);

struct PoolStatus {
    enum class Mode { Writable, OutOfData, ReadOnly, Failed };
    Mode mode = Mode::Writable;
    uint64_t transaction = 0;
    uint64_t dataUsed = 0, dataTotal = 0, metadataUsed = 0, metadataTotal = 0; // bytes
};
// Throws Internal for what it cannot read.
PoolStatus parsePoolStatus(const std::string& text, uint64_t blockBytes);

// Why nothing can be made in the pool, "" where it can.
std::string whyUnusable(const PoolStatus& status, const std::string& pool);

// Says once that a pool is getting full, each time it passes one more of a few levels.
class FillLevels {
public:
    // Sentences, mostly none.
    std::vector<std::string> news(const PoolStatus& status, const std::string& pool);

private:
    int data_ = 0, metadata_ = 0; // levels told
};

} // namespace ctrd::storage::devicemapper
