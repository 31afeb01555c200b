#pragma once

#include "cli/command.h"

#include <string>
#include <vector>

namespace ctrd::cli {

// What a prune asks of the daemon for one kind of things, and what it tells of it.
struct PruneKind {
    const char *path, *deleted, *title;
};
inline constexpr PruneKind kPrunedContainers = {"/containers/prune", "ContainersDeleted",
                                                "Deleted Containers"};
inline constexpr PruneKind kPrunedImages = {"/images/prune", "ImagesDeleted", "Deleted Images"};
inline constexpr PruneKind kPrunedNetworks = {"/networks/prune", "NetworksDeleted",
                                              "Deleted Networks"};
inline constexpr PruneKind kPrunedVolumes = {"/volumes/prune", "VolumesDeleted", "Deleted Volumes"};

// Removes what is not in use, as far as the filters ("label=tier") let it, and lists what went.
// Returns the bytes that came free.
double prune(Context& context, const PruneKind& kind, const std::vector<std::string>& filters);

// Options of every prune.
inline constexpr Option kPruneForce = {"force", 'f',     OptionKind::Flag,
                                       "false", nullptr, "do not ask"};
inline constexpr Option kPruneFilter = {
    "filter",         0,
    OptionKind::List, "",
    "NAME=VALUE",     "only those with (label) or without (label!) a label, or older (until)"};
inline constexpr Option kPruneAll = {"all",   'a',     OptionKind::Flag,
                                     "false", nullptr, "those with a name, too"};

// A whole command: asks unless --force was given, where `removes` says what would be lost; removes
// by `own` filters beside those of the command line; tells what came free.  The exit code.
int pruneOne(Context& context, const Arguments& arguments, const PruneKind& kind,
             const std::string& removes, const std::vector<std::string>& own = {});

// "Total reclaimed space: 3 MB".
void printReclaimed(const Context& context, double bytes);

} // namespace ctrd::cli
