#pragma once

#include "logging/driver.h"
#include "logging/line_cutter.h"

#include <memory>
#include <string_view>

namespace ctrd::monitor {

// Both outputs of the container on their way to the log driver.  A driver that fails (a full disk)
// loses what it was given, never the container: it is complained about once, and tried again.
class ContainerLog {
public:
    explicit ContainerLog(std::unique_ptr<logging::Driver> driver);

    // What is complete of it is with the kernel when this returns.
    void add(logging::Stream stream, std::string_view bytes);
    // The last, unfinished lines; nothing may be added afterwards.
    void finish();

private:
    template <typename F>
    void guarded(F action);

    std::unique_ptr<logging::Driver> driver_;
    logging::LineCutter out_, err_;
    bool failing_ = false;
};

} // namespace ctrd::monitor
