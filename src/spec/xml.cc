#include "spec/xml.h"

#include "base/size.h"
#include "base/strings.h"
#include "spec/xml_scan.h"

#include <algorithm>
#include <iterator>

#include <tinyxml2.h>

namespace ctrd::spec {

namespace {

// Turns the parser's tree into ours; `lines` are those of the elements in the order of the text.
class Reader {
public:
    Reader(const std::string& file, const std::vector<int>& lines) : file_(file), lines_(lines) {}

    XmlElement read(const tinyxml2::XMLElement& from) {
        XmlElement element;
        element.file = file_;
        element.line = next_ < lines_.size() ? lines_[next_] : 0;
        ++next_;
        element.name = from.Name();
        for (const auto* a = from.FirstAttribute(); a != nullptr; a = a->Next())
            element.attributes[a->Name()] = a->Value();
        for (const auto* child = from.FirstChild(); child != nullptr;
             child = child->NextSibling()) {
            if (const auto* below = child->ToElement())
                element.children.push_back(read(*below));
            else if (const auto* text = child->ToText())
                element.text += text->Value();
        }
        return element;
    }

private:
    const std::string& file_;
    const std::vector<int>& lines_;
    size_t next_ = 0;
};

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '\'':
                out += "&apos;";
                break;
            case '"':
                out += "&quot;";
                break;
            // A parser would make a blank of them, or nothing.
            case '\n':
            case '\r':
            case '\t':
                out += "&#" + std::to_string(static_cast<int>(c)) + ";";
                break;
            default:
                out += c;
        }
    }
    return out;
}

// Blanks alone would be lost.
std::string escapedText(const std::string& text) {
    if (text.find_first_not_of(' ') != std::string::npos) return escaped(text);
    return "&#32;" + text.substr(1);
}

// A unit and its bytes, as libvirt has them.
struct Unit {
    const char* name;
    int64_t bytes;
};
constexpr Unit kUnits[] = {
    {"b", 1},         {"bytes", 1},          {"KB", 1000},     {"k", 1024},        {"KiB", 1024},
    {"MB", 1000000},  {"M", 1 << 20},        {"MiB", 1 << 20}, {"GB", 1000000000}, {"G", 1 << 30},
    {"GiB", 1 << 30}, {"TB", 1000000000000}, {"T", 1LL << 40}, {"TiB", 1LL << 40},
};

} // namespace

Error XmlElement::failure(const std::string& what) const {
    return invalidArgument(file + ":" + std::to_string(line) + ": <" + name + ">: " + what);
}

std::string XmlElement::attribute(const char* key) const {
    const auto found = attributes.find(key);
    if (found == attributes.end() || found->second.empty())
        throw failure(std::string("the attribute '") + key + "' is missing");
    return found->second;
}

std::string XmlElement::attribute(const char* key, const std::string& otherwise) const {
    const auto found = attributes.find(key);
    return found == attributes.end() ? otherwise : found->second;
}

bool XmlElement::truth(const char* key, bool otherwise) const {
    const std::string word = attribute(key, otherwise ? "yes" : "no");
    if (word == "yes" || word == "on") return true;
    if (word == "no" || word == "off") return false;
    throw failure(std::string("the attribute '") + key + "' is '" + word +
                  "': yes or no is wanted");
}

namespace {

int64_t wholeNumber(const XmlElement& element, const std::string& text, int64_t least,
                    int64_t most) {
    const auto value = parseInt(text);
    if (!value || *value < least || *value > most)
        throw element.failure("'" + text + "': a number from " + std::to_string(least) + " to " +
                              std::to_string(most) + " is wanted");
    return *value;
}

} // namespace

int64_t XmlElement::number(const char* key, int64_t least, int64_t most) const {
    return wholeNumber(*this, attribute(key), least, most);
}

int64_t XmlElement::numberOfText(int64_t least, int64_t most) const {
    return wholeNumber(*this, content(), least, most);
}

std::string XmlElement::content() const {
    std::string trimmed = trim(text);
    if (trimmed.empty()) throw failure("it is empty");
    return trimmed;
}

int64_t XmlElement::bytes(const char* otherwise) const {
    const std::string wanted = attribute("unit", otherwise);
    const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                   [&](const Unit& u) { return wanted == u.name; });
    if (unit == std::end(kUnits)) throw failure("the unit '" + wanted + "' is not known");
    return numberOfText(0, INT64_MAX / unit->bytes) * unit->bytes;
}

void XmlElement::allow(std::initializer_list<const char*> keys) const {
    for (const auto& [key, value] : attributes)
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            throw failure("the attribute '" + key + "' is not known");
}

XmlElement parseXml(const std::string& text, const std::string& file) {
    const std::vector<int> lines = scanXml(text, file);
    tinyxml2::XMLDocument document;
    document.Parse(text.c_str(), text.size());
    const tinyxml2::XMLElement* root = document.Error() ? nullptr : document.RootElement();
    if (root == nullptr) throw invalidArgument(file + ": this is not XML");
    return Reader(file, lines).read(*root);
}

void forEachChild(const XmlElement& element, const XmlHandlers& handlers) {
    const std::string text = trim(element.text);
    if (!text.empty())
        throw element.failure("there is text ('" + text.substr(0, 20) +
                              "') where elements are wanted");
    for (const XmlElement& child : element.children) {
        const auto handler = handlers.find(child.name);
        if (handler == handlers.end()) {
            std::vector<std::string> known;
            for (const auto& each : handlers)
                known.push_back(each.first);
            throw child.failure("it is not known in <" + element.name + ">, only " +
                                join(known, ", "));
        }
        handler->second(child);
    }
}

void XmlWriter::begin(const char* name, const Attributes& attributes) {
    text_ += std::string(2 * open_.size(), ' ') + "<" + name;
    for (const auto& [key, value] : attributes)
        if (!value.empty()) text_ += std::string(" ") + key + "='" + escaped(value) + "'";
}

void XmlWriter::open(const char* name, const Attributes& attributes) {
    begin(name, attributes);
    text_ += ">\n";
    open_.emplace_back(name);
}

void XmlWriter::close() {
    const std::string name = open_.back();
    open_.pop_back();
    text_ += std::string(2 * open_.size(), ' ') + "</" + name + ">\n";
}

void XmlWriter::add(const char* name, const std::string& text, const Attributes& attributes) {
    begin(name, attributes);
    text_ += text.empty() ? "/>\n" : ">" + escapedText(text) + "</" + name + ">\n";
}

} // namespace ctrd::spec
