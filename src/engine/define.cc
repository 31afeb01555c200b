#include "archive/pack.h"
#include "archive/pushed_source.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/path.h"
#include "engine/engine_impl.h"

namespace ctrd::engine {

namespace {

// An image without a name of a directory of the host; returns its id.
std::string importRoot(image::ImageStore& images, const std::string& directory) {
    if (!isDirectory(directory))
        throw invalidArgument("the root '" + directory + "' is not a directory of this host");
    archive::PushedSource tree([&](archive::Sink& out) { archive::packTree(directory, out); });
    return images.import(tree, "", "", "root of a definition: " + directory, {},
                         [](const Json&) {});
}

CreateRequest requestOf(const spec::Definition& definition) {
    CreateRequest request;
    request.name = definition.name;
    request.config = definition.config;
    request.hostConfig = definition.hostConfig;
    return request;
}

spec::Definition definitionOf(const ContainerRecord& record) {
    spec::Definition definition;
    definition.name = record.name;
    definition.config = record.config;
    definition.hostConfig = record.hostConfig;
    // A made up host name is the id's, and another container's is another.
    if (definition.config.hostname == shortId(record.id)) definition.config.hostname.clear();
    return definition;
}

} // namespace

CreateResult Engine::define(const spec::Definition& definition) {
    CreateRequest request = requestOf(definition);
    if (definition.rootDirectory.empty()) return create(request);

    Undo undo;
    request.config.image = importRoot(images_, definition.rootDirectory);
    undo.add([&] { removeImage(request.config.image, false, false); });
    CreateResult result = create(request);
    undo.keepAll();
    return result;
}

std::optional<std::vector<std::string>> Engine::differences(
    const spec::Definition& definition) const {
    const ContainerPtr container = impl_->containers.findName(definition.name);
    if (!container) return {};
    const spec::Definition found = engine::definitionOf(container->lock()->record);
    CreateRequest request = requestOf(definition);
    image::Image image;
    if (definition.rootDirectory.empty())
        image = images_.get(request.config.image);
    else
        request.config.image = found.config.image; // what was made of the directory then
    std::vector<std::string> warnings;
    return spec::differences(engine::definitionOf(impl_->recordOf(request, image, warnings)),
                             found);
}

void Engine::startDefined(const std::vector<std::string>& ids) {
    std::vector<ContainerPtr> starting;
    for (const auto& id : ids) {
        const ContainerPtr container = impl_->containers.findId(id);
        if (!container) continue;
        const spec::RestartPolicy policy = container->lock()->record.hostConfig.restartPolicy;
        if (startsWithDaemon(policy, {}, 0)) starting.push_back(container);
    }
    impl_->startInOrder(starting);
}

spec::Definition Engine::definitionOf(const std::string& ref) const {
    return engine::definitionOf(impl_->containers.find(ref)->lock()->record);
}

} // namespace ctrd::engine
