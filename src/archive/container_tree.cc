#include "archive/container_tree.h"

#include "archive/compression.h"
#include "archive/helper_call.h"
#include "base/json.h"

namespace ctrd::archive {

namespace {

HelperCall callFor(const ContainerTree& tree, const char* verb,
                   const std::vector<std::string>& more) {
    HelperCall call;
    call.args = {verb, dumpJson(toJson(tree))};
    call.args.insert(call.args.end(), more.begin(), more.end());
    if (tree.runs()) call.fds.emplace_back(tree.root, kHelperRoot);
    if (tree.mountNamespace >= 0) call.fds.emplace_back(tree.mountNamespace, kHelperNamespace);
    return call;
}

} // namespace

PathStat statPath(const ContainerTree& tree, const std::string& path) {
    return pathStatFromJson(parseJson(callHelper(callFor(tree, "stat", {path})), "path stat"));
}

void readPath(const ContainerTree& tree, const std::string& path, bool followLink, Sink& out) {
    HelperCall call = callFor(tree, "read", {path, followLink ? "follow" : "keep"});
    call.output = &out;
    callHelper(call);
}

void writePath(const ContainerTree& tree, const std::string& path, const WriteOptions& options,
               Source& tar) {
    const char* kinds = options.refuseOtherKinds ? "refuse" : "replace";
    HelperCall call = callFor(tree, "write", {path, kinds, options.owner});
    DecompressingSource plain(tar);
    call.input = &plain;
    callHelper(call);
}

void exportTree(const ContainerTree& tree, Sink& out) {
    HelperCall call = callFor(tree, "export", {});
    call.output = &out;
    callHelper(call);
}

Json toJson(const ContainerTree& tree) {
    Json json = {{"runs", tree.runs()}, {"entered", tree.mountNamespace >= 0}};
    if (tree.mountNamespace >= 0) return json;
    json["rootfs"] = kernel::toJson(tree.rootfs);
    json["readOnly"] = tree.readOnly;
    json["mounts"] = Json::array();
    for (const auto& mount : tree.mounts)
        json["mounts"].push_back(kernel::toJson(mount));
    return json;
}

ContainerTree containerTreeFromJson(const Json& json) {
    ContainerTree tree;
    if (getBool(json, "runs")) tree.root = kHelperRoot;
    if (getBool(json, "entered")) {
        tree.mountNamespace = kHelperNamespace;
        return tree;
    }
    tree.rootfs = kernel::mountSpecFromJson(getMember(json, "rootfs"));
    tree.readOnly = getBool(json, "readOnly");
    for (const auto& mount : getMember(json, "mounts"))
        tree.mounts.push_back(kernel::mountSpecFromJson(mount));
    return tree;
}

Json toJson(const PathStat& stat) {
    return {{"name", stat.name},
            {"size", stat.size},
            {"mode", stat.mode},
            {"mtime", stat.mtime},
            {"linkTarget", stat.linkTarget}};
}

PathStat pathStatFromJson(const Json& json) {
    PathStat stat;
    stat.name = getString(json, "name");
    stat.size = getInt(json, "size");
    stat.mode = static_cast<mode_t>(getInt(json, "mode"));
    stat.mtime = getString(json, "mtime");
    stat.linkTarget = getString(json, "linkTarget");
    return stat;
}

} // namespace ctrd::archive
