#pragma once

#include "archive/stream.h"
#include "cli/copy_plan.h"

#include <string>

// The end of a copy that is on this side.
namespace ctrd::cli {

// A source: a link at its end is a link, unless `followLink` or a slash stands behind it.  Throws
// SystemError where it is not there.
CopyEnd examineSource(const std::string& path, bool followLink);
// A destination: links are followed; one that does not exist must have a directory to be made in.
CopyEnd examineDestination(const std::string& path);

// Writes a file or directory as a tar by the plan.  The files belong to root in it, unless
// `keepOwners`.
void packLocal(const std::string& path, bool followLink, const CopyPlan& plan, bool keepOwners,
               archive::Sink& out);

// Unpacks a tar by the plan, and reads it to its end: into plan.directory and nowhere else,
// whatever the names and links in it.  The files are the user's own, unless `keepOwners`.
void unpackLocal(archive::Source& tar, const CopyPlan& plan, bool keepOwners);

} // namespace ctrd::cli
