#pragma once

#include <string>

namespace ctrd::cli {

// The name of an image as the user wrote it, taken apart for the parameters of a request.
struct ImageName {
    std::string repository; // "localhost:5000/app"; with "@sha256:…" where that was given
    std::string tag;        // "" where none was given
};

// A colon before the last slash belongs to the registry's port.
ImageName splitImageName(const std::string& text);

// A path of the API that names a container or an image: "/containers/" + name + "/json", the name
// encoded except for the slashes of an image's.
std::string pathOf(const char* collection, const std::string& name, const char* verb = "");

} // namespace ctrd::cli
