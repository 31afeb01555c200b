#pragma once

#include "spec/container_config.h"

#include <string>
#include <vector>

namespace ctrd::image {

// Applies Dockerfile lines to a config, as `import --change` and `commit --change` do: CMD,
// ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, USER, VOLUME, WORKDIR.  A text may hold several lines;
// empty ones and comments are skipped.  Throws InvalidArgument: "run is not a valid change
// command", or what is wrong with the arguments; the config is untouched then.
void applyChanges(spec::ContainerConfig& config, const std::vector<std::string>& changes);

// {"80/tcp", "81/tcp"} of "80-81"; the protocol is tcp unless given.  Throws InvalidArgument.
std::vector<std::string> parseExposedPorts(const std::string& text);

} // namespace ctrd::image
