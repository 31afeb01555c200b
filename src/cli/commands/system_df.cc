#include "base/error.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/reference.h"
#include "cli/table.h"

#include <algorithm>

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"format", 0, OptionKind::Text, "", "TEMPLATE",
     "a line as the template says ('{{.Type}}: {{.Size}}', json)"},
    {"verbose", 'v', OptionKind::Flag, "false", nullptr, "image by image, volume by volume"},
};

const std::vector<Listing::Field> kFields = {
    {"Type", "TYPE"}, {"TotalCount", "TOTAL"},        {"Active", "ACTIVE"},
    {"Size", "SIZE"}, {"Reclaimable", "RECLAIMABLE"},
};

// One line of the summary.
struct Sum {
    size_t total = 0, active = 0;
    double size = 0, reclaimable = 0; // bytes
};

bool runs(const Json& container) {
    const std::string state = getString(container, "State");
    return state == "running" || state == "paused" || state == "restarting";
}

Sum sumOfImages(const Json& usage) {
    Sum sum;
    double used = 0; // by images with containers, and by no other image
    for (const Json& image : getMember(usage, "Images")) {
        ++sum.total;
        if (getInt(image, "Containers") <= 0) continue;
        ++sum.active;
        used += getDouble(image, "Size") - getDouble(image, "SharedSize");
    }
    sum.size = getDouble(usage, "LayersSize");
    sum.reclaimable = std::max(sum.size - used, 0.0);
    return sum;
}

Sum sumOfContainers(const Json& usage) {
    Sum sum;
    for (const Json& container : getMember(usage, "Containers")) {
        ++sum.total;
        const double size = getDouble(container, "SizeRw");
        sum.size += size;
        if (runs(container))
            ++sum.active;
        else
            sum.reclaimable += size;
    }
    return sum;
}

Sum sumOfVolumes(const Json& usage) {
    Sum sum;
    for (const Json& volume : getMember(usage, "Volumes")) {
        ++sum.total;
        const Json& data = getMember(volume, "UsageData");
        const double size = getDouble(data, "Size");
        sum.size += size;
        if (getInt(data, "RefCount") > 0)
            ++sum.active;
        else
            sum.reclaimable += size;
    }
    return sum;
}

Sum sumOfBuildCache(const Json& usage) {
    Sum sum;
    for (const Json& record : getMember(usage, "BuildCache")) {
        ++sum.total;
        sum.size += getDouble(record, "Size");
    }
    sum.reclaimable = sum.size;
    return sum;
}

std::string reclaimable(const Sum& sum) {
    std::string text = humanSize(sum.reclaimable);
    if (sum.size > 0)
        text += " (" + std::to_string(static_cast<int>(100 * sum.reclaimable / sum.size)) + "%)";
    return text;
}

std::string summary(const Json& usage, const std::string& format, size_t width) {
    const std::pair<const char*, Sum (*)(const Json&)> lines[] = {
        {"Images", sumOfImages},
        {"Containers", sumOfContainers},
        {"Local Volumes", sumOfVolumes},
        {"Build Cache", sumOfBuildCache},
    };
    Listing listing(kFields, {"Type", "TotalCount", "Active", "Size", "Reclaimable"});
    for (const auto& [type, sumOf] : lines) {
        const Sum sum = sumOf(usage);
        listing.add({{"Type", type},
                     {"TotalCount", std::to_string(sum.total)},
                     {"Active", std::to_string(sum.active)},
                     {"Size", humanSize(sum.size)},
                     {"Reclaimable", reclaimable(sum)}});
    }
    return listing.render(format, width);
}

std::string ago(const Json& object) {
    return humanDuration(now() - getInt(object, "Created") * kSecond) + " ago";
}

std::string imageTable(const Json& usage, size_t width) {
    Table table({{"REPOSITORY", 12},
                 {"TAG", 6},
                 {"IMAGE ID"},
                 {"CREATED", 9},
                 {"SIZE"},
                 {"SHARED SIZE"},
                 {"UNIQUE SIZE"},
                 {"CONTAINERS"}});
    for (const Json& image : getMember(usage, "Images")) {
        const auto names = getStrings(image, "RepoTags");
        const ImageName name = splitImageName(names.empty() ? "<none>:<none>" : names[0]);
        const double size = getDouble(image, "Size"), shared = getDouble(image, "SharedSize");
        table.add({name.repository, name.tag, shortId(getString(image, "Id")), ago(image),
                   humanSize(size), humanSize(shared), humanSize(size - shared),
                   std::to_string(getInt(image, "Containers"))});
    }
    return table.render(width);
}

std::string containerTable(const Json& usage, size_t width) {
    Table table({{"CONTAINER ID"},
                 {"IMAGE", 12},
                 {"COMMAND", 12},
                 {"LOCAL VOLUMES"},
                 {"SIZE"},
                 {"CREATED", 9},
                 {"STATUS", 9},
                 {"NAMES", 9}});
    for (const Json& container : getMember(usage, "Containers")) {
        const Json& mounts = getMember(container, "Mounts");
        const auto volumes = std::count_if(mounts.begin(), mounts.end(), [](const Json& mount) {
            return getString(mount, "Type") == "volume";
        });
        const auto names = getStrings(container, "Names");
        table.add({shortId(getString(container, "Id")), getString(container, "Image"),
                   getString(container, "Command"), std::to_string(volumes),
                   humanSize(getDouble(container, "SizeRw")), ago(container),
                   getString(container, "Status"), names.empty() ? "" : names[0].substr(1)});
    }
    return table.render(width);
}

std::string volumeTable(const Json& usage, size_t width) {
    Table table({{"VOLUME NAME", 12}, {"LINKS"}, {"SIZE"}});
    for (const Json& volume : getMember(usage, "Volumes")) {
        const Json& data = getMember(volume, "UsageData");
        table.add({getString(volume, "Name"), std::to_string(getInt(data, "RefCount")),
                   humanSize(getDouble(data, "Size"))});
    }
    return table.render(width);
}

int df(Context& context, const Arguments& arguments) {
    const Json usage = context.api().get("/system/df");
    const std::string format = arguments.text("format");
    const size_t width = context.width();
    if (!arguments.flag("verbose")) {
        context.print(summary(usage, format, width));
        return 0;
    }
    if (!format.empty())
        throw invalidArgument(
            "system df: --format shapes the summary and -v has none: leave one "
            "of them out");
    context.print("Images space usage:\n\n" + imageTable(usage, width) +
                  "\nContainers space usage:\n\n" + containerTable(usage, width) +
                  "\nLocal Volumes space usage:\n\n" + volumeTable(usage, width) +
                  "\nBuild cache usage: " + humanSize(sumOfBuildCache(usage).size) + "\n");
    return 0;
}

} // namespace

const Command kSystemDf = {
    "system df",
    "Daemon",
    "",
    "show what fills the disk",
    "Adds up the images (each layer once), what containers have written into their own layers, and "
    "the volumes. Reclaimable is what images without containers, containers that do not run and "
    "volumes that no container has would give back.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr system df\n$ ctr system df -v",
    df,
};

} // namespace ctrd::cli
