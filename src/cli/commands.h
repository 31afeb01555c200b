#pragma once

#include "cli/command.h"

#include <string>
#include <vector>

namespace ctrd::cli {

extern const Command kAttach, kCheck, kCommit, kContainerPrune, kCp, kCreate, kDefine, kDiff,
    kDumpxml, kEvents, kExec, kExport, kGenerate, kHistory, kImagePrune, kImages, kImport, kInfo,
    kInspect, kKill, kLoad, kLogs, kPause, kPs, kRename, kRestart, kRm, kRmi, kRun, kSave, kStart,
    kStats, kStop, kSystemDf, kSystemPrune, kTag, kTop, kUndefine, kUnpause, kUpdate, kVersion,
    kVolumeCreate, kVolumeInspect, kVolumeLs, kVolumePrune, kVolumeRm, kWait;

// All commands, in the order of `ctr --help`.
const std::vector<const Command*>& commands();

// Whether the word begins the names of a family: "volume" of "volume ls", "volume rm" …
bool isFamily(const std::string& word);

struct FoundCommand {
    const Command* command = nullptr;
    size_t words = 1; // how many of the words are its name
};
// The command that a command line begins with.  Throws InvalidArgument that names those spelled
// alike.
FoundCommand findCommand(const std::vector<std::string>& words);

} // namespace ctrd::cli
