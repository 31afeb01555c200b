#pragma once

#include "exec/lxc/keys.h"
#include "exec/lxc/options.h"

#include <memory>
#include <string>
#include <vector>

struct lxc_container;

// liblxc, loaded when it is needed: a monitor of another driver's container must not pay for it,
// and one that is missing shall be told in our words.
namespace ctrd::exec::lxc {

class Library {
public:
    // Throws NotSupported that says what to install.
    Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    // Unloads it; no Container may be left.
    ~Library();

    std::string version() const;
    Age age() const;

private:
    friend class Container;
    template <typename F>
    F symbol(const char* name) const;

    void* handle_;
};

// A container as liblxc sees it: a name and its configuration, in memory only.
class Container {
public:
    Container(const Library& library, const std::string& name);
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;
    ~Container();

    // `key` by its new name.  InvalidArgument where liblxc does not take it.
    void set(const std::string& key, const std::string& value);
    bool tryToSet(const std::string& key, const std::string& value);

    // Runs `args` as the first process and returns when it ended, or when it could not be started:
    // the two ages of liblxc do not agree on how to tell these apart.  The caller must have one
    // thread; descriptors that are not close-on-exec are inherited.
    void run(const std::vector<std::string>& args);

private:
    const Library& library_;
    lxc_container* container_;
};

} // namespace ctrd::exec::lxc
