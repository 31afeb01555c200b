#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/template.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"format", 'f', OptionKind::Text, "", "TEMPLATE",
     "what the template says ('{{.Driver}}', '{{json .}}')"},
};

struct Line {
    const char* key;
    const char* title; // indented where it belongs to the line before
};

constexpr Line kLines[] = {
    {"Containers", "Containers"},
    {"ContainersRunning", " Running"},
    {"ContainersPaused", " Paused"},
    {"ContainersStopped", " Stopped"},
    {"Images", "Images"},
    {"ServerVersion", "Server Version"},
    {"Driver", "Storage Driver"},
    {"DriverStatus", ""},
    {"LoggingDriver", "Logging Driver"},
    {"CgroupDriver", "Cgroup Driver"},
    {"CgroupVersion", "Cgroup Version"},
    {"Runtimes", "Execution Drivers"},
    {"DefaultRuntime", "Default Execution Driver"},
    {"SecurityOptions", "Security Options"},
    {"KernelVersion", "Kernel Version"},
    {"OperatingSystem", "Operating System"},
    {"OSType", "OSType"},
    {"Architecture", "Architecture"},
    {"NCPU", "CPUs"},
    {"MemTotal", "Total Memory"},
    {"Name", "Name"},
    {"ID", "ID"},
    {"DockerRootDir", "Root Directory"},
    {"Debug", "Debug Mode"},
    {"Labels", "Labels"},
    {"LiveRestoreEnabled", "Containers Outlive the Daemon"},
};

// [["Backing Filesystem","extfs"],…]
std::string pairsOf(const Json& pairs) {
    std::string text;
    for (const Json& pair : pairs)
        if (pair.is_array() && pair.size() == 2)
            text += " " + pair[0].get<std::string>() + ": " + pair[1].get<std::string>() + "\n";
    return text;
}

std::string valueOf(const std::string& key, const Json& value) {
    if (key == "MemTotal") return humanSizeBinary(value.get<double>());
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array()) return join(value.get<std::vector<std::string>>(), ", ");
    if (!value.is_object()) return dumpJson(value);
    std::vector<std::string> names;
    for (const auto& item : value.items())
        names.push_back(item.key());
    return join(names, " ");
}

std::string textOf(const Json& info) {
    std::string text;
    for (const Line& line : kLines) {
        const Json& value = getMember(info, line.key);
        if (value.is_null() || (value.is_structured() && value.empty()) || value == "") continue;
        if (std::string(line.key) == "DriverStatus")
            text += pairsOf(value);
        else
            text += std::string(line.title) + ": " + valueOf(line.key, value) + "\n";
    }
    return text;
}

int info(Context& context, const Arguments& arguments) {
    const Json answer = context.api().get("/info");
    const std::string format = arguments.text("format");
    if (format == "json")
        context.print(dumpJson(answer) + "\n");
    else if (!format.empty())
        context.print(Template(unescapeFormat(format)).render(answer) + "\n");
    else
        context.print(textOf(answer));
    for (const std::string& warning : getStrings(answer, "Warnings"))
        if (format.empty()) writeAll(context.streams.err, warning + "\n");
    return 0;
}

} // namespace

const Command kInfo = {
    "info",
    "Daemon",
    "",
    "show what the daemon is and what it has",
    "Prints how many containers and images there are, the drivers the daemon uses, and the host it "
    "runs on. What the host's kernel lacks is warned of on standard error.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr info -f '{{.Driver}} {{.KernelVersion}}'",
    info,
};

} // namespace ctrd::cli
