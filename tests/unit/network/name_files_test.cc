#include "network/name_files.h"

#include "base/strings.h"
#include "unit/testing/expect.h"

namespace ctrd::network {

using testing::expectEqual;
using testing::expectError;

class NameFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NameFilesTest);
    CPPUNIT_TEST(copiesTheHostsResolver);
    CPPUNIT_TEST(dropsServersOutOfReach);
    CPPUNIT_TEST(fallsBackToPublicServers);
    CPPUNIT_TEST(letsOptionsOverride);
    CPPUNIT_TEST(listsNameservers);
    CPPUNIT_TEST(writesHosts);
    CPPUNIT_TEST(refusesWrongHosts);
    CPPUNIT_TEST_SUITE_END();

public:
    void copiesTheHostsResolver() {
        const std::string host =
            "# by hand\nsearch a.test b.test\nnameserver 10.0.0.2\noptions ndots:2\n";
        expectEqual(host, resolvConf(host, {}));
    }

    void dropsServersOutOfReach() {
        expectEqual("nameserver 10.0.0.2\n",
                    resolvConf("nameserver 127.0.0.53\nnameserver ::1\n nameserver\tfe80::1%eth0\n"
                               "nameserver 2001:db8::1\nnameserver 10.0.0.2",
                               {}));
    }

    void fallsBackToPublicServers() {
        const std::string fallback = "nameserver 8.8.8.8\nnameserver 8.8.4.4\n";
        expectEqual(fallback, resolvConf("", {}));
        expectEqual("search x.test\n" + fallback,
                    resolvConf("nameserver 127.0.0.1\nsearch x.test\n", {}));
        expectEqual("#nameserver 10.0.0.2\n" + fallback, resolvConf("#nameserver 10.0.0.2\n", {}));
    }

    void letsOptionsOverride() {
        const std::string host =
            "domain a.test\nsearch b.test\nnameserver 10.0.0.2\noptions rotate\n";
        expectEqual(
            "domain a.test\nsearch b.test\noptions rotate\nnameserver 9.9.9.9\nnameserver "
            "127.0.0.1\n",
            resolvConf(host, {{"9.9.9.9", "127.0.0.1"}, {}, {}}));
        expectEqual("nameserver 10.0.0.2\noptions rotate\nsearch c.test d.test\n",
                    resolvConf(host, {{}, {"c.test", "d.test"}, {}}));
        expectEqual("nameserver 10.0.0.2\noptions rotate\n", resolvConf(host, {{}, {"."}, {}}));
        expectEqual("nameserver 9.9.9.9\noptions ndots:3\n",
                    resolvConf(host, {{"9.9.9.9"}, {"."}, {"ndots:3"}}));
    }

    void listsNameservers() {
        expectEqual("127.0.0.1,10.0.0.2",
                    join(nameservers("nameserver 127.0.0.1\n#nameserver 1.1.1.1\nnameserver ::1\n"
                                     "nameserver\t10.0.0.2 \nnameserver x\n"),
                         ","));
    }

    void writesHosts() {
        HostsOptions options;
        const std::string local = hostsFile(options);
        CPPUNIT_ASSERT(startsWith(local, "127.0.0.1\tlocalhost\n::1\tlocalhost "));
        options.hostname = "web";
        expectEqual(local, hostsFile(options)); // no address, no line
        options.address = "172.17.0.2";
        expectEqual(local + "172.17.0.2\tweb\n", hostsFile(options));
        options.domainname = "example.test";
        options.extraHosts = {"db:10.0.0.9", "six:2001:db8::9"};
        expectEqual(local + "172.17.0.2\tweb.example.test web\n10.0.0.9\tdb\n2001:db8::9\tsix\n",
                    hostsFile(options));
    }

    void refusesWrongHosts() {
        for (const char* wrong : {"", "db", "db:", ":10.0.0.9", "db:10.0.0", "a b:10.0.0.9",
                                  "db:10.0.0.9\n1.2.3.4 evil", "a\n1.2.3.4 b:10.0.0.9"}) {
            HostsOptions options;
            options.extraHosts = {wrong};
            expectError(ErrorKind::InvalidArgument, "name:address", [&] { hostsFile(options); });
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NameFilesTest);

} // namespace ctrd::network
