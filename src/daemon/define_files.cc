#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"
#include "daemon/definition_files.h"
#include "engine/engine.h"

namespace ctrd::daemon {

namespace {

// The id of what was made; "" where there was such a container.
std::string defineOne(engine::Engine& engine, const DefinitionFile& file) {
    const std::string& name = file.definition.name;
    if (const auto differences = engine.differences(file.definition)) {
        if (!differences->empty())
            log::warn("definitions: container '" + name + "' is not what " + file.path +
                      " says in <" + join(*differences, ">, <") +
                      ">, and stays as it is: 'ctr dumpxml' shows it; after 'ctr undefine' the "
                      "next start makes it anew");
        return "";
    }
    const auto result = engine.define(file.definition);
    for (const auto& warning : result.warnings)
        log::warn("definitions: " + file.path + ": " + warning);
    log::info("definitions: container '" + name + "' of " + file.path);
    return result.id;
}

} // namespace

void defineFiles(engine::Engine& engine, const std::vector<DefinitionFile>& files) {
    std::vector<std::string> made;
    for (const auto& file : files) {
        try {
            const std::string id = defineOne(engine, file);
            if (!id.empty()) made.push_back(id);
        } catch (const Error& e) {
            log::error("definitions: " + file.path + ": " + e.what());
        }
    }
    engine.startDefined(made);
}

} // namespace ctrd::daemon
