#pragma once

#include "cli/api_client.h"
#include "cli/options.h"

#include <optional>
#include <string>
#include <string_view>

namespace ctrd::cli {

// Exit codes of ctr itself, as the shell's and Docker's.
inline constexpr int kExitFailure = 1;         // the daemon or the host refused
inline constexpr int kExitUsage = 125;         // wrong options, or a container was not created
inline constexpr int kExitNotExecutable = 126; // the container's program cannot be run
inline constexpr int kExitNoProgram = 127;     // the container's program is not there

// Where a command reads and writes; the process's own unless a test says otherwise.
struct Streams {
    int in = 0, out = 1, err = 2;
};

// What a command needs besides its arguments.
class Context {
public:
    Context(Host host, const Streams& ends) : streams(ends), host_(std::move(host)) {}

    const Streams streams;

    const Host& host() const { return host_; }
    ApiClient& api(); // connects at the first request
    // To standard output, and to standard error as "ctr: TEXT\n".  Throw SystemError.
    void print(std::string_view text) const;
    void complain(const std::string& text) const;
    // Columns of the terminal standard output is; 0 where it is none.
    size_t width() const;

private:
    Host host_;
    std::optional<ApiClient> api_;
};

// One command of ctr; the table of them is in commands.cc.  All texts are shown as they are by
// --help and become the manual page.
struct Command {
    const char* name;        // "run", or of a family "volume ls"
    const char* group;       // heading in `ctr --help`: "Containers"
    const char* arguments;   // "IMAGE [COMMAND [ARG...]]"
    const char* summary;     // a line without a full stop
    const char* description; // two sentences or more; paragraphs are divided by "\n\n"
    OptionTable options;
    OptionTable moreOptions; // of another table that several commands share
    Positionals positionals;
    size_t minArguments, maxArguments;
    Completes completes;                                      // what the first argument names
    const char* exitCodes;                                    // "" : 0, 1 and 125 as ever
    const char* example;                                      // lines of a shell session
    int (*run)(Context& context, const Arguments& arguments); // the exit code

    std::vector<OptionTable> tables() const { return {options, moreOptions}; }
};

inline constexpr size_t kAnyNumber = SIZE_MAX;

} // namespace ctrd::cli
