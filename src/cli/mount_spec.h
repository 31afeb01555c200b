#pragma once

#include "spec/mount.h"

#include <string>

namespace ctrd::cli {

// "type=bind,source=/a,target=/b,readonly" of --mount: fields divided by commas, one with a comma
// in it in double quotes.  A relative source is made absolute.  Throws InvalidArgument that names
// the text and the field.
spec::Mount parseMount(const std::string& text);

} // namespace ctrd::cli
