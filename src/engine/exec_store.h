#pragma once

#include "base/sync.h"
#include "engine/engine.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ctrd::engine {

// A further process of a container: asked for, running, ended.
struct Exec {
    std::string id, containerId; // these three never change
    ExecCreateRequest request;

    struct State {
        bool started = false; // once only
        bool running = false, exited = false;
        int exitCode = 0;
        pid_t pid = 0;
        Timestamp endedAt = 0;
    };
    mutable Sync<State> state; // a leaf lock

    ExecView view() const;
    // Once; later calls change nothing.
    void end(int exitCode);
};

using ExecPtr = std::shared_ptr<Exec>;

// All execs.  They live in memory: one that runs while ctrd ends goes on, but is forgotten.  Those
// ended more than five minutes ago go when new ones come.  Thread safe.
class ExecStore {
public:
    ExecPtr add(const std::string& containerId, const ExecCreateRequest& request);
    // NotFound "No such exec instance: X".
    ExecPtr find(const std::string& id) const;
    ExecPtr findId(const std::string& id) const; // null where there is none
    std::vector<ExecPtr> of(const std::string& containerId) const;
    // The container ended: so did they.
    void endAll(const std::string& containerId, int exitCode);
    void removeAll(const std::string& containerId);

private:
    void sweep(std::map<std::string, ExecPtr>& execs) const;
    mutable Sync<std::map<std::string, ExecPtr>> execs_;
};

} // namespace ctrd::engine
