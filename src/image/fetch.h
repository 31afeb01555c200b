#pragma once

#include "archive/pushed_source.h"
#include "image/image_store.h"

#include <atomic>
#include <string>

namespace ctrd::image {

// "http://" is put in front of what names no scheme, as Docker does.
std::string completeUrl(const std::string& text);

// An archive that is fetched while it is read.  read() throws NotFound where the server has none,
// Unavailable for another refusal and where it cannot be reached, and tells how far it got.
class FetchedArchive : public archive::Source {
public:
    FetchedArchive(const std::string& url, const Progress& progress);
    size_t read(void* buffer, size_t size) override;

private:
    void tell();

    const Progress& progress_;
    std::atomic<int64_t> total_{0}; // 0 where it is not known
    int64_t current_ = 0;
    Timestamp told_ = 0;
    archive::PushedSource body_; // last: its thread ends first
};

} // namespace ctrd::image
