#include "base/ids.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/json_stream.h"
#include "cli/listing.h"
#include "cli/reference.h"
#include "cli/stats_row.h"
#include "cli/terminal.h"

#include <algorithm>
#include <cerrno>
#include <list>

#include <poll.h>

namespace ctrd::cli {

namespace {

constexpr int64_t kRedrawInterval = kSecond;

const Option kOptions[] = {
    {"all", 'a', OptionKind::Flag, "false", nullptr, "those that do not run, too"},
    {"format", 0, OptionKind::Text, "", "TEMPLATE",
     "a line as the template says ('{{.Name}} {{.CPUPerc}}'), or json"},
    {"no-stream", 0, OptionKind::Flag, "false", nullptr, "print one sample and end"},
    {"no-trunc", 0, OptionKind::Flag, "false", nullptr, "whole ids"},
};

const std::vector<Listing::Field> kFields = {
    {"Container", "CONTAINER", 12},
    {"Name", "NAME", 12},
    {"ID", "CONTAINER ID"},
    {"CPUPerc", "CPU %"},
    {"MemUsage", "MEM USAGE / LIMIT", 17},
    {"MemPerc", "MEM %"},
    {"NetIO", "NET I/O", 9},
    {"BlockIO", "BLOCK I/O", 9},
    {"PIDs", "PIDS"},
};

// The samples of one container, as they come.
class Source {
public:
    Source(Context& context, const std::string& name, std::string label, bool stream)
        : name_(name),
          label_(std::move(label)),
          exchange_(context.api().begin("GET", pathOf("containers", name, "/stats"),
                                        {{"stream", stream ? "1" : "0"}})) {}

    const std::string& name() const { return name_; }
    void begin() { exchange_.head(); }
    int fd() { return exchange_.connection().fd(); }
    bool ready() { return exchange_.connection().hasBuffered(); }

    // Takes in what came; false once there is no more.
    bool read() {
        const std::string_view piece = exchange_.connection().readPiece();
        splitter_.feed(piece, [this](const Json& sample) { row = statsRow(label_, sample); });
        return !piece.empty();
    }

    Json row; // null before the first sample

private:
    std::string name_, label_;
    Exchange exchange_;
    JsonSplitter splitter_;
};

class Monitor {
public:
    Monitor(Context& context, const Arguments& arguments)
        : context_(context),
          arguments_(arguments),
          stream_(!arguments.flag("no-stream")),
          live_(stream_ && isTerminal(context.streams.out)) {}

    int run() {
        if (arguments_.count() > 0)
            addNamed();
        else
            addListed();
        Timestamp drawn = now();
        do {
            collect(stream_ ? drawn + kRedrawInterval : 0);
            draw();
            drawn = now();
            if (arguments_.count() == 0 && stream_) addListed();
        } while (stream_ && (!sources_.empty() || arguments_.count() == 0));
        return 0;
    }

private:
    void addNamed() {
        for (const std::string& name : arguments_.positionals())
            sources_.emplace_back(context_, name, name, stream_);
        for (Source& source : sources_)
            source.begin();
    }

    // Those that are running by now and not watched yet.
    void addListed() {
        const std::string all = arguments_.flag("all") ? "1" : "0";
        for (const Json& container : context_.api().get("/containers/json", {{"all", all}})) {
            const std::string id = getString(container, "Id");
            const bool known = std::any_of(sources_.begin(), sources_.end(),
                                           [&](const Source& s) { return s.name() == id; });
            if (known) continue;
            Source source(context_, id, arguments_.flag("no-trunc") ? id : shortId(id), stream_);
            try {
                source.begin();
            } catch (const ApiError&) {
                continue; // it is gone already
            }
            sources_.push_back(std::move(source));
        }
    }

    // Reads until the moment, or until every container has given one sample.
    void collect(Timestamp until) {
        while (true) {
            const bool complete = std::all_of(sources_.begin(), sources_.end(),
                                              [](const Source& s) { return !s.row.is_null(); });
            const int64_t left = until - now();
            if (until == 0 ? complete : left <= 0) return;
            readOnce(until == 0 ? -1 : static_cast<int>(left / 1000000) + 1);
        }
    }

    void readOnce(int milliseconds) {
        std::vector<pollfd> watched;
        for (Source& source : sources_) {
            if (source.ready()) milliseconds = 0;
            watched.push_back({source.fd(), POLLIN, 0});
        }
        if (::poll(watched.data(), watched.size(), milliseconds) < 0 && errno != EINTR)
            throw SystemError("cannot wait for statistics");
        size_t i = 0;
        for (auto source = sources_.begin(); source != sources_.end(); ++i) {
            const bool readable = watched[i].revents != 0 || source->ready();
            // The one sample of a container stays to be shown.
            const bool ended = readable && !source->read() && (stream_ || source->row.is_null());
            source = ended ? sources_.erase(source) : std::next(source);
        }
    }

    void draw() {
        Listing listing(kFields, {arguments_.count() > 0 ? "Container" : "ID", "Name", "CPUPerc",
                                  "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs"});
        for (const Source& source : sources_)
            if (!source.row.is_null()) listing.add(source.row);
        std::string text = listing.render(arguments_.text("format"), context_.width());
        if (live_) {
            // Home, each line cleared to its end, and what is below it: no flicker.
            std::string lines;
            for (const char c : text)
                lines += c == '\n' ? std::string("\033[K\n") : std::string(1, c);
            text = "\033[H" + lines + "\033[J";
            if (!cleared_) text.insert(0, "\033[2J");
            cleared_ = true;
        }
        context_.print(text);
    }

    Context& context_;
    const Arguments& arguments_;
    const bool stream_, live_;
    bool cleared_ = false;
    std::list<Source> sources_;
};

int stats(Context& context, const Arguments& arguments) {
    return Monitor(context, arguments).run();
}

} // namespace

const Command kStats = {
    "stats",
    "Containers",
    "[CONTAINER...]",
    "show what containers use of the host",
    "Shows the processor time, memory, traffic and processes of running containers, of all where "
    "none is named. On a terminal the table is kept up to date until ctrl-c.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    kAnyNumber,
    Completes::RunningContainers,
    "",
    "$ ctr stats --no-stream\n$ ctr stats web db",
    stats,
};

} // namespace ctrd::cli
