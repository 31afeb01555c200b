#pragma once

#include <stdexcept>
#include <string>

namespace ctrd {

// What kind of failure it is, as far as a caller can act on it.  One table in `api` maps the kind
// to an HTTP status; nothing else may be read out of the text.
enum class ErrorKind {
    InvalidArgument, // the request is wrong and will stay wrong
    NotFound,        // the named object does not exist
    Conflict,        // the object is in a state that forbids it, or the name is taken
    Unauthorized,    // credentials are missing or refused
    NotSupported,    // this host, driver or version cannot do it
    Unavailable,     // a peer or a resource is gone for now; trying again may help
    Internal,        // everything else: a failed system call, a broken file
};

// Whatever went wrong, in words fit for the user; `what()` is the whole story: lower case, no full
// stop, what was being done to which object.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}

    ErrorKind kind() const { return kind_; }

private:
    ErrorKind kind_;
};

// A failed system call: "cannot open '/proc/mounts': No such file or directory".
class SystemError : public Error {
public:
    // `doing` completes "cannot …"; the one-argument form takes errno as it stands.
    explicit SystemError(const std::string& doing);
    SystemError(const std::string& doing, int errorNumber);

    int errorNumber() const { return errorNumber_; }

private:
    int errorNumber_;
};

Error invalidArgument(const std::string& text);
Error notFound(const std::string& text);
Error conflict(const std::string& text);
Error notSupported(const std::string& text);
Error unavailable(const std::string& text);
Error internalError(const std::string& text);

// "InvalidArgument" …: the spelling that crosses the monitor's socket; unknown text reads as
// Internal.
const char* kindName(ErrorKind kind);
ErrorKind kindFromName(const std::string& name);

} // namespace ctrd
