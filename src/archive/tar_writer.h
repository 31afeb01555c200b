#pragma once

#include "archive/entry.h"
#include "archive/stream.h"

#include <string>

namespace ctrd::archive {

// Writes ustar, with a pax header before an entry that needs one: long or unusual names, large
// numbers, nanoseconds, extended attributes, holes (GNU.sparse 1.0, which GNU tar, libarchive and
// Go's reader know).  Equal entries make equal bytes.  An attribute whose
// name holds "=" has no form in pax and is left out.  Not thread safe.
class TarWriter {
public:
    explicit TarWriter(Sink& to) : to_(to) {}

    // Begins an entry; of a regular file, exactly entry.dataSize() bytes must follow in write().
    // A directory's name gets its slash here.  Where `extents` is empty and `size` is not 0, the
    // file has no holes.
    void add(const Entry& entry);
    void write(const void* data, size_t size);
    // A whole small file in one call.
    void addFile(const std::string& name, const std::string& content, mode_t mode = 0644);
    // The two zero blocks at the end.
    void finish();

private:
    Sink& to_;
    int64_t dataLeft_ = 0; // of the current entry
    int64_t padding_ = 0;  // zeros after its data
    void emitHeader(const Entry& entry, const std::string& name, char type, int64_t size);
    void emitPaxHeader(const Entry& entry, const std::string& records);
    void emitZeros(int64_t size);
};

} // namespace ctrd::archive
