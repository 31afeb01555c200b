#include "base/json.h"
#include "cli/commands.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"force", 'f', OptionKind::Flag, "true", nullptr, "move a name that another image has"},
};

int tag(Context& context, const Arguments& arguments) {
    const ImageName name = splitImageName(arguments[1]);
    Query query = {{"repo", name.repository}, {"tag", name.tag}};
    if (arguments.flag("force")) query.emplace_back("force", "1");
    context.api().post(pathOf("images", arguments[0], "/tag"), query);
    return 0;
}

} // namespace

const Command kTag = {
    "tag",
    "Images",
    "IMAGE NAME[:TAG]",
    "give an image one more name",
    "Makes an image known under another name, ':latest' where no tag is given. A name that another "
    "image had is taken from it.",
    kOptions,
    {},
    Positionals::Mixed,
    2,
    2,
    Completes::Images,
    "",
    "$ ctr tag busybox registry.example.com:5000/base:1.0",
    tag,
};

} // namespace ctrd::cli
