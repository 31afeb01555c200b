#include "base/json.h"
#include "cli/commands.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

// By Docker's kinds 0, 1, 2.
constexpr char kLetters[] = {'C', 'A', 'D'};

int diff(Context& context, const Arguments& arguments) {
    std::string text;
    for (const Json& change : context.api().get(pathOf("containers", arguments[0], "/changes"))) {
        const auto kind = static_cast<size_t>(getInt(change, "Kind"));
        text += kind < sizeof kLetters ? kLetters[kind] : '?';
        text += " " + getString(change, "Path") + "\n";
    }
    context.print(text);
    return 0;
}

} // namespace

const Command kDiff = {
    "diff",
    "Containers",
    "CONTAINER",
    "list the files a container has changed",
    "Lists what is different from the container's image: A for a file or directory that was added, "
    "C for one that was changed, D for one that was deleted. What lies in volumes and binds does "
    "not count.",
    {},
    {},
    Positionals::Mixed,
    1,
    1,
    Completes::Containers,
    "",
    "$ ctr diff web\nC /etc\nC /etc/motd\nA /tmp/new",
    diff,
};

} // namespace ctrd::cli
