#include "image/spool.h"

#include "archive/compression.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"

#include <fcntl.h>

namespace ctrd::image {

namespace {

using archive::Entry;
using archive::EntryType;

constexpr size_t kMaxMembers = 100000;
constexpr int64_t kMaxText = 16 << 20;
constexpr size_t kBuffer = 1 << 18;
constexpr int kMaxLinks = 8;
constexpr const char* kTaken = "taken"; // in place of the path of a member's file

bool leaves(const std::string& cleaned) {
    return startsWith(cleaned, "/") || cleaned == ".." || startsWith(cleaned, "../");
}

bool hasDotDot(const std::string& name) {
    for (const std::string& part : split(name, '/'))
        if (part == "..") return true;
    return false;
}

std::string memberName(const Entry& entry) {
    if (entry.name.empty() || startsWith(entry.name, "/") || hasDotDot(entry.name))
        throw invalidArgument("member '" + entry.name +
                              "' of the archive has a name that leads out of it");
    return cleanPath(entry.name);
}

// A hard link's target counts from the root of the archive, a symbolic one's from its directory.
std::string linkTarget(const Entry& entry, const std::string& name) {
    const std::string base = entry.type == EntryType::Symlink ? dirName(name) : "";
    if (startsWith(entry.target, "/")) return entry.target;
    return cleanPath(joinPath(base == "." ? "" : base, entry.target));
}

Error linksOutside(const std::string& name, const std::string& target) {
    return invalidArgument("member '" + name + "' of the archive links to '" + target +
                           "', which is outside of it");
}

// A member in the spool; the file is opened when it is read, which one that was taken never is.
class MemberSource : public archive::Source {
public:
    MemberSource(std::string file, std::string member)
        : file_(std::move(file)), member_(std::move(member)) {}

    size_t read(void* buffer, size_t size) override {
        if (file_ == kTaken)
            throw invalidArgument("'" + member_ + "' is in the archive for several purposes");
        if (!fd_) fd_ = openFile(file_, O_RDONLY);
        return readSome(fd_.get(), buffer, size);
    }

private:
    std::string file_, member_;
    Fd fd_;
};

} // namespace

Spool::Spool(const std::string& tmp, archive::Source& archive, const Taker& taker)
    : dir_(tmp), taker_(taker) {
    archive::DecompressingSource plain(archive);
    archive::TarReader reader(plain);
    Entry entry;
    while (reader.next(entry))
        add(reader, entry);
}

void Spool::add(archive::TarReader& reader, const Entry& entry) {
    const std::string name = memberName(entry);
    if (members_.size() >= kMaxMembers)
        throw invalidArgument("the archive has more than " + std::to_string(kMaxMembers) +
                              " members: it is no image");
    switch (entry.type) {
        case EntryType::Directory:
            return;
        case EntryType::Regular:
            return addFile(reader, entry, name);
        case EntryType::HardLink:
            if (leaves(linkTarget(entry, name))) throw linksOutside(entry.name, entry.target);
            [[fallthrough]];
        case EntryType::Symlink:
            members_[name] = {"", linkTarget(entry, name), 0};
            return;
        default: // devices and fifos: a root file system that should have been imported has some
            return;
    }
}

void Spool::addFile(archive::TarReader& reader, const Entry& entry, const std::string& name) {
    if (entry.isSparse())
        throw invalidArgument("member '" + entry.name + "' of the archive is sparse");
    archive::EntrySource content(reader, entry);
    const bool taken = taker_ && taker_(*this, name, entry.size, content);
    members_[name] = {taken ? kTaken : keep(reader), "", entry.size};
}

// Returns the path of the current member's file.
std::string Spool::keep(archive::TarReader& reader) {
    std::string file = joinPath(dir_.path(), std::to_string(files_++));
    const Fd out = openFile(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (auto part = reader.take(kBuffer); !part.empty(); part = reader.take(kBuffer))
        writeAll(out.get(), part);
    return file;
}

const Spool::Member* Spool::find(const std::string& member) const {
    std::string name = cleanPath(member);
    for (int links = 0; links <= kMaxLinks; ++links) {
        const auto found = members_.find(name);
        if (found == members_.end()) return nullptr;
        if (!found->second.file.empty()) return &found->second;
        if (leaves(found->second.target)) throw linksOutside(name, found->second.target);
        name = found->second.target;
    }
    return nullptr;
}

const Spool::Member& Spool::get(const std::string& member) const {
    const Member* found = find(member);
    if (found == nullptr) throw invalidArgument("the archive has no '" + member + "'");
    return *found;
}

bool Spool::has(const std::string& member) const {
    return find(member) != nullptr;
}

std::vector<std::string> Spool::members() const {
    std::vector<std::string> names;
    names.reserve(members_.size());
    for (const auto& [name, member] : members_)
        names.push_back(name);
    return names;
}

int64_t Spool::size(const std::string& member) const {
    return get(member).size;
}

std::unique_ptr<archive::Source> Spool::open(const std::string& member) const {
    return std::make_unique<MemberSource>(get(member).file, member);
}

std::string Spool::text(const std::string& member) const {
    if (size(member) > kMaxText)
        throw invalidArgument("'" + member + "' of the archive is over 16 MiB: it is no JSON text");
    const auto source = open(member);
    archive::StringSink text;
    archive::copyAll(*source, text);
    return text.release();
}

} // namespace ctrd::image
