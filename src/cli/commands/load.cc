#include "cli/commands.h"
#include "cli/upload.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"input", 'i', OptionKind::Text, "", "FILE", "read this file instead of standard input",
     nullptr, Completes::Files},
    {"quiet", 'q', OptionKind::Flag, "false", nullptr, "show the result only"},
};

int load(Context& context, const Arguments& arguments) {
    const bool quiet = arguments.flag("quiet");
    const Archive archive = openArchive(context.streams, arguments.text("input"));
    sendArchive(context, archive, "/images/load", {{"quiet", quiet ? "1" : "0"}}, quiet);
    return 0;
}

} // namespace

const Command kLoad = {
    "load",
    "Images",
    "",
    "load images from an archive",
    "Reads an archive of images that 'docker save' or a tool for OCI images has written, "
    "compressed "
    "or not, with all its layers and names. Layers that are there already are kept.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr load -i busybox.tar\nLoaded image: busybox:latest\n$ xzcat app.tar.xz | ctr load",
    load,
};

} // namespace ctrd::cli
