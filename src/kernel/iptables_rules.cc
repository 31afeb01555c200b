// The part of iptables.h that only compares text.

#include "base/strings.h"
#include "kernel/iptables.h"
#include "kernel/ipv4.h"

#include <algorithm>
#include <functional>
#include <map>

namespace ctrd::kernel {

namespace {

using Words = std::vector<std::string>;

// Words as the shell of iptables-restore sees them: double quotes, and a backslash within.
Words unquotedWords(const std::string& text) {
    Words words;
    bool quoted = false, within = false;
    for (size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '"') {
            quoted = !quoted;
            if (!within) words.emplace_back();
            within = true;
            continue;
        }
        if (!quoted && (c == ' ' || c == '\t')) {
            within = false;
            continue;
        }
        if (quoted && c == '\\' && i + 1 < text.size()) c = text[++i];
        if (!within) words.emplace_back();
        within = true;
        words.back() += c;
    }
    return words;
}

std::string shortOption(const std::string& option) {
    static const std::map<std::string, std::string> names = {{"--source", "-s"},
                                                             {"--src", "-s"},
                                                             {"--destination", "-d"},
                                                             {"--dst", "-d"},
                                                             {"--in-interface", "-i"},
                                                             {"--out-interface", "-o"},
                                                             {"--protocol", "-p"},
                                                             {"--proto", "-p"},
                                                             {"--match", "-m"},
                                                             {"--jump", "-j"},
                                                             {"--goto", "-g"},
                                                             {"--destination-port", "--dport"},
                                                             {"--source-port", "--sport"}};
    const auto found = names.find(option);
    return found == names.end() ? option : found->second;
}

// "10.0.0.1/255.0.0.0", "10.0.0.1/8" → "10.0.0.0/8"; "10.0.0.1/32" → "10.0.0.1".
std::string canonicalAddress(const std::string& text) {
    const auto parts = splitOnce(text, '/');
    if (!parts) return text;
    const auto address = parseIpv4(parts->first);
    Ipv4Subnet subnet{address.value_or(0), 32};
    if (const auto length = parseInt(parts->second)) {
        if (*length < 0 || *length > 32) return text;
        subnet.prefixLength = static_cast<int>(*length);
    } else if (const auto mask = parseIpv4(parts->second)) {
        while (subnet.prefixLength > 0 && subnet.mask() != *mask)
            --subnet.prefixLength;
        if (subnet.mask() != *mask) return text;
    } else {
        return text;
    }
    if (!address) return text;
    return subnet.prefixLength == 32 ? parts->first : subnet.networkString();
}

// An option with its values; `rank` is its place in iptables-save's order.
struct Clause {
    int rank = 0;
    Words words;
};

int rankOf(const std::string& option) {
    static const Words order = {"-s", "-d", "-i", "-o", "-p"};
    const auto found = std::find(order.begin(), order.end(), option);
    if (found != order.end()) return static_cast<int>(found - order.begin());
    return option == "-j" || option == "-g" ? 7 : 6;
}

std::vector<Clause> clausesOf(const Words& words) {
    std::vector<Clause> clauses;
    bool inTarget = false, negated = false;
    for (const std::string& word : words) {
        if (word == "!") {
            // "! -i x" announces an option; "-i ! x" is how old versions wrote the same.
            const bool afterOption = !clauses.empty() && clauses.back().words.size() == 1;
            if (afterOption)
                clauses.back().words.insert(clauses.back().words.begin(), "!");
            else
                negated = true;
        } else if (word.size() > 1 && word[0] == '-') {
            const std::string option = shortOption(word);
            const int rank = inTarget ? 7 : rankOf(option);
            inTarget |= rank == 7;
            clauses.push_back({rank, negated ? Words{"!", option} : Words{option}});
            negated = false;
        } else if (!clauses.empty()) {
            clauses.back().words.push_back(clauses.back().rank <= 1 ? canonicalAddress(word)
                                                                    : word);
        }
    }
    return clauses;
}

struct SavedRule {
    std::string line; // after "-A CHAIN ", as iptables-save printed it
    Words words;
};

struct SavedTable {
    std::vector<std::string> chains;
    std::map<std::string, std::vector<SavedRule>> rules; // by chain
};

std::map<std::string, SavedTable> parseSaved(const std::string& saved) {
    std::map<std::string, SavedTable> tables;
    SavedTable* table = nullptr;
    for (const std::string& raw : split(saved, '\n')) {
        const std::string line = trim(raw);
        if (startsWith(line, "*")) {
            table = &tables[line.substr(1)];
        } else if (table != nullptr && startsWith(line, ":")) {
            table->chains.push_back(splitWords(line.substr(1)).at(0));
        } else if (table != nullptr && startsWith(line, "-A ")) {
            const auto parts = splitOnce(line.substr(3), ' ');
            if (parts) {
                table->rules[parts->first].push_back({parts->second, canonicalRule(parts->second)});
            }
        }
    }
    return tables;
}

bool ownedBy(const std::string& owner, const SavedRule& rule) {
    const auto found = std::find(rule.words.begin(), rule.words.end(), "--comment");
    return found != rule.words.end() && found + 1 != rule.words.end() && found[1] == owner;
}

std::string withOwner(const Rule& rule, const std::string& owner) {
    const std::string comment = "-m comment --comment \"" + owner + "\" ";
    const size_t jump = rule.text.find("-j ");
    if (jump == std::string::npos) return rule.text + " " + comment;
    return rule.text.substr(0, jump) + comment + rule.text.substr(jump);
}

// The lines that make the owner's rules of one chain what is wanted; all of them are taken out and
// put back where one is missing, wrong, double or out of order.
std::string chainBatch(const std::string& chain, const std::vector<SavedRule>& present,
                       const std::vector<Rule>& wanted, const std::string& owner) {
    std::vector<Words> have, want;
    std::string batch;
    for (const SavedRule& rule : present) {
        if (!ownedBy(owner, rule)) continue;
        have.push_back(rule.words);
        batch += "-D " + chain + " " + rule.line + "\n";
    }
    int position = 0;
    for (const Rule& rule : wanted) {
        const std::string text = withOwner(rule, owner);
        want.push_back(canonicalRule(text));
        if (rule.place == Rule::Place::First)
            batch += join({"-I", chain, std::to_string(++position), text}, " ") + "\n";
        else
            batch += join({"-A", chain, text}, " ") + "\n";
    }
    return have == want ? "" : batch;
}

std::string rulesBatch(const SavedTable& saved, const std::string& tableName, const RuleSet& set) {
    std::map<std::string, std::vector<Rule>> wanted;
    for (const Rule& rule : set.rules)
        if (rule.table == tableName) wanted[rule.chain].push_back(rule);
    for (const auto& chain : saved.rules)
        wanted[chain.first]; // the owner may have rules where none is wanted any more
    std::string batch;
    for (const auto& [chain, rules] : wanted) {
        const auto present = saved.rules.find(chain);
        batch += chainBatch(
            chain, present == saved.rules.end() ? std::vector<SavedRule>{} : present->second, rules,
            set.owner);
    }
    return batch;
}

bool hasChain(const SavedTable& table, const std::string& chain) {
    return std::find(table.chains.begin(), table.chains.end(), chain) != table.chains.end();
}

std::string forEachTable(
    const std::string& saved,
    const std::function<std::string(const std::string& name, const SavedTable&)>& plan) {
    std::string batch;
    for (const auto& [name, table] : parseSaved(saved)) {
        const std::string lines = plan(name, table);
        if (!lines.empty()) batch += join({"*", name, "\n", lines, "COMMIT\n"}, "");
    }
    return batch;
}

} // namespace

std::vector<std::string> canonicalRule(const std::string& text) {
    std::vector<Clause> clauses = clausesOf(unquotedWords(text));
    std::stable_sort(clauses.begin(), clauses.end(),
                     [](const Clause& a, const Clause& b) { return a.rank < b.rank; });
    Words result;
    for (const Clause& clause : clauses)
        result.insert(result.end(), clause.words.begin(), clause.words.end());
    return result;
}

std::string batchToInstall(const std::string& saved, const RuleSet& set) {
    return forEachTable(saved, [&](const std::string& name, const SavedTable& table) {
        std::string lines;
        for (const Chain& chain : set.chains) {
            // Declared only where missing, since the declaration empties a chain that is there.
            if (chain.table == name && !hasChain(table, chain.name))
                lines += ":" + chain.name + " - [0:0]\n";
        }
        return lines + rulesBatch(table, name, set);
    });
}

std::string batchToRemove(const std::string& saved, const RuleSet& set) {
    const RuleSet nothing{set.owner, {}, {}};
    return forEachTable(saved, [&](const std::string& name, const SavedTable& table) {
        std::string lines = rulesBatch(table, name, nothing);
        for (const Chain& chain : set.chains) {
            if (chain.table == name && hasChain(table, chain.name))
                lines += "-F " + chain.name + "\n-X " + chain.name + "\n";
        }
        return lines;
    });
}

} // namespace ctrd::kernel
