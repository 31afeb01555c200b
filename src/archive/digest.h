#pragma once

#include "archive/stream.h"

#include <memory>
#include <string>
#include <string_view>

namespace ctrd::archive {

// The name of content: "sha256:" and 64 lower-case hexadecimal digits.  A value type; the default
// one is empty and names nothing.
class Digest {
public:
    Digest() = default;
    // Throws InvalidArgument "invalid digest 'TEXT': …".
    static Digest parse(std::string_view text);
    // Of 64 hexadecimal digits that are known to be such.
    static Digest fromHex(std::string_view hex);
    static bool isValid(std::string_view text);

    // "sha256:…", or "" of an empty one.
    const std::string& text() const { return text_; }
    // The digits alone: the form for file names.
    std::string hex() const;
    bool empty() const { return text_.empty(); }

    bool operator==(const Digest& other) const { return text_ == other.text_; }
    bool operator!=(const Digest& other) const { return text_ != other.text_; }
    bool operator<(const Digest& other) const { return text_ < other.text_; }

private:
    explicit Digest(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// Computes a SHA-256 piece by piece; OpenSSL picks the processor's instructions.  Not thread safe.
class Hasher {
public:
    Hasher();
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
    ~Hasher();

    void update(const void* data, size_t size);
    // Ends the computation; call it once.
    Digest finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

Digest digestOf(std::string_view data);

// Passes on what `from` yields and digests it on the way.  Only what was read counts: read to the
// end before digest().
class DigestingSource : public Source {
public:
    explicit DigestingSource(Source& from) : from_(from) {}
    size_t read(void* buffer, size_t size) override;
    // Call it once, at the end.
    Digest digest() { return hasher_.finish(); }
    int64_t bytes() const { return bytes_; }

private:
    Source& from_;
    Hasher hasher_;
    int64_t bytes_ = 0;
};

class DigestingSink : public Sink {
public:
    explicit DigestingSink(Sink& to) : to_(to) {}
    void write(const void* data, size_t size) override;
    Digest digest() { return hasher_.finish(); }
    int64_t bytes() const { return bytes_; }

private:
    Sink& to_;
    Hasher hasher_;
    int64_t bytes_ = 0;
};

} // namespace ctrd::archive
