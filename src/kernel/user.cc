#include "kernel/user.h"

#include "base/error.h"
#include "base/strings.h"

#include <algorithm>
#include <climits>
#include <optional>

namespace ctrd::kernel {

namespace {

struct PasswdEntry {
    std::string name, home;
    uid_t uid = 0;
    gid_t gid = 0;
};

struct GroupEntry {
    std::string name;
    gid_t gid = 0;
    std::vector<std::string> members;
};

// The kernel takes (uid_t)-1 for "leave as it is".
std::optional<uint32_t> parseId(const std::string& text) {
    const auto number = parseInt(text);
    if (!number || *number < 0 || *number >= UINT32_MAX) return std::nullopt;
    return static_cast<uint32_t>(*number);
}

std::vector<PasswdEntry> parsePasswd(std::string_view text) {
    std::vector<PasswdEntry> entries;
    for (const auto& line : split(text, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() < 6) continue;
        const auto uid = parseId(fields[2]), gid = parseId(fields[3]);
        if (uid && gid) entries.push_back({fields[0], fields[5], *uid, *gid});
    }
    return entries;
}

std::vector<GroupEntry> parseGroup(std::string_view text) {
    std::vector<GroupEntry> entries;
    for (const auto& line : split(text, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() < 3) continue;
        const auto gid = parseId(fields[2]);
        if (!gid) continue;
        entries.push_back({fields[0], *gid, {}});
        if (fields.size() > 3) entries.back().members = split(trim(fields[3]), ',');
    }
    return entries;
}

template <typename Entry>
const Entry* findName(const std::vector<Entry>& entries, const std::string& name) {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& e) { return e.name == name; });
    return found == entries.end() ? nullptr : &*found;
}

gid_t lookUpGroup(const std::string& name, const std::vector<GroupEntry>& groups) {
    if (const auto* entry = findName(groups, name)) return entry->gid;
    if (const auto gid = parseId(name)) return *gid;
    throw invalidArgument("unable to find group " + name +
                          ": no matching entries in the image's /etc/group");
}

void applyPasswd(const std::string& name, const std::vector<PasswdEntry>& passwd, User& user) {
    const auto* entry = findName(passwd, name);
    const auto uid = parseId(name);
    if (entry == nullptr && uid) {
        user.uid = *uid;
        const auto found = std::find_if(passwd.begin(), passwd.end(),
                                        [&](const PasswdEntry& e) { return e.uid == *uid; });
        if (found != passwd.end()) entry = &*found;
    }
    if (entry == nullptr && !uid)
        throw invalidArgument("unable to find user " + name +
                              ": no matching entries in the image's /etc/passwd");
    if (entry == nullptr) return;
    user.uid = entry->uid;
    user.gid = entry->gid;
    user.name = entry->name;
    if (!entry->home.empty()) user.home = entry->home;
}

void addGroup(gid_t gid, User& user) {
    if (std::find(user.groups.begin(), user.groups.end(), gid) == user.groups.end())
        user.groups.push_back(gid);
}

} // namespace

User lookUpUser(const std::string& spec, const std::vector<std::string>& extraGroups,
                std::string_view passwd, std::string_view group) {
    const auto parts = splitOnce(spec, ':');
    const std::string name = parts ? parts->first : spec;
    const std::string groupName = parts ? parts->second : "";
    User user;
    applyPasswd(name.empty() ? "0" : name, parsePasswd(passwd), user);
    const auto groups = parseGroup(group);
    if (!groupName.empty()) {
        user.gid = lookUpGroup(groupName, groups);
    } else if (!user.name.empty()) {
        for (const auto& entry : groups)
            if (std::find(entry.members.begin(), entry.members.end(), user.name) !=
                entry.members.end())
                addGroup(entry.gid, user);
    }
    for (const auto& extra : extraGroups)
        addGroup(lookUpGroup(extra, groups), user);
    return user;
}

} // namespace ctrd::kernel
