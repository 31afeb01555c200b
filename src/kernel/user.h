#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace ctrd::kernel {

// Who a process shall be.
struct User {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups; // the supplementary ones
    std::string home = "/";
    std::string name; // "" where passwd has no such user
};

// Looks `spec` up: "" (root), "name", "uid", "name:group", "uid:gid", in the contents of a tree's
// /etc/passwd and /etc/group (passwd(5), group(5); broken lines are skipped).  Without a group it
// is the user's own, with those that list the user as supplementary ones; a number that is in no
// file stands for itself, with group 0.  `extraGroups` are names or numbers that come on top.
// Throws InvalidArgument that names the user or group.
User lookUpUser(const std::string& spec, const std::vector<std::string>& extraGroups,
                std::string_view passwd, std::string_view group);

} // namespace ctrd::kernel
