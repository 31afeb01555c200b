#pragma once

#include "base/json.h"

#include <memory>
#include <string>

namespace ctrd::cli {

// What --format takes: the part of Go's text/template that Docker's users write.
//
//   {{.Name}} {{.State.Pid}} {{.Label "key"}}     members; a name matches whatever its case
//   {{json .}} {{json .Config}}                   as JSON
//   {{index .Config.Labels "a"}} {{len .Mounts}}  {{slice .ID 0 4}}
//   {{join .Cmd " "}} {{split .Image ":"}} {{lower .X}} {{upper .X}} {{title .X}} {{println .X}}
//   {{printf "%-20s %d" .Name .State.Pid}} {{pad .X 1 1}} {{truncate .X 10}}
//   {{if .X}}…{{else if .Y}}…{{else}}…{{end}}     eq ne lt le gt ge and or not
//   {{range .Mounts}}…{{else}}…{{end}}, {{range $k, $v := .Labels}}…{{end}}, {{with .X}}…{{end}}
//   {{$x := .Y}} {{$x}}, {{.X | upper | json}}, (…), {{- trimmed -}}, {{/* comment */}}
class Template {
public:
    // Throws InvalidArgument that quotes the action that is wrong.
    explicit Template(const std::string& text);
    Template(const Template&) = delete;
    Template& operator=(const Template&) = delete;
    ~Template();

    // `methods` are members that are found but not listed: {{.Label "key"}} looks into
    // methods["Label"].  Throws InvalidArgument for a member that is not there.
    std::string render(const Json& data, const Json& methods = Json::object()) const;

private:
    std::unique_ptr<struct TemplateBody> body_;
};

} // namespace ctrd::cli
