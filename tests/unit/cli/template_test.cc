#include "cli/template.h"

#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

const char* const kContainer = R"({
    "Id": "0123456789abcdef", "Name": "/web", "Args": ["-l", "x"], "Nothing": null,
    "State": {"Running": true, "Pid": 4711, "Error": ""},
    "Config": {"Labels": {"a.b": "1", "c": "2"}, "Env": []},
    "Mounts": [{"Source": "/a"}, {"Source": "/b"}], "Share": 0.5
})";

std::string render(const std::string& text) {
    return Template(text).render(parseJson(kContainer, "test"), {{"Label", {{"k", "v"}}}});
}

} // namespace

class TemplateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TemplateTest);
    CPPUNIT_TEST(members);
    CPPUNIT_TEST(functions);
    CPPUNIT_TEST(conditions);
    CPPUNIT_TEST(ranges);
    CPPUNIT_TEST(variables);
    CPPUNIT_TEST(blanks);
    CPPUNIT_TEST(refusesWrongTemplates);
    CPPUNIT_TEST(refusesWrongValues);
    CPPUNIT_TEST_SUITE_END();

    static void expectAll(const std::vector<std::pair<const char*, const char*>>& cases) {
        for (const auto& [text, wanted] : cases)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string(wanted), render(text));
    }

public:
    void members() {
        expectAll({{"plain", "plain"},
                   {"{{.Name}}:{{.State.Pid}}", "/web:4711"},
                   {"{{ .State.Running }}", "true"},
                   {"{{.ID}} {{.id}}", "0123456789abcdef 0123456789abcdef"},
                   {"{{.Args}}", "[-l x]"},
                   {"{{.Config.Labels}}", "map[a.b:1 c:2]"},
                   {"{{.Nothing}} {{.Nothing.Deeper}}", "<no value> <no value>"},
                   {"{{.Share}}", "0.5"},
                   {"{{.Label \"k\"}}|{{.Label \"none\"}}", "v|"},
                   {"{{/* a comment */}}x", "x"}});
    }

    void functions() {
        expectAll({{"{{json .Args}}", "[\"-l\",\"x\"]"},
                   {"{{json .State.Error}}", "\"\""},
                   {"{{index .Config.Labels \"a.b\"}}", "1"},
                   {"{{index .Config.Labels \"missing\"}}", ""},
                   {"{{index .Args 1}}", "x"},
                   {"{{(index .Mounts 0).Source}}", "/a"},
                   {"{{len .Mounts}} {{len .Name}}", "2 4"},
                   {"{{join .Args \",\"}}", "-l,x"},
                   {"{{index (split .Name \"e\") 1}}", "b"},
                   {"{{upper .Name}} {{.Name | upper | lower}}", "/WEB /web"},
                   {"{{title \"a word\"}}", "A Word"},
                   {"{{slice .Id 0 4}} {{truncate .Id 2}}", "0123 01"},
                   {"{{printf \"%s %d %v %q %05d|%-6s|\" .Name .State.Pid .Args .Name 7 \"ab\"}}",
                    "/web 4711 [-l x] \"/web\" 00007|ab    |"},
                   {"{{printf \"%.2f%%\" .Share}}", "0.50%"},
                   {"{{pad \"x\" 1 2}}|", " x  |"},
                   {"{{print \"a\" 1}}{{println \"b\"}}", "a1b\n"},
                   {"{{`raw \"}}` }}", "raw \"}}"}});
    }

    void conditions() {
        expectAll(
            {{"{{if .State.Running}}up{{else}}down{{end}}", "up"},
             {"{{if .State.Error}}bad{{end}}", ""},
             {"{{if .Nothing}}a{{else if .Config.Env}}b{{else if .Args}}c{{else}}d{{end}}", "c"},
             {"{{if eq .Name \"/web\" \"x\"}}y{{end}}{{if ne .Name \"/web\"}}n{{end}}", "y"},
             {"{{if and .State.Running (gt .State.Pid 4000)}}y{{end}}", "y"},
             {"{{or .State.Error \"none\"}} {{not true}}", "none false"},
             {"{{le 1 1}} {{lt 1 2}} {{ge 1 2}}", "true true false"},
             {"{{with .State}}{{.Pid}}{{end}}{{with .Nothing}}x{{else}}-{{end}}", "4711-"}});
    }

    void ranges() {
        expectAll({{"{{range .Mounts}}{{.Source}};{{end}}", "/a;/b;"},
                   {"{{range $i, $m := .Mounts}}{{$i}}={{$m.Source}} {{end}}", "0=/a 1=/b "},
                   {"{{range $k, $v := .Config.Labels}}{{$k}}={{$v}},{{end}}", "a.b=1,c=2,"},
                   {"{{range .Config.Env}}x{{else}}empty{{end}}", "empty"},
                   {"{{range .Nothing}}x{{end}}", ""},
                   {"{{range .Args}}{{$.Name}}{{.}} {{end}}", "/web-l /webx "}});
    }

    void variables() {
        expectAll({{"{{$x := .State}}{{$x.Pid}}", "4711"},
                   {"{{$n := 0}}{{range .Args}}{{$n = .}}{{end}}{{$n}}", "x"}});
    }

    void blanks() { expectAll({{"a {{- \"b\" -}} c", "abc"}, {"a {{\"b\"}} c", "a b c"}}); }

    void refusesWrongTemplates() {
        const std::pair<const char*, const char*> cases[] = {
            {"{{.Name", "'}}' is missing"},
            {"{{if .Name}}x", "{{end}} is missing"},
            {"{{if .Name}}x{{else}}", "{{end}} is missing"},
            {"{{end}}", "nothing is open"},
            {"{{nosuch .Name}}", "no function 'nosuch'"},
            {"{{}}", "a value is missing"},
            {"{{.Name | }}", "a value is missing"},
            {"{{(.Name}}", "')' is missing"},
            {"{{\"open}}", "missing"},
            {"{{.Name ; }}", "unexpected ';'"},
            {"{{template \"x\"}}", "'template' is not supported"},
            {"{{if}}{{end}}", "a value is missing"},
        };
        for (const auto& [text, part] : cases)
            expectError(ErrorKind::InvalidArgument, part, [t = text] { Template{t}; });
    }

    void refusesWrongValues() {
        const std::pair<const char*, const char*> cases[] = {
            {"{{.Missing}}", "there is no '.Missing'"},
            {"{{.State.Missing}}", "members are: Error, Pid, Running"},
            {"{{.Name.Deeper}}", "has no members"},
            {"{{index .Args 9}}", "no element 9"},
            {"{{range .Name}}{{end}}", "cannot range"},
            {"{{printf \"%d\" .Name}}", "is no number"},
            {"{{printf \"%s\"}}", "too few values"},
            {"{{printf \"%z\" 1}}", "no %z"},
            {"{{printf \"%999999d\" 1}}", "too long"},
            {"{{len}}", "0 arguments"},
            {"{{slice .Id 3 2}}", "bounds"},
            {"{{$nope}}", "'$nope'"},
            {"{{.Name \"x\"}}", "only a function takes arguments"},
            {"{{gt .Name 1}}", "different types"},
        };
        for (const auto& [text, part] : cases)
            expectError(ErrorKind::InvalidArgument, part, [t = text] { render(t); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TemplateTest);

} // namespace ctrd::cli
