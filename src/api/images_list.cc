#include "api/handlers.h"
#include "api/image_json.h"
#include "api/wire/filters.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "engine/engine.h"

#include <algorithm>
#include <set>

namespace ctrd::api {

using image::Image;

namespace {

bool isNameless(const Image& image) {
    return image.repoTags.empty() && image.repoDigests.empty();
}

// As Go's path.Match: a wildcard does not reach over a slash.
bool pathMatches(const std::string& pattern, const std::string& path) {
    const auto wanted = split(pattern, '/'), found = split(path, '/');
    return wanted.size() == found.size() &&
           std::equal(wanted.begin(), wanted.end(), found.begin(),
                      [](const std::string& w, const std::string& f) { return globMatch(w, f); });
}

std::string repositoryOf(const std::string& reference) {
    const size_t at = reference.find('@');
    if (at != std::string::npos) return reference.substr(0, at);
    return reference.substr(0, reference.rfind(':'));
}

bool referenceMatches(const std::string& pattern, const std::string& reference) {
    return pathMatches(pattern, reference) || pathMatches(pattern, repositoryOf(reference));
}

// Leaves an image's names that match one of the patterns; whether one is left.
bool keepMatching(const std::set<std::string>& patterns, Image& image) {
    if (patterns.empty()) return true;
    const auto foreign = [&](const std::string& reference) {
        return std::none_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
            return referenceMatches(pattern, reference);
        });
    };
    for (auto* names : {&image.repoTags, &image.repoDigests})
        names->erase(std::remove_if(names->begin(), names->end(), foreign), names->end());
    return !isNameless(image);
}

wire::Filters filtersOf(const Context& c) {
    auto filters = wire::Filters::parse(c.text("filters"));
    filters.requireKnown({"dangling", "label", "reference", "before", "since", "until"});
    return filters;
}

std::set<std::string> patternsOf(const Context& c, const wire::Filters& filters) {
    auto patterns = filters.get("reference");
    // Its name before 1.41.
    const std::string old = c.atLeast(41) ? "" : c.text("filter");
    if (!old.empty()) patterns.insert(old);
    return patterns;
}

// The creation times that the filters leave: after `since`, before `until`.
struct Period {
    Timestamp since = INT64_MIN, until = INT64_MAX;

    bool holds(const Image& image) const {
        const Timestamp created = createdTime(image.created);
        return created > since && created < until;
    }
};

Period periodOf(const wire::Filters& filters, const image::ImageStore& images) {
    Period period;
    for (const auto& reference : filters.get("since"))
        period.since = std::max(period.since, createdTime(images.get(reference).created));
    for (const auto& reference : filters.get("before"))
        period.until = std::min(period.until, createdTime(images.get(reference).created));
    for (const auto& moment : filters.get("until"))
        period.until = std::min(period.until, parseMoment(moment, now()));
    return period;
}

} // namespace

void listImages(Context& c) {
    const auto filters = filtersOf(c);
    const auto patterns = patternsOf(c, filters);
    auto images = c.engine.images().list();
    const Period period = periodOf(filters, c.engine.images());
    std::set<std::string> parents;
    for (const auto& image : images)
        parents.insert(image.parent);
    const bool danglingAsked = filters.has("dangling");
    const bool dangling = filters.truth("dangling", false);
    const bool all = c.flag("all");
    Json list = Json::array();
    for (auto& image : images) {
        const bool nameless = isNameless(image), step = nameless && parents.count(image.id) > 0;
        if (step && (dangling || !all)) continue;
        if (danglingAsked && dangling != nameless) continue;
        if (!period.holds(image) || !filters.matchesLabels("label", image.config.labels)) continue;
        if (keepMatching(patterns, image)) list.push_back(imageSummaryJson(image));
    }
    c.sendShapedList(wire::Object::ImageSummary, std::move(list));
}

} // namespace ctrd::api
