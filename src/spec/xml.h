#pragma once

#include "base/error.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// XML as definitions of containers use it.  TinyXML-2 stays behind xml.cc.
namespace ctrd::spec {

// One element, read: a value.
struct XmlElement {
    std::string file;
    int line = 0;
    std::string name;
    std::string text; // its own, without that of children, blanks and all
    std::map<std::string, std::string> attributes;
    std::vector<XmlElement> children;

    // InvalidArgument "FILE:LINE: <name>: TEXT".
    Error failure(const std::string& text) const;

    // The attribute; InvalidArgument where it is missing or empty, unless there is an `otherwise`.
    std::string attribute(const char* key) const;
    std::string attribute(const char* key, const std::string& otherwise) const;
    // "yes" and "no", "on" and "off".
    bool truth(const char* key, bool otherwise) const;
    // Whole numbers between the bounds, of an attribute and of the text.
    int64_t number(const char* key, int64_t least, int64_t most) const;
    int64_t numberOfText(int64_t least, int64_t most) const;
    // Its text without the blanks around it; InvalidArgument where there is none.
    std::string content() const;
    // The text as bytes, in the unit its attribute `unit` names: libvirt's "KiB" where it names
    // none and `otherwise` is "KiB"; "b", "bytes", "KB" (1000), "k", "KiB" (1024) … "T", "TiB".
    int64_t bytes(const char* otherwise) const;

    // Refuses attributes but these.
    void allow(std::initializer_list<const char*> keys) const;
};

// Throws InvalidArgument with file and line, see xml_scan.h.
XmlElement parseXml(const std::string& text, const std::string& file);

// What is done with the children of an element, by their names.
using XmlHandlers = std::map<std::string, std::function<void(const XmlElement&)>>;
// Calls a handler for each child.  InvalidArgument for one that has none, with the names that are
// known, and for text where there are only to be elements.
void forEachChild(const XmlElement& element, const XmlHandlers& handlers);

// Writes a document, one element a line.
class XmlWriter {
public:
    using Attributes = std::vector<std::pair<const char*, std::string>>;

    void open(const char* name, const Attributes& attributes = {});
    void close();
    // An element with a text; "" makes an empty one.
    void add(const char* name, const std::string& text, const Attributes& attributes = {});
    std::string text() const { return text_; }

private:
    void begin(const char* name, const Attributes& attributes);

    std::vector<std::string> open_;
    std::string text_;
};

} // namespace ctrd::spec
