#include "archive/rewrite.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ctrd::archive {

RewritingSource::RewritingSource(Source& from, Rewrite rewrite)
    : reader_(from), rewrite_(std::move(rewrite)), writer_(made_) {}

size_t RewritingSource::read(void* buffer, size_t size) {
    while (at_ == ready_.size() && state_ != State::Ended) {
        step();
        ready_ = made_.release();
        at_ = 0;
    }
    const size_t n = std::min(size, ready_.size() - at_);
    std::memcpy(buffer, ready_.data() + at_, n);
    at_ += n;
    return n;
}

// A header, or some of an entry's data, or the end.
void RewritingSource::step() {
    if (state_ == State::InEntry) {
        const auto data = reader_.take(kStreamBuffer);
        if (!data.empty()) return writer_.write(data.data(), data.size());
        state_ = State::Between;
    }
    Entry entry;
    if (!reader_.next(entry)) {
        writer_.finish();
        state_ = State::Ended;
    } else if (rewrite_(entry)) {
        writer_.add(entry);
        state_ = State::InEntry;
    }
}

} // namespace ctrd::archive
