#pragma once

#include "cli/command.h"

#include <string>
#include <utility>
#include <vector>

// What a page of help says, before it is known whether a terminal or troff shows it.
namespace ctrd::cli {

struct Section {
    std::string title;
    std::vector<std::string> paragraphs;
    std::vector<std::pair<std::string, std::string>> items; // term and explanation
    bool verbatim = false;                                  // an example: lines stay as they are
};

struct Page {
    std::string name;    // "ctr-run", "ctr-volume-ls"
    std::string summary; // "create a container and run it"
    std::string usage;   // "ctr run [OPTIONS] IMAGE [COMMAND [ARG...]]"
    std::vector<Section> sections;
};

Page pageOf(const Command& command);
Page pageOfCtr();
// Of the commands whose names begin with `family`.
Page pageOfFamily(const std::string& family);

} // namespace ctrd::cli
