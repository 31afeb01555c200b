#include "spec/xml.h"

#include "base/strings.h"
#include "spec/xml_scan.h"
#include "unit/testing/expect.h"

namespace ctrd::spec {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class XmlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(XmlTest);
    CPPUNIT_TEST(readsElements);
    CPPUNIT_TEST(knowsTheLineOfEach);
    CPPUNIT_TEST(refusesWhatIsNoXml);
    CPPUNIT_TEST(refusesEntities);
    CPPUNIT_TEST(refusesDepthAndSize);
    CPPUNIT_TEST(readsValues);
    CPPUNIT_TEST(writesWhatItReads);
    CPPUNIT_TEST_SUITE_END();

    static XmlElement parse(const std::string& text) { return parseXml(text, "f.xml"); }
    static void refused(const std::string& text, const std::string& part) {
        expectError(ErrorKind::InvalidArgument, part, [&] { parse(text); });
    }

public:
    void readsElements() {
        const auto root = parse(
            "\xef\xbb\xbf<?xml version='1.0'?><!-- a -->\n<a x='1' y=\"&lt;&#65;\">"
            " t &amp; <b/><![CDATA[<c>]]></a>\n");
        expectEqual("a", root.name);
        expectEqual("1", root.attribute("x"));
        expectEqual("<A", root.attribute("y"));
        expectEqual(" t & <c>", root.text);
        expectEqual("t & <c>", root.content());
        CPPUNIT_ASSERT_EQUAL(size_t{1}, root.children.size());
    }

    void knowsTheLineOfEach() {
        const auto root = parse("<a>\n<!-- \n -->\n<b\n  c='1\n'/>\n<c><d/>\n</c><e/></a>");
        CPPUNIT_ASSERT_EQUAL(1, root.line);
        CPPUNIT_ASSERT_EQUAL(4, root.children[0].line);
        CPPUNIT_ASSERT_EQUAL(7, root.children[1].line);
        CPPUNIT_ASSERT_EQUAL(7, root.children[1].children[0].line);
        CPPUNIT_ASSERT_EQUAL(8, root.children[2].line);
        expectEqual("f.xml:4: <b>: bad", root.children[0].failure("bad").what());
    }

    void refusesWhatIsNoXml() {
        refused("", "no element");
        refused("text", "f.xml:1: there is text outside");
        refused("<a>", "<a> is not closed");
        refused("<a>\n</b>", "f.xml:2: </b> closes nothing: <a> is open");
        refused("<a/>\n<b/>", "f.xml:2: there is a second first element");
        refused("<a/>x", "text outside");
        refused("</a>", "closes nothing");
        refused("<a b/>", "attribute 'b' of <a> has no value");
        refused("<a b=c/>", "without quotes");
        refused("<a b='1' b='2'/>", "attribute 'b' of <a> is there twice");
        refused("<a b='<'/>", "holds a '<'");
        refused("<a b='", "has no end");
        refused("<a", "<a> is not closed");
        refused("<a><!-- </a>", "a comment is not closed");
        refused("<a><![CDATA[ </a>", "CDATA");
        refused("< a/>", "a name is wanted");
        refused(std::string("<a>\0</a>", 8), "zero byte");
    }

    void refusesEntities() {
        refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "DOCTYPE");
        refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "DOCTYPE");
        refused("<a>\n&x;</a>", "f.xml:2: the entity '&x;' is not taken");
        refused("<a b='&x;'/>", "&x;");
        refused("<a>& b</a>", "entity");
        for (const char* number : {"#0", "#x110000", "#xd800", "#", "#x", "#12a", "#99999999999"})
            refused(std::string("<a>&") + number + ";</a>", "entity");
    }

    void refusesDepthAndSize() {
        std::string deep;
        for (int i = 0; i < 65; ++i)
            deep += "<a>";
        refused(deep, "too deep");
        refused("<a>" + std::string(1 << 20, ' ') + "</a>", "1 MiB");
    }

    void readsValues() {
        const auto root = parse("<a n='5' yes='on' bad='x' unit='MiB'>64</a>");
        CPPUNIT_ASSERT_EQUAL(int64_t{5}, root.number("n", 1, 9));
        expectError(ErrorKind::InvalidArgument, "from 6 to 9", [&] { root.number("n", 6, 9); });
        CPPUNIT_ASSERT(root.truth("yes", false) && root.truth("absent", true));
        expectError(ErrorKind::InvalidArgument, "yes or no", [&] { root.truth("bad", false); });
        CPPUNIT_ASSERT_EQUAL(int64_t{64 << 20}, root.bytes("KiB"));
        CPPUNIT_ASSERT_EQUAL(int64_t{2048}, parse("<a>2</a>").bytes("KiB"));
        CPPUNIT_ASSERT_EQUAL(int64_t{2000}, parse("<a unit='KB'>2</a>").bytes("KiB"));
        expectError(ErrorKind::InvalidArgument, "'mile'",
                    [] { parse("<a unit='mile'>2</a>").bytes("KiB"); });
        expectError(ErrorKind::InvalidArgument, "number",
                    [] { parse("<a unit='TiB'>99999999999</a>").bytes("KiB"); });
        expectError(ErrorKind::InvalidArgument, "attribute 'z' is missing",
                    [&] { root.attribute("z"); });
        expectError(ErrorKind::InvalidArgument, "attribute 'bad' is not known", [&] {
            root.allow({"n", "yes", "unit"});
        });
    }

    void writesWhatItReads() {
        XmlWriter writer;
        const std::string odd = "<&>'\"\n\t\xc3\xa4 ";
        writer.open("a", {{"x", odd}, {"none", ""}});
        writer.add("b", "text" + odd + "text");
        writer.add("c", "", {{"y", "1"}});
        writer.add("d", "  ");
        writer.close();
        const auto root = parse(writer.text());
        expectEqual(odd, root.attribute("x"));
        expectEqual("text" + odd + "text", root.children[0].text);
        expectEqual("1", root.children[1].attribute("y"));
        expectEqual("  ", root.children[2].text);
        CPPUNIT_ASSERT(root.attributes.count("none") == 0);
        CPPUNIT_ASSERT_EQUAL(3, root.children[1].line);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(XmlTest);

} // namespace ctrd::spec
