#include "cli/commands.h"

#include "base/error.h"
#include "base/spelling.h"
#include "base/strings.h"

#include <algorithm>
#include <set>

namespace ctrd::cli {

namespace {

// Commands Docker has and ctr has not yet: known, so that the answer is not "unknown command".
const std::set<std::string> kNotBuilt = {"build", "login", "logout", "network",
                                         "port",  "pull",  "push",   "search"};

} // namespace

const std::vector<const Command*>& commands() {
    static const std::vector<const Command*> all = {
        // Containers
        &kRun,
        &kCreate,
        &kStart,
        &kStop,
        &kRestart,
        &kKill,
        &kPause,
        &kUnpause,
        &kUpdate,
        &kWait,
        &kRename,
        &kGenerate,
        &kRm,
        &kPs,
        &kLogs,
        &kAttach,
        &kExec,
        &kTop,
        &kStats,
        &kInspect,
        &kDefine,
        &kUndefine,
        &kDumpxml,
        &kDiff,
        &kCp,
        &kExport,
        &kCommit,
        &kContainerPrune,
        // Images
        &kImages,
        &kHistory,
        &kTag,
        &kRmi,
        &kImport,
        &kLoad,
        &kSave,
        &kImagePrune,
        // Volumes
        &kVolumeCreate,
        &kVolumeLs,
        &kVolumeInspect,
        &kVolumeRm,
        &kVolumePrune,
        // Daemon
        &kEvents,
        &kInfo,
        &kSystemDf,
        &kSystemPrune,
        &kVersion,
        &kCheck,
    };
    return all;
}

bool isFamily(const std::string& word) {
    return std::any_of(commands().begin(), commands().end(), [&](const Command* command) {
        return startsWith(command->name, word + " ");
    });
}

FoundCommand findCommand(const std::vector<std::string>& words) {
    const bool family = isFamily(words[0]);
    const std::string name = family && words.size() > 1 ? words[0] + " " + words[1] : words[0];
    std::vector<std::string> names;
    for (const Command* command : commands()) {
        if (command->name == name) return {command, family ? size_t{2} : size_t{1}};
        names.emplace_back(command->name);
    }
    std::string text = "'" + name + "' is not a command of ctr";
    if (kNotBuilt.count(name) > 0) text = "the command '" + name + "' is not built yet";
    throw invalidArgument(text + didYouMean(name, names) + " (ctr --help lists the commands)");
}

} // namespace ctrd::cli
