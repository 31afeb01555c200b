#include "cli/mount_spec.h"

#include "base/error.h"
#include "base/path.h"
#include "base/size.h"
#include "base/strings.h"
#include "cli/values.h"

#include <cstdlib>
#include <vector>

namespace ctrd::cli {

namespace {

Error bad(const std::string& field, const std::string& wanted) {
    return invalidArgument("invalid field '" + field + "' of --mount: " + wanted + " is wanted");
}

std::vector<std::string> fieldsOf(const std::string& text) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : text) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields.emplace_back();
        else
            fields.back() += c;
    }
    if (quoted) throw invalidArgument("the quotes in --mount '" + text + "' are not closed");
    return fields;
}

// One field: its key, and its value, "" for a key alone.
struct Field {
    std::string text, key, value;
    bool alone = false;
};

bool flagOf(const Field& field) {
    if (field.alone || field.value == "true" || field.value == "1") return true;
    if (field.value == "false" || field.value == "0") return false;
    throw bad(field.text, "true or false");
}

void setTmpfsMode(const Field& field, spec::Mount& mount) {
    char* end = nullptr;
    const auto mode = std::strtoul(field.value.c_str(), &end, 8);
    if (field.value.empty() || *end != '\0' || mode > 07777) throw bad(field.text, "an octal mode");
    mount.tmpfsMode = static_cast<uint32_t>(mode);
}

void addVolumeOption(const Field& field, spec::Mount& mount) {
    spec::VolumeOptions& volume = mount.volume;
    if (field.key == "volume-nocopy") {
        volume.noCopy = flagOf(field);
    } else if (field.key == "volume-driver") {
        volume.driver = field.value;
    } else {
        const auto [key, value] = keyValue(field.value, field.key);
        (field.key == "volume-opt" ? volume.options : volume.labels)[key] = value;
    }
}

// A field by its names and what it does.
struct Rule {
    const char* key;
    bool flag; // may stand alone
    void (*apply)(const Field& field, spec::Mount& mount);
};
const Rule kRules[] = {
    {"type", false, [](const Field& f, spec::Mount& m) { m.type = toLower(f.value); }},
    {"source", false, [](const Field& f, spec::Mount& m) { m.source = f.value; }},
    {"src", false, [](const Field& f, spec::Mount& m) { m.source = f.value; }},
    {"target", false, [](const Field& f, spec::Mount& m) { m.target = f.value; }},
    {"destination", false, [](const Field& f, spec::Mount& m) { m.target = f.value; }},
    {"dst", false, [](const Field& f, spec::Mount& m) { m.target = f.value; }},
    {"readonly", true, [](const Field& f, spec::Mount& m) { m.readOnly = flagOf(f); }},
    {"ro", true, [](const Field& f, spec::Mount& m) { m.readOnly = flagOf(f); }},
    {"consistency", false, [](const Field& f, spec::Mount& m) { m.consistency = f.value; }},
    {"bind-propagation", false, [](const Field& f, spec::Mount& m) { m.propagation = f.value; }},
    {"bind-nonrecursive", true, [](const Field& f, spec::Mount& m) { m.nonRecursive = flagOf(f); }},
    {"bind-create-src", true, [](const Field& f, spec::Mount& m) { m.createSource = flagOf(f); }},
    {"tmpfs-size", false,
     [](const Field& f, spec::Mount& m) { m.tmpfsSize = parseBytes(f.value, "tmpfs-size"); }},
    {"tmpfs-mode", false, setTmpfsMode},
    {"volume-nocopy", true, addVolumeOption},
    {"volume-driver", false, addVolumeOption},
    {"volume-label", false, addVolumeOption},
    {"volume-opt", false, addVolumeOption},
};

void apply(const std::string& text, spec::Mount& mount) {
    const auto pair = splitOnce(text, '=');
    const Field field = {text, toLower(pair ? pair->first : text), pair ? pair->second : "", !pair};
    for (const auto& rule : kRules) {
        if (field.key != rule.key) continue;
        if (field.alone && !rule.flag) throw bad(text, field.key + "=VALUE");
        return rule.apply(field, mount);
    }
    throw bad(text, "type, source, target, readonly, bind-propagation, tmpfs-size or the like");
}

// Options of another type would be passed over.
void checkType(const std::string& text, const spec::Mount& mount) {
    const bool bind = !mount.propagation.empty() || mount.nonRecursive || mount.createSource;
    const bool tmpfs = mount.tmpfsSize != 0 || mount.tmpfsMode != spec::Mount().tmpfsMode;
    const spec::VolumeOptions& v = mount.volume;
    const bool volume = v.noCopy || !v.driver.empty() || !v.labels.empty() || !v.options.empty();
    const std::pair<bool, const char*> rules[] = {
        {bind, "bind"}, {tmpfs, "tmpfs"}, {volume, "volume"}};
    for (const auto& [present, type] : rules)
        if (present && mount.type != type)
            throw invalidArgument("--mount '" + text + "': cannot mix '" + type +
                                  "-*' options with mount type '" + mount.type + "'");
}

} // namespace

spec::Mount parseMount(const std::string& text) {
    spec::Mount mount;
    mount.type = "volume"; // as Docker
    for (const std::string& field : fieldsOf(text))
        apply(field, mount);
    checkType(text, mount);
    if (mount.target.empty()) throw bad(text, "target=PATH");
    if (mount.type == "bind") mount.source = absoluteSource(mount.source);
    return mount;
}

} // namespace ctrd::cli
