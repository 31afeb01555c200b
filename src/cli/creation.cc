#include "cli/creation.h"

#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "cli/json_stream.h"
#include "cli/progress.h"
#include "cli/reference.h"

#include <cerrno>

#include <fcntl.h>

namespace ctrd::cli {

namespace {

void pullImage(Context& context, const ContainerRequest& request) {
    const ImageName name = splitImageName(request.config.image);
    Query query = {{"fromImage", name.repository}, {"tag", name.tag.empty() ? "latest" : name.tag}};
    if (!request.platform.empty()) query.emplace_back("platform", request.platform);
    Exchange pull = context.api().begin("POST", "/images/create", query);
    pull.head();
    Progress progress(context.streams.err);
    forEachJson(pull.connection(), [&](const Json& message) { progress.show(message); });
}

Json post(Context& context, const ContainerRequest& request) {
    Query query;
    if (!request.name.empty()) query.emplace_back("name", request.name);
    if (!request.platform.empty()) query.emplace_back("platform", request.platform);
    Json body = spec::toJson(request.config);
    body["HostConfig"] = spec::toJson(request.hostConfig);
    return context.api().post("/containers/create", query, body);
}

bool isMissingImage(const ApiError& refusal) {
    return refusal.status() == 404 && toLower(refusal.what()).find("image") != std::string::npos;
}

Json postOrPull(Context& context, const ContainerRequest& request) {
    if (request.pull == "always") pullImage(context, request);
    try {
        return post(context, request);
    } catch (const ApiError& refusal) {
        if (!isMissingImage(refusal) || request.pull != "missing") throw;
    }
    const ImageName name = splitImageName(request.config.image);
    const std::string full = name.tag.empty() ? name.repository + ":latest" : request.config.image;
    writeAll(context.streams.err, "Unable to find image '" + full + "' locally\n");
    pullImage(context, request);
    return post(context, request);
}

} // namespace

CidFile::CidFile(std::string path) : path_(std::move(path)) {
    if (path_.empty()) return;
    try {
        file_ = openFile(path_, O_WRONLY | O_CREAT | O_EXCL, 0644);
    } catch (const SystemError& e) {
        if (e.errorNumber() != EEXIST) throw;
        throw conflict("the container ID file '" + path_ +
                       "' exists: make sure that no container of it runs, or remove it");
    }
}

CidFile::~CidFile() {
    if (!file_ || written_) return;
    try {
        removePath(path_);
    } catch (const Error&) {
        // Nothing is lost with an empty file.
    }
}

void CidFile::write(const std::string& id) {
    if (!file_) return;
    writeAll(file_.get(), id);
    written_ = true;
}

std::string createContainer(Context& context, const ContainerRequest& request) {
    CidFile cidFile(request.cidFile);
    const Json created = postOrPull(context, request);
    for (const std::string& warning : getStrings(created, "Warnings"))
        writeAll(context.streams.err, "WARNING: " + warning + "\n");
    std::string id = getString(created, "Id");
    cidFile.write(id);
    return id;
}

} // namespace ctrd::cli
