#pragma once

#include "archive/entry.h"

#include <map>
#include <string>
#include <string_view>

namespace ctrd::archive {

// The records of a pax header: "LENGTH KEY=VALUE\n" each (POSIX.1-2001, pax).
class PaxRecords {
public:
    // Adds the records of `text`; later ones win, an empty value takes a key away.  `name` is the
    // entry's for the message.  Throws InvalidArgument.
    void parse(std::string_view text, const std::string& name);
    // Adds what `below` has and these neither say nor take away.
    void mergeOver(const PaxRecords& below);

    bool has(const std::string& key) const { return !get(key).empty(); }
    // "" where it is missing.
    std::string get(const std::string& key) const;
    // A whole number from 0 to `most`; throws InvalidArgument.
    int64_t number(const std::string& key, int64_t most, const std::string& name) const;
    // Bytes of all keys and values.
    size_t bytes() const;

    // Puts what the records say about name, owner, times and attributes into `entry`; sizes and
    // sparse maps are the reader's.
    void applyTo(Entry& entry) const;

private:
    std::map<std::string, std::string> values_; // an empty one is no value, but of an attribute
    void applyTime(Entry& entry) const;
};

// A record for a writer.
std::string paxRecord(const std::string& key, const std::string& value);

// An entry's name as messages show it: quoted, cut where it is very long.
std::string shownName(const std::string& name);

} // namespace ctrd::archive
