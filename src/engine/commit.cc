#include "archive/digest.h"
#include "archive/pushed_source.h"
#include "base/error.h"
#include "base/finally.h"
#include "base/log.h"
#include "engine/engine_impl.h"
#include "image/changes.h"
#include "registry/reference.h"
#include "storage/layer_store.h"

namespace ctrd::engine {

namespace {

void requireWhole(const Container& container, const std::string& ref) {
    if (container.lock()->removed) throw notFound("No such container: " + ref);
    const Status status = container.status();
    if (status == Status::Removing || status == Status::Dead)
        throw conflict("You cannot commit container " + container.id() + " which is being removed");
}

// What belongs to the one container and not to those that are made of the image.
spec::ContainerConfig withoutIdentity(spec::ContainerConfig config) {
    config.hostname.clear();
    config.domainname.clear();
    config.macAddress.clear();
    return config;
}

image::CommittedLayer committedLayer(const ContainerRecord& record, const CommitRequest& request,
                                     const archive::Digest& below) {
    image::CommittedLayer commit;
    commit.parentImage = record.imageId;
    commit.parentLayer = below.text();
    commit.containerId = record.id;
    commit.containerConfig = record.config;
    commit.config = spec::merge(request.config, withoutIdentity(record.config));
    image::applyChanges(commit.config, request.changes);
    commit.author = request.author;
    commit.comment = request.comment;
    return commit;
}

std::string familiarName(const CommitRequest& request) {
    if (request.name.empty()) return "";
    return registry::parseReference(request.name, request.tag).familiar();
}

} // namespace

std::string Engine::commit(const std::string& ref, const CommitRequest& request) {
    const std::string name = familiarName(request);
    const ContainerPtr container = impl_->containers.find(ref);
    const auto operation = container->operate();
    requireWhole(*container, ref);
    const ContainerRecord record = container->lock()->record;
    const auto commit = committedLayer(record, request, impl_->layers.parentOf(record.id));

    const bool pauses = request.pause && container->status() == Status::Running;
    if (pauses) impl_->pause(*container);
    const Finally goOn([&] {
        try {
            if (pauses) impl_->unpause(*container);
        } catch (const Error& e) {
            log::error("cannot unpause container " + record.id + " after a commit: " + e.what());
        }
    });
    archive::PushedSource diff(
        [&](archive::Sink& out) { impl_->layers.containerDiff(record.id, out); });
    std::string id = images_.commit(diff, commit, request.name, request.tag);
    impl_->emit(*container, "commit",
                {{"comment", request.comment}, {"imageID", id}, {"imageRef", name}});
    return id;
}

} // namespace ctrd::engine
