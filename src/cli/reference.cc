#include "cli/reference.h"

#include "base/error.h"
#include "base/strings.h"
#include "cli/api_client.h"

namespace ctrd::cli {

ImageName splitImageName(const std::string& text) {
    ImageName name;
    name.repository = text;
    if (containsChar(text, '@')) return name;
    const size_t colon = text.rfind(':');
    if (colon == std::string::npos || text.find('/', colon) != std::string::npos) return name;
    name.repository.resize(colon);
    name.tag = text.substr(colon + 1);
    return name;
}

std::string pathOf(const char* collection, const std::string& name, const char* verb) {
    // An empty name would make the path of the whole collection.
    if (name.empty()) throw invalidArgument("the name of a container or image is empty");
    std::vector<std::string> parts;
    for (const std::string& part : split(name, '/')) {
        // Nor may it name another path of the API.
        if (part == "." || part == "..") throw invalidArgument("'" + name + "' names nothing");
        parts.push_back(urlEncode(part));
    }
    return std::string("/") + collection + "/" + join(parts, "/") + verb;
}

} // namespace ctrd::cli
