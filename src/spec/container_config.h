#pragma once

#include "base/json_fwd.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ctrd::spec {

// Docker's `Config`: what belongs to the program and travels with an image.  Members are called as
// in the API (features.md §1.4); an image's config block is the same type.
struct ContainerConfig {
    std::string hostname, domainname;
    std::string user; // "", "name", "uid", "name:group", "uid:gid"
    bool attachStdin = false, attachStdout = false, attachStderr = false;
    bool tty = false, openStdin = false, stdinOnce = false;
    std::vector<std::string> env; // "K=V"; "K" alone: remove what the image set
    std::vector<std::string> cmd, entrypoint;
    std::string image;                  // as the user wrote it
    std::set<std::string> exposedPorts; // "80/tcp"
    std::set<std::string> volumes;      // paths in the container
    std::string workingDir;
    bool networkDisabled = false;
    std::string macAddress;
    std::vector<std::string> onBuild;
    std::map<std::string, std::string> labels;
    std::string stopSignal;         // "": SIGTERM
    std::optional<int> stopTimeout; // seconds
    std::string healthcheck;        // JSON as it came, "" for none; health checks are not run yet
    std::vector<std::string> shell;
};

// Unknown keys are ignored, as clients of every age send some; a wrong type throws InvalidArgument
// that names the key.  Cmd and Entrypoint may be a string or an array.
ContainerConfig containerConfigFromJson(const Json& json);
Json toJson(const ContainerConfig& config);

// What `run IMAGE …` makes of the user's and the image's config: the user's value wins, env is
// merged by name, exposed ports, volumes and labels are united, an entrypoint of the user's drops
// the image's cmd.
ContainerConfig merge(const ContainerConfig& user, const ContainerConfig& image);

// Throws InvalidArgument that names the key and the value: host name of RFC 1123, env without a
// name, a working directory that is not absolute, an unknown stop signal …
void validate(const ContainerConfig& config);

} // namespace ctrd::spec
