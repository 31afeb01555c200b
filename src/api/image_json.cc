#include "api/image_json.h"

#include "base/json.h"

namespace ctrd::api {

Timestamp createdTime(const std::string& created) {
    return parseTime(created).value_or(0);
}

Json graphDriverJson(const std::string& driver, const std::map<std::string, std::string>& places) {
    return {{"Name", driver}, {"Data", places.empty() ? Json() : Json(places)}};
}

Json imageJson(const image::Image& i, const std::string& storageDriver,
               const std::map<std::string, std::string>& places) {
    return {
        {"Id", i.id},
        {"RepoTags", i.repoTags},
        {"RepoDigests", i.repoDigests},
        {"Parent", i.parent},
        {"Comment", i.comment},
        {"Created", i.created.empty() ? formatTime(0) : i.created},
        {"Container", ""},
        {"ContainerConfig", spec::toJson(spec::ContainerConfig())},
        {"DockerVersion", i.dockerVersion},
        {"Author", i.author},
        {"Config", spec::toJson(i.config)},
        {"Architecture", i.architecture},
        {"Os", i.os},
        {"Size", i.size},
        {"VirtualSize", i.size},
        {"GraphDriver", graphDriverJson(storageDriver, places)},
        {"RootFS", {{"Type", "layers"}, {"Layers", i.diffIds}}},
        {"Metadata", {{"LastTagTime", formatTime(i.lastTagged)}}},
    };
}

Json imageSummaryJson(const image::Image& i) {
    return {
        {"Id", i.id},
        {"ParentId", i.parent},
        {"RepoTags", i.repoTags},
        {"RepoDigests", i.repoDigests},
        {"Created", createdTime(i.created) / kSecond},
        {"Size", i.size},
        {"VirtualSize", i.size},
        {"Labels", i.config.labels},
        // Docker's "not counted".
        {"SharedSize", -1},
        {"Containers", -1},
    };
}

Json imageHistoryJson(const image::Image& image, const std::vector<image::HistoryEntry>& entries) {
    Json list = Json::array();
    for (const auto& entry : entries) {
        const bool top = list.empty();
        list.push_back({
            // The images below are known by their layers alone.
            {"Id", top ? image.id : "<missing>"},
            {"Created", createdTime(entry.created) / kSecond},
            {"CreatedBy", entry.createdBy},
            {"Tags", top && !image.repoTags.empty() ? Json(image.repoTags) : Json()},
            {"Size", entry.size},
            {"Comment", entry.comment},
        });
    }
    return list;
}

} // namespace ctrd::api
