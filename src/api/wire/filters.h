#pragma once

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ctrd::api::wire {

// The `filters` parameter.  Values of one name are alternatives, names are conditions that must all
// hold; a name that is not there is no condition.
class Filters {
public:
    Filters() = default;

    // Of {"status":["exited"]} and, from API 1.22, {"status":{"exited":true}}; "" is none.
    // InvalidArgument where it is neither.
    static Filters parse(const std::string& text);

    // InvalidArgument "invalid filter 'x'" where another name than these is used.
    void requireKnown(std::initializer_list<const char*> names) const;

    bool empty() const { return values_.empty(); }
    bool has(const std::string& name) const { return values_.count(name) > 0; }
    const std::set<std::string>& get(const std::string& name) const;
    // Of a filter that is a truth ("dangling"): InvalidArgument where it is none or both.
    bool truth(const std::string& name, bool otherwise) const;

    // Whether one of the values, or none is asked for, is `candidate`.
    bool matchesExact(const std::string& name, const std::string& candidate) const;
    // … is a part of it, or as a regular expression matches it.  Docker reads the filters `id` and
    // `name` so.
    bool matchesPattern(const std::string& name, const std::string& candidate) const;
    // Every value, "key" or "key=value", is among the labels: labels are all wanted.
    bool matchesLabels(const std::string& name,
                       const std::map<std::string, std::string>& labels) const;
    // No value is among the labels: the filter "label!".
    bool lacksLabels(const std::string& name,
                     const std::map<std::string, std::string>& labels) const;

private:
    std::map<std::string, std::set<std::string>> values_;
};

} // namespace ctrd::api::wire
