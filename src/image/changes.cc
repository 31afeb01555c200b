#include "image/changes.h"

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "image/shell_words.h"

#include <algorithm>
#include <map>
#include <optional>

namespace ctrd::image {

namespace {

using Config = spec::ContainerConfig;

// What the instructions of one set of changes share.
struct Applying {
    Config config;
    bool cmdSet = false; // an ENTRYPOINT drops an inherited command only
};

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), ::toupper);
    return text;
}

// A JSON array of strings, or nothing: the words are for the shell then, whatever they are.
std::optional<std::vector<std::string>> execForm(const std::string& args) {
    if (!startsWith(args, "[")) return {};
    const Json json = Json::parse(args, nullptr, false);
    const auto isString = [](const Json& item) { return item.is_string(); };
    if (!json.is_array() || !std::all_of(json.begin(), json.end(), isString)) return {};
    return json.get<std::vector<std::string>>();
}

std::vector<std::string> commandLine(const Config& config, const std::string& args) {
    if (auto exec = execForm(args)) return *exec;
    std::vector<std::string> argv =
        config.shell.empty() ? std::vector<std::string>{"/bin/sh", "-c"} : config.shell;
    argv.push_back(args);
    return argv;
}

void setCmd(Applying& to, const std::string& args) {
    to.config.cmd = commandLine(to.config, args);
    to.cmdSet = true;
}

void setEntrypoint(Applying& to, const std::string& args) {
    to.config.entrypoint = commandLine(to.config, args);
    if (!to.cmdSet) to.config.cmd.clear();
}

// "a=b c='d e'", or the old form "a rest of the line".
std::vector<std::pair<std::string, std::string>> pairs(const Applying& to, const char* instruction,
                                                       const std::string& args) {
    const auto words = splitShellWords(args);
    std::vector<std::pair<std::string, std::string>> result;
    if (!containsChar(words.front(), '=')) {
        if (words.size() < 2)
            throw invalidArgument(std::string(instruction) + " must have two arguments: '" + args +
                                  "'");
        const std::string rest = trim(std::string_view(args).substr(words.front().size()));
        return {{words.front(), expandShellWord(rest, to.config.env)}};
    }
    for (const std::string& word : words) {
        const auto pair = splitOnce(expandShellWord(word, to.config.env), '=');
        if (!pair || pair->first.empty())
            throw invalidArgument(std::string(instruction) + ": '" + word +
                                  "' is not of the form name=value");
        result.push_back(*pair);
    }
    return result;
}

void setEnv(Applying& to, const std::string& args) {
    for (const auto& [name, value] : pairs(to, "ENV", args)) {
        const std::string start = name + "=";
        auto& env = to.config.env;
        const auto old = std::find_if(env.begin(), env.end(), [&](const std::string& variable) {
            return startsWith(variable, start);
        });
        if (old == env.end())
            env.push_back(start + value);
        else
            *old = start + value;
    }
}

void setLabels(Applying& to, const std::string& args) {
    for (const auto& [name, value] : pairs(to, "LABEL", args))
        to.config.labels[name] = value;
}

std::vector<std::string> expandedWords(const Applying& to, const std::string& args) {
    std::vector<std::string> words = splitShellWords(args);
    for (std::string& word : words)
        word = expandShellWord(word, to.config.env);
    return words;
}

void expose(Applying& to, const std::string& args) {
    for (const std::string& word : expandedWords(to, args))
        for (const std::string& port : parseExposedPorts(word))
            to.config.exposedPorts.insert(port);
}

void addOnBuild(Applying& to, const std::string& args) {
    const std::string trigger = upper(splitWords(args).front());
    if (trigger == "ONBUILD")
        throw invalidArgument("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    if (trigger == "FROM" || trigger == "MAINTAINER")
        throw invalidArgument(trigger + " isn't allowed as an ONBUILD trigger");
    to.config.onBuild.push_back(args);
}

void setUser(Applying& to, const std::string& args) {
    const auto words = expandedWords(to, args);
    if (words.size() != 1) throw invalidArgument("USER requires exactly one argument");
    to.config.user = words.front();
}

void addVolumes(Applying& to, const std::string& args) {
    const auto exec = execForm(args);
    for (const std::string& volume : exec ? *exec : expandedWords(to, args)) {
        const std::string path = trim(volume);
        if (path.empty()) throw invalidArgument("VOLUME specified can not be an empty string");
        to.config.volumes.insert(path);
    }
}

void setWorkingDir(Applying& to, const std::string& args) {
    const std::string path = expandShellWord(args, to.config.env);
    const std::string base = startsWith(path, "/") ? "" : joinPath("/", to.config.workingDir);
    to.config.workingDir = cleanPath(joinPath(base, path));
}

using Instruction = void (*)(Applying&, const std::string&);

const std::map<std::string, Instruction>& instructions() {
    static const std::map<std::string, Instruction> kTable = {
        {"cmd", setCmd},    {"entrypoint", setEntrypoint}, {"env", setEnv},
        {"expose", expose}, {"label", setLabels},          {"onbuild", addOnBuild},
        {"user", setUser},  {"volume", addVolumes},        {"workdir", setWorkingDir},
    };
    return kTable;
}

void applyLine(Applying& to, const std::string& line) {
    const size_t end = line.find_first_of(" \t");
    const std::string name = toLower(line.substr(0, end));
    const auto found = instructions().find(name);
    if (found == instructions().end())
        throw invalidArgument(name + " is not a valid change command");
    const std::string args = end == std::string::npos ? "" : trim(line.substr(end));
    if (args.empty()) throw invalidArgument(upper(name) + " requires at least one argument");
    found->second(to, args);
}

int portNumber(const std::string& text, const std::string& whole) {
    const auto port = parseInt(text);
    if (!port || *port < 1 || *port > 65535)
        throw invalidArgument("invalid containerPort: '" + whole + "'");
    return static_cast<int>(*port);
}

} // namespace

std::vector<std::string> parseExposedPorts(const std::string& text) {
    const auto parts = splitOnce(text, '/');
    const std::string ports = parts ? parts->first : text;
    const std::string protocol = toLower(parts ? parts->second : "tcp");
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        throw invalidArgument("invalid proto: '" + protocol + "' in '" + text + "'");
    const auto range = splitOnce(ports, '-');
    const int first = portNumber(range ? range->first : ports, text);
    const int last = range ? portNumber(range->second, text) : first;
    if (last < first) throw invalidArgument("invalid range of ports: '" + text + "'");
    std::vector<std::string> result;
    for (int port = first; port <= last; ++port)
        result.push_back(std::to_string(port) + "/" + protocol);
    return result;
}

void applyChanges(spec::ContainerConfig& config, const std::vector<std::string>& changes) {
    Applying applying{config};
    for (const std::string& change : changes) {
        for (const std::string& line : split(change, '\n')) {
            const std::string text = trim(line);
            if (!text.empty() && text.front() != '#') applyLine(applying, text);
        }
    }
    config = std::move(applying.config);
}

} // namespace ctrd::image
