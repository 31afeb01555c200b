#include "api/wire/path_stat.h"
#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/download.h"
#include "cli/local_files.h"
#include "cli/reference.h"
#include "cli/terminal.h"
#include "cli/upload.h"

namespace ctrd::cli {

namespace {

using api::wire::PathStat;

const Option kOptions[] = {
    {"archive", 'a', OptionKind::Flag, "false", nullptr, "keep the owners of the files"},
    {"follow-link", 'L', OptionKind::Flag, "false", nullptr,
     "copy what a link at the source's end leads to, not the link"},
    {"quiet", 'q', OptionKind::Flag, "false", nullptr, "no bar on a terminal"},
};

// "CONTAINER:PATH"; a path of this side has a slash or a dot in front of its colon, or none.
struct Place {
    std::string container, path;
};

Place parsePlace(const std::string& text) {
    const auto parts = splitOnce(text, ':');
    if (!parts || startsWith(text, "/") || startsWith(text, ".")) return {"", text};
    return {parts->first, parts->second};
}

PathStat statOf(Context& context, const Place& place) {
    Exchange exchange = context.api().begin(
        "HEAD", pathOf("containers", place.container, "/archive"), {{"path", place.path}});
    return api::wire::decodePathStat(exchange.head().header("x-docker-container-path-stat"));
}

// Where a link leads, with what the user asserted by the end of its path.
std::string leadsTo(const PathStat& link, const std::string& path) {
    std::string target = link.linkTarget;
    if (!startsWith(target, "/")) target = joinPath(dirName(cleanPath(path)), target);
    return endsWith(path, "/") && !endsWith(target, "/") ? target + "/" : target;
}

int copyOut(Context& context, const Arguments& arguments, Place from, const std::string& to) {
    const std::string name = archiveName(from.path);
    if (arguments.flag("follow-link")) {
        const PathStat stat = statOf(context, from);
        if (stat.isLink()) from.path = leadsTo(stat, from.path);
    }
    const std::string apiPath = pathOf("containers", from.container, "/archive");
    const Query query = {{"path", from.path}};
    if (to == "-") {
        receiveArchive(context, apiPath, query, "");
        return 0;
    }
    const CopyEnd destination = examineDestination(to);
    Exchange exchange = context.api().begin("GET", apiPath, query);
    const auto stat =
        api::wire::decodePathStat(exchange.head().header("x-docker-container-path-stat"));
    const CopyEnd source = {from.path, true, stat.isDirectory()};
    CopyPlan plan = planCopy(source, name, destination);
    plan.from = stat.name; // of what a followed link leads to
    AnswerSource tar(exchange.connection());
    unpackLocal(tar, plan, arguments.flag("archive"));
    return 0;
}

// Where the files go, links followed; a path that is not there may still be made.
CopyEnd examineRemote(Context& context, Place place) {
    try {
        PathStat stat = statOf(context, place);
        if (stat.isLink()) {
            place.path = leadsTo(stat, place.path);
            stat = statOf(context, place);
        }
        if (!stat.isDirectory() && !stat.isRegular())
            throw invalidArgument("destination '" + place.container + ":" + place.path +
                                  "' must be a directory or a regular file");
        return {place.path, true, stat.isDirectory()};
    } catch (const ApiError& e) {
        // HEAD tells no words: whose container is not there, the copy itself will say.
        if (e.status() != 404) throw;
        return {place.path, false, false};
    }
}

// The upload's body.
class BodySink : public archive::Sink {
public:
    explicit BodySink(HttpConnection& connection) : connection_(connection) {}
    // What the daemon does not want any more is dropped: it has answered why.
    void write(const void* data, size_t size) override {
        connection_.sendBody({static_cast<const char*>(data), size});
    }

private:
    HttpConnection& connection_;
};

Exchange beginPut(Context& context, const Place& to, const std::string& directory) {
    const Query query = {{"path", directory}, {"noOverwriteDirNonDir", "true"}};
    return context.api().beginUpload(pathOf("containers", to.container, "/archive"), query,
                                     "application/x-tar", std::nullopt, "PUT");
}

void sendStdin(Context& context, const Place& to, const CopyEnd& destination) {
    if (isTerminal(context.streams.in))
        throw invalidArgument("an archive is read from standard input, but that is a terminal");
    if (!destination.isDirectory)
        throw invalidArgument("destination '" + to.container + ":" + to.path +
                              "' must be a directory");
    Exchange exchange = beginPut(context, to, destination.path);
    archive::FdSource in(context.streams.in);
    BodySink out(exchange.connection());
    archive::copyAll(in, out);
    exchange.connection().endBody();
    exchange.head();
}

int copyIn(Context& context, const Arguments& arguments, const std::string& from, const Place& to) {
    const bool follow = arguments.flag("follow-link");
    const CopyEnd destination = examineRemote(context, to);
    if (from == "-") {
        sendStdin(context, to, destination);
        return 0;
    }
    const CopyEnd source = examineSource(from, follow);
    const CopyPlan plan = planCopy(source, archiveName(from), destination);
    Exchange exchange = beginPut(context, to, plan.directory);
    BodySink out(exchange.connection());
    packLocal(from, follow, plan, arguments.flag("archive"), out);
    exchange.connection().endBody();
    exchange.head();
    return 0;
}

int cp(Context& context, const Arguments& arguments) {
    const Place from = parsePlace(arguments[0]), to = parsePlace(arguments[1]);
    if (!from.container.empty() && !to.container.empty())
        throw notSupported(
            "copying between containers is not supported: use ctr cp "
            "CONTAINER:PATH - | ctr cp - CONTAINER:PATH");
    if (from.container.empty() && to.container.empty())
        throw invalidArgument("one of the two must be CONTAINER:PATH");
    const Place& remote = from.container.empty() ? to : from;
    if (remote.path.empty())
        throw invalidArgument("'" + remote.container + ":' names no path in the container");
    if (from.container.empty()) return copyIn(context, arguments, from.path, to);
    return copyOut(context, arguments, from, to.path);
}

} // namespace

const Command kCp = {
    "cp",
    "Containers",
    "CONTAINER:PATH FILE|-  |  FILE|- CONTAINER:PATH",
    "copy files out of a container or into it",
    "Copies a file or a directory with all in it, from a container that runs or not. A destination "
    "that is a directory is copied into, one that does not exist is what the copy is called. The "
    "content of a directory without itself is 'DIRECTORY/.'.\n\n"
    "With - a tar archive is read from standard input or written to standard output. Files belong "
    "to root in the container and to the user outside of it, unless -a is given.",
    kOptions,
    {},
    Positionals::Mixed,
    2,
    2,
    Completes::Files,
    "",
    "$ ctr cp web:/etc/nginx .\n$ ctr cp site/. web:/srv/www\n$ ctr cp web:/var/log - | tar -t",
    cp,
};

} // namespace ctrd::cli
