#pragma once

#include <cstddef>
#include <memory>

namespace ctrd::monitor {

// The buffer that all of a monitor's reads share; an idle monitor has none.
class ReadBuffer {
public:
    static constexpr size_t kSize = 64 * 1024; // a whole pipe

    char* get() {
        if (bytes_ == nullptr) bytes_.reset(new char[kSize]);
        return bytes_.get();
    }
    bool held() const { return bytes_ != nullptr; }
    void release() { bytes_.reset(); }

private:
    std::unique_ptr<char[]> bytes_;
};

} // namespace ctrd::monitor
