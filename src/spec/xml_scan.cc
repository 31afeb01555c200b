#include "spec/xml_scan.h"

#include "base/error.h"
#include "base/strings.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace ctrd::spec {

namespace {

constexpr size_t kMaxSize = 1 << 20; // bytes
constexpr size_t kMaxDepth = 64;     // the parser recurses
constexpr size_t kMaxShown = 40;     // of a name in an error

constexpr const char* kEntities[] = {"lt", "gt", "amp", "quot", "apos"};

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isNameStart(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool isNamePart(char c) {
    return isNameStart(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' ||
           c == '.';
}

// "#65" or "#x41", of a character that XML has.
bool isCharacter(const std::string& number) {
    const bool hex = number.size() > 2 && number[1] == 'x';
    const std::string digits = number.substr(hex ? 2 : 1);
    if (digits.empty() || digits.size() > 7) return false;
    unsigned long value = 0;
    for (const char c : digits) {
        const auto digit = static_cast<unsigned char>(c);
        if (hex ? std::isxdigit(digit) == 0 : std::isdigit(digit) == 0) return false;
        const int weight = std::isdigit(digit) != 0 ? c - '0' : std::tolower(digit) - 'a' + 10;
        value = value * (hex ? 16 : 10) + static_cast<unsigned long>(weight);
    }
    const bool blank = value == '\t' || value == '\n' || value == '\r';
    return blank || (value >= 0x20 && value < 0xd800) || (value >= 0xe000 && value <= 0x10ffff);
}

class Scanner {
public:
    Scanner(const std::string& text, const std::string& file) : text_(text), file_(file) {}

    std::vector<int> run() {
        if (text_.size() > kMaxSize) throw failure("a definition of more than 1 MiB is no such");
        if (containsChar(text_, '\0')) throw failure("there is a zero byte in it");
        takeIf("\xef\xbb\xbf");
        while (at_ < text_.size())
            step();
        if (!open_.empty()) throw failure("<" + shown(open_.back()) + "> is not closed");
        if (lines_.empty()) throw failure("there is no element");
        return std::move(lines_);
    }

private:
    Error failure(const std::string& what) const {
        return invalidArgument(file_ + ":" + std::to_string(line_) + ": " + what);
    }

    static std::string shown(const std::string& name) { return name.substr(0, kMaxShown); }

    bool looksAt(const char* part) const { return text_.compare(at_, strlen(part), part) == 0; }

    static size_t strlen(const char* part) { return std::char_traits<char>::length(part); }

    void advance(size_t count) {
        const size_t end = std::min(at_ + count, text_.size());
        line_ += static_cast<int>(std::count(text_.begin() + static_cast<long>(at_),
                                             text_.begin() + static_cast<long>(end), '\n'));
        at_ = end;
    }

    bool takeIf(const char* part) {
        if (!looksAt(part)) return false;
        advance(strlen(part));
        return true;
    }

    void skipSpace() {
        while (at_ < text_.size() && isSpace(text_[at_]))
            advance(1);
    }

    // Past `end`; `what` is what has no end otherwise.
    void skipTo(const char* end, const char* what) {
        const size_t found = text_.find(end, at_);
        if (found == std::string::npos) throw failure(std::string(what) + " is not closed");
        advance(found - at_ + strlen(end));
    }

    std::string takeName() {
        const size_t begin = at_;
        if (at_ < text_.size() && isNameStart(text_[at_]))
            while (at_ < text_.size() && isNamePart(text_[at_]))
                ++at_;
        if (at_ == begin) throw failure("a name is wanted behind '" + before(begin) + "'");
        return text_.substr(begin, at_ - begin);
    }

    std::string before(size_t place) const {
        const size_t begin = place > 12 ? place - 12 : 0;
        return trim(text_.substr(begin, place - begin));
    }

    void step() {
        if (takeIf("<!--")) return skipTo("-->", "a comment");
        if (takeIf("<![CDATA[")) return cdata();
        if (looksAt("<!")) throw failure("a DOCTYPE and its entities are not taken");
        if (takeIf("<?")) return skipTo("?>", "a processing instruction");
        if (takeIf("</")) return endTag();
        if (takeIf("<")) return startTag();
        character();
    }

    void cdata() {
        if (open_.empty()) throw failure("there is text outside the first element");
        skipTo("]]>", "a CDATA section");
    }

    void character() {
        if (text_[at_] == '&') return reference();
        if (open_.empty() && !isSpace(text_[at_]))
            throw failure("there is text outside the first element");
        advance(1);
    }

    void reference() {
        const size_t end = text_.find(';', at_);
        const std::string name = end == std::string::npos || end - at_ > kMaxShown
                                     ? ""
                                     : text_.substr(at_ + 1, end - at_ - 1);
        const bool known = std::any_of(std::begin(kEntities), std::end(kEntities),
                                       [&](const char* entity) { return name == entity; });
        if (!known && !(name[0] == '#' && isCharacter(name)))
            throw failure("the entity '&" + name + ";' is not taken: write &amp; for an '&'");
        advance(name.size() + 2);
    }

    void startTag() {
        const int line = line_;
        if (open_.empty() && !lines_.empty()) throw failure("there is a second first element");
        const std::string name = takeName();
        if (open_.size() == kMaxDepth) throw failure("<" + shown(name) + "> lies too deep");
        lines_.push_back(line);
        open_.push_back(name);
        std::set<std::string> attributes;
        for (skipSpace(); !looksAt(">") && !looksAt("/>"); skipSpace())
            attribute(name, attributes);
        if (takeIf("/>"))
            open_.pop_back();
        else
            advance(1);
    }

    void attribute(const std::string& element, std::set<std::string>& seen) {
        if (at_ == text_.size() || !isNameStart(text_[at_]))
            throw failure("the tag <" + shown(element) + "> is not closed");
        const std::string name = takeName();
        const std::string what = "attribute '" + shown(name) + "' of <" + shown(element) + ">";
        if (!seen.insert(name).second) throw failure(what + " is there twice");
        skipSpace();
        if (!takeIf("=")) throw failure(what + " has no value");
        skipSpace();
        const char quote = at_ < text_.size() ? text_[at_] : ' ';
        if (quote != '"' && quote != '\'') throw failure(what + " has a value without quotes");
        advance(1);
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '<') throw failure(what + " holds a '<': write &lt;");
            text_[at_] == '&' ? reference() : advance(1);
        }
        if (at_ == text_.size()) throw failure(what + " has no end");
        advance(1);
    }

    void endTag() {
        const std::string name = takeName();
        skipSpace();
        if (!takeIf(">")) throw failure("the tag </" + shown(name) + "> is not closed");
        if (open_.empty() || open_.back() != name)
            throw failure("</" + shown(name) + "> closes nothing" +
                          (open_.empty() ? "" : ": <" + shown(open_.back()) + "> is open"));
        open_.pop_back();
    }

    const std::string& text_;
    const std::string& file_;
    size_t at_ = 0;
    int line_ = 1;
    std::vector<std::string> open_;
    std::vector<int> lines_;
};

} // namespace

std::vector<int> scanXml(const std::string& text, const std::string& file) {
    return Scanner(text, file).run();
}

} // namespace ctrd::spec
