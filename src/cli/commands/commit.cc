#include "base/json.h"
#include "cli/commands.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"author", 'a', OptionKind::Text, "", "NAME", "who made it ('Ann <ann@example.com>')"},
    {"change", 'c', OptionKind::List, "", "INSTRUCTION",
     "set a part of its configuration, as a Dockerfile does (CMD, ENV, WORKDIR ...)"},
    {"message", 'm', OptionKind::Text, "", "TEXT", "comment in the image's history"},
    {"pause", 'p', OptionKind::Flag, "true", nullptr,
     "stop the container's processes as long as its files are read"},
};

int commit(Context& context, const Arguments& arguments) {
    Query query = {{"container", arguments[0]},
                   {"author", arguments.text("author")},
                   {"comment", arguments.text("message")},
                   {"pause", arguments.flag("pause") ? "1" : "0"}};
    if (arguments.count() > 1) {
        const ImageName name = splitImageName(arguments[1]);
        query.emplace_back("repo", name.repository);
        query.emplace_back("tag", name.tag);
    }
    for (const std::string& change : arguments.list("change"))
        query.emplace_back("changes", change);
    const Json made = context.api().post("/commit", query);
    context.print(getString(made, "Id") + "\n");
    return 0;
}

} // namespace

const Command kCommit = {
    "commit",
    "Containers",
    "CONTAINER [REPOSITORY[:TAG]]",
    "make an image of a container's changes",
    "Makes an image of the container's image and, as a layer on top, what the container has "
    "changed; prints its id. The configuration is the container's, changed by -c. What lies in "
    "volumes and binds does not become part of it.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    2,
    Completes::Containers,
    "",
    "$ ctr commit -m 'with tools' -c 'CMD [\"bash\"]' box tools:1.0",
    commit,
};

} // namespace ctrd::cli
