#include "network/bridge/claim.h"

#include "base/error.h"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>

namespace ctrd::network {

namespace {

constexpr int kAttempts = 20;
constexpr std::chrono::milliseconds kPause(10);

} // namespace

BridgeClaim::BridgeClaim(const std::string& bridge)
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const std::string name = "ctrd-bridge-" + bridge;
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size()); // the zero in front: abstract
    const auto size =
        static_cast<socklen_t>(offsetof(struct sockaddr_un, sun_path) + 1 + name.size());
    // Tried again, because a child that is about to exec still has what its parent just closed.
    for (int i = 0; i < kAttempts && socket_; ++i) {
        if (bind(socket_.get(), reinterpret_cast<struct sockaddr*>(&address), size) == 0) return;
        if (errno != EADDRINUSE) break;
        if (i + 1 < kAttempts) std::this_thread::sleep_for(kPause);
    }
    if (errno != EADDRINUSE) throw SystemError("claim the bridge '" + bridge + "'");
    throw conflict("the bridge '" + bridge +
                   "' belongs to another ctrd that is running; choose another with --bridge");
}

} // namespace ctrd::network
