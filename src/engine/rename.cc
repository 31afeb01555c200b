#include "base/error.h"
#include "engine/engine_impl.h"
#include "engine/names.h"
#include "engine/undo.h"

namespace ctrd::engine {

void Engine::rename(const std::string& ref, const std::string& name) {
    const std::string wanted = checkName(name);
    const ContainerPtr container = impl_->containers.find(ref);
    const auto operation = container->operate();
    const std::string former = container->lock()->record.name;
    if (wanted == former)
        throw invalidArgument("Renaming a container with the same name as its current name");
    if (container->lock()->removed) throw notFound("No such container: " + ref);
    impl_->containers.reserveName(wanted, container->id());
    Undo undo;
    undo.add([&] { impl_->containers.releaseName(wanted); });
    undo.add([&] { container->lock()->record.name = former; });
    container->lock()->record.name = wanted;
    container->saveRecord(Durable::Yes);
    undo.keepAll();
    impl_->containers.releaseName(former);
    impl_->emit(*container, "rename", {{"oldName", "/" + former}});
}

} // namespace ctrd::engine
