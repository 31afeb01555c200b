#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/inspection.h"
#include "cli/reference.h"
#include "cli/values.h"

namespace ctrd::cli {

namespace {

const Option kCreateOptions[] = {
    {"driver", 'd', OptionKind::Text, "local", "NAME", "what keeps it"},
    {"label", 0, OptionKind::List, "", "KEY[=VALUE]", "attach a label"},
    {"opt", 'o', OptionKind::List, "", "KEY=VALUE", "option of the driver"},
};

const Option kInspectOptions[] = {
    {"format", 'f', OptionKind::Text, "", "TEMPLATE",
     "what the template says of each ('{{.Mountpoint}}')"},
};

const Option kRmOptions[] = {
    {"force", 'f', OptionKind::Flag, "false", nullptr, "one that is gone already is no failure"},
};

int create(Context& context, const Arguments& arguments) {
    const Json volume = context.api().post(
        "/volumes/create", {},
        {{"Name", arguments.count() > 0 ? arguments[0] : ""},
         {"Driver", arguments.text("driver")},
         {"DriverOpts", keyValues(arguments.list("opt"), "option of the driver")},
         {"Labels", labelsOf(arguments.list("label"))}});
    context.print(getString(volume, "Name") + "\n");
    return 0;
}

int inspect(Context& context, const Arguments& arguments) {
    return inspectEach(context, arguments, [&](const std::string& name) {
        return context.api().getText(pathOf("volumes", name));
    });
}

int rm(Context& context, const Arguments& arguments) {
    Query query;
    if (arguments.flag("force")) query.emplace_back("force", "1");
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().remove(pathOf("volumes", name), query);
    });
}

} // namespace

const Command kVolumeCreate = {
    "volume create",
    "Volumes",
    "[NAME]",
    "make a volume",
    "Makes a directory that containers mount with -v NAME:PATH and that outlives them. Without a "
    "name it gets a made up one. A volume that is there already stays as it is.",
    kCreateOptions,
    {},
    Positionals::Mixed,
    0,
    1,
    Completes::Nothing,
    "",
    "$ ctr volume create data\ndata\n$ ctr run -v data:/srv busybox touch /srv/here",
    create,
};

const Command kVolumeInspect = {
    "volume inspect",
    "Volumes",
    "VOLUME...",
    "show all that is known of volumes",
    "Prints an array with a JSON object for each volume, or what a template makes of each.",
    kInspectOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Volumes,
    "",
    "$ ctr volume inspect -f '{{.Mountpoint}}' data\n/var/lib/ctrd/volumes/data/_data",
    inspect,
};

const Command kVolumeRm = {
    "volume rm",
    "Volumes",
    "VOLUME...",
    "remove volumes with what is in them",
    "Removes volumes and all their files. One that a container has, running or not, is refused; "
    "the answer names the containers.",
    kRmOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Volumes,
    "",
    "$ ctr volume rm data\ndata",
    rm,
};

} // namespace ctrd::cli
