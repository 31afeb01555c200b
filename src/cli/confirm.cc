#include "cli/confirm.h"

#include "base/fd.h"
#include "base/strings.h"

namespace ctrd::cli {

namespace {

// Byte by byte: what is behind the line is not ours.
std::string readLine(int fd) {
    std::string line;
    char c = 0;
    while (readSome(fd, &c, 1) == 1 && c != '\n')
        line += c;
    return line;
}

} // namespace

bool confirm(Context& context, const std::vector<std::string>& removes) {
    std::string text = "WARNING! This will remove:\n";
    for (const std::string& line : removes)
        text += "  - " + line + "\n";
    context.print(text + "\nAre you sure you want to continue? [y/N] ");
    const std::string answer = toLower(trim(readLine(context.streams.in)));
    return answer == "y" || answer == "yes";
}

} // namespace ctrd::cli
