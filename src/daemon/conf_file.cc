#include "daemon/conf_file.h"

#include "base/error.h"
#include "base/spelling.h"
#include "base/strings.h"

#include <boost/program_options.hpp>
#include <sstream>

namespace ctrd::daemon {

namespace po = boost::program_options;

namespace {

// The settings of one line: none or one.  Line by line, because Boost does not say where it is.
std::vector<po::option> parseLine(const std::string& line) {
    std::istringstream stream(line);
    const po::options_description none;
    try {
        constexpr bool kAllowUnknown = true; // the table and not Boost knows the nearest name
        return po::parse_config_file(stream, none, kAllowUnknown).options;
    } catch (const po::error&) {
        throw invalidArgument("'" + trim(line) + "': NAME = VALUE is wanted");
    }
}

Given givenOf(const po::option& option, const std::string& origin) {
    const OptionRow* row = findOption(option.string_key);
    if (row == nullptr || row->takes == Takes::Action)
        throw invalidArgument("unknown option '" + option.string_key + "'" +
                              didYouMean(option.string_key, settingNames()));
    const std::string value = option.value.empty() ? "" : option.value[0];
    if (value.empty()) throw invalidArgument("'" + option.string_key + "' has no value");
    return {row->name, value, origin};
}

} // namespace

Source parseConf(const std::string& text, const std::string& file) {
    Source source;
    int number = 0;
    for (const auto& line : split(text, '\n')) {
        const std::string origin = file + ":" + std::to_string(++number);
        try {
            if (startsWith(trim(line), "["))
                throw invalidArgument("'" + trim(line) + "': ctrd.conf has no sections");
            for (const auto& option : parseLine(line))
                source.push_back(givenOf(option, origin));
        } catch (const Error& e) {
            throw Error(e.kind(), origin + ": " + e.what());
        }
    }
    return source;
}

} // namespace ctrd::daemon
