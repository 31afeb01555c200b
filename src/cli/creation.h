#pragma once

#include "cli/command.h"
#include "cli/container_options.h"

#include <string>

namespace ctrd::cli {

// The file of --cidfile: made at once, so that nobody else takes it, and removed again unless an id
// was written.
class CidFile {
public:
    // Nothing where `path` is "".  Throws Conflict where the file exists.
    explicit CidFile(std::string path);
    CidFile(const CidFile&) = delete;
    CidFile& operator=(const CidFile&) = delete;
    ~CidFile();

    void write(const std::string& id);

private:
    std::string path_;
    Fd file_;
    bool written_ = false;
};

// Has the daemon create the container and returns its id.  Where the image is missing it is pulled,
// unless the request says never.  Warnings go to standard error.
std::string createContainer(Context& context, const ContainerRequest& request);

} // namespace ctrd::cli
