#pragma once

#include "base/sync.h"

#include <condition_variable>
#include <string>
#include <thread>
#include <vector>

namespace ctrd::network {

// Deletes interfaces that nobody uses any more, later and in a thread of its own: the kernel takes
// some 35 ms for one, and a moment after its container's end most are gone with the namespace,
// which costs nobody anything.  Thread safe.
class LinkSweeper {
public:
    LinkSweeper() = default;
    LinkSweeper(const LinkSweeper&) = delete;
    LinkSweeper& operator=(const LinkSweeper&) = delete;
    ~LinkSweeper() { drain(); }

    // Works in the network namespace of the thread that calls this first.
    void add(const std::string& link);
    // Returns when all that were added are gone.
    void drain();

private:
    struct State {
        std::vector<std::string> links;
        bool running = false;
        bool hurry = false;
        std::thread thread; // ends when there is nothing to do
    };

    void run();

    Sync<State> state_;
    std::condition_variable changed_;
};

} // namespace ctrd::network
