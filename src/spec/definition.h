#pragma once

#include "spec/container_config.h"
#include "spec/host_config.h"

#include <string>
#include <vector>

namespace ctrd::spec {

// A container as a file defines it: what `create` is asked for.
struct Definition {
    std::string name;
    ContainerConfig config;
    HostConfig hostConfig;
    // Of a libvirt domain, which has no image: the directory of the host that is its root.
    std::string rootDirectory;
};

// Of an XML document: ours (<container>: its elements are called as the options of `ctr run` and
// mean the same; doc/ctrd-container.rng is its schema), or libvirt-lxc's <domain type='lxc'>, as
// `virsh dumpxml` writes it.  Valid as spec::validate() has it.  Throws InvalidArgument
// "FILE:LINE: <element>: …", also for what is not known or would have to be passed over in silence.
Definition definitionFromXml(const std::string& text, const std::string& file);

// The elements of our form that the two have otherwise; names and root directories aside.
std::vector<std::string> differences(const Definition& one, const Definition& other);

// Our form, of a container that has an image.  Reading it back gives the same again.
std::string toXml(const Definition& definition);

} // namespace ctrd::spec
