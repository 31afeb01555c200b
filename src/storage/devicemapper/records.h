#pragma once

#include "base/sync.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::storage::devicemapper {

// A thin device of the pool that holds a tree.
struct DeviceRecord {
    uint32_t device = 0;      // its number in the pool
    uint64_t bytes = 0;       // its size
    uint64_t transaction = 0; // of the pool, that made it
    std::string fileSystem;   // on it
};

// Which device of the pool is which tree, one file each: ID.json of a whole one; .part-ID.json of
// one that is being made or removed, so that after a crash between any two steps the device's
// number is known and it can go.  No id begins with a dot but kBase, the empty file system that
// others are copies of.
// Thread safe.
class Records {
public:
    static constexpr const char* kBase = ".base";

    // Reads what is below `directory`, made where it is not there.  Throws Internal for a file it
    // cannot read.
    explicit Records(std::string directory);

    std::optional<DeviceRecord> find(const std::string& id) const;
    std::map<std::string, DeviceRecord> whole() const;
    std::map<std::string, DeviceRecord> unfinished() const;
    // The number that was given out last, or the largest on the disk.
    uint32_t lastDevice() const;
    bool usesDevice(uint32_t device) const;

    // Chooses a device number that is not in use, and writes the record of an unfinished tree so
    // that it survives a power cut.  Conflict where there is one already.
    DeviceRecord begin(const std::string& id, DeviceRecord record);
    // It is whole now.
    void finish(const std::string& id);
    // It is being removed.
    void unfinish(const std::string& id);
    // The unfinished tree's device is gone.
    void drop(const std::string& id);

private:
    struct Tables {
        std::map<std::string, DeviceRecord> whole, unfinished;
        uint32_t last = 0; // number that was given out
        bool uses(uint32_t device) const;
    };
    std::string directory_;
    mutable Sync<Tables> tables_;

    std::string fileOf(const std::string& id) const;
    std::string partOf(const std::string& id) const;
};

} // namespace ctrd::storage::devicemapper
