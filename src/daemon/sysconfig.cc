#include "daemon/sysconfig.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/spelling.h"
#include "base/strings.h"
#include "daemon/command_line.h"
#include "image/shell_words.h"

#include <algorithm>

namespace ctrd::daemon {

namespace {

// Whose words are options of ctrd.
constexpr const char* kOptionVariables[] = {"other_args",
                                            "OPTIONS",
                                            "CTRD_DOCKER_OPTIONS",
                                            "CTRD_STORAGE_OPTIONS",
                                            "DOCKER_STORAGE_OPTIONS",
                                            "CTRD_NETWORK_OPTIONS",
                                            "DOCKER_NETWORK_OPTIONS"};
// What the init script reads; true: on or off.
struct ServiceVariable {
    const char* name;
    bool isSwitch;
};
constexpr ServiceVariable kServiceVariables[] = {{"STOP_CONTAINERS", true},
                                                 {"NOFILE", false},
                                                 {"START_TIMEOUT", false},
                                                 {"STOP_TIMEOUT", false}};

bool isOptionVariable(const std::string& name) {
    const auto* end = std::end(kOptionVariables);
    return std::find(std::begin(kOptionVariables), end, name) != end;
}

void checkService(const ServiceVariable& variable, const std::string& value) {
    if (variable.isSwitch)
        boolValue(value);
    else if (const auto number = parseInt(value); !number || *number < 1)
        throw invalidArgument("a number from 1 is wanted");
}

std::vector<std::string> knownVariables() {
    std::vector<std::string> names = serviceVariables();
    names.insert(names.end(), std::begin(kOptionVariables), std::end(kOptionVariables));
    return names;
}

Source optionsIn(const Assignment& assignment) {
    std::vector<std::string> words;
    try {
        for (const auto& word : image::splitShellWords(assignment.value))
            words.push_back(image::unquoteShellWord(word));
    } catch (const Error& e) {
        throw Error(e.kind(), assignment.origin + ": " + assignment.name + ": " + e.what());
    }
    return parseSettings(words, assignment.origin);
}

// False where the init script has no such variable.
bool takeService(const Assignment& assignment, Source& service) {
    for (const auto& variable : kServiceVariables) {
        if (assignment.name != variable.name) continue;
        try {
            checkService(variable, assignment.value);
        } catch (const Error& e) {
            throw invalidArgument(assignment.origin + ": " + assignment.name + "='" +
                                  assignment.value + "': " + e.what());
        }
        service.push_back({assignment.name, assignment.value, assignment.origin});
        return true;
    }
    return false;
}

// A later assignment of the same name replaces an earlier one.
bool isLast(const std::vector<Assignment>& all, size_t at) {
    return std::none_of(all.begin() + static_cast<std::ptrdiff_t>(at) + 1, all.end(),
                        [&](const Assignment& other) { return other.name == all[at].name; });
}

} // namespace

std::vector<std::string> serviceVariables() {
    std::vector<std::string> names;
    for (const auto& variable : kServiceVariables)
        names.emplace_back(variable.name);
    return names;
}

SysconfigSettings readSysconfig(const std::vector<Assignment>& assignments) {
    SysconfigSettings result;
    for (size_t i = 0; i < assignments.size(); ++i) {
        const Assignment& assignment = assignments[i];
        if (!isLast(assignments, i)) continue;
        if (assignment.exported) result.environment[assignment.name] = assignment.value;
        if (isOptionVariable(assignment.name)) {
            const Source options = optionsIn(assignment);
            result.settings.insert(result.settings.end(), options.begin(), options.end());
        } else if (!takeService(assignment, result.service) && !assignment.exported &&
                   !assignment.used) {
            throw invalidArgument(assignment.origin + ": nothing uses '" + assignment.name + "'" +
                                  didYouMean(assignment.name, knownVariables()) +
                                  " (put 'export' before it where ctrd shall have it in its "
                                  "environment)");
        }
    }
    return result;
}

SysconfigSettings readSysconfigDirectory(const std::string& directory) {
    std::vector<Assignment> all;
    for (const char* name : {"ctrd", "ctrd-storage", "ctrd-network", "ctrd-docker"}) {
        const std::string path = joinPath(directory, name);
        if (!exists(path)) continue;
        for (auto& assignment : parseAssignments(readFile(path), path))
            all.push_back(std::move(assignment));
    }
    return readSysconfig(all);
}

} // namespace ctrd::daemon
