#pragma once

#include "archive/merged_tree.h"
#include "archive/stream.h"
#include "storage/driver.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

// What a tree has beyond its parent, and the three uses of that.
namespace ctrd::storage {

// Is told of each path that differs, a directory before what is in it, names in byte order.
class ChangeVisitor {
public:
    virtual ~ChangeVisitor() = default;
    // `directory` is open at the one that holds `name` (of a deleted one: that held it); `path` is
    // relative to the root.
    virtual void changed(int directory, const std::string& name, const std::string& path,
                         Change::Kind kind) = 0;
};

// Finds the changes; walks by descriptors and never over a link.  A directory in which something
// changed is told as Modified.  Throws SystemError.
using ChangeWalk = std::function<void(ChangeVisitor&)>;

// Of two whole trees.  `mark`: a path that was written when `tree` had just been copied from
// `parent`; whatever has not changed its inode since then is the same without a look at its
// content.
void compareTrees(const std::string& tree, const std::string& parent, const std::string& mark,
                  ChangeVisitor& visitor);
// Of the uppermost directory of overlay or aufs and the layers below it, the uppermost first.
void compareUpper(const std::string& upper, const std::vector<std::string>& lowers,
                  archive::Marks marks, ChangeVisitor& visitor);

std::vector<Change> listChanges(const ChangeWalk& walk);
// As a layer tar.  InvalidArgument where a file's name begins with ".wh.", because in a layer that
// would delete another.
void packChanges(const ChangeWalk& walk, archive::Sink& out);
// Bytes of the regular files that are new or changed, each file once however many names it has.
int64_t sizeOfChanges(const ChangeWalk& walk);

} // namespace ctrd::storage
