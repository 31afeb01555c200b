#include "base/fd.h"
#include "cli/command.h"

#include <sys/ioctl.h>

namespace ctrd::cli {

ApiClient& Context::api() {
    if (!api_) api_.emplace(host_);
    return *api_;
}

void Context::print(std::string_view text) const {
    writeAll(streams.out, text);
}

void Context::complain(const std::string& text) const {
    writeAll(streams.err, "ctr: " + text + "\n");
}

size_t Context::width() const {
    winsize size = {};
    return ::ioctl(streams.out, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

} // namespace ctrd::cli
