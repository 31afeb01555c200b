#pragma once

#include "daemon/command_line.h"

#include <string>
#include <vector>

namespace ctrd::daemon {

// The options in effect and where each came from.  From the weakest source to the strongest:
// defaults, SYSCONFDIR/ctrd/daemon.json, SYSCONFDIR/ctrd/ctrd.conf, SYSCONFDIR/sysconfig/ctrd with
// ctrd-storage and ctrd-network, the command line.  All values of an option are those of the
// strongest source that names it: lists are not joined.
class Configuration {
public:
    // Reads the files.  Throws InvalidArgument with file, line and a suggestion for what is
    // unknown, wrong, or contradicts another option; NotSupported for what ctrd cannot do yet.
    static Configuration read(const CommandLine& line);
    // The same of sources that were read already, the weakest first.
    static Configuration of(const std::vector<Source>& sources);

    const Options& options() const { return options_; }
    // All values in effect in the order of the table, the defaults among them.
    const Source& values() const { return values_; }
    std::string originOf(const std::string& name) const;

    // This one with what `fresh` says of the options that may change while ctrd runs; throws as
    // read() does where the two do not go together.
    Configuration reloaded(const Configuration& fresh) const;
    // The options whose values are not the same in both.
    std::vector<std::string> differences(const Configuration& other) const;

    // For --show-config: lines of a ctrd.conf with the origins as comments; or the bare values of
    // the option `name`, a line each (also of the init script's variables).  Throws NotFound.
    std::string show() const;
    std::string show(const std::string& name) const;

private:
    std::vector<std::string> valuesOf(const std::string& name) const;
    void apply(const Source& given);
    void refuseContradictions() const;

    Options options_;
    Source values_;
    Source service_; // what only the init script uses
};

// Puts one value in its place; errors name it and its origin.
void applyGiven(const Given& given, Options& options);

} // namespace ctrd::daemon
