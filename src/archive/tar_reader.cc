#include "archive/tar_reader.h"

#include "archive/sparse.h"
#include "archive/tar_header.h"
#include "base/error.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace ctrd::archive {

namespace {

constexpr size_t kMaxLongName = 64 * 1024;
constexpr size_t kMaxPaxBytes = 1 << 20;
constexpr int64_t kMaxOwner = 4294967294;
constexpr int64_t kMaxDevice = 4294967295;

struct TypeName {
    char flag;
    EntryType type;
};
constexpr TypeName kTypes[] = {
    {'0', EntryType::Regular},    {'\0', EntryType::Regular},    {'7', EntryType::Regular},
    {'S', EntryType::Regular},    {'1', EntryType::HardLink},    {'2', EntryType::Symlink},
    {'3', EntryType::CharDevice}, {'4', EntryType::BlockDevice}, {'5', EntryType::Directory},
    {'D', EntryType::Directory},  {'6', EntryType::Fifo},
};

EntryType typeOf(char flag, const std::string& name) {
    for (const auto& known : kTypes)
        if (known.flag == flag) return known.type;
    throw invalidArgument("entry " + shownName(name) + ": its type '" + flag + "' is unknown");
}

int64_t field(const char* bytes, size_t size, const char* what, int64_t least, int64_t most,
              const std::string& name) {
    int64_t value = 0;
    if (!headerNumber(bytes, size, value) || value < least || value > most)
        throw invalidArgument("entry " + shownName(name) + ": its " + what + " is out of range");
    return value;
}

// The prefix is POSIX's alone: GNU keeps times and sparse maps there.
std::string headerName(const RawHeader& header) {
    std::string name = headerText(header.name, sizeof header.name);
    if (std::memcmp(header.magic, "ustar\0", 6) != 0 || header.prefix[0] == '\0') return name;
    return headerText(header.prefix, sizeof header.prefix) + "/" + name;
}

bool isMeta(char flag) {
    return std::strchr("xXgLKV", flag) != nullptr && flag != '\0';
}

} // namespace

// The archive's bytes through one buffer.
struct TarReader::Input {
    Source& from;
    Sink* rest;
    std::vector<char> buffer = std::vector<char>(kStreamBuffer);
    size_t at = 0, end = 0;
    int64_t consumed = 0;

    Input(Source& source, Sink* sink) : from(source), rest(sink) {}

    size_t available() const { return end - at; }

    // Makes `size` bytes lie together; false where the stream ends before.
    bool gather(size_t size) {
        if (available() >= size) return true;
        std::memmove(buffer.data(), buffer.data() + at, available());
        end -= at;
        at = 0;
        while (end < size) {
            const size_t n = from.read(buffer.data() + end, buffer.size() - end);
            if (n == 0) return false;
            end += n;
        }
        return true;
    }

    std::string_view lend(size_t max) {
        if (available() == 0 && !gather(1)) return {};
        const std::string_view view(buffer.data() + at, std::min(max, available()));
        at += view.size();
        consumed += static_cast<int64_t>(view.size());
        return view;
    }

    // Takes bytes that are not an entry's data.
    std::string_view lendRest(size_t max) {
        const auto view = lend(max);
        if (rest != nullptr && !view.empty()) rest->write(view.data(), view.size());
        return view;
    }
};

// What was read of an entry so far: its own header and those before it.
struct TarReader::Pending {
    RawHeader header;
    std::string name; // best known one, for messages
    std::string longName, longTarget;
    PaxRecords records;
    int64_t size = 0; // as the header has it
};

TarReader::TarReader(Source& from, Sink* rest) : input_(std::make_unique<Input>(from, rest)) {}
TarReader::~TarReader() = default;

bool TarReader::next(Entry& entry) {
    finishEntry();
    Pending pending;
    do {
        if (!readEntry(pending)) return false;
        if (isMeta(pending.header.type)) readMeta(pending);
    } while (isMeta(pending.header.type));
    entry = Entry();
    finishEntryHeader(pending, entry);
    return true;
}

void TarReader::finishEntry() {
    for (int64_t* left : {&dataLeft_, &padding_}) {
        while (*left > 0) {
            const auto view =
                input_->lendRest(static_cast<size_t>(std::min<int64_t>(*left, kStreamBuffer)));
            if (view.empty())
                throw invalidArgument("the archive ends within entry " + shownName(current_));
            *left -= static_cast<int64_t>(view.size());
        }
    }
}

// Reads one header block; false at the end of the archive.
bool TarReader::readEntry(Pending& pending) {
    static constexpr char kZeros[kBlock] = {};
    const std::string where = "byte " + std::to_string(input_->consumed);
    if (!input_->gather(kBlock)) {
        if (input_->available() == 0 && pending.name.empty()) return false;
        throw invalidArgument("the archive ends within the header at " + where);
    }
    const auto block = input_->lendRest(kBlock);
    std::memcpy(&pending.header, block.data(), kBlock);
    if (std::memcmp(block.data(), kZeros, kBlock) == 0) {
        if (!pending.name.empty())
            throw invalidArgument("the archive ends within the header of " +
                                  shownName(pending.name));
        while (!input_->lendRest(kStreamBuffer).empty()) {
        }
        return false;
    }
    if (!checksumMatches(pending.header))
        throw invalidArgument("no tar archive, or a broken one: the header at " + where +
                              " has a wrong checksum");
    pending.name = headerName(pending.header);
    if (pending.name.empty()) pending.name = "at " + where;
    pending.size = field(pending.header.size, sizeof pending.header.size, "size", 0,
                         std::numeric_limits<int64_t>::max(), pending.name);
    return true;
}

// Reads a header that only speaks of the entry after it.
void TarReader::readMeta(Pending& pending) {
    switch (pending.header.type) {
        case 'x':
        case 'X':
            pending.records.parse(metaData(pending, kMaxPaxBytes), pending.name);
            if (pending.records.bytes() > kMaxPaxBytes)
                throw invalidArgument("entry " + shownName(pending.name) +
                                      ": its pax records are over 1 MiB");
            break;
        case 'g':
            global_.parse(metaData(pending, kMaxPaxBytes), pending.name);
            if (global_.bytes() > kMaxPaxBytes)
                throw invalidArgument("the archive's global pax records are over 1 MiB");
            break;
        case 'L':
            pending.longName = metaData(pending, kMaxLongName).c_str();
            break;
        case 'K':
            pending.longTarget = metaData(pending, kMaxLongName).c_str();
            break;
        default: // a volume's label says nothing about files
            current_ = pending.name;
            dataLeft_ = pending.size;
            padding_ = paddingOf(pending.size);
            finishEntry();
            pending.name.clear();
    }
}

std::string TarReader::metaData(const Pending& pending, size_t limit) {
    if (pending.size > static_cast<int64_t>(limit))
        throw invalidArgument("entry " + shownName(pending.name) + ": an extended header of " +
                              std::to_string(pending.size) + " bytes is refused");
    std::string data;
    int64_t left = pending.size + paddingOf(pending.size);
    while (left > 0) {
        const auto view = input_->lendRest(static_cast<size_t>(left));
        if (view.empty())
            throw invalidArgument("the archive ends within the header of " +
                                  shownName(pending.name));
        data += view;
        left -= static_cast<int64_t>(view.size());
    }
    data.resize(static_cast<size_t>(pending.size));
    return data;
}

void TarReader::finishEntryHeader(Pending& pending, Entry& entry) {
    const RawHeader& h = pending.header;
    pending.records.mergeOver(global_);
    entry.name = pending.longName.empty() ? headerName(h) : pending.longName;
    entry.target =
        pending.longTarget.empty() ? headerText(h.target, sizeof h.target) : pending.longTarget;
    entry.type = typeOf(h.type, pending.name);
    entry.mode = static_cast<mode_t>(
        field(h.mode, sizeof h.mode, "mode", 0, std::numeric_limits<int64_t>::max(), pending.name) &
        07777);
    if (!pending.records.has("uid"))
        entry.uid =
            static_cast<uint32_t>(field(h.uid, sizeof h.uid, "uid", 0, kMaxOwner, pending.name));
    if (!pending.records.has("gid"))
        entry.gid =
            static_cast<uint32_t>(field(h.gid, sizeof h.gid, "gid", 0, kMaxOwner, pending.name));
    if (!pending.records.has("mtime"))
        entry.mtimeSeconds =
            field(h.mtime, sizeof h.mtime, "mtime", std::numeric_limits<int64_t>::min(),
                  std::numeric_limits<int64_t>::max(), pending.name);
    entry.userName = headerText(h.userName, sizeof h.userName);
    entry.groupName = headerText(h.groupName, sizeof h.groupName);
    if (entry.type == EntryType::CharDevice || entry.type == EntryType::BlockDevice) {
        entry.devMajor = static_cast<uint32_t>(
            field(h.devMajor, sizeof h.devMajor, "device number", 0, kMaxDevice, pending.name));
        entry.devMinor = static_cast<uint32_t>(
            field(h.devMinor, sizeof h.devMinor, "device number", 0, kMaxDevice, pending.name));
    }
    pending.records.applyTo(entry);
    if (entry.name.empty() || entry.name.find('\0') != std::string::npos ||
        entry.target.find('\0') != std::string::npos)
        throw invalidArgument("entry " + shownName(pending.name) + " has no usable name");
    if (entry.name.size() > kMaxLongName || entry.target.size() > kMaxLongName)
        throw invalidArgument("entry " + shownName(entry.name) + ": a name over 64 KiB is refused");
    current_ = entry.name;
    // V7 had no type for directories.
    if (entry.type == EntryType::Regular && h.type != 'S' && entry.name.back() == '/')
        entry.type = EntryType::Directory;
    readSparseMap(pending, entry);
}

// Finds how many bytes of data follow and where they belong.
void TarReader::readSparseMap(Pending& pending, Entry& entry) {
    const PaxRecords& records = pending.records;
    constexpr int64_t kMaxSize = std::numeric_limits<int64_t>::max();
    int64_t stored =
        records.has("size") ? records.number("size", kMaxSize, entry.name) : pending.size;
    if (stored > kMaxSize - static_cast<int64_t>(kBlock))
        throw invalidArgument("entry " + shownName(entry.name) + ": its size is out of range");
    padding_ = paddingOf(stored);
    // Archivers write a size for links and directories now and then; no data follows it, but behind
    // 'D', a directory's listing.
    if (entry.type != EntryType::Regular) {
        dataLeft_ = pending.header.type == 'D' || pending.header.type == '0' ? stored : 0;
        padding_ = dataLeft_ > 0 ? padding_ : 0;
        return;
    }
    const NextBlock nextBlock = [&] {
        if (!input_->gather(kBlock))
            throw invalidArgument("the archive ends within the sparse map of " +
                                  shownName(entry.name));
        return input_->lendRest(kBlock);
    };
    const NextBlock nextDataBlock = [&] {
        stored -= static_cast<int64_t>(kBlock);
        if (stored < 0)
            throw invalidArgument("entry " + shownName(entry.name) + ": its sparse map is broken");
        return nextBlock();
    };
    entry.size = stored;
    bool sparse = true;
    if (pending.header.type == 'S') {
        GnuTail tail;
        std::memcpy(&tail, pending.header.prefix, sizeof tail);
        entry.size =
            field(tail.realSize, sizeof tail.realSize, "real size", 0, kMaxSize, entry.name);
        entry.extents = oldSparseMap(pending.header, nextBlock, entry.name);
    } else if (records.get("GNU.sparse.major") == "1" && records.get("GNU.sparse.minor") == "0") {
        entry.size = records.number("GNU.sparse.realsize", kMaxSize, entry.name);
        entry.extents = leadingSparseMap(nextDataBlock, entry.name);
    } else if (records.has("GNU.sparse.map")) {
        entry.size = records.number("GNU.sparse.size", kMaxSize, entry.name);
        entry.extents = listedSparseMap(records.get("GNU.sparse.map"), entry.name);
    } else {
        sparse = false;
        if (stored > 0) entry.extents = {{0, stored}};
    }
    dataLeft_ = stored;
    if (sparse) checkExtents(entry, stored);
}

std::string_view TarReader::take(size_t max) {
    const auto wanted =
        static_cast<size_t>(std::min<int64_t>(dataLeft_, static_cast<int64_t>(max)));
    if (wanted == 0) return {};
    const auto view = input_->lend(wanted);
    if (view.empty()) throw invalidArgument("the archive ends within entry " + shownName(current_));
    dataLeft_ -= static_cast<int64_t>(view.size());
    return view;
}

size_t TarReader::read(void* buffer, size_t size) {
    const auto view = take(size);
    std::memcpy(buffer, view.data(), view.size());
    return view.size();
}

size_t EntrySource::read(void* buffer, size_t size) {
    const auto& extents = entry_.extents;
    while (extent_ < extents.size() && at_ >= extents[extent_].offset + extents[extent_].size)
        ++extent_;
    const bool inHole = extent_ == extents.size() || at_ < extents[extent_].offset;
    const int64_t end = extent_ == extents.size() ? entry_.size
                        : inHole                  ? extents[extent_].offset
                                                  : extents[extent_].offset + extents[extent_].size;
    const auto n = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(size), end - at_));
    if (n == 0) return 0;
    size_t done = n;
    if (inHole)
        std::memset(buffer, 0, n);
    else
        done = reader_.read(buffer, n);
    at_ += static_cast<int64_t>(done);
    return done;
}

} // namespace ctrd::archive
