#include "engine/names.h"

#include "base/error.h"
#include "base/ids.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace ctrd::engine {

namespace {

constexpr const char* kAdjectives[] = {
    "able",    "agile",  "amber",   "apt",     "bold",   "brave",   "breezy", "bright", "brisk",
    "calm",    "candid", "cheery",  "civil",   "clear",  "clever",  "cosy",   "crisp",  "curious",
    "daring",  "deft",   "eager",   "earnest", "easy",   "fair",    "fleet",  "fluent", "fond",
    "frank",   "fresh",  "frugal",  "gentle",  "glad",   "golden",  "grand",  "hardy",  "honest",
    "humble",  "jolly",  "keen",    "kind",    "lively", "loyal",   "lucid",  "mellow", "merry",
    "mild",    "modest", "neat",    "nimble",  "noble",  "patient", "plucky", "polite", "prompt",
    "proud",   "quick",  "quiet",   "rapid",   "ready",  "robust",  "serene", "sharp",  "silent",
    "sincere", "smooth", "snug",    "sober",   "solid",  "spry",    "steady", "stoic",  "sturdy",
    "subtle",  "sunny",  "swift",   "tidy",    "upbeat", "urbane",  "vivid",  "warm",   "wise",
    "witty",   "worthy", "zealous",
};

constexpr const char* kSurnames[] = {
    "abel",     "ampere",   "anning",   "artin",     "avogadro", "banach",    "bernoulli",
    "bessel",   "bolyai",   "boole",    "brahe",     "bunsen",   "cantor",    "carnot",
    "cauchy",   "celsius",  "cerf",     "chandra",   "church",   "clausius",  "codd",
    "copernic", "coulomb",  "curie",    "dalton",    "dedekind", "descartes", "dirac",
    "doppler",  "eckert",   "euclid",   "euler",     "faraday",  "fermat",    "fermi",
    "fourier",  "franklin", "fresnel",  "galois",    "gauss",    "germain",   "godel",
    "hamilton", "herschel", "hertz",    "hilbert",   "hooke",    "hopper",    "hubble",
    "huygens",  "jacobi",   "joule",    "kelvin",    "kepler",   "kirchhoff", "kolmogorov",
    "lagrange", "landau",   "laplace",  "leavitt",   "leibniz",  "linnaeus",  "lorentz",
    "lovelace", "maxwell",  "mayer",    "meitner",   "mendel",   "minkowski", "napier",
    "neumann",  "newton",   "noether",  "ohm",       "pascal",   "pasteur",   "pauli",
    "payne",    "planck",   "poincare", "ramanujan", "riemann",  "ritchie",   "rontgen",
    "rubin",    "shannon",  "thompson", "turing",    "volta",    "watt",      "weyl",
    "wiles",    "wirth",    "wu",       "young",     "zermelo",
};

template <size_t N>
std::string pick(const char* const (&words)[N]) {
    return words[std::stoul(randomHex(6), nullptr, 16) % N];
}

bool isAlphaNumeric(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

} // namespace

std::string randomName(int retry) {
    std::string name = pick(kAdjectives) + "_" + pick(kSurnames);
    if (retry > 0) name += std::to_string(std::stoul(randomHex(4), nullptr, 16) % 10);
    return name;
}

std::string checkName(const std::string& name) {
    std::string bare = name.empty() || name[0] != '/' ? name : name.substr(1);
    const bool good = bare.size() > 1 && isAlphaNumeric(bare[0]) &&
                      std::all_of(bare.begin(), bare.end(), [](char c) {
                          return isAlphaNumeric(c) || c == '_' || c == '.' || c == '-';
                      });
    if (!good)
        throw invalidArgument("Invalid container name (" + name +
                              "), only [a-zA-Z0-9][a-zA-Z0-9_.-]+ are allowed");
    return bare;
}

} // namespace ctrd::engine
