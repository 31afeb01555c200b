#include "cli/commands.h"
#include "cli/download.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"output", 'o', OptionKind::Text, "", "FILE", "write this file instead of standard output",
     nullptr, Completes::Files},
};

int exportFiles(Context& context, const Arguments& arguments) {
    receiveArchive(context, pathOf("containers", arguments[0], "/export"), {},
                   arguments.text("output"));
    return 0;
}

} // namespace

const Command kExport = {
    "export",
    "Containers",
    "CONTAINER",
    "write a container's files as an archive",
    "Writes the container's root file system as a tar archive, whether it runs or not. Volumes and "
    "binds are not in it, and neither is how the image was configured: 'ctr import' makes an image "
    "of one layer of it.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    1,
    Completes::Containers,
    "",
    "$ ctr export web | xz >web.tar.xz\n$ ctr export -o web.tar web",
    exportFiles,
};

} // namespace ctrd::cli
