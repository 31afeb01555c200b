#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/iptables.h"
#include "root/network/lab.h"

#include <thread>

namespace ctrd::network {

using testing::expectEqual;

// The rules in the kernel: there, once, and gone.
class FilterTest : public Lab {
    CPPUNIT_TEST_SUITE(FilterTest);
    CPPUNIT_TEST(doesNotDoubleRules);
    CPPUNIT_TEST(putsBackWhatAFlushRemoved);
    CPPUNIT_TEST(replacesRulesOfAnotherNetwork);
    CPPUNIT_TEST(leavesTheUsersRules);
    CPPUNIT_TEST(canDoWithout);
    CPPUNIT_TEST(workWithEveryKindOfIptables);
    CPPUNIT_TEST(bearManyAtOnce);
    CPPUNIT_TEST_SUITE_END();

    static size_t count(const std::string& text, const std::string& part) {
        size_t n = 0;
        for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++n;
        return n;
    }

public:
    void doesNotDoubleRules() {
        auto driver = std::make_unique<BridgeDriver>(options());
        driver->createNetwork();
        const std::string once = rules();
        CPPUNIT_ASSERT_EQUAL(size_t(7), count(once, "-A "));
        CPPUNIT_ASSERT_EQUAL(size_t(2), count(once, ":CTRD-lab0"));
        driver->createNetwork();
        expectEqual(once, rules());
        driver.reset();
        BridgeDriver next(options()); // after a restart
        next.createNetwork();
        expectEqual(once, rules());
    }

    void putsBackWhatAFlushRemoved() {
        BridgeDriver driver(options());
        driver.createNetwork();
        const std::string whole = rules();
        output("iptables -D FORWARD 2");
        driver.createNetwork();
        expectEqual(whole, rules());
        for (const char* table : {"nat", "filter"}) {
            output(std::string("iptables -F -t ") + table);
            output(std::string("iptables -X -t ") + table);
        }
        CPPUNIT_ASSERT_EQUAL(size_t(0), count(rules(), "-A "));
        driver.createNetwork();
        expectEqual(whole, rules());
    }

    void replacesRulesOfAnotherNetwork() {
        std::make_unique<BridgeDriver>(options())->createNetwork();
        BridgeOptions moved = options();
        moved.bip = "10.99.0.1/16";
        BridgeDriver next(moved);
        next.createNetwork();
        CPPUNIT_ASSERT_EQUAL(size_t(0), count(rules(), "10.77."));
        CPPUNIT_ASSERT_EQUAL(size_t(1), count(rules(), "-s 10.99.0.0/16 "));
    }

    void leavesTheUsersRules() {
        output("iptables -A FORWARD -i lab0 -j ACCEPT");
        output("iptables -t nat -A POSTROUTING -s 10.77.0.0/24 ! -o lab0 -j MASQUERADE");
        const std::string users = rules(), links = interfaces();
        BridgeDriver driver(options());
        driver.createNetwork();
        CPPUNIT_ASSERT_EQUAL(size_t(9), count(rules(), "-A "));
        CPPUNIT_ASSERT(rules().find("-A FORWARD -o lab0") < rules().find("-A FORWARD -i lab0 -j"));
        driver.deleteNetwork();
        expectEqual(users, rules());
        expectEqual(links, interfaces());
    }

    void canDoWithout() {
        BridgeOptions bare = options();
        bare.iptables = bare.ipForward = false;
        const std::string before = rules();
        writeKernelFile("/proc/sys/net/ipv4/ip_forward", "0"); // new namespaces copy the host's
        BridgeDriver driver(bare);
        driver.createNetwork();
        expectEqual(before, rules());
        expectEqual("0", trim(readFile("/proc/sys/net/ipv4/ip_forward")));
    }

    void workWithEveryKindOfIptables() {
        size_t tried = 0;
        for (const char* program :
             {"/sbin/iptables-legacy", "/sbin/iptables-nft", "/sbin/iptables"}) {
            if (!exists(program)) continue;
            const kernel::Iptables tools(program);
            kernel::RuleSet set{"ctrd:x", {{"nat", "X"}, {"filter", "X"}}, {}};
            set.rules = {{"filter", "FORWARD", "-d 10.0.0.1 ! -i x -p tcp --dport 80 -j X",
                          kernel::Rule::Place::First},
                         {"nat", "OUTPUT", "! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j X",
                          kernel::Rule::Place::Last}};
            const auto rulesNow = [&] { return count(tools.save({"nat", "filter"}), "-A "); };
            CPPUNIT_ASSERT_EQUAL(size_t(0), rulesNow());
            tools.install(set);
            CPPUNIT_ASSERT_EQUAL(size_t(2), rulesNow());
            tools.remove(set);
            CPPUNIT_ASSERT_EQUAL(size_t(0), rulesNow());
            CPPUNIT_ASSERT_EQUAL(size_t(0), count(tools.save({"nat", "filter"}), ":X "));
            ++tried;
        }
        CPPUNIT_ASSERT(tried > 0);
    }

    void bearManyAtOnce() {
        const std::string before = rules();
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([i] {
                BridgeOptions mine = options();
                mine.bridge = "many" + std::to_string(i);
                mine.bip = "10.8" + std::to_string(i) + ".0.1/24";
                for (int round = 0; round < 5; ++round) {
                    BridgeDriver driver(mine);
                    driver.createNetwork();
                    if (round < 4) driver.deleteNetwork();
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(size_t(4 * 7), count(rules(), "-A "));
        for (int i = 0; i < 4; ++i) {
            BridgeOptions mine = options();
            mine.bridge = "many" + std::to_string(i);
            BridgeOptions any = mine;
            any.bip = "";
            BridgeDriver driver(any);
            driver.createNetwork(); // finds the address that the bridge has
            expectEqual("10.8" + std::to_string(i) + ".0.0/24",
                        driver.describe().at("Subnet").get<std::string>());
            driver.deleteNetwork();
        }
        expectEqual(before, rules());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FilterTest);

} // namespace ctrd::network
