#include "cli/each.h"

#include "base/error.h"

namespace ctrd::cli {

int forEachName(Context& context, const Arguments& arguments,
                const std::function<void(const std::string&)>& action, bool echo) {
    int failed = 0;
    for (const std::string& name : arguments.positionals()) {
        try {
            action(name);
            if (echo) context.print(name + "\n");
        } catch (const Error& e) {
            // Without the daemon the others would fail in the same words.
            if (isDaemonGone(e)) throw;
            context.complain(e.what());
            ++failed;
        }
    }
    return failed == 0 ? 0 : kExitFailure;
}

} // namespace ctrd::cli
