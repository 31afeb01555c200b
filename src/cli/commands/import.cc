#include "base/json.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/json_stream.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "cli/upload.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"change", 'c', OptionKind::List, "", "INSTRUCTION",
     "set a part of its configuration, as a Dockerfile does (CMD, ENV, WORKDIR ...)"},
    {"message", 'm', OptionKind::Text, "", "TEXT", "comment in the image's history"},
};

// The daemon fetches it.
void importUrl(Context& context, const Query& query) {
    Exchange exchange = context.api().begin("POST", "/images/create", query);
    exchange.head();
    Progress progress(context.streams.out);
    forEachJson(exchange.connection(), [&](const Json& message) { progress.show(message); });
}

int import(Context& context, const Arguments& arguments) {
    const std::string& source = arguments[0];
    const bool isUrl = startsWith(source, "http://") || startsWith(source, "https://");
    Query query = {{"fromSrc", isUrl ? source : "-"}};
    if (arguments.count() > 1) {
        const ImageName name = splitImageName(arguments[1]);
        query.emplace_back("repo", name.repository);
        query.emplace_back("tag", name.tag);
    }
    for (const std::string& change : arguments.list("change"))
        query.emplace_back("changes", change);
    if (arguments.given("message")) query.emplace_back("message", arguments.text("message"));
    if (isUrl)
        importUrl(context, query);
    else
        sendArchive(context, openArchive(context.streams, source), "/images/create", query, false);
    return 0;
}

} // namespace

const Command kImport = {
    "import",
    "Images",
    "FILE|URL|- [REPOSITORY[:TAG]]",
    "make an image of an archive of files",
    "Makes an image with one layer of a tar archive of a root file system, compressed or not, and "
    "prints its id. A URL (http:// or https://) is fetched by the daemon. With -c the image gets a "
    "command, an environment and the like.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    2,
    Completes::Files,
    "",
    "$ tar -C rootfs -c . | ctr import -c 'CMD [\"/bin/sh\"]' - base:latest",
    import,
};

} // namespace ctrd::cli
