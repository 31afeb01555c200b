#pragma once

#include "base/log.h"

#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace ctrd::engine {

// What an action has made so far.  Taken back in reverse order at the end of the scope, unless the
// action came through.
class Undo {
public:
    Undo() = default;
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    ~Undo() { run(); }

    void add(std::function<void()> step) { steps_.push_back(std::move(step)); }
    void keepAll() { steps_.clear(); }
    // At once; each step whatever becomes of the others, its failure is logged.
    void run() {
        for (; !steps_.empty(); steps_.pop_back())
            runLogged(steps_.back());
    }

private:
    static void runLogged(const std::function<void()>& step) {
        try {
            step();
        } catch (const std::exception& e) {
            log::error(std::string("cannot clean up: ") + e.what());
        }
    }

    std::vector<std::function<void()>> steps_;
};

} // namespace ctrd::engine
