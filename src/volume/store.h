#pragma once

#include "base/sync.h"
#include "volume/driver.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ctrd::volume {

// The volumes of one daemon.  Who uses one is not counted here: the records of the containers say
// it, and whoever removes a volume brings a function that asks them.  Between choosing a volume and
// writing the record that names it a Lease keeps it.
// Thread safe; no lock is held while files are made, filled or removed.
class Store {
public:
    using Drivers = std::map<std::string, std::unique_ptr<Driver>>;
    // Whom the volume belongs to, by what they are called; asked under the store's lock.
    using Users = std::function<std::vector<std::string>(const std::string& volume)>;

    // Reads what the drivers have, under their names.
    explicit Store(Drivers drivers);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    // As long as it lives its volume is not removed.  It must not outlive the store.
    class Lease {
    public:
        Lease(Lease&& other) noexcept;
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Lease& operator=(Lease&&) = delete;
        ~Lease();

        const std::string& name() const { return name_; }
        // Whether the call that returned it made the volume.
        bool isNew() const { return isNew_; }

    private:
        friend class Store;
        Lease(Store& store, std::string name, bool isNew)
            : store_(&store), name_(std::move(name)), isNew_(isNew) {}

        Store* store_;
        std::string name_;
        bool isNew_;
    };

    // Makes one, or takes the one that is there.  `wanted`: without the time; driver "" is local.
    // Conflict where the one that is there is of another driver, NotFound for an unknown driver.
    Lease create(Volume wanted);

    std::vector<Volume> list() const; // by name
    // The two below throw NotFound "get X: no such volume".
    Volume get(const std::string& name) const;
    std::string mountPoint(const std::string& name) const;

    // Lets `fill` put the first content into the directory it is given, where the volume is empty.
    // While somebody else uses the volume that is its own directory; otherwise a crash half-way
    // leaves the volume empty.  Whoever wants the volume waits for the end.
    void fill(const Lease& lease, const Users& users,
              const std::function<void(const std::string& directory)>& fill);

    // NotFound; Conflict "remove X: volume is in use - [A, B]" where somebody uses it.
    void remove(const std::string& name, const Users& users);

private:
    struct Entry {
        Volume volume; // without a name as long as it is being made
        int leases = 0;
        bool busy = false; // being made, filled or removed: others wait
    };
    using State = std::map<std::string, Entry>;
    using Lock = Sync<State>::Lock;

    Drivers drivers_;
    mutable Sync<State> state_;
    mutable std::condition_variable changed_;

    Driver& driver(const std::string& name) const;
    Entry* waitFor(Lock& state, const std::string& name) const; // until it is not busy
    void setIdle(const std::string& name);
    void forget(const std::string& name);
    void endLease(const std::string& name) noexcept;
};

} // namespace ctrd::volume
