#include "image/shell_words.h"

#include "base/error.h"
#include "base/strings.h"

#include <cctype>

namespace ctrd::image {

namespace {

bool isSpace(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool isNameChar(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

Error unfinished(std::string_view text, const char* what) {
    return invalidArgument("missing " + std::string(what) + " in '" + std::string(text) + "'");
}

std::string valueOf(const std::vector<std::string>& env, const std::string& name) {
    std::string value;
    for (const std::string& variable : env)
        if (startsWith(variable, name + "=")) value = variable.substr(name.size() + 1);
    return value;
}

// One pass over a word; `at_` is the next character.
class Expander {
public:
    // No `env`: a $ stays what it is.
    Expander(std::string_view text, const std::vector<std::string>* env) : text_(text), env_(env) {}

    std::string run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\'')
                singleQuoted();
            else if (c == '"')
                doubleQuoted();
            else if (c == '$' && env_ != nullptr)
                variable();
            else if (c == '\\' && at_ + 1 < text_.size())
                take(2, 1);
            else
                take(1, 0);
        }
        return out_;
    }

private:
    // Moves on by `count` characters and keeps them but for the first `dropped`.
    void take(size_t count, size_t dropped) {
        out_ += text_.substr(at_ + dropped, count - dropped);
        at_ += count;
    }

    void singleQuoted() {
        const size_t end = text_.find('\'', at_ + 1);
        if (end == std::string_view::npos) throw unfinished(text_, "closing quote");
        out_ += text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
    }

    void doubleQuoted() {
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"') {
            const bool escapes = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                                 containsChar("\"$\\", text_[at_ + 1]);
            if (escapes)
                take(2, 1);
            else if (text_[at_] == '$' && env_ != nullptr)
                variable();
            else
                take(1, 0);
        }
        if (at_ == text_.size()) throw unfinished(text_, "closing quote");
        ++at_;
    }

    void variable() {
        size_t start = at_ + 1;
        if (start < text_.size() && text_[start] == '{') return bracedVariable();
        size_t end = start;
        while (end < text_.size() && isNameChar(text_[end]))
            ++end;
        if (end == start) return take(1, 0);
        out_ += valueOf(*env_, std::string(text_.substr(start, end - start)));
        at_ = end;
    }

    void bracedVariable() {
        const size_t start = at_ + 2;
        const size_t end = text_.find('}', start);
        if (end == std::string_view::npos) throw unfinished(text_, "closing brace");
        const std::string_view inside = text_.substr(start, end - start);
        const size_t colon = inside.find(':');
        const std::string name(inside.substr(0, colon));
        const std::string value = valueOf(*env_, name);
        at_ = end + 1;
        if (colon == std::string_view::npos) {
            out_ += value;
            return;
        }
        const std::string_view modifier = inside.substr(colon + 1, 1);
        const std::string word(inside.substr(std::min(colon + 2, inside.size())));
        if (modifier == "-")
            out_ += value.empty() ? Expander(word, env_).run() : value;
        else if (modifier == "+")
            out_ += value.empty() ? "" : Expander(word, env_).run();
        else
            throw invalidArgument("unsupported modifier in '${" + std::string(inside) + "}'");
    }

    std::string_view text_;
    const std::vector<std::string>* env_;
    size_t at_ = 0;
    std::string out_;
};

// The end of the word that starts at `at`.
size_t endOfWord(std::string_view text, size_t at) {
    char quote = 0;
    for (; at < text.size() && (quote != 0 || !isSpace(text[at])); ++at) {
        const char c = text[at];
        if (c == '\\' && quote != '\'')
            ++at;
        else if (quote == 0 && (c == '"' || c == '\''))
            quote = c;
        else if (c == quote)
            quote = 0;
    }
    if (quote != 0) throw unfinished(text, "closing quote");
    return std::min(at, text.size());
}

} // namespace

std::vector<std::string> splitShellWords(std::string_view text) {
    std::vector<std::string> words;
    for (size_t at = 0; at < text.size();) {
        if (isSpace(text[at])) {
            ++at;
            continue;
        }
        const size_t end = endOfWord(text, at);
        words.emplace_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

std::string expandShellWord(std::string_view word, const std::vector<std::string>& env) {
    return Expander(word, &env).run();
}

std::string unquoteShellWord(std::string_view word) {
    return Expander(word, nullptr).run();
}

} // namespace ctrd::image
