#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

// IPv4 packet filter rules, by the iptables tools of 1.4.7 (EL6, without -C and --wait) and newer.
//
// Rules of ours carry a comment that names their owner ("ctrd:ctr0"), so that whose they are does
// not depend on their text: what an earlier version or other options left is found and replaced.
namespace ctrd::kernel {

struct Rule {
    enum class Place {
        First, // at the head of the chain, in the order of the set
        Last,
    };
    std::string table; // "nat", "filter"
    std::string chain;
    std::string text; // "-i ctr0 -j ACCEPT", without the owner's comment
    Place place = Place::First;
};

struct Chain {
    std::string table, name; // at most 28 characters, as the kernel has it
};

struct RuleSet {
    std::string owner;         // the comment; no white space or quotes
    std::vector<Chain> chains; // made where missing; what is in them stays
    std::vector<Rule> rules;
};

// A rule's words as one form for every way to write the same: quotes removed, `-i ! x` as `! -i x`,
// network masks as prefix lengths without host bits and without /32, long names as short ones, and
// -s -d -i -o -p before the matches and the target.
std::vector<std::string> canonicalRule(const std::string& text);

// Input for iptables-restore --noflush that turns what iptables-save printed (all tables of the
// set) into a state that holds the set: chains made, and in every chain the owner's rules exactly
// as wanted, once, in order.  "" where it does already.
std::string batchToInstall(const std::string& saved, const RuleSet& set);
// The same to take down everything of the owner and the set's chains with their content.
std::string batchToRemove(const std::string& saved, const RuleSet& set);

// The tools.  Thread safe.  Every change is read, planned and written under one lock of the host
// (/var/run/ctrd-iptables.lock), because iptables itself has none before 1.4.20; where another
// program got in between, it starts over.
class Iptables {
public:
    // Looks in /sbin and /usr/sbin for tools that can list the tables: "iptables", and
    // "iptables-legacy" where the first speaks to an nf_tables that the kernel has not.  Throws
    // NotSupported with what each said.
    static Iptables find();
    // These tools: "/sbin/iptables", with "/sbin/iptables-save" and -restore beside it.
    explicit Iptables(std::string program) : program_(std::move(program)) {}

    const std::string& program() const { return program_; }

    void install(const RuleSet& set) const;
    void remove(const RuleSet& set) const;
    // What iptables-save prints for these tables.
    std::string save(const std::vector<std::string>& tables) const;

private:
    using Planner = std::string (*)(const std::string&, const RuleSet&);
    void apply(const RuleSet& set, Planner plan) const;
    void restore(const std::string& batch) const;

    std::string program_;
};

} // namespace ctrd::kernel
