#pragma once

#include "archive/kept_headers.h"
#include "archive/tar_reader.h"
#include "archive/tree.h"
#include "archive/unpack.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ctrd::archive {

// Unpacks one archive into one tree.  For a program of one thread, because it changes the working
// directory; the name `applyArchive` is what everybody else calls.
class Unpacker {
public:
    // `keep` is an open directory for HeaderKeeper, or -1.
    Unpacker(Tree tree, Whiteouts whiteouts, bool keepExisting, int keep);

    // A directory in the place of something else, and something else in the place of one, is
    // refused from now on: InvalidArgument "cannot overwrite …".
    void refuseOtherKinds() { refusesOtherKinds_ = true; }

    // Reads `from` to its end; returns the bytes of file content.  InvalidArgument names the entry
    // of a hostile or broken archive, and so does every other failure.
    int64_t run(Source& from);

private:
    // What this archive put at a path: the number of a file's content, or kNoContent.
    static constexpr uint32_t kNoContent = ~uint32_t{0};

    Tree tree_;
    Whiteouts whiteouts_;
    bool keepExisting_;
    bool refusesOtherKinds_ = false;
    std::optional<HeaderKeeper> keeper_;
    std::unordered_map<std::string, uint32_t> made_;
    // Times of directories wait for the end, because what is put into one changes it.
    std::vector<std::pair<std::string, struct timespec>> directories_;
    int64_t bytes_ = 0;

    void unpack(TarReader& reader, const Entry& entry);
    bool isMarker(const Entry& entry, const std::string& path);
    void make(TarReader& reader, const Entry& entry, const Tree::Place& place);
    void makeDirectory(const Entry& entry, const Tree::Place& place);
    void makeRegular(TarReader& reader, const Entry& entry, const Tree::Place& place);
    void makeLink(const Entry& entry, const Tree::Place& place);
    void makeNode(const Entry& entry, const Tree::Place& place);
    Fd createFile(const Tree::Place& place);
    void setRoot(const Entry& entry);
    bool isThere(const Tree::Place& place);
    void checkKind(const Entry& entry, const Tree::Place& place) const;
    void setTimes();

    // What the archive takes away; unpacker_remove.cc.
    void clearWay(const Tree::Place& place);
    void whiteout(const std::string& path);
    void opaque(const std::string& path);
    void opaqueRoot();
    std::optional<Tree::Place> findIfThere(const std::string& path);
    void removeAt(int directory, const std::string& name, const std::string& path);
    bool removeUnmade(int directory, const std::string& path);
    void copyUp(const std::string& path);
};

} // namespace ctrd::archive
