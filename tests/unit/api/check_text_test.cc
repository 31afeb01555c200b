#include "api/wire/check_text.h"

#include "base/json.h"
#include "base/strings.h"
#include "unit/testing/expect.h"

namespace ctrd::api::wire {

using ctrd::testing::expectEqual;

class CheckTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CheckTextTest);
    CPPUNIT_TEST(writesPlainText);
    CPPUNIT_TEST(fitsTheTerminal);
    CPPUNIT_TEST(coloursTheSeverity);
    CPPUNIT_TEST(sumsUp);
    CPPUNIT_TEST(shortForm);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesPlainText() {
        expectEqual(
            "Kernel\n"
            "  fine      build  6.1\n"
            "  fallback  setns  not for mnt\n"
            "                   so exec goes through an agent in the container\n"
            "                   mend: yum update kernel\n"
            "\n"
            "Network\n"
            "  fatal     veth   none\n"
            "                   so no networks\n"
            "\n"
            "This host is not fit for containers: veth.\n",
            checkText(report(), 0, false));
    }

    void fitsTheTerminal() {
        for (const auto& line : split(checkText(report(), 52, false), '\n'))
            CPPUNIT_ASSERT_MESSAGE(line, line.size() <= 52);
        CPPUNIT_ASSERT(
            checkText(report(), 52, false).find("in\n                   the container") !=
            std::string::npos);
        // Narrower than a line of text can be, it runs over and does not fail.
        CPPUNIT_ASSERT(!checkText(report(), 5, false).empty());
    }

    void coloursTheSeverity() {
        const std::string text = checkText(report(), 80, true);
        CPPUNIT_ASSERT(text.find("\x1b[31mfatal\x1b[0m     veth   none") != std::string::npos);
    }

    void sumsUp() {
        Json findings = report();
        findings["Findings"].erase(2);
        CPPUNIT_ASSERT(endsWith(checkText(findings, 0, false), "what 1 line says.\n"));
        findings["Findings"].erase(1);
        CPPUNIT_ASSERT(endsWith(checkText(findings, 0, false), "all that ctrd can use.\n"));
    }

    void shortForm() {
        const auto lines = checkLines(report());
        CPPUNIT_ASSERT_EQUAL(size_t(2), lines.size());
        expectEqual("fallback: setns: not for mnt; exec goes through an agent in the container",
                    lines[0]);
    }

private:
    static Json finding(const char* area, const char* feature, const char* severity,
                        const char* found, const char* effect, const char* mend) {
        return {{"Area", area},   {"Feature", feature}, {"Severity", severity},
                {"Found", found}, {"Effect", effect},   {"Mend", mend}};
    }

    static Json report() {
        Json findings = Json::array();
        findings.push_back(finding("Kernel", "build", "fine", "6.1", "", ""));
        findings.push_back(finding("Kernel", "setns", "fallback", "not for mnt",
                                   "exec goes through an agent in the container",
                                   "yum update kernel"));
        findings.push_back(finding("Network", "veth", "fatal", "none", "no networks", ""));
        return {{"Ok", false}, {"Findings", findings}};
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CheckTextTest);

} // namespace ctrd::api::wire
