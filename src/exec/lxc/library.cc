#include "exec/lxc/library.h"

#include "base/error.h"
#include "base/strings.h"

#include <lxc/lxccontainer.h>

#include <dlfcn.h>

namespace ctrd::exec::lxc {

namespace {

constexpr const char* kFile = "liblxc.so.1";
// Where liblxc looks for a configuration, which it shall not find; the directory must be there.
constexpr const char* kPath = "/proc";

std::string lastError() {
    const char* error = dlerror();
    return error != nullptr ? error : "unknown error";
}

} // namespace

Library::Library() : handle_(dlopen(kFile, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr)
        throw notSupported("the lxc driver needs " + std::string(kFile) + " (" + lastError() +
                           "): install the package lxc-libs of EPEL, or liblxc1 of Debian");
}

Library::~Library() {
    dlclose(handle_);
}

template <typename F>
F Library::symbol(const char* name) const {
    void* const found = dlsym(handle_, name);
    if (found == nullptr)
        throw notSupported(std::string(kFile) + " is no liblxc that ctrd can use: " + lastError());
    return reinterpret_cast<F>(found);
}

std::string Library::version() const {
    return symbol<decltype(&lxc_get_version)>("lxc_get_version")();
}

// 2.1 renamed the keys.
Age Library::age() const {
    const auto parts = split(version(), '.');
    const long long major = parseInt(parts[0]).value_or(0);
    const long long minor = parts.size() > 1 ? parseInt(parts[1]).value_or(0) : 0;
    return major > 2 || (major == 2 && minor >= 1) ? Age::New : Age::Old;
}

Container::Container(const Library& library, const std::string& name)
    : library_(library),
      container_(
          library.symbol<decltype(&lxc_container_new)>("lxc_container_new")(name.c_str(), kPath)) {
    if (container_ == nullptr)
        throw internalError("liblxc " + library.version() + " cannot make a container '" + name +
                            "'");
    container_->clear_config(container_);
}

Container::~Container() {
    library_.symbol<decltype(&lxc_container_put)>("lxc_container_put")(container_);
}

void Container::set(const std::string& key, const std::string& value) {
    if (!tryToSet(key, value))
        throw invalidArgument("liblxc " + library_.version() + " does not take '" +
                              nameOf(key, library_.age()) + " = " + value + "'");
}

bool Container::tryToSet(const std::string& key, const std::string& value) {
    return container_->set_config_item(container_, nameOf(key, library_.age()).c_str(),
                                       value.c_str());
}

void Container::run(const std::vector<std::string>& args) {
    container_->want_daemonize(container_, false);
    container_->want_close_all_fds(container_, false);
    std::vector<char*> argv;
    argv.reserve(args.size() + 1);
    for (const auto& arg : args)
        argv.push_back(const_cast<char*>(arg.c_str()));
    argv.push_back(nullptr);
    container_->start(container_, 0, argv.data());
}

} // namespace ctrd::exec::lxc
