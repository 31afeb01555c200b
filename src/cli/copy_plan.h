#pragma once

#include <string>

// What `ctr cp` means by its two paths, the same in both directions.
namespace ctrd::cli {

// One end of a copy.
struct CopyEnd {
    std::string path; // as it was given; a slash or "/." at its end says it is a directory
    bool exists = false, isDirectory = false;
};

// How the archive of a source becomes the destination: it is unpacked in `directory`, and the names
// that begin with `from` begin with `to`.
struct CopyPlan {
    std::string directory, from, to;
};

// The name under which the archive of a path holds it: its last part, "." of "dir/." and ".", "/"
// of the root.
std::string archiveName(const std::string& path);
// Whether the path can only be a directory's.
bool assertsDirectory(const std::string& path);

// `name` is what the archive calls the source.  A source goes into a directory that exists and
// takes the place of a file that exists; otherwise it is called as the destination is.  Throws
// InvalidArgument where a directory would go into a file, or a file into a directory that is not
// there.
CopyPlan planCopy(const CopyEnd& source, const std::string& name, const CopyEnd& destination);

// An entry's name, or a hard link's target, by the plan.
std::string planned(const CopyPlan& plan, const std::string& name);

} // namespace ctrd::cli
