#pragma once

#include "archive/compression.h"
#include "archive/entry.h"
#include "archive/stream.h"
#include "base/fd.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// What an archive holds besides the data of its files, kept so that it can be put together again
// byte for byte from an unpacked tree.
//
// A keep directory holds "headers.gz", which is the line "ctrd-headers 1" and records: 'R', a
// 4-byte length and that many bytes of the archive; or 'C', a 4-byte length and the path of a file
// in the tree, a 4-byte count and as many pairs of 8-byte offset and size that lie in it.  Numbers
// are little-endian.  The data of record C number N (from 0) is in the file "N" where the keep
// directory has one: a later entry of the same archive had taken the place of the file.
namespace ctrd::archive {

inline constexpr const char* kHeadersFile = "headers.gz";
inline constexpr std::string_view kHeadersMagic = "ctrd-headers 1\n";
inline constexpr size_t kMaxHeadersRecord = 64 * 1024;

class HeaderKeeper : public Sink {
public:
    // Writes into the open directory `keep`.  Throws SystemError.
    explicit HeaderKeeper(int keep);
    // Bytes of the archive that are no file's data.
    void write(const void* data, size_t size) override;
    // The data of a file that is about to be written at `path`; gives its number.
    uint32_t content(const std::string& path, const Entry& entry);
    // Copies a file that is about to go: file `number`, open for reading.
    void save(uint32_t number, int fd);
    void finish();

private:
    int keep_;
    Fd file_;
    FdSink fileSink_;
    GzipSink gzip_;
    std::string raw_; // bytes of the record that is being collected
    uint32_t contents_ = 0;
    void flushRaw();
    void number(uint64_t value, size_t bytes);
};

// The archive again, from the tree it was unpacked to and its keep directory.  Throws Internal
// where a file is missing or shorter than it was; whether the bytes are the same only the digest
// tells.
std::unique_ptr<Source> reassembledArchive(const std::string& tree, const std::string& keep);

} // namespace ctrd::archive
