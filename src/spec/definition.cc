#include "spec/definition.h"

#include "base/error.h"
#include "base/strings.h"
#include "spec/definition_forms.h"

#include <algorithm>
#include <iterator>

namespace ctrd::spec {

namespace {

// A form by its first element.
struct Form {
    const char* root;
    void (*readRoot)(const XmlElement& root, Definition& definition);
    void (*readChild)(const XmlElement& child, Definition& definition);
    void (*finish)(Definition& definition);
};

void readContainerRoot(const XmlElement& root, Definition& definition) {
    root.allow({"name"});
    definition.name = root.attribute("name");
}

void readDomainRoot(const XmlElement& root, Definition&) {
    root.allow({"type", "id", "xmlns:lxc"});
    const std::string type = root.attribute("type");
    if (type != "lxc")
        throw root.failure("a domain of type '" + type + "' is no container: lxc is wanted");
}

constexpr Form kForms[] = {
    {"container", readContainerRoot, readContainerChild, [](Definition&) {}},
    {"domain", readDomainRoot, readDomainChild, finishDomain},
};

void validateAll(const Definition& definition) {
    validate(definition.config);
    validate(definition.hostConfig);
}

// The first child with which the definition becomes what is complained of.
const XmlElement& culprit(const XmlElement& root, const Form& form, const std::string& complaint) {
    Definition definition;
    for (const XmlElement& child : root.children) {
        form.readChild(child, definition);
        try {
            validateAll(definition);
        } catch (const Error& e) {
            if (e.what() == complaint) return child;
        }
    }
    return root;
}

} // namespace

Definition definitionFromXml(const std::string& text, const std::string& file) {
    const XmlElement root = parseXml(text, file);
    const auto form = std::find_if(std::begin(kForms), std::end(kForms),
                                   [&](const Form& f) { return root.name == f.root; });
    if (form == std::end(kForms)) throw root.failure("<container> or <domain> is wanted");
    if (!trim(root.text).empty()) throw root.failure("there is text where elements are wanted");
    Definition definition;
    form->readRoot(root, definition);
    for (const XmlElement& child : root.children)
        form->readChild(child, definition);
    form->finish(definition);
    if (definition.name.empty()) throw root.failure("it has no name");
    if (definition.config.image.empty() && definition.rootDirectory.empty())
        throw root.failure("it has neither an image nor a root directory");
    try {
        validateAll(definition);
    } catch (const Error& e) {
        const Error failure = culprit(root, *form, e.what()).failure(e.what());
        throw Error(e.kind(), failure.what());
    }
    return definition;
}

} // namespace ctrd::spec
