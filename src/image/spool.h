#pragma once

#include "archive/stream.h"
#include "archive/tar.h"
#include "base/path.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ctrd::image {

// The members of an image archive, in files of its own that go with it.  Members may come in any
// order, so all are kept until the last has been seen.
//
// A member's name is looked up, never used as a path: the files are numbered.  Hostile names are
// refused all the same, because whoever wrote them meant harm.
class Spool {
public:
    // Reads `archive`, compressed or not, to its end.  `tmp` is the directory for the spool's own.
    // Throws InvalidArgument for a broken archive, one of too many members, names and hard links
    // that are absolute or lead out of it, sparse members; it names the member.  Symbolic links may
    // lead anywhere until they are followed; devices are left out.
    // `taker` may take a member's content for itself: it is asked before the spool keeps one, with
    // what the spool has by then, and says whether it did.
    using Taker = std::function<bool(const Spool& spool, const std::string& member, int64_t size,
                                     archive::Source& content)>;
    Spool(const std::string& tmp, archive::Source& archive, const Taker& taker = {});

    // Names are relative: "ID/layer.tar".  Links are followed; InvalidArgument where one leads out.
    bool has(const std::string& member) const;
    std::vector<std::string> members() const; // sorted
    // The three below throw InvalidArgument "the archive has no 'X'".
    int64_t size(const std::string& member) const;
    // Its content from the beginning; one that was taken throws when it is read.
    std::unique_ptr<archive::Source> open(const std::string& member) const;
    // A whole JSON text; InvalidArgument over 16 MiB.
    std::string text(const std::string& member) const;

private:
    struct Member {
        std::string file; // "" for a link; kTaken
        std::string target;
        int64_t size = 0;
    };

    void add(archive::TarReader& reader, const archive::Entry& entry);
    void addFile(archive::TarReader& reader, const archive::Entry& entry, const std::string& name);
    std::string keep(archive::TarReader& reader);
    const Member* find(const std::string& member) const;
    const Member& get(const std::string& member) const;

    TempDir dir_;
    Taker taker_;
    size_t files_ = 0;
    std::map<std::string, Member> members_;
};

} // namespace ctrd::image
