#include "cli/page.h"

#include "base/strings.h"
#include "cli/commands.h"
#include "cli/help.h"

#include <algorithm>

namespace ctrd::cli {

namespace {

const Option kGlobal[] = {
    {"host", 'H', OptionKind::Text, "", "ADDRESS",
     "talk to the daemon at unix:///PATH or tcp://HOST:PORT"},
    {"debug", 'D', OptionKind::Flag, "false", nullptr, "report every request on standard error"},
    {"version", 'v', OptionKind::Flag, "false", nullptr, "print the version of ctr and exit"},
};

std::vector<std::string> paragraphsOf(const std::string& text) {
    std::vector<std::string> paragraphs;
    size_t from = 0;
    for (size_t gap = text.find("\n\n"); gap != std::string::npos; gap = text.find("\n\n", from)) {
        paragraphs.push_back(text.substr(from, gap - from));
        from = gap + 2;
    }
    paragraphs.push_back(text.substr(from));
    return paragraphs;
}

std::string standardOf(const Option& option) {
    const std::string standard = option.standard;
    // A flag that is off, and a number that means "not set", say nothing.
    const bool telling = option.kind == OptionKind::Flag     ? standard == "true"
                         : option.kind == OptionKind::Number ? standard != "0" && standard != "-1"
                                                             : !standard.empty();
    return telling && option.kind != OptionKind::List ? " (default: " + standard + ")" : "";
}

std::pair<std::string, std::string> itemOf(const Option& option) {
    std::string term = option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
    term += std::string("--") + option.name;
    if (option.placeholder != nullptr) term += std::string("=") + option.placeholder;
    if (option.kind == OptionKind::List) term += "...";
    return {term, option.help + standardOf(option)};
}

Section optionsOf(const std::vector<OptionTable>& tables) {
    Section section;
    section.title = "Options";
    for (const OptionTable& table : tables) {
        for (const Option& option : table)
            if (option.aliasOf == nullptr) section.items.push_back(itemOf(option));
    }
    section.items.emplace_back("    --help", "print this page and exit");
    const bool repeatable =
        std::any_of(section.items.begin(), section.items.end(),
                    [](const auto& item) { return endsWith(item.first, "..."); });
    if (repeatable) section.paragraphs = {"Those with '...' may be given several times."};
    return section;
}

Section exitCodesOf(const std::string& text) {
    Section section;
    section.title = "Exit codes";
    const char* standard =
        "0\tdone\n1\tthe daemon refused, or cannot be reached\n"
        "125\tthe command line is wrong";
    for (const std::string& line : split(text.empty() ? standard : text, '\n')) {
        const auto item = splitOnce(line, '\t');
        if (item) section.items.push_back(*item);
    }
    return section;
}

Section verbatim(const std::string& title, const std::string& text) {
    Section section;
    section.title = title;
    section.paragraphs = split(text, '\n');
    section.verbatim = true;
    return section;
}

std::vector<Section> commandLists() {
    std::vector<Section> sections;
    for (const Command* command : commands()) {
        if (sections.empty() || sections.back().title != command->group) {
            sections.emplace_back();
            sections.back().title = command->group;
        }
        sections.back().items.emplace_back(command->name, command->summary);
    }
    return sections;
}

Section items(const std::string& title, std::vector<std::pair<std::string, std::string>> list) {
    Section section;
    section.title = title;
    section.items = std::move(list);
    return section;
}

} // namespace

const OptionTable kGlobalOptions = kGlobal;

Page pageOf(const Command& command) {
    Page page;
    page.name = "ctr-" + join(split(command.name, ' '), "-");
    page.summary = command.summary;
    page.usage = std::string("ctr ") + command.name + " [OPTIONS]";
    if (*command.arguments != '\0') page.usage += std::string(" ") + command.arguments;
    Section description;
    description.title = "Description";
    description.paragraphs = paragraphsOf(command.description);
    page.sections = {description, optionsOf(command.tables()), exitCodesOf(command.exitCodes),
                     verbatim("Example", command.example)};
    return page;
}

Page pageOfFamily(const std::string& family) {
    Page page;
    page.name = "ctr-" + family;
    page.usage = "ctr " + family + " COMMAND [ARG...]";
    std::vector<std::pair<std::string, std::string>> list;
    for (const Command* command : commands())
        if (startsWith(command->name, family + " "))
            list.emplace_back(command->name, command->summary);
    page.sections = {items("Commands", std::move(list))};
    return page;
}

Page pageOfCtr() {
    Page page;
    page.name = "ctr";
    page.summary = "run and manage containers";
    page.usage = "ctr [OPTIONS] COMMAND [ARG...]";
    Section description;
    description.title = "Description";
    description.paragraphs = {
        "ctr is the command line of ctrd, the container engine. It asks the daemon for everything "
        "over Docker's Remote API and keeps nothing of its own, so it runs wherever the daemon's "
        "socket can be reached.",
        "'ctr COMMAND --help' explains a command. An unambiguous beginning of an id serves "
        "wherever a container or an image is named."};
    page.sections = {description, optionsOf({kGlobalOptions})};
    for (Section& list : commandLists())
        page.sections.push_back(std::move(list));
    page.sections.push_back(
        items("Environment", {{"CTR_HOST", "the daemon's address, where -H is not given"},
                              {"DOCKER_HOST", "the same, where CTR_HOST is not set either"}}));
    page.sections.push_back(items("Files", {{kDefaultSocket, "where the daemon listens"}}));
    page.sections.push_back(exitCodesOf(""));
    page.sections.push_back(verbatim("Example",
                                     "ctr load -i busybox.tar\n"
                                     "ctr run -it --rm busybox sh"));
    return page;
}

} // namespace ctrd::cli
