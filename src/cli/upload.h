#pragma once

#include "base/fd.h"
#include "cli/command.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ctrd::cli {

// An archive on its way to the daemon.
struct Archive {
    Fd file;                      // closed: standard input
    int fd = -1;                  // what is read
    std::optional<uint64_t> size; // of a regular file, from where it stands
};

// "-" or "" is standard input; throws InvalidArgument where that is a terminal.
Archive openArchive(const Streams& streams, const std::string& path);

// Sends the archive as the body of a POST and shows what the daemon answers: `quiet` leaves out the
// bar, not the result.
void sendArchive(Context& context, const Archive& archive, const std::string& path,
                 const Query& query, bool quiet);

} // namespace ctrd::cli
