#pragma once

// Where this build is installed: the directories of `configure`.
namespace ctrd::places {

extern const char* const kPrograms; // of the helper programs: /usr/libexec/ctrd
extern const char* const kData;     // /usr/share/ctrd
extern const char* const kSettings; // /etc

} // namespace ctrd::places
