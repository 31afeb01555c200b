#include "base/error.h"
#include "base/strings.h"
#include "cli/template.h"
#include "cli/template_tree.h"

#include <map>

namespace ctrd::cli {

namespace {

std::string memberNames(const Json& object) {
    std::vector<std::string> names;
    for (const auto& item : object.items())
        names.push_back(item.key());
    return join(names, ", ");
}

// Docker's templates name the fields of its Go types, whose case differs from the JSON's here and
// there (.ID and "Id").
const Json* findMember(const Json& object, const std::string& name) {
    const auto exact = object.find(name);
    if (exact != object.end()) return &*exact;
    const std::string lower = toLower(name);
    for (const auto& item : object.items())
        if (toLower(item.key()) == lower) return &item.value();
    return nullptr;
}

class Renderer {
public:
    Renderer(const Json& data, const Json& methods) : root_(data), methods_(methods) {
        variables_["$"] = data;
    }

    void render(const std::vector<Node>& nodes, const Json& dot) {
        for (const Node& node : nodes)
            render(node, dot);
    }

    std::string take() { return std::move(out_); }

private:
    void render(const Node& node, const Json& dot) {
        switch (node.kind) {
            case Node::Kind::Text:
                out_ += node.text;
                return;
            case Node::Kind::Range:
                renderRange(node, dot);
                return;
            case Node::Kind::Print: {
                const Json value = evaluate(node.pipeline, dot);
                if (node.pipeline.variables.empty()) out_ += printed(value);
                return;
            }
            case Node::Kind::If:
                render(isTrue(evaluate(node.pipeline, dot)) ? node.body : node.otherwise, dot);
                return;
            case Node::Kind::With: {
                const Json value = evaluate(node.pipeline, dot);
                if (isTrue(value))
                    render(node.body, value);
                else
                    render(node.otherwise, dot);
                return;
            }
        }
    }

    void renderRange(const Node& node, const Json& dot) {
        const Json list = evaluate(node.pipeline, dot);
        if (!list.is_null() && !list.is_structured())
            throw invalidArgument("cannot range over '" + printed(list) + "' in '{{" +
                                  node.pipeline.source + "}}'");
        if (list.empty()) render(node.otherwise, dot);
        const auto& names = node.pipeline.variables;
        Json::size_type index = 0;
        for (const auto& item : list.items()) {
            const Json key = list.is_object() ? Json(item.key()) : Json(index);
            if (!names.empty()) variables_[names.back()] = item.value();
            if (names.size() == 2) variables_[names.front()] = key;
            render(node.body, item.value());
            ++index;
        }
    }

    Json evaluate(const Pipeline& pipeline, const Json& dot) {
        Json value;
        bool piped = false;
        for (const CommandCall& call : pipeline.calls) {
            value = evaluate(call, dot, piped ? &value : nullptr, pipeline.source);
            piped = true;
        }
        if (!pipeline.variables.empty()) variables_[pipeline.variables.front()] = value;
        return value;
    }

    Json evaluate(const CommandCall& call, const Json& dot, const Json* piped,
                  const std::string& source) {
        std::vector<Json> arguments;
        for (size_t i = 1; i < call.size(); ++i)
            arguments.push_back(evaluate(call[i], dot, source));
        if (piped != nullptr) arguments.push_back(*piped);
        const Operand& head = call.front();
        if (head.kind == Operand::Kind::Function) return apply(head.name, arguments, source);
        if (arguments.empty()) return evaluate(head, dot, source);
        return callMethod(head, arguments, source);
    }

    static Json apply(const std::string& function, const std::vector<Json>& arguments,
                      const std::string& source) {
        try {
            return findTemplateFunction(function)(arguments);
        } catch (const std::exception& e) {
            throw invalidArgument("cannot evaluate '{{" + source + "}}': " + function + ": " +
                                  e.what());
        }
    }

    // {{.Label "key"}}
    Json callMethod(const Operand& head, const std::vector<Json>& arguments,
                    const std::string& source) const {
        const bool known = head.kind == Operand::Kind::Dot && head.path.size() == 1 &&
                           methods_.contains(head.path[0]);
        if (!known || arguments.size() != 1 || !arguments[0].is_string())
            throw invalidArgument("cannot evaluate '{{" + source +
                                  "}}': only a function takes "
                                  "arguments");
        return methods_.at(head.path[0]).value(arguments[0].get<std::string>(), "");
    }

    Json evaluate(const Operand& operand, const Json& dot, const std::string& source) {
        Json value;
        switch (operand.kind) {
            case Operand::Kind::Dot:
                value = dot;
                break;
            case Operand::Kind::Literal:
                return operand.literal;
            case Operand::Kind::Function:
                return apply(operand.name, {}, source);
            case Operand::Kind::Group:
                value = evaluate(*operand.group, dot);
                break;
            case Operand::Kind::Variable: {
                const auto variable = variables_.find(operand.name);
                if (variable == variables_.end())
                    throw invalidArgument("the variable '" + operand.name + "' in '{{" + source +
                                          "}}' is not set");
                value = variable->second;
                break;
            }
        }
        for (const std::string& name : operand.path)
            value = member(value, name, source);
        return value;
    }

    static Json member(const Json& value, const std::string& name, const std::string& source) {
        if (value.is_null()) return nullptr;
        if (!value.is_object())
            throw invalidArgument("there is no '." + name + "' in '{{" + source + "}}': '" +
                                  printed(value) + "' has no members");
        const Json* found = findMember(value, name);
        if (found == nullptr)
            throw invalidArgument("there is no '." + name + "' in '{{" + source +
                                  "}}'; members are: " + memberNames(value));
        return *found;
    }

    const Json& root_;
    const Json& methods_;
    std::map<std::string, Json> variables_;
    std::string out_;
};

} // namespace

Template::Template(const std::string& text) : body_(new TemplateBody{parseTemplate(text)}) {}
Template::~Template() = default;

std::string Template::render(const Json& data, const Json& methods) const {
    Renderer renderer(data, methods);
    renderer.render(body_->nodes, data);
    return renderer.take();
}

} // namespace ctrd::cli
