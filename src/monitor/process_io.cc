#include "monitor/process_io.h"

#include "base/error.h"
#include "kernel/tty.h"

#include <algorithm>
#include <optional>

#include <fcntl.h>

namespace ctrd::monitor {

namespace {

// How long a client that takes nothing can hold up the report of an exit.
constexpr int64_t kStallPatience = 2000; // milliseconds

} // namespace

ProcessIo::ProcessIo(EventLoop& loop, ReadBuffer& buffer, const Settings& settings,
                     Listener listener)
    : loop_(loop), buffer_(buffer), settings_(settings), listener_(std::move(listener)) {
    if (settings.tty)
        openTty();
    else
        openPipes();
}

void ProcessIo::openTty() {
    std::optional<kernel::Pty> inside;
    if (settings_.ttyOf > 0) inside = kernel::openPtyOf(settings_.ttyOf);
    kernel::Pty pty = inside ? std::move(*inside) : kernel::openPty();
    if (settings_.rows > 0 && settings_.columns > 0)
        kernel::resizeTty(pty.master.get(), settings_.rows, settings_.columns);
    stdio_.in = duplicate(pty.slave.get());
    stdio_.out = duplicate(pty.slave.get());
    stdio_.err = std::move(pty.slave);
    master_ = duplicate(pty.master.get());
    // Of its own for each direction: epoll takes a descriptor once.
    if (settings_.input) addInput(duplicate(pty.master.get()));
    addOutput(std::move(pty.master), logging::Stream::Stdout);
}

void ProcessIo::openPipes() {
    if (settings_.input) {
        Pipe pipe = Pipe::create();
        stdio_.in = std::move(pipe.readEnd);
        addInput(std::move(pipe.writeEnd));
    } else {
        stdio_.in = openFile("/dev/null", O_RDONLY);
    }
    const auto makeOutput = [this](bool wanted, logging::Stream stream) {
        if (!wanted) return openFile("/dev/null", O_WRONLY);
        Pipe pipe = Pipe::create();
        addOutput(std::move(pipe.readEnd), stream);
        return std::move(pipe.writeEnd);
    };
    stdio_.out = makeOutput(settings_.output, logging::Stream::Stdout);
    stdio_.err = makeOutput(settings_.error, logging::Stream::Stderr);
}

void ProcessIo::addOutput(Fd source, logging::Stream stream) {
    outputs_.push_back(std::make_unique<OutputPump>(
        loop_, buffer_, std::move(source), stream,
        [this](logging::Stream from, std::string_view bytes) { output(from, bytes); },
        [this] { return congested(); }));
}

void ProcessIo::addInput(Fd target) {
    input_ = std::make_unique<InputPump>(loop_, std::move(target), [this] { allowInput(true); });
}

void ProcessIo::attach(const AttachRequest& request, Fd client) {
    attachments_.emplace_back(loop_, buffer_, std::move(client), request, settings_.tty,
                              static_cast<Attachment::Owner&>(*this));
    if (input_ && input_->full()) attachments_.back().allowInput(false);
    attachments_.back().begin();
}

void ProcessIo::resize(uint16_t rows, uint16_t columns) {
    if (!master_) throw conflict("the process has no tty to resize");
    kernel::resizeTty(master_.get(), rows, columns);
}

void ProcessIo::output(logging::Stream stream, std::string_view bytes) {
    if (listener_.output) listener_.output(stream, bytes);
    for (auto& attachment : attachments_)
        attachment.output(stream, bytes);
}

bool ProcessIo::congested() const {
    return std::any_of(attachments_.begin(), attachments_.end(),
                       [](const Attachment& a) { return a.congested(); });
}

void ProcessIo::allowInput(bool allowed) {
    for (auto& attachment : attachments_)
        attachment.allowInput(allowed);
}

void ProcessIo::typed(Attachment&, std::string_view bytes) {
    if (!input_) return;
    input_->write(bytes);
    if (input_->full()) allowInput(false);
}

void ProcessIo::inputEnded(Attachment& from) {
    if (!input_) return;
    if (settings_.inputOnce && !settings_.tty) return input_->end();
    // As Docker: a client that types no more and cannot end the input has done what it came for.
    from.close();
}

void ProcessIo::detached(Attachment& from) {
    from.close();
    if (listener_.detached) listener_.detached();
}

void ProcessIo::relieved(Attachment& from) {
    // Not now: somebody may be walking over them.
    if (from.gone()) sweepTimer_ = loop_.after(0, [this] { sweep(); });
    if (!congested())
        for (auto& pump : outputs_)
            pump->resume();
    checkFlushed();
}

void ProcessIo::sweep() {
    attachments_.remove_if([](const Attachment& a) { return a.gone(); });
}

void ProcessIo::drain() {
    input_.reset();
    for (auto& pump : outputs_)
        pump->drain(settings_.tty);
}

void ProcessIo::whenFlushed(std::function<void()> then) {
    whenFlushed_ = std::move(then);
    takenBefore_ = takenByAll();
    stallTimer_ = loop_.after(kStallPatience, [this] { dropStalled(); });
    checkFlushed();
}

void ProcessIo::checkFlushed() {
    if (!whenFlushed_) return;
    for (const auto& attachment : attachments_)
        if (!attachment.flushed()) return;
    stallTimer_ = {};
    loop_.soon(std::exchange(whenFlushed_, nullptr));
}

uint64_t ProcessIo::takenByAll() const {
    uint64_t total = 0;
    for (const auto& attachment : attachments_)
        total += attachment.taken();
    return total;
}

void ProcessIo::dropStalled() {
    const bool progress = takenByAll() != takenBefore_;
    takenBefore_ = takenByAll();
    stallTimer_ = loop_.after(kStallPatience, [this] { dropStalled(); });
    if (progress) return;
    for (auto& attachment : attachments_)
        if (!attachment.flushed()) attachment.close();
}

void ProcessIo::close() {
    for (auto& attachment : attachments_)
        attachment.close();
}

} // namespace ctrd::monitor
