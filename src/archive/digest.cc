#include "archive/digest.h"

#include "base/error.h"
#include "base/ids.h"
#include "base/strings.h"

#include <openssl/evp.h>

namespace ctrd::archive {

namespace {

constexpr std::string_view kPrefix = "sha256:";

#if OPENSSL_VERSION_NUMBER < 0x10100000L
EVP_MD_CTX* newContext() {
    return EVP_MD_CTX_create();
}
void freeContext(EVP_MD_CTX* context) {
    EVP_MD_CTX_destroy(context);
}
#else
EVP_MD_CTX* newContext() {
    return EVP_MD_CTX_new();
}
void freeContext(EVP_MD_CTX* context) {
    EVP_MD_CTX_free(context);
}
#endif

void check(int result) {
    if (result != 1) throw internalError("cannot compute a SHA-256: OpenSSL refuses");
}

} // namespace

struct Hasher::Context {
    EVP_MD_CTX* evp = newContext();

    Context() { check(evp != nullptr ? EVP_DigestInit_ex(evp, EVP_sha256(), nullptr) : 0); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { freeContext(evp); }
};

Hasher::Hasher() : context_(std::make_unique<Context>()) {}
Hasher::~Hasher() = default;

void Hasher::update(const void* data, size_t size) {
    check(EVP_DigestUpdate(context_->evp, data, size));
}

Digest Hasher::finish() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    check(EVP_DigestFinal_ex(context_->evp, bytes, &size));
    static const char* const kDigits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += kDigits[bytes[i] >> 4];
        hex += kDigits[bytes[i] & 15];
    }
    return Digest::fromHex(hex);
}

Digest Digest::parse(std::string_view text) {
    if (isValid(text)) return Digest(std::string(text));
    throw invalidArgument("invalid digest '" + std::string(text.substr(0, 128)) +
                          "': sha256: and 64 hexadecimal digits are wanted");
}

Digest Digest::fromHex(std::string_view hex) {
    return parse(std::string(kPrefix) + std::string(hex));
}

bool Digest::isValid(std::string_view text) {
    return startsWith(text, kPrefix) && isFullId(text.substr(kPrefix.size()));
}

std::string Digest::hex() const {
    return text_.empty() ? "" : text_.substr(kPrefix.size());
}

Digest digestOf(std::string_view data) {
    Hasher hasher;
    hasher.update(data.data(), data.size());
    return hasher.finish();
}

size_t DigestingSource::read(void* buffer, size_t size) {
    const size_t n = from_.read(buffer, size);
    hasher_.update(buffer, n);
    bytes_ += static_cast<int64_t>(n);
    return n;
}

void DigestingSink::write(const void* data, size_t size) {
    to_.write(data, size);
    hasher_.update(data, size);
    bytes_ += static_cast<int64_t>(size);
}

} // namespace ctrd::archive
