#pragma once

#include "daemon/options.h"

#include <string>
#include <vector>

namespace ctrd::daemon {

enum class Takes {
    Action,    // nothing; no setting, but something to do instead of serving
    Flag,      // nothing on the command line, true or false in a file
    Switch,    // true or false, true where no value is given
    Text,      //
    Number,    //
    List,      // may be repeated; an array of strings in daemon.json
    KeyValues, // may be repeated, KEY=VALUE; an object of strings in daemon.json
    Ulimits,   // may be repeated; daemon.json has {"nofile": {"Name", "Soft", "Hard"}}
};

// One option of ctrd.  The command line, ctrd.conf, daemon.json, sysconfig files, --help,
// --show-config and reloading are all made of it.
struct OptionRow {
    const char* name;        // "log-level"
    char letter;             // 'l', or 0
    const char* section;     // heading in --help; "" for one that is not shown
    Takes takes;             //
    const char* placeholder; // "LEVEL"
    const char* standard;    // applied where nothing is given; "": nothing is
    const char* help;        // a line without a full stop
    // Puts one value in its place; throws InvalidArgument that says what is wanted.  Null: nothing
    // to put.
    void (*apply)(Options& options, const std::string& value);
    const char* jsonName = nullptr; // in daemon.json, where it is another
    // SIGHUP takes over a change of it.
    bool reloadable = false;
    // Set: one of Docker's whose time has not come.  Refused with this sentence rather than
    // ignored, because an admin who wrote it relies on it; "false" is no wish, and granted.
    const char* refusal = nullptr;
};

const std::vector<OptionRow>& optionTable();
// Null where there is none.  By the name in files and on the command line, and in daemon.json.
const OptionRow* findOption(const std::string& name);
const OptionRow* findJsonOption(const std::string& key);
// Names of settings, for suggestions.
std::vector<std::string> settingNames();
std::vector<std::string> jsonNames();

bool isList(Takes takes);
// A setting that is on or off.
bool isBoolean(Takes takes);

// "true", "yes", "on", "1" and their opposites; InvalidArgument otherwise.
bool boolValue(const std::string& text);

} // namespace ctrd::daemon
