#pragma once

#include "logging/driver.h"

#include <memory>
#include <string>
#include <vector>

// The table of log drivers: what upper rooms call instead of naming one.
namespace ctrd::logging {

// Names that createWriter takes, sorted; `info` shows them.
std::vector<std::string> driverNames();

// Refuses a driver nobody knows and an option the driver does not know or whose value makes no
// sense (InvalidArgument that names it), and what Docker has but ctrd has not (NotSupported).
void validateOptions(const std::string& driver, const Options& options);

// Opens the log for appending.  `path` is the log file of drivers that keep one ("json-file") and
// ignored by the others.  Throws as validateOptions does, and SystemError.
std::unique_ptr<Driver> createWriter(const std::string& driver, const Options& options,
                                     const std::string& path);

// Reads what createWriter's driver wrote to `path`, also while it writes; a log that is not there
// yet reads as empty.  Throws NotSupported for a driver that cannot be read.
std::unique_ptr<Reader> createReader(const std::string& driver, const std::string& path,
                                     const ReadOptions& options);

} // namespace ctrd::logging
