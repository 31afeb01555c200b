#include "api/wire/check_text.h"

#include "base/json.h"
#include "base/strings.h"

#include <algorithm>

namespace ctrd::api::wire {

namespace {

constexpr size_t kSeverityWidth = 10; // "fallback" and two blanks
constexpr size_t kLeastText = 30;     // narrower than this, lines run over

constexpr const char* kReset = "\x1b[0m";

const char* colourOf(const std::string& severity) {
    if (severity == "fatal") return "\x1b[31m";
    return severity == "fallback" ? "\x1b[33m" : "\x1b[32m";
}

// Broken between words so that no line is longer than `width`; 0 for no limit.
std::vector<std::string> wrapped(const std::string& text, size_t width) {
    std::vector<std::string> lines;
    for (const auto& word : splitWords(text)) {
        const bool fits =
            !lines.empty() && (width == 0 || lines.back().size() + 1 + word.size() <= width);
        if (fits)
            lines.back() += " " + word;
        else
            lines.push_back(word);
    }
    return lines;
}

class Page {
public:
    Page(const Json& findings, size_t width, bool colours) : colours_(colours) {
        size_t longest = 0;
        for (const auto& finding : findings)
            longest = std::max(longest, getString(finding, "Feature").size());
        indent_ = 2 + kSeverityWidth + longest + 2;
        textWidth_ = width == 0 ? 0 : std::max(kLeastText, width > indent_ ? width - indent_ : 0);
    }

    void add(const Json& finding) {
        heading(getString(finding, "Area"));
        const std::string severity = getString(finding, "Severity");
        std::string left = "  " + severity + std::string(kSeverityWidth - severity.size(), ' ') +
                           getString(finding, "Feature");
        left.resize(indent_, ' ');
        if (colours_) left.replace(2, severity.size(), colourOf(severity) + severity + kReset);
        paragraph(left, getString(finding, "Found"));
        const std::string blank(indent_, ' ');
        const std::string effect = getString(finding, "Effect"), mend = getString(finding, "Mend");
        if (!effect.empty()) paragraph(blank, "so " + effect);
        if (!mend.empty()) paragraph(blank, "mend: " + mend);
    }

    const std::string& text() const { return text_; }

private:
    void heading(const std::string& area) {
        if (area == area_) return;
        text_ += (text_.empty() ? "" : "\n") + area + "\n";
        area_ = area;
    }

    void paragraph(std::string left, const std::string& text) {
        for (const auto& line : wrapped(text, textWidth_)) {
            text_ += left + line + "\n";
            left.assign(indent_, ' ');
        }
    }

    const bool colours_;
    size_t indent_ = 0, textWidth_ = 0;
    std::string text_, area_;
};

std::vector<std::string> featuresOf(const Json& findings, const char* severity) {
    std::vector<std::string> names;
    for (const auto& finding : findings)
        if (getString(finding, "Severity") == severity)
            names.push_back(getString(finding, "Feature"));
    return names;
}

std::string summary(const Json& findings) {
    const auto fatal = featuresOf(findings, "fatal");
    if (!fatal.empty()) return "This host is not fit for containers: " + join(fatal, ", ") + ".";
    const size_t count = featuresOf(findings, "fallback").size();
    if (count == 0) return "This host has all that ctrd can use.";
    return "Containers run here; ctrd does without, or in another way, what " +
           std::to_string(count) + (count == 1 ? " line says." : " lines say.");
}

} // namespace

std::string checkText(const Json& report, size_t width, bool colours) {
    const Json& findings = getMember(report, "Findings");
    Page page(findings, width, colours);
    for (const auto& finding : findings)
        page.add(finding);
    return page.text() + "\n" + summary(findings) + "\n";
}

std::vector<std::string> checkLines(const Json& report) {
    std::vector<std::string> lines;
    for (const auto& finding : getMember(report, "Findings")) {
        const std::string severity = getString(finding, "Severity");
        if (severity == "fine") continue;
        lines.push_back(severity + ": " + getString(finding, "Feature") + ": " +
                        getString(finding, "Found") + "; " + getString(finding, "Effect"));
    }
    return lines;
}

} // namespace ctrd::api::wire
