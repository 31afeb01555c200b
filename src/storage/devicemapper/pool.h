#pragma once

#include "base/sync.h"
#include "kernel/device_mapper.h"
#include "storage/devicemapper/options.h"
#include "storage/devicemapper/thin.h"

#include <cstdint>
#include <string>

namespace ctrd::storage::devicemapper {

// The thin pool that holds all trees, and the messages to it.  It stays after this object as long
// as containers use it; the next one finds it by its name and goes on with it. On disk below
// `directory`: data and metadata, the sparse files of a pool without devices of its own, and
// transaction.json.
//
// Every change gets the next transaction id, noted in the file before and in the pool's metadata
// after: where the two differ, a power cut came between them.
// Thread safe.
class ThinPool {
public:
    // Makes the pool, or takes the one that is there.  Throws InvalidArgument that names the option
    // for a device that is not there or no pool, Unavailable without loop devices, SystemError
    // where the kernel refuses; leaves nothing behind then.
    ThinPool(const kernel::DeviceMapper& mapper, std::string directory, const std::string& name,
             const Options& options);
    ThinPool(const ThinPool&) = delete;
    ThinPool& operator=(const ThinPool&) = delete;
    // Takes the pool itself down, unless containers use it or somebody else made it.
    ~ThinPool() { close(); }

    const std::string& name() const { return name_; }
    uint64_t blockBytes() const { return blockBytes_; }
    // "MAJOR:MINOR", for tables.
    const std::string& number() const { return number_; }
    PoolStatus status() const;
    // Whether its data lies in a sparse file.
    bool isSparse() const;
    // Of data: what is free in the pool, and where it is a sparse file, in the file system below.
    uint64_t available(const PoolStatus& status) const;

    struct Part {
        std::string device, file; // "/dev/…"; the sparse file, "" where it is none
    };
    Part data() const;
    Part metadata() const;

    // Where the last end was no clean one and the pool may hold devices that nobody noted.
    bool wasInterrupted() const { return interrupted_; }
    void settled() { interrupted_ = false; }

    // What the transaction of the next change will be.
    uint64_t nextTransaction() const;
    void createThin(uint32_t device);
    // `origin` must not be written to meanwhile: suspended, or not active.
    void createSnapshot(uint32_t device, uint32_t origin);
    // Nothing where it is not there.
    void deleteDevice(uint32_t device);

private:
    const kernel::DeviceMapper& mapper_;
    std::string directory_, name_, number_;
    bool ours_ = true, interrupted_ = false;
    uint64_t blockBytes_ = 0;
    mutable Sync<uint64_t> transaction_;

    void open(const Options& options);
    void make(const Options& options);
    void readTransaction();
    void noteTransaction(uint64_t transaction) const;
    void change(const std::string& message);
    void close() noexcept;
    Part partOf(const std::string& number) const;
};

} // namespace ctrd::storage::devicemapper
