#include "base/error.h"
#include "base/process.h"
#include "base/strings.h"
#include "engine/engine_impl.h"
#include "engine/process_table.h"

#include <set>

namespace ctrd::engine {

TopView Engine::top(const std::string& ref, const std::string& psArgs) const {
    const ContainerPtr container = impl_->containers.find(ref);
    impl_->monitorOf(*container); // refused before ps is run
    std::vector<std::string> command = {"ps"};
    for (auto& word : splitWords(psArgs.empty() ? "-ef" : psArgs))
        command.push_back(std::move(word));
    std::string output;
    try {
        output = runCommand(command);
    } catch (const SystemError& e) {
        throw notSupported(std::string(e.what()) + ": install ps (package procps)");
    } catch (const Error& e) {
        throw invalidArgument(std::string("error running ps: ") + e.what());
    }
    const auto pids =
        impl_->ask(*container, [](monitor::Client& monitor) { return monitor.pids(); });
    return parseProcessTable(output, std::set<pid_t>(pids.begin(), pids.end()));
}

} // namespace ctrd::engine
