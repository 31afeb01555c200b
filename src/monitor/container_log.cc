#include "monitor/container_log.h"

#include "base/error.h"
#include "base/log.h"

#include <utility>

namespace ctrd::monitor {

ContainerLog::ContainerLog(std::unique_ptr<logging::Driver> driver)
    : driver_(std::move(driver)),
      out_(*driver_, logging::Stream::Stdout),
      err_(*driver_, logging::Stream::Stderr) {}

template <typename F>
void ContainerLog::guarded(F action) {
    try {
        action();
        failing_ = false;
    } catch (const Error& e) {
        if (!std::exchange(failing_, true))
            log::error(std::string("output of the container is lost: ") + e.what());
    }
}

void ContainerLog::add(logging::Stream stream, std::string_view bytes) {
    guarded([&] {
        (stream == logging::Stream::Stdout ? out_ : err_).add(bytes, now());
        driver_->flush();
    });
}

void ContainerLog::finish() {
    guarded([&] {
        out_.finish(now());
        err_.finish(now());
        driver_->close();
    });
}

} // namespace ctrd::monitor
