#include "cli/options.h"

#include "base/error.h"
#include "base/spelling.h"
#include "base/strings.h"

#include <algorithm>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>
#include <iterator>
#include <stdexcept>

namespace ctrd::cli {

namespace po = boost::program_options;

namespace {

const Option kHelp = {"help", 0, OptionKind::Flag, "false", nullptr, "print this page and exit"};

po::value_semantic* semanticOf(const Option& option) {
    switch (option.kind) {
        case OptionKind::Flag:
            return po::value<bool>()->default_value(false);
        case OptionKind::Number:
            return po::value<int64_t>()->default_value(0);
        case OptionKind::Text:
            return po::value<std::string>()->default_value("");
        case OptionKind::List:
            break;
    }
    return po::value<std::vector<std::string>>()->default_value({}, "");
}

std::string noSuchOption(const std::string& name, const std::vector<std::string>& names) {
    return "unknown option '" + name + "'" + didYouMean(name, names);
}

} // namespace

// Turns words into Boost's parsed options, whose own parser knows neither flags that cluster and
// take a value (`-it`, `--rm=false`) nor an end of the options at the first argument.
class OptionParser {
public:
    OptionParser(const std::vector<OptionTable>& tables, Positionals positionals)
        : tables_(tables), endAtFirst_(positionals == Positionals::EndFirst), parsed_(&known_) {
        known_.add_options()(kHelp.name, semanticOf(kHelp));
        for (const OptionTable& table : tables_) {
            for (const Option& option : table)
                if (option.aliasOf == nullptr)
                    known_.add_options()(option.name, semanticOf(option));
        }
    }

    Arguments parse(const std::vector<std::string>& words) {
        for (size_t i = 0; i < words.size();)
            i = readWord(words, i);
        return values();
    }

private:
    const Option* find(const std::string& name, char letter) const {
        for (const OptionTable& table : tables_) {
            for (const Option& option : table) {
                const bool same = letter != 0 ? option.letter == letter : option.name == name;
                if (same) return &option;
            }
        }
        return (letter == 'h' || name == kHelp.name) ? &kHelp : nullptr;
    }

    std::vector<std::string> names() const {
        std::vector<std::string> all = {"--help"};
        for (const OptionTable& table : tables_) {
            for (const Option& option : table)
                all.push_back(std::string("--") + option.name);
        }
        return all;
    }

    // Returns the index of the first word not read yet.
    size_t readWord(const std::vector<std::string>& words, size_t i) {
        const std::string& word = words[i];
        if (word == "--") return takeRest(words, i + 1);
        if (word.size() < 2 || word[0] != '-') {
            if (endAtFirst_) return takeRest(words, i);
            arguments_.positionals_.push_back(word);
            return i + 1;
        }
        if (startsWith(word, "--")) return readLong(words, i, 2);
        const auto equals = word.find('=');
        const Option* old =
            find(word.substr(1, equals == std::string::npos ? equals : equals - 1), 0);
        if (old != nullptr && old->singleDash) return readLong(words, i, 1);
        return readLetters(words, i);
    }

    size_t takeRest(const std::vector<std::string>& words, size_t from) {
        arguments_.positionals_.insert(arguments_.positionals_.end(),
                                       words.begin() + static_cast<std::ptrdiff_t>(from),
                                       words.end());
        return words.size();
    }

    size_t readLong(const std::vector<std::string>& words, size_t i, size_t dashes) {
        const std::string& word = words[i];
        const size_t equals = word.find('=');
        const bool adjacent = equals != std::string::npos;
        const std::string name =
            word.substr(dashes, adjacent ? equals - dashes : std::string::npos);
        const Option* option = find(name, 0);
        if (option == nullptr) throw invalidArgument(noSuchOption("--" + name, names()));
        if (adjacent) return add(*option, word.substr(equals + 1)), i + 1;
        if (option->kind == OptionKind::Flag) return add(*option, "true"), i + 1;
        if (i + 1 == words.size()) throw invalidArgument("option --" + name + " needs a value");
        return add(*option, words[i + 1]), i + 2;
    }

    size_t readLetters(const std::vector<std::string>& words, size_t i) {
        const std::string& word = words[i];
        for (size_t at = 1; at < word.size(); ++at) {
            const Option* option = find("", word[at]);
            if (option == nullptr)
                throw invalidArgument(std::string("unknown option '-") + word[at] + "' in '" +
                                      word + "'");
            const bool adjacent = at + 1 < word.size() && word[at + 1] == '=';
            if (adjacent) return add(*option, word.substr(at + 2)), i + 1;
            if (option->kind == OptionKind::Flag) {
                add(*option, "true");
                continue;
            }
            if (at + 1 < word.size()) return add(*option, word.substr(at + 1)), i + 1;
            if (i + 1 == words.size())
                throw invalidArgument(std::string("option -") + word[at] + " needs a value");
            return add(*option, words[i + 1]), i + 2;
        }
        return i + 1;
    }

    void add(const Option& option, const std::string& value) {
        const std::string name = option.aliasOf != nullptr ? option.aliasOf : option.name;
        // The last one counts, but the store keeps the first.
        if (option.kind != OptionKind::List)
            parsed_.options.erase(
                std::remove_if(parsed_.options.begin(), parsed_.options.end(),
                               [&](const po::option& o) { return o.string_key == name; }),
                parsed_.options.end());
        parsed_.options.emplace_back(name, std::vector<std::string>{value});
    }

    Arguments values() {
        po::variables_map stored;
        try {
            po::store(parsed_, stored);
        } catch (const po::validation_error& e) {
            throw invalidArgument(wrongValue(e.get_option_name()));
        }
        setStandard(kHelp);
        for (const OptionTable& table : tables_) {
            for (const Option& option : table)
                if (option.aliasOf == nullptr) setStandard(option);
        }
        for (const auto& [name, value] : stored)
            if (!value.defaulted()) setGiven(name, value.value());
        return std::move(arguments_);
    }

    std::string wrongValue(const std::string& option) const {
        const std::string name = option.substr(option.find_first_not_of('-'));
        std::string value;
        for (const auto& given : parsed_.options)
            if (given.string_key == name) value = given.value.at(0);
        const Option* row = find(name, 0);
        const char* wanted = row->kind == OptionKind::Number ? "a whole number" : "true or false";
        return "invalid value '" + value + "' for --" + name + ": " + wanted + " is wanted";
    }

    void setStandard(const Option& option) {
        auto& value = arguments_.values_[option.name];
        if (option.kind != OptionKind::List) value.texts = {option.standard};
    }

    void setGiven(const std::string& name, const boost::any& stored) {
        auto& value = arguments_.values_[name];
        value.given = true;
        if (const auto* texts = boost::any_cast<std::vector<std::string>>(&stored))
            value.texts = *texts;
        else if (const auto* text = boost::any_cast<std::string>(&stored))
            value.texts = {*text};
        else if (const auto* number = boost::any_cast<int64_t>(&stored))
            value.texts = {std::to_string(*number)};
        else
            value.texts = {boost::any_cast<bool>(stored) ? "true" : "false"};
    }

    const std::vector<OptionTable>& tables_;
    bool endAtFirst_;
    po::options_description known_;
    po::parsed_options parsed_;
    Arguments arguments_;
};

bool Arguments::flag(const std::string& name) const {
    return values_.at(name).texts.at(0) == "true";
}

std::string Arguments::text(const std::string& name) const {
    return values_.at(name).texts.at(0);
}

int64_t Arguments::number(const std::string& name) const {
    return std::stoll(text(name));
}

std::vector<std::string> Arguments::list(const std::string& name) const {
    return values_.at(name).texts;
}

bool Arguments::given(const std::string& name) const {
    return values_.at(name).given;
}

Arguments parseArguments(const std::vector<OptionTable>& tables,
                         const std::vector<std::string>& words, Positionals positionals) {
    return OptionParser(tables, positionals).parse(words);
}

} // namespace ctrd::cli
