#pragma once

#include "base/json.h"

#include <memory>
#include <string>
#include <vector>

// A template taken apart: what template_parse.cc makes and template_render.cc walks.
namespace ctrd::cli {

struct Pipeline;

// One operand of a command.
struct Operand {
    enum class Kind { Dot, Variable, Function, Literal, Group };
    Kind kind = Kind::Dot;
    std::string name;                // Variable ("$x") or Function
    Json literal;                    // Literal
    std::shared_ptr<Pipeline> group; // Group: a pipeline in parentheses
    std::vector<std::string> path;   // members that follow: .A.B
};

// A function or a member with what it is applied to.
using CommandCall = std::vector<Operand>;

struct Pipeline {
    std::vector<std::string> variables; // declared: "$x", or "$k" and "$v" of a range
    std::vector<CommandCall> calls;
    std::string source; // for messages
};

struct Node {
    enum class Kind { Text, Print, If, Range, With };
    Kind kind = Kind::Text;
    std::string text;
    Pipeline pipeline;
    std::vector<Node> body, otherwise;
};

struct TemplateBody {
    std::vector<Node> nodes;
};

// Throws InvalidArgument.
std::vector<Node> parseTemplate(const std::string& text);

// What a function of templates is given: its values, the piped one last.  Throws InvalidArgument.
// Null where no function has that name.
using TemplateFunction = Json (*)(const std::vector<Json>& arguments);
TemplateFunction findTemplateFunction(const std::string& name);

// A value as Go prints it.
std::string printed(const Json& value);
// What `if` takes for true: nothing empty, null, zero or false.
bool isTrue(const Json& value);

} // namespace ctrd::cli
