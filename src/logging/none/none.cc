#include "logging/none/none.h"

#include "base/error.h"

namespace ctrd::logging::none {

namespace {

class Writer : public Driver {
public:
    std::string name() const override { return "none"; }
    void write(const Message&) override {}
    void flush() override {}
    void close() override {}
};

} // namespace

void validateOptions(const Options& options) {
    if (!options.empty())
        throw invalidArgument("unknown log opt '" + options.begin()->first +
                              "' for none log driver: it takes none");
}

std::unique_ptr<Driver> createWriter(const Options& options, const std::string&) {
    validateOptions(options);
    return std::make_unique<Writer>();
}

} // namespace ctrd::logging::none
