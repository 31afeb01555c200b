#include "cli/commands.h"
#include "cli/download.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"output", 'o', OptionKind::Text, "", "FILE", "write this file instead of standard output",
     nullptr, Completes::Files},
};

int save(Context& context, const Arguments& arguments) {
    Query query;
    for (const std::string& name : arguments.positionals())
        query.emplace_back("names", name);
    receiveArchive(context, "/images/get", query, arguments.text("output"));
    return 0;
}

} // namespace

const Command kSave = {
    "save",
    "Images",
    "IMAGE...",
    "write images to an archive",
    "Writes images with all their layers and names to a tar archive that 'ctr load', every Docker "
    "and tools for OCI images read. Layers that several of them share are in it once. A repository "
    "without a tag brings all its tags.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Images,
    "",
    "$ ctr save -o base.tar base:1.0 base:2.0\n$ ctr save base | ssh other ctr load",
    save,
};

} // namespace ctrd::cli
