#include "daemon/command_line.h"

#include "base/error.h"
#include "base/spelling.h"
#include "base/strings.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <regex>
#include <sstream>

namespace ctrd::daemon {

namespace po = boost::program_options;

namespace {

constexpr unsigned kLineLength = 100;

using Strings = std::vector<std::string>;

// A letter without a value may stand with others: -dD.
bool takesNothing(const OptionRow& row) {
    return (row.takes == Takes::Action && row.placeholder == nullptr) ||
           (row.takes == Takes::Flag && row.letter != 0);
}

po::value_semantic* semanticOf(const OptionRow& row) {
    auto* value = po::value<Strings>();
    if (row.placeholder != nullptr) value->value_name(row.placeholder);
    const std::string name = row.name;
    if (name == "show-config") value->implicit_value({""}, "");
    if (name == "import-docker-sysconfig") value->multitoken();
    if (isBoolean(row.takes)) value->value_name("[=BOOL]")->implicit_value({"true"}, "");
    return value;
}

std::string spelling(const OptionRow& row) {
    return row.letter == 0 ? row.name : std::string(row.name) + "," + row.letter;
}

void add(po::options_description& to, const OptionRow& row, const std::string& help = "") {
    if (takesNothing(row))
        to.add_options()(spelling(row).c_str(), help.c_str());
    else
        to.add_options()(spelling(row).c_str(), semanticOf(row), help.c_str());
}

// "--debug=false" of an option that Boost knows to take no value: the word, or nothing.
bool isSwitchedOff(std::string& word) {
    const auto pair = splitOnce(word, '=');
    if (!pair || !startsWith(word, "--")) return false;
    const OptionRow* row = findOption(pair->first.substr(2));
    if (row == nullptr || row->takes != Takes::Flag || row->letter == 0) return false;
    if (!boolValue(pair->second)) return true;
    word = pair->first;
    return false;
}

[[noreturn]] void refuseUnknown(const std::string& name) {
    Strings names;
    for (const auto& row : optionTable())
        if (row.refusal == nullptr) names.push_back(std::string("--") + row.name);
    throw invalidArgument("unknown option '" + name + "'" + didYouMean(name, names) +
                          " (ctrd --help lists the options)");
}

std::vector<po::option> parse(Strings words) {
    po::options_description all;
    for (const auto& row : optionTable())
        add(all, row);
    words.erase(std::remove_if(words.begin(), words.end(), isSwitchedOff), words.end());
    try {
        // No guessing of abbreviations: "--dns" must never come to mean "--dns-search".
        const int style =
            po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        return po::command_line_parser(words)
            .options(all)
            .positional({})
            .style(style)
            .run()
            .options;
    } catch (const po::too_many_positional_options_error&) {
        throw invalidArgument("ctrd takes options only; see 'ctrd --help'");
    } catch (const po::unknown_option& e) {
        refuseUnknown(split(e.get_option_name(), '=')[0]);
    } catch (const po::error& e) {
        throw invalidArgument(std::string(e.what()) + "; see 'ctrd --help'");
    }
}

std::string onlyValue(const po::option& option, const std::string& otherwise) {
    return option.value.empty() ? otherwise : option.value[0];
}

void act(const po::option& option, CommandLine& line) {
    const std::string& name = option.string_key;
    if (name == "help") line.help = true;
    if (name == "version") line.version = true;
    if (name == "check") line.check = true;
    if (name == "json") line.asJson = true;
    if (name == "fsck") line.fsck = true;
    if (name == "repair") line.repair = true;
    if (name == "show-config") line.showConfig = onlyValue(option, "");
    if (name == "import-docker-sysconfig") line.importFiles = option.value;
    if (name == "config-file") line.configFiles.push_back(onlyValue(option, ""));
    if (name == "sysconfig") line.sysconfig = onlyValue(option, "");
}

// Boost prints "-h [ --help ]"; a manual page has "-h, --help".
std::string asInManual(const po::options_description& options) {
    std::ostringstream text;
    text << options;
    const std::regex both(R"(-(\w) \[ (--[\w-]+) \]([^\n]*?  ))");
    return std::regex_replace(text.str(), both, "-$1, $2$3   ");
}

} // namespace

CommandLine parseCommandLine(const std::vector<std::string>& words) {
    CommandLine line;
    for (const auto& option : parse(words)) {
        if (findOption(option.string_key)->takes == Takes::Action)
            act(option, line);
        else
            line.settings.push_back({option.string_key, onlyValue(option, "true"), kCommandLine});
    }
    if (line.asJson && !line.check) throw invalidArgument("--json goes with --check only");
    if (line.repair && !line.fsck) throw invalidArgument("--repair goes with --fsck only");
    return line;
}

Source parseSettings(const std::vector<std::string>& words, const std::string& origin) {
    Source source;
    try {
        for (const auto& option : parse(words)) {
            if (findOption(option.string_key)->takes == Takes::Action)
                throw invalidArgument("--" + option.string_key +
                                      " belongs on the command line: it is no setting");
            source.push_back({option.string_key, onlyValue(option, "true"), origin});
        }
    } catch (const Error& e) {
        throw Error(e.kind(), origin + ": " + e.what());
    }
    return source;
}

std::string describeOptions() {
    po::options_description shown(kLineLength);
    for (const char* section : {"General", "Containers", "Network"}) {
        po::options_description part(section, kLineLength);
        for (const auto& row : optionTable()) {
            if (std::string(row.section) != section) continue;
            const std::string standard = row.standard;
            add(part, row, row.help + (standard.empty() ? "" : " (default " + standard + ")"));
        }
        shown.add(part);
    }
    return asInManual(shown);
}

} // namespace ctrd::daemon
