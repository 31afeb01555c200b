#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ctrd::cli {

enum class OptionKind {
    Flag,   // --rm, --rm=false
    Text,   // the last one given counts
    Number, // a whole number
    List,   // may be given several times
};

// What a value or an argument names, for the shell's completion.
enum class Completes {
    Nothing,
    Containers,
    RunningContainers,
    Images,
    ContainersAndImages,
    Volumes,
    Files
};

// One row of a command's table of options: parsing, help, manual page and completion are all made
// of it.
struct Option {
    const char* name;        // "memory"
    char letter;             // 'm', or 0
    OptionKind kind;         //
    const char* standard;    // where it is not given: "", "false", "10"
    const char* placeholder; // "BYTES"; nullptr for a Flag
    const char* help;        // one sentence without a full stop
    // Set: this row is another spelling of the option named so, and not shown.
    const char* aliasOf = nullptr;
    Completes completes = Completes::Nothing;
    // Docker 1.7.1 took it with a single dash, too ("-privileged").
    bool singleDash = false;
};

// A view of a constant array of options.
struct OptionTable {
    const Option* first = nullptr;
    size_t count = 0;

    OptionTable() = default;
    template <size_t N>
    constexpr OptionTable(const Option (&options)[N]) // NOLINT(google-explicit-constructor)
        : first(options), count(N) {}

    const Option* begin() const { return first; }
    const Option* end() const { return first + count; }
};

// What a command line said.  Asking for an option that no table holds is a programming error and
// throws std::out_of_range.
class Arguments {
public:
    bool flag(const std::string& name) const;
    std::string text(const std::string& name) const;
    int64_t number(const std::string& name) const;
    std::vector<std::string> list(const std::string& name) const;
    // Whether the command line named it.
    bool given(const std::string& name) const;

    const std::vector<std::string>& positionals() const { return positionals_; }
    const std::string& operator[](size_t i) const { return positionals_.at(i); }
    size_t count() const { return positionals_.size(); }

private:
    friend class OptionParser;
    struct Value {
        std::vector<std::string> texts;
        bool given = false;
    };
    std::map<std::string, Value> values_;
    std::vector<std::string> positionals_;
};

enum class Positionals {
    Mixed,    // options may follow them: `ctr ps busybox -q`
    EndFirst, // the first one ends the options: `ctr run busybox ls -l`
};

// Reads words as Docker's commands do: `-it`, `-p80:80`, `-p 80:80`, `--name=x`, `--name x`,
// `--rm=false`, `--` ends the options.  "--help" is an option of every command, and so is "-h"
// where no table takes that letter.  Throws InvalidArgument that names the option and, for an
// unknown one, those that are spelled alike.
Arguments parseArguments(const std::vector<OptionTable>& tables,
                         const std::vector<std::string>& words, Positionals positionals);

} // namespace ctrd::cli
