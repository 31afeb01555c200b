#include "config.h"

#include "cli/cli.h"

#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/exit_code.h"
#include "cli/help.h"

#include <functional>
#include <map>

namespace ctrd::cli {

namespace {

// The command line itself is wrong; what() is preceded by the command's name.
class UsageError : public Error {
public:
    UsageError(const std::string& command, const std::string& text)
        : Error(ErrorKind::InvalidArgument,
                command + ": " + text + "\nSee 'ctr " + command + " --help'.") {}
};

void checkCount(const Command& command, const Arguments& arguments) {
    const size_t count = arguments.count();
    if (count >= command.minArguments && count <= command.maxArguments) return;
    const std::string usage = *command.arguments == '\0' ? "no arguments" : command.arguments;
    throw UsageError(command.name, (count < command.minArguments ? "too few" : "too many") +
                                       std::string(" arguments; wanted: ") + usage);
}

Arguments parse(const Command& command, const std::vector<std::string>& words) {
    try {
        return parseArguments(command.tables(), words, command.positionals);
    } catch (const Error& e) {
        throw UsageError(command.name, e.what());
    }
}

int runCommand(const Command& command, const std::vector<std::string>& words, Context& context) {
    const Arguments arguments = parse(command, words);
    if (arguments.flag("help")) {
        context.print(helpOf(command, context.width()));
        return 0;
    }
    checkCount(command, arguments);
    return command.run(context, arguments);
}

// ctr help [COMMAND…] and ctr man [COMMAND…]: what the build makes the manual pages with.
int showPage(const Arguments& global, Context& context, bool manual) {
    const auto& all = global.positionals();
    const std::vector<std::string> words(all.begin() + 1, all.end());
    std::string text;
    if (words.empty()) {
        text = manual ? manualOfCtr() : helpOfCtr(context.width());
    } else if (words.size() == 1 && isFamily(words[0])) {
        text = helpOfFamily(words[0], context.width());
    } else {
        const Command& command = *findCommand(words).command;
        text = manual ? manualOf(command) : helpOf(command, context.width());
    }
    context.print(text);
    return 0;
}

// `ctr volume` and `ctr volume --help`.
bool asksForFamily(const std::vector<std::string>& words) {
    return isFamily(words[0]) && (words.size() == 1 || words[1] == "--help" || words[1] == "-h");
}

int dispatch(const Arguments& global, Context& context) {
    if (global.flag("version")) {
        context.print("ctr version " PACKAGE_VERSION ", API " + std::string(kApiVersion) + "\n");
        return 0;
    }
    if (global.flag("help") || global.count() == 0) {
        context.print(helpOfCtr(context.width()));
        return 0;
    }
    const std::string& name = global[0];
    if (name == "help" || name == "man") return showPage(global, context, name == "man");
    const auto& all = global.positionals();
    if (name == "__complete") return complete(context, {all.begin() + 1, all.end()});
    if (asksForFamily(all)) {
        context.print(helpOfFamily(name, context.width()));
        return 0;
    }
    const FoundCommand found = findCommand(all);
    return runCommand(*found.command, {all.begin() + static_cast<long>(found.words), all.end()},
                      context);
}

std::optional<std::string> hostOption(const Arguments& global) {
    if (!global.given("host")) return std::nullopt;
    return global.text("host");
}

} // namespace

int runCli(const std::vector<std::string>& words, Streams streams) {
    const Context plain(Host(), streams);
    try {
        const Arguments global = parseArguments({kGlobalOptions}, words, Positionals::EndFirst);
        if (global.flag("debug")) log::setLevel(log::Level::Debug);
        Context context(chooseHost(hostOption(global)), streams);
        return dispatch(global, context);
    } catch (const std::exception& e) {
        plain.complain(e.what());
        return exitCodeOf(e);
    }
}

} // namespace ctrd::cli
