#pragma once

#include "spec/definition.h"
#include "spec/xml.h"

// The two forms behind definition.h.  What validate() says of the whole is left to that.
namespace ctrd::spec {

// Takes in one child of the first element.
void readContainerChild(const XmlElement& child, Definition& definition); // of <container>
void readDomainChild(const XmlElement& child, Definition& definition);    // of <domain>
// What a domain is where it says nothing.
void finishDomain(Definition& definition);

} // namespace ctrd::spec
