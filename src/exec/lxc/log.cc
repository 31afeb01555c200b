#include "exec/lxc/log.h"

#include "base/strings.h"

#include <vector>

#include <unistd.h>

namespace ctrd::exec::lxc {

namespace {

constexpr size_t kLines = 4;

} // namespace

Log::Log() : pipe_(Pipe::create()) {
    setNonBlocking(pipe_.readEnd.get(), true);
}

std::string Log::path() const {
    return "/proc/self/fd/" + std::to_string(pipe_.writeEnd.get());
}

std::string Log::lastWords() const {
    std::string text;
    char buffer[4096];
    for (ssize_t size; (size = read(pipe_.readEnd.get(), buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<size_t>(size));
    std::vector<std::string> words;
    for (const auto& line : split(text, '\n'))
        if (!trim(line).empty()) words.push_back(messageOf(line));
    if (words.size() > kLines) words.erase(words.begin(), words.end() - kLines);
    return join(words, "; ");
}

std::string messageOf(const std::string& line) {
    static const std::string kSeparator = " - ";
    const size_t place = line.find(kSeparator);
    if (place == std::string::npos) return trim(line);
    const size_t message = line.find(kSeparator, place + kSeparator.size());
    return trim(line.substr((message == std::string::npos ? place : message) + kSeparator.size()));
}

} // namespace ctrd::exec::lxc
