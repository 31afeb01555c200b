#include "kernel/user.h"

#include "unit/testing/expect.h"

namespace ctrd::kernel {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class UserTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UserTest);
    CPPUNIT_TEST(rootByDefault);
    CPPUNIT_TEST(byName);
    CPPUNIT_TEST(byNumber);
    CPPUNIT_TEST(withGroup);
    CPPUNIT_TEST(extraGroups);
    CPPUNIT_TEST(unknown);
    CPPUNIT_TEST(withoutFiles);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kPasswd =
        "root:x:0:0:root:/root:/bin/sh\n"
        "# a comment\n"
        "broken:x:5\n"
        "notanumber:x:five:5::/:\n"
        "ann:x:1000:1001:Ann:/home/ann:/bin/sh\n"
        "4711:x:1002:1002::/home/digits:/bin/sh\n"
        "homeless:x:1003:1003:::";
    static constexpr const char* kGroup =
        "root:x:0:root\n"
        "wheel:x:10:bob,ann\n"
        "ann:x:1001:\n"
        "short:x:12\n"
        "video:x:44:ann,root\n";

    static User find(const std::string& spec, const std::vector<std::string>& extra = {}) {
        return lookUpUser(spec, extra, kPasswd, kGroup);
    }

public:
    void rootByDefault() {
        const User user = find("");
        CPPUNIT_ASSERT_EQUAL(0u, user.uid);
        CPPUNIT_ASSERT_EQUAL(0u, user.gid);
        expectEqual("/root", user.home);
        CPPUNIT_ASSERT((std::vector<gid_t>{0, 44}) == user.groups);
    }

    void byName() {
        const User user = find("ann");
        CPPUNIT_ASSERT_EQUAL(1000u, user.uid);
        CPPUNIT_ASSERT_EQUAL(1001u, user.gid);
        expectEqual("/home/ann", user.home);
        CPPUNIT_ASSERT((std::vector<gid_t>{10, 44}) == user.groups);
        CPPUNIT_ASSERT_EQUAL(1002u, find("4711").uid); // a name, although it looks like a number
        expectEqual("/", find("homeless").home);
    }

    void byNumber() {
        const User known = find("1000");
        CPPUNIT_ASSERT_EQUAL(1001u, known.gid);
        expectEqual("/home/ann", known.home);
        const User stranger = find("5000");
        CPPUNIT_ASSERT_EQUAL(5000u, stranger.uid);
        CPPUNIT_ASSERT_EQUAL(0u, stranger.gid);
        expectEqual("/", stranger.home);
        CPPUNIT_ASSERT(stranger.groups.empty());
    }

    void withGroup() {
        const User user = find("ann:video");
        CPPUNIT_ASSERT_EQUAL(44u, user.gid);
        CPPUNIT_ASSERT(user.groups.empty());
        CPPUNIT_ASSERT_EQUAL(12u, find("5000:short").gid);
        CPPUNIT_ASSERT_EQUAL(6000u, find("5000:6000").gid);
        CPPUNIT_ASSERT_EQUAL(0u, find(":wheel").uid);
        CPPUNIT_ASSERT_EQUAL(10u, find(":wheel").gid);
    }

    void extraGroups() {
        CPPUNIT_ASSERT((std::vector<gid_t>{10, 44, 12, 99}) ==
                       find("ann", {"short", "99", "wheel"}).groups);
    }

    void unknown() {
        expectError(ErrorKind::InvalidArgument, "unable to find user bob", [] { find("bob"); });
        expectError(ErrorKind::InvalidArgument, "unable to find group x", [] { find("ann:x"); });
        expectError(ErrorKind::InvalidArgument, "unable to find user -1", [] { find("-1"); });
        expectError(ErrorKind::InvalidArgument, "4294967295", [] { find("4294967295"); });
        expectError(ErrorKind::InvalidArgument, "unable to find group y",
                    [] { find("ann", {"y"}); });
    }

    void withoutFiles() {
        CPPUNIT_ASSERT_EQUAL(0u, lookUpUser("", {}, "", "").uid);
        CPPUNIT_ASSERT_EQUAL(7u, lookUpUser("7:8", {}, "", "").uid);
        expectError(ErrorKind::InvalidArgument, "root", [] { lookUpUser("root", {}, "", ""); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(UserTest);

} // namespace ctrd::kernel
