#include "base/error.h"
#include "base/strings.h"
#include "cli/template_tree.h"

#include <cctype>
#include <optional>

namespace ctrd::cli {

namespace {

struct Token {
    enum class Kind { Word, Field, Variable, Literal, Symbol, End };
    Kind kind = Kind::End;
    std::string text;    // Field: with its dot; Symbol: one of | ( ) , := .
    Json value;          // Literal
    bool spaced = false; // blanks stand before it
};

Error wrong(const std::string& action, const std::string& why) {
    return invalidArgument("invalid template action '{{" + action + "}}': " + why);
}

bool isWordChar(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Cuts the inside of an action into tokens.
class Lexer {
public:
    explicit Lexer(const std::string& text) : text_(text) {}

    std::vector<Token> tokens() {
        std::vector<Token> all;
        while (true) {
            const size_t before = at_;
            while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0)
                ++at_;
            const bool spaced = at_ > before;
            Token token = at_ < text_.size() ? next() : Token();
            token.spaced = spaced;
            all.push_back(token);
            if (token.kind == Token::Kind::End) return all;
        }
    }

private:
    std::string takeWord() {
        const size_t start = at_;
        while (at_ < text_.size() && isWordChar(text_[at_]))
            ++at_;
        return text_.substr(start, at_ - start);
    }

    Token next() {
        Token token;
        const char c = text_[at_];
        if (c == '"' || c == '`') {
            token.kind = Token::Kind::Literal;
            token.value = takeString(c);
        } else if (c == '.') {
            ++at_;
            token.text = "." + takeWord();
            token.kind = token.text == "." ? Token::Kind::Symbol : Token::Kind::Field;
        } else if (c == '$') {
            ++at_;
            token.kind = Token::Kind::Variable;
            token.text = "$" + takeWord();
        } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-') {
            token.kind = Token::Kind::Literal;
            token.value = takeNumber();
        } else if (isWordChar(c)) {
            readWord(token);
        } else {
            readSymbol(token);
        }
        return token;
    }

    void readWord(Token& token) {
        token.text = takeWord();
        token.kind = Token::Kind::Literal;
        if (token.text == "true" || token.text == "false")
            token.value = token.text == "true";
        else if (token.text != "nil")
            token.kind = Token::Kind::Word;
    }

    void readSymbol(Token& token) {
        token.kind = Token::Kind::Symbol;
        const size_t length = text_.compare(at_, 2, ":=") == 0 ? 2 : 1;
        token.text = text_.substr(at_, length);
        if (length == 1 && !containsChar("|(),=", token.text[0]))
            throw wrong(text_, "unexpected '" + token.text + "'");
        at_ += length;
    }

    Json takeNumber() {
        const size_t start = at_++;
        while (at_ < text_.size() && (isWordChar(text_[at_]) || text_[at_] == '.'))
            ++at_;
        const std::string word = text_.substr(start, at_ - start);
        const auto whole = parseInt(word);
        if (whole) return *whole;
        char* end = nullptr;
        const double value = std::strtod(word.c_str(), &end);
        if (*end != '\0') throw wrong(text_, "'" + word + "' is no number");
        return value;
    }

    std::string takeString(char quote) {
        std::string value;
        for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
            char c = text_[at_];
            if (c == '\\' && quote == '"' && at_ + 1 < text_.size()) {
                c = text_[++at_];
                if (c == 'n') c = '\n';
                if (c == 't') c = '\t';
            }
            value += c;
        }
        if (at_ == text_.size()) throw wrong(text_, "a closing quote is missing");
        ++at_;
        return value;
    }

    const std::string& text_;
    size_t at_ = 0;
};

// Reads the tokens of one action.
class ActionParser {
public:
    explicit ActionParser(const std::string& text) : text_(text), tokens_(Lexer(text).tokens()) {}

    // The keyword the action begins with, or "".
    std::string keyword() {
        static const char* const known[] = {"if", "else", "end", "range", "with"};
        static const char* const foreign[] = {"template", "block", "define", "break", "continue"};
        const Token& first = tokens_[at_];
        if (first.kind != Token::Kind::Word) return "";
        for (const char* word : foreign)
            if (first.text == word) throw wrong(text_, "'" + first.text + "' is not supported");
        for (const char* word : known)
            if (first.text == word) return tokens_[at_++].text;
        return "";
    }

    bool atEnd() const { return tokens_[at_].kind == Token::Kind::End; }
    void expectEnd() const {
        if (!atEnd()) throw wrong(text_, "unexpected '" + tokens_[at_].text + "'");
    }

    Pipeline pipeline() {
        Pipeline pipeline;
        pipeline.source = text_;
        readVariables(pipeline);
        do {
            pipeline.calls.push_back(call());
        } while (takeSymbol("|"));
        return pipeline;
    }

private:
    bool takeSymbol(const char* symbol) {
        const Token& token = tokens_[at_];
        if (token.kind != Token::Kind::Symbol || token.text != symbol) return false;
        ++at_;
        return true;
    }

    bool isSymbol(size_t i, const char* symbol) const {
        return i < tokens_.size() && tokens_[i].kind == Token::Kind::Symbol &&
               tokens_[i].text == symbol;
    }

    bool isVariable(size_t i) const {
        return i < tokens_.size() && tokens_[i].kind == Token::Kind::Variable;
    }

    // "$x :=", "$x =" or "$k, $v :=".
    void readVariables(Pipeline& pipeline) {
        if (!isVariable(at_)) return;
        if (isSymbol(at_ + 1, ",") && isVariable(at_ + 2) && isSymbol(at_ + 3, ":=")) {
            pipeline.variables = {tokens_[at_].text, tokens_[at_ + 2].text};
            at_ += 4;
        } else if (isSymbol(at_ + 1, ":=") || isSymbol(at_ + 1, "=")) {
            pipeline.variables = {tokens_[at_].text};
            at_ += 2;
        }
    }

    CommandCall call() {
        CommandCall operands;
        while (auto operand = nextOperand())
            operands.push_back(std::move(*operand));
        if (operands.empty()) throw wrong(text_, "a value is missing");
        return operands;
    }

    std::optional<Operand> nextOperand() {
        const Token& token = tokens_[at_];
        Operand operand;
        switch (token.kind) {
            case Token::Kind::End:
                return std::nullopt;
            case Token::Kind::Literal:
                operand.kind = Operand::Kind::Literal;
                operand.literal = token.value;
                ++at_;
                return operand;
            case Token::Kind::Word:
                if (findTemplateFunction(token.text) == nullptr)
                    throw wrong(text_, "there is no function '" + token.text + "'");
                operand.kind = Operand::Kind::Function;
                operand.name = tokens_[at_++].text;
                return operand;
            case Token::Kind::Variable:
                operand.kind = Operand::Kind::Variable;
                operand.name = tokens_[at_++].text;
                break;
            case Token::Kind::Field:
                operand.path.push_back(tokens_[at_++].text.substr(1));
                break;
            case Token::Kind::Symbol:
                if (takeSymbol(".")) break;
                if (!takeSymbol("(")) return std::nullopt;
                operand.kind = Operand::Kind::Group;
                operand.group = std::make_shared<Pipeline>(pipeline());
                if (!takeSymbol(")")) throw wrong(text_, "a ')' is missing");
                break;
        }
        while (tokens_[at_].kind == Token::Kind::Field && !tokens_[at_].spaced)
            operand.path.push_back(tokens_[at_++].text.substr(1));
        return operand;
    }

    const std::string& text_;
    std::vector<Token> tokens_;
    size_t at_ = 0;
};

// Reads text and actions, one list of nodes a block.
class BlockParser {
public:
    explicit BlockParser(const std::string& text) : text_(text) {}

    std::vector<Node> parse() {
        Stop stop;
        std::vector<Node> nodes = block(stop);
        if (!stop.keyword.empty()) throw wrong(stop.keyword, "nothing is open that it belongs to");
        return nodes;
    }

private:
    // What ended a block: "end", "else" (maybe of an "else if", whose pipeline follows), or "" at
    // the end of the text.
    struct Stop {
        std::string keyword;
        std::optional<Node> elseIf;
    };

    std::vector<Node> block(Stop& stop) {
        std::vector<Node> nodes;
        while (true) {
            addText(nodes);
            if (at_ == text_.size()) return nodes;
            const std::string action = takeAction();
            if (startsWith(action, "/*")) continue;
            ActionParser parser(action);
            const std::string keyword = parser.keyword();
            if (keyword == "end" || keyword == "else") {
                stop.keyword = keyword;
                readElseIf(parser, stop);
                return nodes;
            }
            Node node;
            node.pipeline = parser.pipeline();
            parser.expectEnd();
            node.kind = keyword == "if"      ? Node::Kind::If
                        : keyword == "range" ? Node::Kind::Range
                        : keyword == "with"  ? Node::Kind::With
                                             : Node::Kind::Print;
            if (node.kind != Node::Kind::Print) readBranches(node, action);
            nodes.push_back(std::move(node));
        }
    }

    static void readElseIf(ActionParser& parser, Stop& stop) {
        if (!parser.atEnd() && stop.keyword == "else" && parser.keyword() == "if") {
            stop.elseIf.emplace();
            stop.elseIf->kind = Node::Kind::If;
            stop.elseIf->pipeline = parser.pipeline();
        }
        parser.expectEnd();
    }

    void readBranches(Node& node, const std::string& action) {
        Stop stop;
        node.body = block(stop);
        if (stop.elseIf) {
            // Its branches end with the one `end` of the whole.
            Node inner = std::move(*stop.elseIf);
            readBranches(inner, action);
            node.otherwise.push_back(std::move(inner));
            return;
        }
        if (stop.keyword == "else") {
            stop = Stop();
            node.otherwise = block(stop);
        }
        if (stop.keyword != "end") throw wrong(action, "its {{end}} is missing");
    }

    void addText(std::vector<Node>& nodes) {
        const size_t open = std::min(text_.find("{{", at_), text_.size());
        std::string text = text_.substr(at_, open - at_);
        at_ = open;
        if (trimNext_) text.erase(0, text.find_first_not_of(" \t\r\n"));
        if (text_.compare(open, 4, "{{- ") == 0) text.erase(text.find_last_not_of(" \t\r\n") + 1);
        trimNext_ = false;
        if (text.empty()) return;
        Node node;
        node.text = std::move(text);
        nodes.push_back(std::move(node));
    }

    std::string takeAction() {
        const size_t close = closingBraces(at_ + 2);
        if (close == std::string::npos) throw wrong(text_.substr(at_ + 2, 40), "'}}' is missing");
        std::string action = text_.substr(at_ + 2, close - at_ - 2);
        at_ = close + 2;
        if (startsWith(action, "- ")) action.erase(0, 2);
        if (endsWith(action, " -")) {
            trimNext_ = true;
            action.resize(action.size() - 2);
        }
        return trim(action);
    }

    // Those in a string do not close.
    size_t closingBraces(size_t from) const {
        char quote = '\0';
        for (size_t i = from; i + 1 < text_.size(); ++i) {
            const char c = text_[i];
            if (quote != '\0') {
                if (c == '\\' && quote == '"')
                    ++i;
                else if (c == quote)
                    quote = '\0';
            } else if (c == '"' || c == '`') {
                quote = c;
            } else if (c == '}' && text_[i + 1] == '}') {
                return i;
            }
        }
        return std::string::npos;
    }

    const std::string& text_;
    size_t at_ = 0;
    bool trimNext_ = false; // the action before ended with "-}}"
};

} // namespace

std::vector<Node> parseTemplate(const std::string& text) {
    return BlockParser(text).parse();
}

} // namespace ctrd::cli
