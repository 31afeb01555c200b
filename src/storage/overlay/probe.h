#pragma once

#include <string>
#include <vector>

namespace ctrd::storage::overlay {

// Throws NotSupported with what is missing for an overlay below `root`, an existing directory, and
// how to get it; leaves nothing behind.  Returns whether the kernel knows the mount option
// "volatile" (5.10): no sync of the upper directory, at unmounting neither.
bool probe(const std::string& root);

// Options for every mount: "redirect_dir=off", "metacopy=off", "index=off", as far as this kernel
// knows them.  With the first two on, renamed directories and changed owners live in attributes
// that a layer cannot hold; with the third, a copied tree would not mount again.
std::vector<std::string> plainFeatures();

} // namespace ctrd::storage::overlay
