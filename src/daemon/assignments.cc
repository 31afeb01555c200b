#include "base/error.h"
#include "base/strings.h"
#include "daemon/sysconfig.h"
#include "image/shell_words.h"

#include <algorithm>
#include <cctype>

namespace ctrd::daemon {

namespace {

// One command of a shell, its comment removed and its continued lines joined.
struct Statement {
    std::string text;
    int line = 1; // on which it begins
};

// Cuts a file into statements; `at_` is the next character.
class Cutter {
public:
    explicit Cutter(const std::string& text) : text_(text) {}

    bool next(Statement& statement) {
        statement = {};
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0)
            step();
        statement.line = line_;
        if (at_ == text_.size()) return false;
        while (at_ < text_.size() && !ends())
            take(statement.text);
        if (at_ < text_.size()) step();
        return true;
    }

private:
    void step() {
        if (text_[at_++] == '\n') ++line_;
    }

    bool ends() const { return quote_ == 0 && (text_[at_] == '\n' || text_[at_] == ';'); }

    void take(std::string& into) {
        const char c = text_[at_];
        const bool first = into.empty() || std::isspace(static_cast<unsigned char>(into.back()));
        if (quote_ == 0 && c == '#' && first) {
            while (at_ < text_.size() && text_[at_] != '\n')
                step();
            return;
        }
        if (c == '\\' && quote_ != '\'' && at_ + 1 < text_.size()) {
            const bool continues = text_[at_ + 1] == '\n';
            if (!continues) into.append(text_, at_, 2);
            step();
            step();
            return;
        }
        refuseShellsOwn(c);
        if (quote_ == 0 && (c == '"' || c == '\''))
            quote_ = c;
        else if (c == quote_)
            quote_ = 0;
        into += c;
        step();
    }

    // What only a shell could do.
    void refuseShellsOwn(char c) const {
        const bool substitution =
            quote_ != '\'' && (c == '`' || (c == '$' && text_.compare(at_, 2, "$(") == 0));
        if (substitution || (quote_ == 0 && containsChar("&|<>(){}", c) && !isBraceOfName(c)))
            throw invalidArgument("'" + std::string(1, c) +
                                  "': ctrd reads this file without a shell: NAME=VALUE is wanted");
    }

    bool isBraceOfName(char c) const {
        if (c == '{') return at_ > 0 && text_[at_ - 1] == '$';
        const size_t open = text_.rfind("${", at_);
        return c == '}' && open != std::string::npos && text_.find('}', open) == at_;
    }

public:
    int line() const { return line_; }

private:
    const std::string& text_;
    size_t at_ = 0;
    int line_ = 1;
    char quote_ = 0;
};

bool isName(const std::string& text) {
    const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
           std::all_of(text.begin(), text.end(), fits);
}

// The names in $NAME and ${NAME…} of a word, but for those between single quotes.
std::vector<std::string> namesIn(const std::string& word) {
    std::vector<std::string> names;
    bool single = false, doubled = false;
    for (size_t at = 0; at < word.size(); ++at) {
        if (word[at] == '\\' && !single)
            ++at;
        else if (word[at] == '\'' && !doubled)
            single = !single;
        else if (word[at] == '"' && !single)
            doubled = !doubled;
        else if (word[at] == '$' && !single) {
            size_t start = at + 1;
            if (start < word.size() && word[start] == '{') ++start;
            size_t end = start;
            while (end < word.size() && isName("_" + word.substr(start, end + 1 - start)))
                ++end;
            if (end > start) names.push_back(word.substr(start, end - start));
        }
    }
    return names;
}

// What was assigned so far, for the statements that follow.
class Reader {
public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    void read(const Statement& statement) {
        const auto words = image::splitShellWords(statement.text);
        const bool exported = !words.empty() && words[0] == "export";
        for (size_t i = exported ? 1 : 0; i < words.size(); ++i)
            readWord(words[i], exported, statement.line);
    }

    std::vector<Assignment> take() { return std::move(all_); }

private:
    void readWord(const std::string& word, bool exported, int line) {
        const auto pair = splitOnce(word, '=');
        if (!pair && exported && isName(word)) return exportAgain(word);
        if (!pair || !isName(pair->first))
            throw invalidArgument("'" + word +
                                  "': ctrd reads this file without a shell: NAME=VALUE is wanted");
        for (const auto& name : namesIn(pair->second))
            use(name);
        const std::string value = image::expandShellWord(pair->second, environment_);
        environment_.push_back(pair->first + "=" + value);
        all_.push_back({pair->first, value, file_ + ":" + std::to_string(line), exported, false});
    }

    void exportAgain(const std::string& name) {
        use(name);
        for (auto& assignment : all_)
            if (assignment.name == name) assignment.exported = true;
    }

    void use(const std::string& name) {
        bool known = false;
        for (auto& assignment : all_)
            if (assignment.name == name) known = assignment.used = true;
        if (!known)
            throw invalidArgument("$" + name +
                                  " is not assigned above, and ctrd does not take it "
                                  "from the environment");
    }

    std::string file_;
    std::vector<Assignment> all_;
    std::vector<std::string> environment_;
};

} // namespace

std::vector<Assignment> parseAssignments(const std::string& text, const std::string& file) {
    Reader reader(file);
    Cutter cutter(text);
    Statement statement;
    try {
        while (cutter.next(statement))
            reader.read(statement);
    } catch (const Error& e) {
        const int line = statement.text.empty() ? cutter.line() : statement.line;
        throw Error(e.kind(), file + ":" + std::to_string(line) + ": " + e.what());
    }
    return reader.take();
}

} // namespace ctrd::daemon
