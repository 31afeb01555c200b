#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

// Byte streams between tar, compression, digests and sockets.
namespace ctrd::archive {

// What one read moves where nobody says otherwise: larger ones no longer gain anything.
inline constexpr size_t kStreamBuffer = 256 * 1024;

class Source {
public:
    virtual ~Source() = default;
    // Up to `size` bytes; 0 is the end.  Throws what the origin throws.
    virtual size_t read(void* buffer, size_t size) = 0;
};

class Sink {
public:
    virtual ~Sink() = default;
    // All of it, or throws.
    virtual void write(const void* data, size_t size) = 0;
};

// Of a descriptor that stays the caller's.
class FdSource : public Source {
public:
    explicit FdSource(int fd) : fd_(fd) {}
    size_t read(void* buffer, size_t size) override;

private:
    int fd_;
};

class FdSink : public Sink {
public:
    explicit FdSink(int fd) : fd_(fd) {}
    void write(const void* data, size_t size) override;

private:
    int fd_;
};

class StringSource : public Source {
public:
    explicit StringSource(std::string text) : text_(std::move(text)) {}
    size_t read(void* buffer, size_t size) override;

private:
    std::string text_;
    size_t at_ = 0;
};

class StringSink : public Sink {
public:
    void write(const void* data, size_t size) override {
        text_.append(static_cast<const char*>(data), size);
    }
    const std::string& text() const { return text_; }
    std::string release() { return std::move(text_); }

private:
    std::string text_;
};

// Reads exactly `size` bytes; throws InvalidArgument "WHAT ends early" where there are fewer.
void readExactly(Source& source, void* buffer, size_t size, const std::string& what);
// Everything, to the end; returns how many bytes.
int64_t copyAll(Source& source, Sink& sink);

} // namespace ctrd::archive
