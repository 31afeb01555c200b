#pragma once

#include "archive/merged_tree.h"
#include "base/fd.h"

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace ctrd::archive {

// The name of an archive's member as a path relative to the root of a tree: slashes and "." gone,
// ".." resolved; "" is the root itself.  Throws InvalidArgument where it leads out of the tree or a
// part is longer than a file name may be.
std::string normalName(const std::string& name);

// A directory tree that is entered by untrusted names.  Every component is opened by itself without
// following links; a link on the way is resolved here, inside the tree, as a chroot would.
// Not thread safe.
class Tree {
public:
    // `lowers` are the layers below the tree where it is the upper directory of an overlay: a
    // directory that is only there is made here too, with its attributes.
    Tree(Fd root, MergedTree lowers) : root_(std::move(root)), lowers_(std::move(lowers)) {}

    struct Place {
        int directory = -1; // owned by the tree, good until the next call
        std::string path;   // free of links, relative to the root
        std::string name;   // the last part of `path`; "" for the root
    };
    enum class Missing { Make, Refuse };
    // Finds the directory that holds (or will hold) `path`, a normalName().  Directories that are
    // missing are made, or InvalidArgument.  The place itself is not looked at.
    Place find(const std::string& path, Missing missing);

    // A directory by its link-free path.  Throws SystemError.
    int open(const std::string& path);
    int root() const { return root_.get(); }
    Marks marks() const { return lowers_.marks(); }
    // What the lower layers show at `path`, unless hide() covers it.
    std::optional<MergedTree::Found> lower(const std::string& path) const;
    // Names that the lower layers show in a directory, whatever hide() covers left out.
    std::vector<std::string> listLower(const std::string& path) const;
    // Nothing of the lower layers shows below `path` any more.
    void hide(const std::string& path) { hidden_.insert(path); }
    bool hides(const std::string& path) const { return hidden_.count(path) != 0; }
    // To be called when a directory or link is taken away: descriptors of it may be kept here.
    void forget();
    // To be called when something was put at `path`: it may hide a link of the lower layers.
    void made(const std::string& path) {
        if (lowerLinks_.erase(path) != 0) forget();
    }

private:
    Fd root_;
    MergedTree lowers_;
    std::unordered_map<std::string, Fd> open_;               // by link-free path
    std::unordered_map<std::string, std::string> directory_; // link-free path of a parent
    std::set<std::string> hidden_;
    std::set<std::string> lowerLinks_; // that were followed

    std::string resolve(const std::string& path, Missing missing);
    std::string linkAt(const std::string& path);
    bool enter(const std::string& path, Missing missing, std::string& link);
    bool isHidden(const std::string& path) const;
    bool isDeletedHere(const std::string& path);
    void makeAnew(const std::string& path, Missing missing);
    bool enterMissing(const std::string& path, Missing missing, std::string& link);
};

} // namespace ctrd::archive
