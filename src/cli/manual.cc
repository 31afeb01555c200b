#include "config.h"

#include "base/strings.h"
#include "cli/help.h"
#include "cli/page.h"

#include <cctype>

namespace ctrd::cli {

namespace {

// A line must not begin as a request, and a hyphen must stay one when the page is copied from.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    if (startsWith(out, ".") || startsWith(out, "'")) out.insert(0, "\\&");
    return out;
}

std::string upper(std::string text) {
    for (char& c : text)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::string render(const Section& section) {
    std::string out = ".SH " + upper(section.title) + "\n";
    if (section.verbatim) out += ".nf\n";
    bool first = true;
    for (const std::string& paragraph : section.paragraphs) {
        if (!first && !section.verbatim) out += ".PP\n";
        out += escaped(paragraph) + "\n";
        first = false;
    }
    if (section.verbatim) out += ".fi\n";
    for (const auto& [term, text] : section.items)
        out += ".TP\n.B " + escaped(trim(term)) + "\n" + escaped(text) + "\n";
    return out;
}

std::string render(const Page& page, const std::string& seeAlso) {
    std::string out = ".TH " + upper(page.name) + " 1 \"\" \"ctrd " PACKAGE_VERSION "\"\n";
    out += ".SH NAME\n" + escaped(page.name) + " \\- " + escaped(page.summary) + "\n";
    out += ".SH SYNOPSIS\n.B " + escaped(page.usage) + "\n";
    for (const Section& section : page.sections)
        out += render(section);
    return out + ".SH SEE ALSO\n" + seeAlso + "\n";
}

} // namespace

std::string manualOf(const Command& command) {
    return render(pageOf(command), ".BR ctr (1),\n.BR ctrd (8)");
}

std::string manualOfCtr() {
    return render(pageOfCtr(),
                  ".BR ctrd (8); each command has a page of its own, as\n.BR "
                  "ctr\\-run (1)");
}

} // namespace ctrd::cli
