#pragma once

#include <string>
#include <vector>

namespace ctrd::daemon {

// `ctrd --import-docker-sysconfig FILE…`: the text of an /etc/sysconfig/ctrd that says what
// docker-io's /etc/sysconfig/docker, docker-storage and docker-network say.  What ctrd does
// otherwise or cannot do stands in it as a comment with the reason.  Throws InvalidArgument
// "FILE:LINE: …" for a file that cannot be read as assignments.
std::string importDockerSysconfig(const std::vector<std::string>& files);

} // namespace ctrd::daemon
