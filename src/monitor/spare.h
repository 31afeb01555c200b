#pragma once

#include "base/sync.h"
#include "monitor/client.h"

#include <memory>
#include <string>

namespace ctrd::monitor {

// A monitor that stands ready for whichever container comes next: to load a program takes as long
// as all else that a monitor does for a start.  It ends with ctrd.  Thread safe.
class Spare {
public:
    explicit Spare(std::string program) : program_(std::move(program)) {}

    // The one that stands ready, or one that is started now.
    std::unique_ptr<Client> take();
    // Makes one stand ready, where none does.
    void refill();

private:
    const std::string program_;
    Sync<std::unique_ptr<Client>> ready_;
};

} // namespace ctrd::monitor
