#pragma once

#include <string>
#include <string_view>

namespace ctrd::monitor {

// Bytes that wait for a descriptor to take them; an empty one holds no memory.
class ByteQueue {
public:
    bool empty() const { return size() == 0; }
    size_t size() const { return bytes_.size() - taken_; }
    std::string_view front() const { return std::string_view(bytes_).substr(taken_); }

    void add(std::string_view bytes) { bytes_.append(bytes); }
    void take(size_t count) {
        taken_ += count;
        if (taken_ == bytes_.size()) return clear();
        // Moving the rest down now and then costs less than a ring whose pieces must be joined.
        if (taken_ < kSlack) return;
        bytes_.erase(0, taken_);
        taken_ = 0;
    }
    void clear() {
        std::string().swap(bytes_);
        taken_ = 0;
    }

private:
    static constexpr size_t kSlack = 64 * 1024;

    std::string bytes_;
    size_t taken_ = 0;
};

} // namespace ctrd::monitor
