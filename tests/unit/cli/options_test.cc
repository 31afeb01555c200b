#include "cli/options.h"

#include "base/spelling.h"
#include "base/strings.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

const Option kRows[] = {
    {"interactive", 'i', OptionKind::Flag, "false", nullptr, ""},
    {"tty", 't', OptionKind::Flag, "false", nullptr, ""},
    {"proxy", 0, OptionKind::Flag, "true", nullptr, ""},
    {"name", 'n', OptionKind::Text, "none", "NAME", ""},
    {"called", 0, OptionKind::Text, "", "NAME", "", "name"},
    {"publish", 'p', OptionKind::List, "", "PORT", ""},
    {"shares", 'c', OptionKind::Number, "7", "N", ""},
    {"privileged", 0, OptionKind::Flag, "false", nullptr, "", nullptr, Completes::Nothing, true},
};

Arguments parse(const std::vector<std::string>& words, Positionals p = Positionals::EndFirst) {
    return parseArguments({kRows}, words, p);
}

} // namespace

class OptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OptionsTest);
    CPPUNIT_TEST(standardValues);
    CPPUNIT_TEST(lettersCluster);
    CPPUNIT_TEST(valuesStandAnywhere);
    CPPUNIT_TEST(lastOneCounts);
    CPPUNIT_TEST(firstArgumentEndsOptions);
    CPPUNIT_TEST(mixesWhereAllowed);
    CPPUNIT_TEST(oldSpellings);
    CPPUNIT_TEST(refusesWrongLines);
    CPPUNIT_TEST(suggests);
    CPPUNIT_TEST_SUITE_END();

public:
    void standardValues() {
        const Arguments a = parse({});
        CPPUNIT_ASSERT(!a.flag("tty") && a.flag("proxy") && !a.flag("help"));
        expectEqual("none", a.text("name"));
        CPPUNIT_ASSERT_EQUAL(int64_t(7), a.number("shares"));
        CPPUNIT_ASSERT(a.list("publish").empty() && !a.given("name"));
    }

    void lettersCluster() {
        const Arguments a = parse({"-itp80:80", "-tn", "x", "-p=1"});
        CPPUNIT_ASSERT(a.flag("interactive") && a.flag("tty"));
        expectEqual("80:80,1", join(a.list("publish"), ","));
        expectEqual("x", a.text("name"));
    }

    void valuesStandAnywhere() {
        const Arguments a = parse({"--name=a=b", "--publish", "1", "--publish=2", "--proxy=false",
                                   "--shares", "-3", "--tty=1", "--called", "-q"});
        expectEqual("-q", a.text("name"));
        expectEqual("1,2", join(a.list("publish"), ","));
        CPPUNIT_ASSERT(!a.flag("proxy") && a.flag("tty"));
        CPPUNIT_ASSERT_EQUAL(int64_t(-3), a.number("shares"));
        CPPUNIT_ASSERT(a.given("name"));
        expectEqual("", parse({"--name="}).text("name"));
        CPPUNIT_ASSERT(parse({"--name="}).given("name"));
    }

    void lastOneCounts() {
        const Arguments a = parse({"--name=x", "-t", "--name", "y", "--tty=false"});
        expectEqual("y", a.text("name"));
        CPPUNIT_ASSERT(!a.flag("tty"));
    }

    void firstArgumentEndsOptions() {
        const Arguments a = parse({"-t", "busybox", "ls", "-l", "--name", "--"});
        expectEqual("busybox ls -l --name --", join(a.positionals(), " "));
        expectEqual("-x y", join(parse({"--", "-x", "y"}).positionals(), " "));
        expectEqual("-", parse({"-"})[0]);
    }

    void mixesWhereAllowed() {
        const Arguments a = parse({"one", "-t", "two", "--", "-i"}, Positionals::Mixed);
        CPPUNIT_ASSERT(a.flag("tty") && !a.flag("interactive"));
        expectEqual("one two -i", join(a.positionals(), " "));
    }

    void oldSpellings() {
        CPPUNIT_ASSERT(parse({"-privileged"}).flag("privileged"));
        CPPUNIT_ASSERT(!parse({"-privileged=false"}).flag("privileged"));
        CPPUNIT_ASSERT(parse({"-h"}).flag("help"));
    }

    void refusesWrongLines() {
        const std::pair<std::vector<std::string>, const char*> cases[] = {
            {{"--nam"}, "unknown option '--nam'; did you mean --name?"},
            {{"--zzzzzz=1"}, "unknown option '--zzzzzz'"},
            {{"-x"}, "unknown option '-x' in '-x'"},
            {{"-itx"}, "unknown option '-x' in '-itx'"},
            {{"--name"}, "option --name needs a value"},
            {{"-tn"}, "option -n needs a value"},
            {{"--tty=maybe"}, "invalid value 'maybe' for --tty: true or false is wanted"},
            {{"-c", "many"}, "invalid value 'many' for --shares: a whole number is wanted"},
            {{"--shares=1.5"}, "invalid value '1.5' for --shares"},
            {{"--shares="}, "invalid value '' for --shares"},
            {{"-c99999999999999999999"}, "for --shares: a whole number is wanted"},
        };
        for (const auto& [words, text] : cases)
            expectError(ErrorKind::InvalidArgument, text, [&, w = words] { parse(w); });
    }

    void suggests() {
        const std::vector<std::string> names = {"run", "rm", "rename", "restart", "images", "rmi"};
        expectEqual("run rm", join(spelledAlike("rn", names), " "));
        expectEqual("images", join(spelledAlike("image", names), " "));
        expectEqual("restart", join(spelledAlike("resatrt", names), " "));
        CPPUNIT_ASSERT(spelledAlike("flibbertigibbet", names).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OptionsTest);

} // namespace ctrd::cli
