#include "network/bridge/rules.h"

namespace ctrd::network {

kernel::RuleSet bridgeRules(const RuleOptions& options) {
    using Place = kernel::Rule::Place;
    const std::string& bridge = options.bridge;
    const std::string chain = "CTRD-" + bridge;
    const std::string toBridge = "-o " + bridge, fromBridge = "-i " + bridge;
    const std::string local = "-m addrtype --dst-type LOCAL -j " + chain;

    kernel::RuleSet set;
    set.owner = "ctrd:" + bridge;
    set.chains = {{"nat", chain}, {"filter", chain}};
    set.rules = {
        {"nat", "PREROUTING", local, Place::Last},
        {"nat", "OUTPUT", "! -d 127.0.0.0/8 " + local, Place::Last},
        {"filter", "FORWARD", toBridge + " -j " + chain, Place::First},
        {"filter", "FORWARD", toBridge + " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
         Place::First},
        {"filter", "FORWARD", fromBridge + " ! " + toBridge + " -j ACCEPT", Place::First},
        {"filter", "FORWARD",
         fromBridge + " " + toBridge + (options.betweenContainers ? " -j ACCEPT" : " -j DROP"),
         Place::First},
    };
    if (options.masquerade)
        set.rules.push_back(
            {"nat", "POSTROUTING",
             "-s " + options.subnet.networkString() + " ! " + toBridge + " -j MASQUERADE",
             Place::First});
    return set;
}

} // namespace ctrd::network
