#include "archive/pax.h"

#include "base/error.h"
#include "base/strings.h"

namespace ctrd::archive {

namespace {

constexpr std::string_view kXattr = "SCHILY.xattr.";
// Uid 4294967295 means "leave it" to chown(2).
constexpr int64_t kMaxId = 4294967294;

bool allDigits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Error brokenRecord(const std::string& name) {
    return invalidArgument("broken pax header before " + shownName(name));
}

// GNU.sparse 0.0 repeats two keys for every extent; joined they are the map of 0.1.
bool isSparsePair(std::string_view key) {
    return key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes";
}

long parseNanos(std::string_view fraction) {
    long nanos = 0;
    for (size_t i = 0; i < 9; ++i)
        nanos = nanos * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    return nanos;
}

} // namespace

std::string shownName(const std::string& name) {
    constexpr size_t kMostShown = 256;
    return name.size() <= kMostShown ? "'" + name + "'" : "'" + name.substr(0, kMostShown) + "…'";
}

void PaxRecords::parse(std::string_view text, const std::string& name) {
    std::string sparseMap;
    while (!text.empty()) {
        const size_t space = text.find(' ');
        if (space == std::string_view::npos || space > 10 || !allDigits(text.substr(0, space)))
            throw brokenRecord(name);
        const auto length = static_cast<size_t>(*parseInt(text.substr(0, space)));
        if (length < space + 3 || length > text.size() || text[length - 1] != '\n')
            throw brokenRecord(name);
        const std::string_view record = text.substr(space + 1, length - space - 2);
        const size_t equals = record.find('=');
        if (equals == 0 || equals == std::string_view::npos) throw brokenRecord(name);
        const std::string key(record.substr(0, equals)), value(record.substr(equals + 1));
        if (isSparsePair(key))
            sparseMap += (sparseMap.empty() ? "" : ",") + value;
        else
            values_[key] = value;
        text.remove_prefix(length);
    }
    if (!sparseMap.empty()) values_["GNU.sparse.map"] = sparseMap;
}

void PaxRecords::mergeOver(const PaxRecords& below) {
    values_.insert(below.values_.begin(), below.values_.end());
}

std::string PaxRecords::get(const std::string& key) const {
    const auto it = values_.find(key);
    return it == values_.end() ? "" : it->second;
}

int64_t PaxRecords::number(const std::string& key, int64_t most, const std::string& name) const {
    const std::string text = get(key);
    const auto value = allDigits(text) ? parseInt(text) : std::nullopt;
    if (!value || *value > most)
        throw invalidArgument("entry " + shownName(name) + ": its " + key + " '" +
                              text.substr(0, 64) + "' is out of range");
    return *value;
}

size_t PaxRecords::bytes() const {
    size_t total = 0;
    for (const auto& [key, value] : values_)
        total += key.size() + value.size();
    return total;
}

void PaxRecords::applyTo(Entry& entry) const {
    if (has("path")) entry.name = get("path");
    if (has("GNU.sparse.name")) entry.name = get("GNU.sparse.name");
    if (has("linkpath")) entry.target = get("linkpath");
    if (has("uid")) entry.uid = static_cast<uint32_t>(number("uid", kMaxId, entry.name));
    if (has("gid")) entry.gid = static_cast<uint32_t>(number("gid", kMaxId, entry.name));
    if (has("uname")) entry.userName = get("uname");
    if (has("gname")) entry.groupName = get("gname");
    if (has("mtime")) applyTime(entry);
    for (auto it = values_.lower_bound(std::string(kXattr));
         it != values_.end() && startsWith(it->first, kXattr); ++it)
        entry.xattrs[it->first.substr(kXattr.size())] = it->second;
}

// "1436882582.000000003"; a fraction of a time before 1970 counts away from it.
void PaxRecords::applyTime(Entry& entry) const {
    const std::string text = get("mtime");
    const bool negative = text[0] == '-';
    const auto parts = split(std::string_view(text).substr(negative ? 1 : 0), '.');
    const auto seconds = allDigits(parts[0]) ? parseInt(parts[0]) : std::nullopt;
    const bool hasFraction = parts.size() == 2 && !parts[1].empty();
    if (!seconds || parts.size() > 2 || (hasFraction && !allDigits(parts[1])))
        throw invalidArgument("entry " + shownName(entry.name) + ": its mtime '" +
                              text.substr(0, 64) + "' is no time");
    const long nanos = hasFraction ? parseNanos(parts[1]) : 0;
    entry.mtimeSeconds = negative ? -*seconds - (nanos > 0 ? 1 : 0) : *seconds;
    entry.mtimeNanos = negative && nanos > 0 ? 1000000000 - nanos : nanos;
}

// The length counts its own digits too.
std::string paxRecord(const std::string& key, const std::string& value) {
    const size_t rest = key.size() + value.size() + 3;
    size_t length = rest + std::to_string(rest).size();
    if (std::to_string(length).size() != std::to_string(rest).size()) ++length;
    return std::to_string(length) + " " + key + "=" + value + "\n";
}

} // namespace ctrd::archive
