#include "base/strings.h"
#include "kernel/mount.h"

#include <algorithm>
#include <iterator>

#include <sys/mount.h>

#ifndef MS_STRICTATIME // the oldest C libraries served lack it
#define MS_STRICTATIME (1UL << 24)
#endif

namespace ctrd::kernel {

namespace {

enum class Effect { Set, Clear, Propagation };

struct Flag {
    const char* name;
    unsigned long bits;
    Effect effect = Effect::Set;
};

constexpr Flag kFlags[] = {
    {"defaults", 0},
    {"ro", MS_RDONLY},
    {"rw", MS_RDONLY, Effect::Clear},
    {"nosuid", MS_NOSUID},
    {"suid", MS_NOSUID, Effect::Clear},
    {"nodev", MS_NODEV},
    {"dev", MS_NODEV, Effect::Clear},
    {"noexec", MS_NOEXEC},
    {"exec", MS_NOEXEC, Effect::Clear},
    {"sync", MS_SYNCHRONOUS},
    {"async", MS_SYNCHRONOUS, Effect::Clear},
    {"dirsync", MS_DIRSYNC},
    {"mand", MS_MANDLOCK},
    {"nomand", MS_MANDLOCK, Effect::Clear},
    {"remount", MS_REMOUNT},
    {"noatime", MS_NOATIME},
    {"atime", MS_NOATIME, Effect::Clear},
    {"nodiratime", MS_NODIRATIME},
    {"diratime", MS_NODIRATIME, Effect::Clear},
    {"relatime", MS_RELATIME},
    {"norelatime", MS_RELATIME, Effect::Clear},
    {"strictatime", MS_STRICTATIME},
    {"nostrictatime", MS_STRICTATIME, Effect::Clear},
    {"bind", MS_BIND},
    {"rbind", MS_BIND | MS_REC},
    {"private", MS_PRIVATE, Effect::Propagation},
    {"rprivate", MS_PRIVATE | MS_REC, Effect::Propagation},
    {"shared", MS_SHARED, Effect::Propagation},
    {"rshared", MS_SHARED | MS_REC, Effect::Propagation},
    {"slave", MS_SLAVE, Effect::Propagation},
    {"rslave", MS_SLAVE | MS_REC, Effect::Propagation},
    {"unbindable", MS_UNBINDABLE, Effect::Propagation},
    {"runbindable", MS_UNBINDABLE | MS_REC, Effect::Propagation},
};

void apply(const Flag& flag, MountOptions& options) {
    switch (flag.effect) {
        case Effect::Set:
            options.set |= flag.bits;
            options.clear &= ~flag.bits;
            break;
        case Effect::Clear:
            options.clear |= flag.bits;
            options.set &= ~flag.bits;
            break;
        case Effect::Propagation:
            options.propagation.push_back(flag.bits);
            break;
    }
}

bool isOctal(char c) {
    return c >= '0' && c <= '7';
}

// The kernel writes white space and backslashes of a path as \ooo.
std::string unescape(const std::string& text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == '\\' && i + 3 < text.size() && isOctal(text[i + 1]) &&
                             isOctal(text[i + 2]) && isOctal(text[i + 3]);
        if (!escaped) {
            result += text[i];
            continue;
        }
        const int value = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
        result += static_cast<char>(value);
        i += 3;
    }
    return result;
}

} // namespace

MountOptions parseMountOptions(const std::vector<std::string>& options) {
    MountOptions result;
    std::vector<std::string> data;
    for (const auto& option : options) {
        const auto* const flag = std::find_if(std::begin(kFlags), std::end(kFlags),
                                              [&](const Flag& f) { return option == f.name; });
        if (flag != std::end(kFlags))
            apply(*flag, result);
        else if (!option.empty())
            data.push_back(option);
    }
    result.data = join(data, ",");
    return result;
}

std::vector<MountEntry> parseMounts(const std::string& text) {
    std::vector<MountEntry> entries;
    for (const auto& line : split(text, '\n')) {
        const auto fields = splitWords(line);
        if (fields.size() < 4) continue;
        entries.push_back(
            {unescape(fields[0]), unescape(fields[1]), fields[2], split(fields[3], ',')});
    }
    return entries;
}

} // namespace ctrd::kernel
