#include "kernel/iptables.h"

#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "base/strings.h"
#include "kernel/file_lock.h"

#include <chrono>
#include <set>
#include <thread>

namespace ctrd::kernel {

namespace {

constexpr const char* kLockPath = "/var/run/ctrd-iptables.lock";
constexpr const char* kWait = "--wait=10"; // seconds
constexpr int kAttempts = 5;
constexpr std::chrono::milliseconds kPause(20);

std::vector<std::string> tablesOf(const RuleSet& set) {
    std::set<std::string> tables;
    for (const Chain& chain : set.chains)
        tables.insert(chain.table);
    for (const Rule& rule : set.rules)
        tables.insert(rule.table);
    return {tables.begin(), tables.end()};
}

// Other programs' lock, which some versions take and then fail at once where it is held.
bool knowsWait(const std::string& restore) {
    // The usage goes to standard error, with an exit code that differs from version to version.
    const std::string usage = runCommand({"/bin/sh", "-c", restore + " --help 2>&1 || :"});
    return usage.find("--wait") != std::string::npos;
}

} // namespace

Iptables Iptables::find() {
    std::string complaints;
    for (const char* name : {"iptables", "iptables-legacy"}) {
        for (const char* directory : {"/sbin", "/usr/sbin"}) {
            Iptables tools(joinPath(directory, name));
            if (!exists(tools.program_ + "-save")) continue;
            try {
                tools.save({"nat", "filter"});
                return tools;
            } catch (const Error& e) {
                complaints += std::string("; ") + e.what();
            }
        }
    }
    throw notSupported("no usable iptables in /sbin and /usr/sbin" +
                       (complaints.empty() ? "; install the package iptables" : complaints));
}

std::string Iptables::save(const std::vector<std::string>& tables) const {
    std::string text;
    for (const std::string& table : tables)
        text += runCommand({program_ + "-save", "-t", table});
    return text;
}

void Iptables::install(const RuleSet& set) const {
    apply(set, batchToInstall);
}

void Iptables::remove(const RuleSet& set) const {
    apply(set, batchToRemove);
}

void Iptables::apply(const RuleSet& set, Planner plan) const {
    const FileLock lock(kLockPath);
    for (int attempt = 1;; ++attempt) {
        const std::string batch = plan(save(tablesOf(set)), set);
        if (batch.empty()) return;
        try {
            return restore(batch);
        } catch (const Error&) {
            // Whoever changed the tables meanwhile made the kernel refuse the batch, or a line of
            // it void; what is wanted now may be another batch.
            if (attempt == kAttempts) throw;
        }
        std::this_thread::sleep_for(kPause);
    }
}

void Iptables::restore(const std::string& batch) const {
    std::vector<std::string> argv = {program_ + "-restore", "--noflush"};
    if (knowsWait(argv[0])) argv.emplace_back(kWait);
    runCommand(argv, batch);
}

} // namespace ctrd::kernel
