#include "registry/reference.h"

#include "base/error.h"
#include "base/ids.h"
#include "base/strings.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace ctrd::registry {

namespace {

constexpr size_t kMaxName = 255;
constexpr size_t kMaxTag = 128;
constexpr std::string_view kDigestAlgorithm = "sha256:";

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}

bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool isAlphanumeric(char c) {
    return isDigit(c) || isLower(c) || isUpper(c);
}

Error badReference(const std::string& text, const std::string& why) {
    return invalidArgument("invalid reference format: '" + text + "': " + why);
}

// The separators between the runs of letters and digits: one of . _ - or two underscores or any
// number of dashes.
bool isSeparator(std::string_view text) {
    return text == "." || text == "_" || text == "__" ||
           text.find_first_not_of('-') == std::string_view::npos;
}

bool isPathComponent(std::string_view text) {
    const auto isWord = [](char c) { return isLower(c) || isDigit(c); };
    if (text.empty() || !isWord(text.front()) || !isWord(text.back())) return false;
    for (auto at = text.begin(); at != text.end();) {
        const auto separator = std::find_if_not(at, text.end(), isWord);
        at = std::find_if(separator, text.end(), isWord);
        if (separator != at &&
            !isSeparator(std::string_view(&*separator, static_cast<size_t>(at - separator))))
            return false;
    }
    return true;
}

bool isHostLabel(std::string_view text) {
    const auto fits = [](char c) { return isAlphanumeric(c) || c == '-'; };
    return !text.empty() && text.front() != '-' && text.back() != '-' &&
           std::all_of(text.begin(), text.end(), fits);
}

bool isPort(std::string_view text) {
    return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), isDigit);
}

bool isIpv6Address(std::string_view text) {
    const auto fits = [](char c) { return c == ':' || isDigit(c) || isHex(std::string(1, c)); };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

bool isHost(std::string_view text) {
    std::string_view host = text;
    if (startsWith(text, "[")) {
        const size_t end = text.find(']');
        if (end == std::string_view::npos || !isIpv6Address(text.substr(1, end - 1))) return false;
        host = text.substr(end + 1);
        return host.empty() || (host.front() == ':' && isPort(host.substr(1)));
    }
    const size_t colon = text.find(':');
    if (colon != std::string_view::npos) {
        if (!isPort(text.substr(colon + 1))) return false;
        host = text.substr(0, colon);
    }
    const auto labels = split(host, '.');
    return std::all_of(labels.begin(), labels.end(), isHostLabel);
}

// features.md §7: what stands before the first slash is a host only if it looks like one.
bool looksLikeHost(std::string_view first) {
    return first == "localhost" || first.find_first_of(".:") != std::string_view::npos;
}

void checkPath(const std::string& path, const std::string& text) {
    if (std::any_of(path.begin(), path.end(), isUpper))
        throw badReference(text, "repository name must be lowercase");
    for (const std::string& component : split(path, '/'))
        if (!isPathComponent(component))
            throw badReference(text, "'" + component +
                                         "' is no part of a repository name (lower-case letters "
                                         "and digits, separated by '.', '_', '__' or '-')");
}

// Checks host and path and gives them in the short form.
std::string familiarName(const std::string& name, const std::string& text) {
    if (name.empty()) throw badReference(text, "the repository name is missing");
    if (name.size() > kMaxName)
        throw badReference(text, "repository name must not be more than 255 characters");
    const auto parts = splitOnce(name, '/');
    const bool hasHost = parts && looksLikeHost(parts->first);
    std::string host = hasHost ? parts->first : "";
    std::string path = hasHost ? parts->second : name;
    if (hasHost && !isHost(host)) throw badReference(text, "'" + host + "' is no host[:port]");
    checkPath(path, text);
    if (host == "docker.io" || host == "index.docker.io") host.clear();
    if (!host.empty()) return host + "/" + path;
    const auto pathParts = split(path, '/');
    if (pathParts.size() == 2 && pathParts[0] == "library") path = pathParts[1];
    // It would hide the image of that id.
    if (isFullId(path))
        throw badReference(text, "cannot specify 64-byte hexadecimal strings as repository name");
    return path;
}

void checkTag(const std::string& tag, const std::string& text) {
    const auto fits = [](char c) { return isAlphanumeric(c) || c == '_' || c == '.' || c == '-'; };
    if (tag.empty()) throw badReference(text, "the tag is empty");
    if (tag.size() > kMaxTag)
        throw badReference(text, "a tag must not be more than 128 characters");
    if (tag.front() == '.' || tag.front() == '-' || !std::all_of(tag.begin(), tag.end(), fits))
        throw badReference(
            text, "'" + tag + "' is no tag (letters, digits, '_', '.', '-', no '.' or '-' first)");
}

void checkDigest(const std::string& digest, const std::string& text) {
    if (!startsWith(digest, kDigestAlgorithm) || !isFullId(digest.substr(kDigestAlgorithm.size())))
        throw badReference(text,
                           "'" + digest + "' is no digest (sha256: and 64 hexadecimal digits)");
}

// Cuts the tag off `rest`; a colon before the last slash belongs to the port.
std::optional<std::string> takeTag(std::string& rest) {
    const size_t slash = rest.rfind('/');
    const size_t colon = rest.rfind(':');
    if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) return {};
    std::string tag = rest.substr(colon + 1);
    rest.resize(colon);
    return tag;
}

} // namespace

std::string Reference::familiar() const {
    return name + (tag.empty() ? "" : ":" + tag) + (digest.empty() ? "" : "@" + digest);
}

Reference parseReference(const std::string& text) {
    Reference reference;
    std::string rest = text;
    const size_t at = rest.find('@');
    if (at != std::string::npos) {
        reference.digest = rest.substr(at + 1);
        checkDigest(reference.digest, text);
        rest.resize(at);
    }
    if (const auto tag = takeTag(rest)) {
        checkTag(*tag, text);
        reference.tag = *tag;
    }
    reference.name = familiarName(rest, text);
    if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
    return reference;
}

Reference parseReference(const std::string& text, const std::string& tag) {
    Reference reference = parseReference(text);
    if (tag.empty()) return reference;
    const bool isDigest = startsWith(tag, kDigestAlgorithm);
    const std::string whole = reference.name + (isDigest ? "@" : ":") + tag;
    if (isDigest)
        checkDigest(tag, whole);
    else
        checkTag(tag, whole);
    reference.tag = isDigest ? "" : tag;
    reference.digest = isDigest ? tag : "";
    return reference;
}

} // namespace ctrd::registry
