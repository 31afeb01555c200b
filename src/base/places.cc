#include "base/places.h"

// The only object that knows: tests/root/package.test makes packages of programs that were built
// for another prefix by compiling it again.
namespace ctrd::places {

const char* const kPrograms = PKGLIBEXECDIR;
const char* const kData = PKGDATADIR;
const char* const kSettings = SYSCONFDIR;

} // namespace ctrd::places
