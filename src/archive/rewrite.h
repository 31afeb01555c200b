#pragma once

#include "archive/stream.h"
#include "archive/tar_reader.h"
#include "archive/tar_writer.h"

#include <functional>

namespace ctrd::archive {

// A tar archive whose entries are changed on the way: their names, owners, whether they are there
// at all.  What comes out is written anew, uncompressed.  `from` must outlive it; it throws what
// TarReader throws.
class RewritingSource : public Source {
public:
    // Changes an entry; false leaves it out.
    using Rewrite = std::function<bool(Entry&)>;

    RewritingSource(Source& from, Rewrite rewrite);

    size_t read(void* buffer, size_t size) override;

private:
    enum class State { Between, InEntry, Ended };

    TarReader reader_;
    Rewrite rewrite_;
    StringSink made_;
    TarWriter writer_;
    std::string ready_; // made, and read up to `at_`
    size_t at_ = 0;
    State state_ = State::Between;

    void step();
};

} // namespace ctrd::archive
