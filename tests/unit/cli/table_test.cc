#include "cli/table.h"

#include "base/json.h"
#include "cli/listing.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class TableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TableTest);
    CPPUNIT_TEST(alignsColumns);
    CPPUNIT_TEST(fitsTheTerminal);
    CPPUNIT_TEST(countsColumnsOfText);
    CPPUNIT_TEST(listsByFormat);
    CPPUNIT_TEST(readsFilters);
    CPPUNIT_TEST_SUITE_END();

public:
    void alignsColumns() {
        Table table({{"ID"}, {"NAME"}, {"STATUS"}});
        table.add({"1", "long name", "up"});
        table.add({"22", "", "down"});
        table.add({"3"});
        expectEqual("ID   NAME        STATUS\n1    long name   up\n22               down\n3\n",
                    table.render(0));
    }

    void fitsTheTerminal() {
        Table table({{"ID"}, {"IMAGE", 5}, {"COMMAND", 8}});
        table.add({"0123456789ab", "registry.example.com/app", "\"sleep 1000000\""});
        expectEqual(
            "ID             IMAGE               COMMAND\n"
            "0123456789ab   registry.example…   \"sleep 1000000\"\n",
            table.render(50));
        expectEqual("ID             IMAGE   COMMAND\n0123456789ab   regi…   \"sleep …\n",
                    table.render(10));
    }

    void countsColumnsOfText() {
        CPPUNIT_ASSERT_EQUAL(size_t(5), displayWidth("Käse…"));
        CPPUNIT_ASSERT_EQUAL(size_t(4), displayWidth("日本"));
        CPPUNIT_ASSERT_EQUAL(size_t(1), displayWidth("e\xcc\x81"));
        CPPUNIT_ASSERT_EQUAL(size_t(2), displayWidth("\xff\xfe"));
        expectEqual("Kä…", ellipsis("Käsekuchen", 3));
        expectEqual("abc", ellipsis("abc", 3));
        expectEqual("日…", ellipsis("日本語", 4));
    }

    void listsByFormat() {
        Listing listing({{"ID", "CONTAINER ID"}, {"Names", "NAMES"}}, {"ID", "Names"});
        listing.add({{"ID", "1"}, {"Names", "web"}}, {{"Label", {{"a", "b"}}}});
        listing.add({{"ID", "2"}, {"Names", "longer"}}, {{"Label", Json::object()}});
        const std::string table =
            "CONTAINER ID   NAMES\n1              web\n2              longer\n";
        expectEqual(table, listing.render("", 0));
        expectEqual(table, listing.render("table", 0));
        expectEqual("web=b\nlonger=\n", listing.render("{{.Names}}={{.Label \"a\"}}", 0));
        expectEqual("NAMES    CONTAINER ID\nweb      1\nlonger   2\n",
                    listing.render("table {{.Names}}\\t{{.ID}}", 0));
        expectEqual("{\"ID\":\"1\",\"Names\":\"web\"}\n{\"ID\":\"2\",\"Names\":\"longer\"}\n",
                    listing.render("json", 0));
        expectError(ErrorKind::InvalidArgument, "no '.Nope'",
                    [&] { listing.render("{{.Nope}}", 0); });
    }

    void readsFilters() {
        expectEqual(R"({"label":{"a=b":true},"status":{"exited":true,"paused":true}})",
                    filtersParameter({"status=exited", "Status=paused", "label=a=b"}));
        for (const char* filter : {"status", "=x", ""})
            expectError(ErrorKind::InvalidArgument, "invalid filter",
                        [&] { filtersParameter({filter}); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TableTest);

} // namespace ctrd::cli
