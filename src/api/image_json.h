#pragma once

#include "base/json_fwd.h"
#include "image/image_store.h"

namespace ctrd::api {

// Canonical forms (wire/shape.h) of an image.
Json imageJson(const image::Image& image, const std::string& storageDriver,
               const std::map<std::string, std::string>& places);
Json imageSummaryJson(const image::Image& image);
// Newest entry first, as the store gives them.
Json imageHistoryJson(const image::Image& image, const std::vector<image::HistoryEntry>& entries);

// The storage driver of an image or a container; its data are null where it has none.
Json graphDriverJson(const std::string& driver, const std::map<std::string, std::string>& places);

// Nanoseconds since 1970 of an image's text; 0 where it has none.
Timestamp createdTime(const std::string& created);

} // namespace ctrd::api
