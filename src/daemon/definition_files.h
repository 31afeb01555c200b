#pragma once

#include "spec/definition.h"

#include <string>
#include <vector>

namespace ctrd::engine {
class Engine;
}

// /etc/ctrd/containers.d: containers that are there because a file says so.
namespace ctrd::daemon {

struct DefinitionFile {
    std::string path;
    spec::Definition definition;
};

// DIRECTORY/*.xml in the order of their names; none where the directory is not there.  A file that
// is wrong, or defines a container that one before it defines, is logged and left out.
std::vector<DefinitionFile> readDefinitionFiles(const std::string& directory);

// Defines what is new, and starts it where its restart policy says `always` or `unless-stopped`.  A
// container that has the name already stays as it is; where it is not what the file says, that is
// logged, and so is whatever cannot be defined.
void defineFiles(engine::Engine& engine, const std::vector<DefinitionFile>& files);

} // namespace ctrd::daemon
