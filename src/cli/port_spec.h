#pragma once

#include "spec/host_config.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ctrd::cli {

// "80/tcp" … of the container, and where each is published.
struct Ports {
    std::set<std::string> exposed;
    std::map<std::string, std::vector<spec::PortBinding>> published;
};

// Adds what -p says: [IP:][HOST]:CONTAINER[/PROTO], ports or ranges of the same length
// ("8000-8005"). Throws InvalidArgument that names the text.
void addPublished(Ports& ports, const std::string& text);

// Adds what --expose says: PORT[-PORT][/PROTO].
void addExposed(Ports& ports, const std::string& text);

} // namespace ctrd::cli
