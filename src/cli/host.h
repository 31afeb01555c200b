#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ctrd::cli {

inline constexpr const char* kDefaultSocket = "/var/run/ctrd/ctrd.sock";
inline constexpr uint16_t kDefaultTcpPort = 2375; // registered with IANA for Docker without TLS

// Where the daemon listens.
struct Host {
    enum class Kind { Unix, Tcp };

    Kind kind = Kind::Unix;
    std::string path = kDefaultSocket; // Unix
    std::string name;                  // Tcp: a name or an address, without brackets
    uint16_t port = 0;                 // Tcp

    std::string url() const; // "unix:///var/run/ctrd/ctrd.sock", "tcp://[::1]:2375"
};

// From "unix:///PATH", "tcp://NAME[:PORT]", "/PATH" or "NAME:PORT"; "" and "unix://" are the
// default socket.  Throws InvalidArgument for what is no address, NotSupported for transports ctr
// has not.
Host parseHost(const std::string& url);

// The one given with -H, or $CTR_HOST, or $DOCKER_HOST, or the default socket.
Host chooseHost(const std::optional<std::string>& option);

} // namespace ctrd::cli
