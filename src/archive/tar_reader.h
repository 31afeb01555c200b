#pragma once

#include "archive/entry.h"
#include "archive/pax.h"
#include "archive/stream.h"

#include <memory>
#include <string>
#include <string_view>

namespace ctrd::archive {

// Reads uncompressed tar: V7, ustar, GNU (long names and links, base-256 numbers, old sparse maps)
// and POSIX pax (records for one and for all, SCHILY.xattr, GNU.sparse 0.0, 0.1 and 1.0).
//
// Everything it throws about the archive is InvalidArgument and names the entry (or the byte where
// there is none yet): a header whose checksum is wrong, numbers that are negative or out of range,
// long names over 64 KiB, pax records over 1 MiB in all, more than 1 Mi extents, extents that
// overlap or leave the file, an archive that ends within an entry, and a sparse file over 8 GiB of
// which less than a thousandth is data (a few bytes that would become a disk full).
// Memory stays bounded by those numbers.  Not thread safe.
class TarReader {
public:
    // `rest` is given, in order, every byte of the archive that take() and read() do not give:
    // headers, sparse maps, padding, end marks and what follows them, data that was passed over.
    // Both must outlive it.
    explicit TarReader(Source& from, Sink* rest = nullptr);
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;
    ~TarReader();

    // Goes to the next entry, over what was not read of the last one; false at the end, when the
    // source has been read to its last byte.
    bool next(Entry& entry);

    // The data of the current entry, extent after extent, holes left out.  take() lends up to `max`
    // bytes of the reader's buffer until the next call, "" at the end of the entry.
    std::string_view take(size_t max);
    size_t read(void* buffer, size_t size);

private:
    struct Input;
    struct Pending;
    std::unique_ptr<Input> input_;
    PaxRecords global_;
    int64_t dataLeft_ = 0; // of the current entry
    int64_t padding_ = 0;  // bytes between its data and the next header
    std::string current_;  // its name, for messages

    void finishEntry();
    bool readEntry(Pending& pending);
    void readMeta(Pending& pending);
    void finishEntryHeader(Pending& pending, Entry& entry);
    void readSparseMap(Pending& pending, Entry& entry);
    std::string metaData(const Pending& pending, size_t limit);
};

// A regular file of an archive as a plain stream, holes as zeros.
class EntrySource : public Source {
public:
    // `entry` is the one `reader` stands at; both must outlive this.
    EntrySource(TarReader& reader, const Entry& entry) : reader_(reader), entry_(entry) {}
    size_t read(void* buffer, size_t size) override;

private:
    TarReader& reader_;
    const Entry& entry_;
    int64_t at_ = 0;
    size_t extent_ = 0;
};

} // namespace ctrd::archive
