#pragma once

#include "daemon/given.h"

#include <map>
#include <string>
#include <vector>

// The files below /etc/sysconfig: NAME=VALUE lines with a shell's quoting and comments, `export`
// before them, $NAME of what was assigned above.  ctrd reads them itself instead of being handed
// words by the init script, so that quotes in other_args survive and a complaint names the line.
// What only a shell could do (if, `…`, $(…), variables of its environment) is refused.
namespace ctrd::daemon {

struct Assignment {
    std::string name, value;
    std::string origin; // "FILE:LINE"
    bool exported = false;
    bool used = false; // another assignment refers to it
};

// In the order of the file; a later one of the same name counts, as in a shell.  Throws
// InvalidArgument "FILE:LINE: …".
std::vector<Assignment> parseAssignments(const std::string& text, const std::string& file);

struct SysconfigSettings {
    Source settings;
    std::map<std::string, std::string> environment; // what is exported: proxies, TMPDIR
    Source service;                                 // what only the init script uses
};

// Reads the words of other_args, OPTIONS, CTRD_STORAGE_OPTIONS and CTRD_NETWORK_OPTIONS (and
// DOCKER_…) as a command line.  A variable that nothing uses is refused with the nearest name.
SysconfigSettings readSysconfig(const std::vector<Assignment>& assignments);

// Names of what only the init script uses.
std::vector<std::string> serviceVariables();

// DIR/ctrd, DIR/ctrd-storage, DIR/ctrd-network, DIR/ctrd-docker, those that are there, as one
// source.
SysconfigSettings readSysconfigDirectory(const std::string& directory);

} // namespace ctrd::daemon
