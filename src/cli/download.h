#pragma once

#include "archive/stream.h"
#include "base/fd.h"
#include "cli/api_client.h"
#include "cli/command.h"

#include <string>

namespace ctrd::cli {

// An answer's body, as it comes.
class AnswerSource : public archive::Source {
public:
    // After the answer's head; `connection` must outlive it.
    explicit AnswerSource(HttpConnection& connection) : connection_(connection) {}
    size_t read(void* buffer, size_t size) override;

private:
    HttpConnection& connection_;
    std::string_view piece_;
};

// Throws InvalidArgument where standard output, which an archive is to be written to, is a
// terminal.
void requireNoTerminal(const Context& context, const std::string& wayOut);

// Writes the answer of a GET to the file, or to standard output where `path` is "" or "-".  A file
// appears whole or not at all.  On a terminal a bar shows how much has come.
void receiveArchive(Context& context, const std::string& apiPath, const Query& query,
                    const std::string& path);

} // namespace ctrd::cli
