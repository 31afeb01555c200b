#include "archive/tar_writer.h"

#include "archive/pax.h"
#include "archive/tar_header.h"
#include "base/error.h"
#include "base/path.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace ctrd::archive {

namespace {

constexpr size_t kOwnerField = 8, kLongField = 12, kNameField = 100;

char typeFlag(EntryType type) {
    switch (type) {
        case EntryType::HardLink:
            return '1';
        case EntryType::Symlink:
            return '2';
        case EntryType::CharDevice:
            return '3';
        case EntryType::BlockDevice:
            return '4';
        case EntryType::Directory:
            return '5';
        case EntryType::Fifo:
            return '6';
        default:
            return '0';
    }
}

void putText(char* field, size_t size, const std::string& text) {
    std::copy_n(text.data(), std::min(size, text.size()), field);
}

std::string paxTime(const Entry& entry) {
    int64_t seconds = entry.mtimeSeconds;
    long nanos = entry.mtimeNanos;
    const bool negative = seconds < 0;
    // Before 1970 the fraction counts away from it: -1.5 is second -2 and half of one.
    if (negative && nanos > 0) {
        ++seconds;
        nanos = 1000000000 - nanos;
    }
    char text[48];
    if (nanos == 0)
        std::snprintf(text, sizeof text, "%lld", static_cast<long long>(seconds));
    else
        std::snprintf(text, sizeof text, "%s%lld.%09ld", negative ? "-" : "",
                      static_cast<long long>(negative ? -seconds : seconds), nanos);
    return text;
}

// An empty extent says where a hole at the end ends: GNU tar takes the size from nothing else.
std::vector<Extent> closedExtents(const Entry& entry) {
    std::vector<Extent> extents = entry.extents;
    const int64_t end = extents.empty() ? 0 : extents.back().offset + extents.back().size;
    if (end < entry.size) extents.push_back({entry.size, 0});
    return extents;
}

std::string sparseMap(const Entry& entry) {
    const auto extents = closedExtents(entry);
    std::string map = std::to_string(extents.size()) + "\n";
    for (const auto& extent : extents)
        map += std::to_string(extent.offset) + "\n" + std::to_string(extent.size) + "\n";
    map.resize(map.size() + static_cast<size_t>(paddingOf(static_cast<int64_t>(map.size()))));
    return map;
}

// What the fixed header cannot say about the entry.
std::string paxRecords(const Entry& entry, const std::string& name, int64_t stored, bool sparse) {
    std::string records;
    const auto add = [&](bool needed, const std::string& key, const std::string& value) {
        if (needed) records += paxRecord(key, value);
    };
    add(sparse, "GNU.sparse.major", "1");
    add(sparse, "GNU.sparse.minor", "0");
    add(sparse, "GNU.sparse.name", name);
    add(sparse, "GNU.sparse.realsize", std::to_string(entry.size));
    add(!sparse && name.size() > kNameField, "path", name);
    add(entry.target.size() > kNameField, "linkpath", entry.target);
    add(!fitsOctal(stored, kLongField), "size", std::to_string(stored));
    add(!fitsOctal(entry.uid, kOwnerField), "uid", std::to_string(entry.uid));
    add(!fitsOctal(entry.gid, kOwnerField), "gid", std::to_string(entry.gid));
    add(entry.mtimeNanos != 0 || !fitsOctal(entry.mtimeSeconds, kLongField), "mtime",
        paxTime(entry));
    for (const auto& [key, value] : entry.xattrs)
        add(key.find('=') == std::string::npos, "SCHILY.xattr." + key, value);
    return records;
}

} // namespace

void TarWriter::add(const Entry& entry) {
    if (dataLeft_ != 0)
        throw internalError("cannot begin entry " + shownName(entry.name) +
                            " of an archive: data of the one before is missing");
    std::string name = entry.name;
    if (entry.type == EntryType::Directory && name.back() != '/') name += '/';
    const bool regular = entry.type == EntryType::Regular;
    const bool sparse = regular && !(entry.extents.empty() && entry.size > 0) && entry.isSparse();
    const std::string map = sparse ? sparseMap(entry) : "";
    dataLeft_ = !regular ? 0 : sparse ? entry.dataSize() : entry.size;
    const int64_t stored = dataLeft_ + static_cast<int64_t>(map.size());
    const std::string records = paxRecords(entry, name, stored, sparse);
    if (!records.empty()) emitPaxHeader(entry, records);
    emitHeader(entry, sparse ? joinPath("GNUSparseFile.0", baseName(name)) : name,
               typeFlag(entry.type), stored);
    padding_ = paddingOf(stored);
    if (sparse) to_.write(map.data(), map.size());
    write(nullptr, 0);
}

void TarWriter::write(const void* data, size_t size) {
    if (static_cast<int64_t>(size) > dataLeft_)
        throw internalError("cannot write an archive: more data than the entry's size");
    if (size > 0) to_.write(data, size);
    dataLeft_ -= static_cast<int64_t>(size);
    if (dataLeft_ == 0) emitZeros(std::exchange(padding_, 0));
}

void TarWriter::addFile(const std::string& name, const std::string& content, mode_t mode) {
    Entry entry;
    entry.name = name;
    entry.mode = mode;
    entry.size = static_cast<int64_t>(content.size());
    add(entry);
    write(content.data(), content.size());
}

void TarWriter::finish() {
    emitZeros(2 * kBlock);
}

void TarWriter::emitPaxHeader(const Entry& entry, const std::string& records) {
    Entry meta;
    meta.mtimeSeconds = fitsOctal(entry.mtimeSeconds, kLongField) ? entry.mtimeSeconds : 0;
    const auto size = static_cast<int64_t>(records.size());
    emitHeader(meta, joinPath("PaxHeaders.0", baseName(entry.name)), 'x', size);
    to_.write(records.data(), records.size());
    emitZeros(paddingOf(size));
}

// Numbers too large for octal are written in base-256, which readers without pax know too.
void TarWriter::emitHeader(const Entry& entry, const std::string& name, char type, int64_t size) {
    RawHeader h = {};
    putText(h.name, sizeof h.name, name);
    putNumber(h.mode, sizeof h.mode, entry.mode);
    putNumber(h.uid, sizeof h.uid, entry.uid);
    putNumber(h.gid, sizeof h.gid, entry.gid);
    putNumber(h.size, sizeof h.size, size);
    putNumber(h.mtime, sizeof h.mtime, entry.mtimeSeconds);
    h.type = type;
    putText(h.target, sizeof h.target, entry.target);
    std::memcpy(h.magic,
                "ustar\0"
                "00",
                sizeof h.magic + sizeof h.version);
    putText(h.userName, sizeof h.userName - 1, entry.userName);
    putText(h.groupName, sizeof h.groupName - 1, entry.groupName);
    putNumber(h.devMajor, sizeof h.devMajor, entry.devMajor);
    putNumber(h.devMinor, sizeof h.devMinor, entry.devMinor);
    std::snprintf(h.checksum, sizeof h.checksum, "%06o", headerChecksum(h));
    h.checksum[7] = ' ';
    to_.write(&h, sizeof h);
}

void TarWriter::emitZeros(int64_t size) {
    static constexpr char kZeros[2 * kBlock] = {};
    if (size > 0) to_.write(kZeros, static_cast<size_t>(size));
}

} // namespace ctrd::archive
