#include "cli/completion.h"

#include "base/error.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/help.h"

#include <algorithm>
#include <set>

namespace ctrd::cli {

namespace {

using Words = std::vector<std::string>;

void addContainers(Context& context, bool all, Words& words) {
    for (const Json& container :
         context.api().get("/containers/json", {{"all", all ? "1" : "0"}})) {
        for (const std::string& name : getStrings(container, "Names"))
            words.push_back(startsWith(name, "/") ? name.substr(1) : name);
    }
}

void addImages(Context& context, Words& words) {
    for (const Json& image : context.api().get("/images/json")) {
        const auto names = getStrings(image, "RepoTags");
        for (const std::string& name : names)
            if (!startsWith(name, "<none>")) words.push_back(name);
        if (names.empty()) words.push_back(shortId(getString(image, "Id")));
    }
}

void addVolumes(Context& context, Words& words) {
    const Json answer = context.api().get("/volumes");
    for (const Json& volume : getMember(answer, "Volumes"))
        words.push_back(getString(volume, "Name"));
}

void addNames(Context& context, Completes what, Words& words) {
    try {
        if (what == Completes::Containers || what == Completes::ContainersAndImages)
            addContainers(context, true, words);
        if (what == Completes::RunningContainers) addContainers(context, false, words);
        if (what == Completes::Images || what == Completes::ContainersAndImages)
            addImages(context, words);
        if (what == Completes::Volumes) addVolumes(context, words);
        if (what == Completes::Files) words.emplace_back(":files");
    } catch (const Error&) {
        // No daemon, no names; a key must not print an error into the prompt.
    }
}

const Option* findOption(const std::vector<OptionTable>& tables, const std::string& word) {
    const std::string name = word.substr(0, word.find('='));
    for (const OptionTable& table : tables) {
        for (const Option& option : table) {
            if (name == std::string("--") + option.name) return &option;
            const bool letters = name.size() > 1 && name[0] == '-' && name[1] != '-';
            if (letters && option.letter != 0 && name.back() == option.letter) return &option;
        }
    }
    return nullptr;
}

bool wantsValue(const Option* option, const std::string& word) {
    return option != nullptr && option->kind != OptionKind::Flag && !containsChar(word, '=');
}

void addOptions(const std::vector<OptionTable>& tables, Words& words) {
    for (const OptionTable& table : tables) {
        for (const Option& option : table)
            words.push_back(std::string("--") + option.name);
    }
    words.emplace_back("--help");
}

// Index of the first word that is neither an option nor its value; words.size() where there is
// none.
size_t firstPositional(const std::vector<OptionTable>& tables, const Words& words, size_t from) {
    while (from < words.size()) {
        const std::string& word = words[from];
        if (word.size() < 2 || word[0] != '-') return from;
        from += wantsValue(findOption(tables, word), word) ? 2 : 1;
    }
    return words.size();
}

// Names of commands as far as one word goes: the first, or the second behind that of a family.
Words commandWords(const std::string& family) {
    std::set<std::string> found;
    for (const Command* command : commands()) {
        const Words name = split(command->name, ' ');
        if (family.empty())
            found.insert(name[0]);
        else if (name.size() > 1 && name[0] == family)
            found.insert(name[1]);
    }
    return {found.begin(), found.end()};
}

// Behind the command, which begins with the word `at`.
Words candidatesOf(Context& context, const Words& words, size_t at) {
    Words found;
    const size_t last = words.size() - 1;
    const FoundCommand named = findCommand({words.begin() + static_cast<long>(at), words.end()});
    const Command& command = *named.command;
    at += named.words - 1;
    const size_t first = firstPositional(command.tables(), words, at + 1);
    // Behind the image of `run` stand the words of another program.
    const bool foreign = command.positionals == Positionals::EndFirst && first < last;
    const Option* before = last > at + 1 ? findOption(command.tables(), words[last - 1]) : nullptr;
    if (foreign)
        found.emplace_back(":files");
    else if (wantsValue(before, words[last - 1]))
        addNames(context, before->completes, found);
    else if (startsWith(words[last], "-"))
        addOptions(command.tables(), found);
    else
        addNames(context, command.completes, found);
    return found;
}

Words candidates(Context& context, const Words& words) {
    const size_t last = words.size() - 1;
    const std::vector<OptionTable> global = {kGlobalOptions};
    const size_t at = firstPositional(global, words, 0);
    if (at < last && isFamily(words[at]) && last == at + 1) return commandWords(words[at]);
    if (at < last) return candidatesOf(context, words, at);
    if (!startsWith(words[last], "-")) return commandWords("");
    Words found;
    addOptions(global, found);
    return found;
}

} // namespace

std::vector<std::string> completions(Context& context, const Words& words) {
    if (words.empty()) return {};
    Words found;
    try {
        found = candidates(context, words);
    } catch (const Error&) {
        return {};
    }
    found.erase(std::remove_if(found.begin(), found.end(),
                               [&](const std::string& word) {
                                   return word != ":files" && !startsWith(word, words.back());
                               }),
                found.end());
    std::sort(found.begin(), found.end());
    return found;
}

int complete(Context& context, const Words& words) {
    for (const std::string& word : completions(context, words))
        context.print(word + "\n");
    return 0;
}

} // namespace ctrd::cli
