#include "daemon/import_docker.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"
#include "daemon/configuration.h"
#include "daemon/sysconfig.h"
#include "image/shell_words.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace ctrd::daemon {

namespace {

// Docker's places and habits, which are not ctrd's.
struct Dropped {
    const char* option;
    const char* reason;
};
constexpr Dropped kDropped[] = {
    {"daemon", "ctrd is always the daemon"},
    {"graph",
     "what Docker keeps there is not ctrd's: save images with 'docker save' and load them "
     "with 'ctr load'"},
    {"pidfile", "ctrd has its own, /var/run/ctrd.pid"},
    {"exec-root", "ctrd has its own, /var/run/ctrd"},
};
constexpr Dropped kDroppedVariables[] = {
    {"DOCKER_CERT_PATH", "name the certificates with --tlscacert, --tlscert and --tlskey"},
    {"DOCKER_NOWARN_KERNEL_VERSION", "ctrd asks the kernel what it can do and not for its version"},
    {"DOCKER_RAMDISK", "ctrd needs no such hint"},
    {"LOGROTATE", "/etc/logrotate.d/ctrd rotates the daemon's log"},
};

template <size_t N>
std::optional<std::string> reasonFor(const Dropped (&table)[N], const std::string& name) {
    for (const auto& row : table)
        if (name == row.option) return row.reason;
    return std::nullopt;
}

bool holdsOptions(const std::string& name) {
    // ADD_REGISTRY and INSECURE_REGISTRY are of RHEL 7's package and hold options all the same.
    return name == "other_args" || name == "OPTIONS" || endsWith(name, "_OPTIONS") ||
           endsWith(name, "_REGISTRY");
}

// Between single quotes where the shell would read it otherwise.
std::string quoted(const std::string& word) {
    const auto plain = [](unsigned char c) {
        return std::isalnum(c) != 0 || containsChar("_-./:=,@+%", static_cast<char>(c));
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

// Within the double quotes of other_args="…".
std::string inDoubleQuotes(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (containsChar("\"\\$`", c)) out += '\\';
        out += c;
    }
    return out;
}

class Importer {
public:
    void read(const Assignment& assignment) {
        if (const auto reason = reasonFor(kDroppedVariables, assignment.name))
            leave(assignment.name, assignment.origin, *reason);
        else if (holdsOptions(assignment.name))
            readOptions(assignment);
        else if (assignment.name == "DOCKER_TMPDIR")
            exports_.push_back("export TMPDIR=" + quoted(assignment.value));
        else if (assignment.exported)
            exports_.push_back("export " + assignment.name + "=" + quoted(assignment.value));
        else if (!assignment.used)
            leave(assignment.name, assignment.origin, "ctrd has no such variable");
    }

    std::string text() const {
        std::string text = "other_args=\"" + inDoubleQuotes(join(words_, " ")) + "\"\n";
        for (const auto& line : exports_)
            text += line + "\n";
        if (!left_.empty()) text += "\n# Not taken over:\n" + join(left_, "\n") + "\n";
        return text;
    }

private:
    void leave(const std::string& what, const std::string& origin, const std::string& reason) {
        left_.push_back("#   " + what + " (" + origin + "): " + reason);
    }

    void readOptions(const Assignment& assignment) {
        Options check;
        for (const auto& given : words(assignment)) {
            const std::string option = "--" + given.name + "=" + given.value;
            if (const auto reason = reasonFor(kDropped, given.name)) {
                leave(option, given.origin, *reason);
                continue;
            }
            try {
                applyGiven({given.name, given.value, kCommandLine}, check);
                words_.push_back(quoted(option));
            } catch (const Error& e) {
                leave(option, given.origin, e.what());
            }
        }
    }

    Source words(const Assignment& assignment) {
        try {
            std::vector<std::string> all;
            for (const auto& word : image::splitShellWords(assignment.value))
                all.push_back(image::unquoteShellWord(word));
            return parseSettings(all, assignment.origin);
        } catch (const Error& e) {
            leave("all of " + assignment.name, assignment.origin, e.what());
            return {};
        }
    }

    std::vector<std::string> words_, exports_, left_;
};

} // namespace

std::string importDockerSysconfig(const std::vector<std::string>& files) {
    std::vector<Assignment> all;
    for (const auto& file : files)
        for (auto& assignment : parseAssignments(readFile(file), file))
            all.push_back(std::move(assignment));
    Importer importer;
    for (const auto& assignment : all)
        importer.read(assignment);
    return "# What " + join(files, ", ") + " said, for /etc/sysconfig/ctrd.\n" + importer.text();
}

} // namespace ctrd::daemon
