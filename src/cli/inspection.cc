#include "cli/inspection.h"

#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/json_stream.h"
#include "cli/listing.h"
#include "cli/template.h"

#include <optional>
#include <utility>
#include <vector>

namespace ctrd::cli {

int inspectEach(Context& context, const Arguments& arguments,
                const std::function<std::string(const std::string& name)>& lookUp) {
    const std::string format = arguments.text("format");
    std::optional<Template> shape;
    if (!format.empty() && format != "json") shape.emplace(unescapeFormat(format));
    std::vector<std::string> objects;
    std::string lines;
    int code = 0;
    for (const std::string& name : arguments.positionals()) {
        try {
            const std::string object = lookUp(name);
            objects.push_back(trim(object));
            if (shape) lines += shape->render(parseJson(object, "the daemon's answer")) + "\n";
        } catch (const Error& e) {
            if (isDaemonGone(e)) throw;
            context.print(std::exchange(lines, {}));
            context.complain(e.what());
            code = kExitFailure;
        }
    }
    const std::string array = "[" + join(objects, ",") + "]";
    context.print(shape ? lines : (format == "json" ? array : indentJson(array)) + "\n");
    return code;
}

} // namespace ctrd::cli
