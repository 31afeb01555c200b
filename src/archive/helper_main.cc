// ctrd-helper: enters trees of files for ctrd.  Small and of one thread, because ctrd is neither
// and must not fork itself.
//
//     ctrd-helper unpack DIR WHITEOUTS keep|replace KEEP-DIR LOWER…
//
// unpacks the tar on descriptor 0 into DIR, chrooted into it (archive/unpack.h has the options);
// the other verbs are in helper_tree.h.  One line is written to descriptor 1: "ok ANSWER", or the
// kind of an error and its text.

#include "archive/helper_tree.h"
#include "archive/unpacker.h"
#include "base/error.h"
#include "base/fd.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

void enter(const std::string& dir) {
    // Without root no other tree can be harmed than those of the user, and Tree follows no link.
    if (geteuid() == 0 && chroot(dir.c_str()) < 0) throw SystemError("chroot into '" + dir + "'");
    if (chdir(geteuid() == 0 ? "/" : dir.c_str()) < 0) throw SystemError("enter '" + dir + "'");
}

std::string unpack(const std::vector<std::string>& args) {
    if (args.size() < 4) throw invalidArgument("unpack: arguments are missing");
    const std::string& dir = args[0];
    const Whiteouts whiteouts = whiteoutsFromWord(args[1]);
    MergedTree lowers(std::vector<std::string>(args.begin() + 4, args.end()),
                      whiteouts == Whiteouts::Aufs ? Marks::Aufs : Marks::Overlay);
    Fd root = openFile(dir, O_RDONLY | O_DIRECTORY);
    const Fd keep = args[3].empty() ? Fd() : openFile(args[3], O_RDONLY | O_DIRECTORY);
    enter(dir);
    umask(0);
    Unpacker unpacker(Tree(std::move(root), std::move(lowers)), whiteouts, args[2] == "keep",
                      keep.get());
    FdSource in(0);
    return std::to_string(unpacker.run(in));
}

std::string tryMount(const std::vector<std::string>& args) {
    if (args.size() != 4) throw invalidArgument("try-mount: four arguments are wanted");
    if (unshare(CLONE_NEWNS) < 0) throw SystemError("make a mount namespace");
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0)
        throw SystemError("make the mounts private");
    if (chdir(args[1].c_str()) < 0) throw SystemError("enter '" + args[1] + "'");
    if (mount(args[0].c_str(), args[2].c_str(), args[0].c_str(), 0, args[3].c_str()) < 0)
        throw SystemError("mount " + args[0] + " (" + args[3] + ") in '" + args[1] + "'");
    return "0";
}

struct Command {
    const char* name;
    std::string (*run)(const std::vector<std::string>& args);
};
constexpr Command kCommands[] = {
    {"unpack", unpack},   {"try-mount", tryMount}, {"stat", helperStat},
    {"read", helperRead}, {"write", helperWrite},  {"export", helperExport},
};

std::string dispatch(const std::vector<std::string>& args) {
    for (const auto& command : kCommands)
        if (!args.empty() && args[0] == command.name)
            return command.run({args.begin() + 1, args.end()});
    throw invalidArgument("this program is for ctrd to call, not for people");
}

int answer(const std::string& line) {
    writeAll(1, line + "\n");
    return line.compare(0, 3, "ok ") == 0 ? 0 : 1;
}

int run(const std::vector<std::string>& args) {
    try {
        return answer("ok " + dispatch(args));
    } catch (const Error& e) {
        return answer(std::string(kindName(e.kind())) + " " + e.what());
    } catch (const std::exception& e) {
        return answer(std::string("Internal ") + e.what());
    }
}

} // namespace

} // namespace ctrd::archive

int main(int argc, char** argv) {
    signal(SIGPIPE, SIG_IGN);
    // A ctrd that was killed and is started again finds nobody who still writes into a layer.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return ctrd::archive::run({argv + 1, argv + argc});
}
