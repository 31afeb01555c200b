#pragma once

#include "base/sync.h"
#include "kernel/device_mapper.h"
#include "storage/devicemapper/records.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>

namespace ctrd::storage::devicemapper {

// The devices of the pool that can be opened just now, each a node in /dev/mapper.  One is made
// when its tree is wanted and goes when nobody wants it any more; one that is still mounted
// somewhere then goes when that ends: by the kernel where it can remove on close, else with a later
// call here. Thread safe.
class Devices {
public:
    // `prefix`: of the names of all these devices, and of no others; `pool`: "MAJOR:MINOR".
    Devices(const kernel::DeviceMapper& mapper, std::string prefix, std::string pool,
            bool removeOnClose);
    Devices(const Devices&) = delete;
    Devices& operator=(const Devices&) = delete;
    // Takes down those that nobody has open: what containers use stays.
    ~Devices() { takeDownAll(); }

    std::string nameOf(const std::string& id) const;
    std::string nodeOf(const std::string& id) const;

    // There as long as the object lives.
    std::shared_ptr<void> use(const std::string& id, const DeviceRecord& record);
    // There until giveBack(): somebody else will mount it.
    void lend(const std::string& id, const DeviceRecord& record);
    void giveBack(const std::string& id);
    // The device of a tree that is to be removed, which nobody uses any more: waits for the kernel
    // to let it go.  Throws Conflict where that does not come.
    void close(const std::string& id);
    // Runs `action` while the device, if it is there at all, is suspended.
    template <typename Action>
    void whileSuspended(const std::string& id, Action action) {
        const std::unique_lock<std::shared_mutex> lock(suspending_);
        const Suspension suspension(*this, id);
        action();
    }

    // Runs `action`, which mounts one of the devices, while none of them is suspended: the kernel
    // refuses such a device (EBUSY).  Many may at once.
    template <typename Action>
    auto whileNoneIsSuspended(Action action) {
        const std::shared_lock<std::shared_mutex> lock(suspending_);
        return action();
    }

    // After a start: resumes what was left suspended, and takes down what nobody has open.
    void recover();

private:
    struct Use {
        int users = 0;
        bool lent = false;
    };
    struct State {
        std::map<std::string, Use> uses;
        std::set<std::string> idle; // wanted by nobody, but still open somewhere
    };
    // In the order of its life: holds the lock, so that the device neither comes nor goes
    // meanwhile.
    class Suspension {
    public:
        Suspension(Devices& devices, const std::string& id);
        Suspension(const Suspension&) = delete;
        Suspension& operator=(const Suspension&) = delete;
        ~Suspension();

    private:
        Devices& devices_;
        std::string name_;
        Sync<State>::Lock lock_;
        bool suspended_ = false;
    };

    const kernel::DeviceMapper& mapper_;
    std::string prefix_, pool_;
    bool removeOnClose_;
    Sync<State> state_;
    std::shared_mutex suspending_; // taken before state_

    void activate(State& state, const std::string& id, const DeviceRecord& record);
    void release(State& state, const std::string& id);
    void sweep(State& state);
    bool tryRemove(const std::string& name) const;
    void endUse(const std::string& id) noexcept;
    void takeDownAll() noexcept;
};

} // namespace ctrd::storage::devicemapper
