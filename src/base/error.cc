#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace ctrd {

namespace {

struct KindName {
    ErrorKind kind;
    const char* name;
};

constexpr KindName kKindNames[] = {
    {ErrorKind::InvalidArgument, "InvalidArgument"},
    {ErrorKind::NotFound, "NotFound"},
    {ErrorKind::Conflict, "Conflict"},
    {ErrorKind::Unauthorized, "Unauthorized"},
    {ErrorKind::NotSupported, "NotSupported"},
    {ErrorKind::Unavailable, "Unavailable"},
    {ErrorKind::Internal, "Internal"},
};

} // namespace

SystemError::SystemError(const std::string& doing) : SystemError(doing, errno) {}

SystemError::SystemError(const std::string& doing, int errorNumber)
    : Error(ErrorKind::Internal, "cannot " + doing + ": " + std::strerror(errorNumber)),
      errorNumber_(errorNumber) {}

Error invalidArgument(const std::string& text) {
    return {ErrorKind::InvalidArgument, text};
}
Error notFound(const std::string& text) {
    return {ErrorKind::NotFound, text};
}
Error conflict(const std::string& text) {
    return {ErrorKind::Conflict, text};
}
Error notSupported(const std::string& text) {
    return {ErrorKind::NotSupported, text};
}
Error unavailable(const std::string& text) {
    return {ErrorKind::Unavailable, text};
}
Error internalError(const std::string& text) {
    return {ErrorKind::Internal, text};
}

const char* kindName(ErrorKind kind) {
    for (const auto& k : kKindNames)
        if (k.kind == kind) return k.name;
    return "Internal";
}

ErrorKind kindFromName(const std::string& name) {
    for (const auto& k : kKindNames)
        if (name == k.name) return k.kind;
    return ErrorKind::Internal;
}

} // namespace ctrd
