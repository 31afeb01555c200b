#include "daemon/check.h"

#include "api/wire/check_text.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/strings.h"
#include "daemon/drivers.h"
#include "kernel/probe.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace ctrd::daemon {

namespace {

const char* severityName(kernel::Severity severity) {
    switch (severity) {
        case kernel::Severity::Fine:
            return "fine";
        case kernel::Severity::Fallback:
            return "fallback";
        default:
            return "fatal";
    }
}

Json toJson(const kernel::Finding& finding) {
    return {{"Area", finding.area},
            {"Feature", finding.feature},
            {"Severity", severityName(finding.severity)},
            {"Found", finding.found},
            {"Effect", finding.effect},
            {"Mend", finding.mend}};
}

std::vector<kernel::Finding> execFindings() {
    std::vector<kernel::Finding> findings;
    for (const auto& driver : probeExecDrivers()) {
        kernel::Finding finding{"Exec drivers", driver.name, kernel::Severity::Fine,
                                "works here",   "",          ""};
        if (!driver.problem.empty()) {
            finding.severity = kernel::Severity::Fallback;
            finding.found = driver.problem;
            finding.effect = "containers that ask for it are refused";
        }
        findings.push_back(finding);
    }
    return findings;
}

} // namespace

Json checkHost() {
    const kernel::KernelFacts facts = kernel::askKernel();
    Json report = {{"Ok", true}, {"KernelVersion", facts.release}, {"Findings", Json::array()}};
    auto findings = kernel::probeHost(facts);
    for (auto& finding : execFindings())
        findings.push_back(std::move(finding));
    for (const auto& finding : findings) {
        if (finding.severity == kernel::Severity::Fatal) report["Ok"] = false;
        report["Findings"].push_back(toJson(finding));
    }
    return report;
}

int printCheck(bool asJson) {
    const Json report = checkHost();
    winsize size = {};
    const bool terminal = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    const std::string text =
        asJson ? dumpJson(report) + "\n"
               : api::wire::checkText(report, terminal ? size.ws_col : 0, terminal);
    writeAll(STDOUT_FILENO, text);
    return getBool(report, "Ok") ? 0 : 1;
}

void logCheck(const Json& report) {
    for (const auto& line : api::wire::checkLines(report)) {
        if (startsWith(line, "fatal"))
            log::error("this host: " + line + " ('ctrd --check' says more)");
        else
            log::info("this host: " + line);
    }
}

} // namespace ctrd::daemon
