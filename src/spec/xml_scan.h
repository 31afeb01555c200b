#pragma once

#include <string>
#include <vector>

namespace ctrd::spec {

// Checks the form of an XML document before a parser sees it and returns the line of each element's
// start tag, in the order of the text.  The parser's old versions know no lines, and what is
// refused here none of them need guard against: a DOCTYPE, entities but the five of XML and numbers
// of characters, elements nested deeper than 64, zero bytes, more than 1 MiB.  Throws
// InvalidArgument "FILE:LINE: …" that names the element.
std::vector<int> scanXml(const std::string& text, const std::string& file);

} // namespace ctrd::spec
