// What the lxc driver knows without liblxc and without a container.

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "exec/lxc/driver.h"
#include "exec/lxc/keys.h"
#include "exec/lxc/log.h"
#include "exec/lxc/options.h"
#include "exec/lxc/templates.h"
#include "unit/testing/expect.h"

#include <fcntl.h>

namespace ctrd::exec::lxc {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class LxcTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LxcTest);
    CPPUNIT_TEST(keysOfBothAges);
    CPPUNIT_TEST(ownKeysOfBothAges);
    CPPUNIT_TEST(refusesWhatIsTheDrivers);
    CPPUNIT_TEST(refusesWhatNobodyKnows);
    CPPUNIT_TEST(capabilities);
    CPPUNIT_TEST(limitsAndEnvironment);
    CPPUNIT_TEST(mountEntries);
    CPPUNIT_TEST(groupFiles);
    CPPUNIT_TEST(badValues);
    CPPUNIT_TEST(firstTemplateCounts);
    CPPUNIT_TEST(brokenTemplate);
    CPPUNIT_TEST(installedTemplatesAreValid);
    CPPUNIT_TEST(messagesOfTheLog);
    CPPUNIT_TEST(lastWordsOfTheLog);
    CPPUNIT_TEST_SUITE_END();

public:
    void keysOfBothAges() {
        for (const char* key : {"lxc.apparmor.profile", "lxc.aa_profile"}) {
            expectEqual("lxc.apparmor.profile", describeKey(key, Age::New).name);
            expectEqual("lxc.aa_profile", describeKey(key, Age::Old).name);
            CPPUNIT_ASSERT(describeKey(key, Age::Old).use == Use::Library);
        }
        expectEqual("lxc.hook.start", describeKey("lxc.hook.start", Age::Old).name);
        CPPUNIT_ASSERT(describeKey("lxc.keyring.session", Age::New).use == Use::Library);
        CPPUNIT_ASSERT(describeKey("lxc.keyring.session", Age::Old).use == Use::Refused);
    }

    void ownKeysOfBothAges() {
        expectEqual("lxc.rootfs.path", nameOf("lxc.rootfs.path", Age::New));
        expectEqual("lxc.rootfs", nameOf("lxc.rootfs.path", Age::Old));
        expectEqual("lxc.network.type", nameOf("lxc.net.0.type", Age::Old));
        expectEqual("lxc.console", nameOf("lxc.console.path", Age::Old));
        expectEqual("lxc.logfile", nameOf("lxc.log.file", Age::Old));
        expectEqual("lxc.tty", nameOf("lxc.tty.max", Age::Old));
        expectEqual("lxc.autodev", nameOf("lxc.autodev", Age::Old));
        expectEqual("lxc.rootfs.mount", nameOf("lxc.rootfs.mount", Age::Old));
    }

    void refusesWhatIsTheDrivers() {
        refused("lxc.rootfs = /", "root file system");
        refused("lxc.rootfs.path = /", "root file system");
        refused("lxc.network.ipv4 = 10.0.0.1", "--net");
        refused("lxc.net.0.type = veth", "--net");
        refused("lxc.utsname = x", "--hostname");
        refused("lxc.id_map = u 0 1 2", "user namespace");
        refused("lxc.include = /etc/shadow", "lxc-templates");
        refused("lxc.cgroup.dir.container = a", "--cgroup-parent");
        refused("lxc.namespace.keep = net", "--pid");
        refused("lxc.init.cmd = /bin/x", "program");
        refused("lxc.init_cmd = /bin/x", "program");
        refused("lxc.console.logfile = /x", "--tty");
        refused("lxc.logfile = /x", "log");
    }

    void refusesWhatNobodyKnows() {
        refused("lxc.nonsense = 1", "no liblxc knows it");
        refused("cgroup.cpu.shares = 1", "no liblxc knows it");
        refused("lxc.cgroup. = 1", "no liblxc knows it");
        expectError(ErrorKind::InvalidArgument, "key=value is wanted",
                    [] { checkOptions({"lxc.cap.drop"}); });
        expectError(ErrorKind::InvalidArgument, "key=value is wanted",
                    [] { checkOptions({" = 1"}); });
        checkOptions({"lxc.arch=x86_64", "lxc.cgroup.cpu.shares = 5"});
    }

    void capabilities() {
        Command command;
        command.process.capabilities = {"CAP_CHOWN", "CAP_KILL", "CAP_MKNOD"};
        apply({"lxc.cap.drop = mknod sys_admin"}, command);
        expectEqual("CAP_CHOWN CAP_KILL", join(command.process.capabilities, " "));
        apply({"lxc.cap.keep = kill net_admin"}, command); // gives none that was not there
        expectEqual("CAP_KILL", join(command.process.capabilities, " "));
        apply({"lxc.cap.keep = none"}, command);
        CPPUNIT_ASSERT(command.process.capabilities.empty());
    }

    void limitsAndEnvironment() {
        Command command;
        apply({"lxc.prlimit.nofile = 10:20", "lxc.prlimit.core = unlimited",
               "lxc.environment = A=b=c", "lxc.no_new_privs = 1"},
              command);
        const auto& limits = command.process.rlimits;
        CPPUNIT_ASSERT_EQUAL(size_t(2), limits.size());
        expectEqual("nofile", limits[0].name);
        CPPUNIT_ASSERT_EQUAL(uint64_t(10), limits[0].soft);
        CPPUNIT_ASSERT_EQUAL(uint64_t(20), limits[0].hard);
        CPPUNIT_ASSERT_EQUAL(UINT64_MAX, limits[1].hard);
        expectEqual("A=b=c", join(command.process.env, "|"));
        CPPUNIT_ASSERT(command.process.noNewPrivileges);
    }

    void mountEntries() {
        Command command;
        apply({"lxc.mount.entry = /srv data none bind,ro,create=dir 0 0",
               "lxc.mount.entry = /not/there x none bind,optional 0 0",
               "lxc.mount.entry = tmpfs tmp tmpfs size=1m 0 0"},
              command);
        CPPUNIT_ASSERT_EQUAL(size_t(2), command.mounts.size());
        expectEqual("bind /srv /data ro", text(command.mounts[0]));
        expectEqual("tmpfs tmpfs /tmp size=1m", text(command.mounts[1]));
    }

    void groupFiles() {
        Command command;
        const Leftover leftover = apply({"lxc.cgroup.cpuset.cpus = 0,1"}, command);
        CPPUNIT_ASSERT(leftover.library.empty());
        CPPUNIT_ASSERT_EQUAL(size_t(1), leftover.cgroup.size());
        expectEqual("cpuset.cpus", leftover.cgroup[0].first);
        expectEqual("0,1", leftover.cgroup[0].second);
    }

    void badValues() {
        refused("lxc.cap.drop = everything", "no capability 'everything'");
        refused("lxc.prlimit.nofile = many", "a number");
        refused("lxc.prlimit.nofile = -1", "a number");
        refused("lxc.no_new_privs = yes", "0 or 1");
        refused("lxc.mount.entry = /srv", "'source target type options'");
        refused("lxc.cgroup.cpu.shares/../../x = 1", "a file of a controller");
        refused("lxc.cgroup.tasks = 1", "a file of a controller");
    }

    void firstTemplateCounts() {
        write("a/common.conf", "# none\n\n lxc.arch = x86_64 \nlxc.cap.drop=mknod\n");
        write("b/common.conf", "lxc.arch = i686\n");
        const auto settings = readTemplate("common", {in("none"), in("a"), in("b")});
        CPPUNIT_ASSERT_EQUAL(size_t(2), settings.size());
        expectEqual("lxc.arch|x86_64", settings[0].first + "|" + settings[0].second);
        expectEqual("lxc.cap.drop|mknod", settings[1].first + "|" + settings[1].second);
        expectError(ErrorKind::NotFound, "'common.conf' is in none of",
                    [&] { readTemplate("common", {in("none")}); });
    }

    void brokenTemplate() {
        write("a/common.conf", "lxc.arch = x86_64\nnonsense\n");
        expectError(ErrorKind::InvalidArgument,
                    in("a/common.conf") + ":2: ", [&] { readTemplate("common", {in("a")}); });
    }

    void installedTemplatesAreValid() {
        const char* source = std::getenv("srcdir");
        const std::string directory =
            joinPath(source != nullptr ? source : ".", "../lxc-templates");
        for (const char* name : {"common", "privileged"}) {
            Command command;
            applySettings(readTemplate(name, {directory}), Age::New, command);
            applySettings(readTemplate(name, {directory}), Age::Old, command);
        }
    }

    void messagesOfTheLog() {
        expectEqual("Failed to run mount hooks",
                    messageOf("lxc 20261125190343.572 ERROR    conf - ../src/lxc/conf.c:lxc_setup:"
                              "4444 - Failed to run mount hooks"));
        expectEqual("No such file - cannot exec",
                    messageOf("lxc x 1 ERROR start - start.c:s:1 - No such file - cannot exec"));
        expectEqual("words alone", messageOf(" words alone "));
    }

    void lastWordsOfTheLog() {
        const Log log;
        expectEqual("", log.lastWords());
        writeAll(openFile(log.path(), O_WRONLY).get(), "one\ntwo\n\nthree\nfour\nfive\n");
        expectEqual("two; three; four; five", log.lastWords());
    }

private:
    static Leftover apply(const std::vector<std::string>& options, Command& command) {
        return applySettings(parseSettings(options), Age::New, command);
    }

    static void refused(const std::string& option, const std::string& why) {
        expectError(ErrorKind::InvalidArgument, why, [&] { checkOptions({option}); });
        expectError(ErrorKind::InvalidArgument, trim(splitOnce(option, '=')->first),
                    [&] { checkOptions({option}); });
    }

    static std::string text(const kernel::MountSpec& mount) {
        return mount.type + " " + mount.source + " " + mount.target + " " +
               join(mount.options, ",");
    }

    std::string in(const std::string& path) const { return joinPath(directory_.path(), path); }

    void write(const std::string& path, const std::string& content) const {
        makeDirs(dirName(in(path)));
        writeAll(openFile(in(path), O_WRONLY | O_CREAT, 0644).get(), content);
    }

    TempDir directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(LxcTest);

} // namespace ctrd::exec::lxc
