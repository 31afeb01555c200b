#include "kernel/program_abi.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"
#include "kernel/rooted_path.h"

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <vector>

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::kernel {

namespace {

constexpr size_t kMostSegments = 256;
constexpr size_t kMostNotes = 64 << 10; // bytes
constexpr size_t kMostScripts = 5;      // "#!" lines that lead to one another: the kernel's limit
constexpr size_t kScriptLine = 256;     // BINPRM_BUF_SIZE
constexpr const char* kLibrary = "libc.so.6";

// `size` bytes from `offset` on, or fewer where the file ends.
std::string readAt(int file, uint64_t offset, size_t size) {
    std::string bytes(size, '\0');
    const ssize_t count = pread(file, bytes.data(), size, static_cast<off_t>(offset));
    bytes.resize(count < 0 ? 0 : static_cast<size_t>(count));
    return bytes;
}

template <typename T>
bool copyFrom(const std::string& bytes, size_t offset, T& into) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof into) return false;
    std::memcpy(&into, bytes.data() + offset, sizeof into);
    return true;
}

// Where a segment lies in its file.
struct Segment {
    uint32_t type;
    uint64_t offset, size;
};

template <typename Header, typename Entry>
std::vector<Segment> segmentsAs(int file) {
    std::vector<Segment> segments;
    Header header;
    if (!copyFrom(readAt(file, 0, sizeof header), 0, header)) return segments;
    const size_t count = std::min<size_t>(header.e_phnum, kMostSegments);
    const std::string table = readAt(file, header.e_phoff, count * sizeof(Entry));
    Entry entry;
    for (size_t i = 0; i < count && copyFrom(table, i * sizeof entry, entry); ++i)
        segments.push_back({entry.p_type, entry.p_offset, entry.p_filesz});
    return segments;
}

// Empty where the file is no ELF file.
std::vector<Segment> segmentsOf(int file) {
    const std::string ident = readAt(file, 0, EI_NIDENT);
    if (ident.size() < EI_NIDENT || !startsWith(ident, ELFMAG)) return {};
    if (ident[EI_CLASS] == ELFCLASS64) return segmentsAs<Elf64_Ehdr, Elf64_Phdr>(file);
    if (ident[EI_CLASS] == ELFCLASS32) return segmentsAs<Elf32_Ehdr, Elf32_Phdr>(file);
    return {};
}

constexpr size_t padded(size_t size) {
    return (size + 3) & ~size_t(3);
}

// Notes are a header of three words, then the owner's name and the content, each padded to words.
std::optional<KernelVersion> versionIn(const std::string& notes) {
    size_t at = 0;
    Elf32_Nhdr note;
    while (copyFrom(notes, at, note)) {
        const size_t name = at + sizeof note, content = name + padded(note.n_namesz);
        uint32_t words[4];
        if (note.n_type == NT_GNU_ABI_TAG && notes.compare(name, note.n_namesz, "GNU", 4) == 0 &&
            note.n_descsz >= sizeof words && copyFrom(notes, content, words) &&
            words[0] == ELF_NOTE_OS_LINUX)
            return KernelVersion{words[1], words[2], words[3]};
        at = content + padded(note.n_descsz);
    }
    return std::nullopt;
}

// The path of the dynamic loader; "" of a static program.
std::string loaderOf(int file) {
    for (const auto& segment : segmentsOf(file))
        if (segment.type == PT_INTERP)
            return readAt(file, segment.offset, std::min<size_t>(segment.size, PATH_MAX)).c_str();
    return "";
}

// "/bin/sh" of a file that begins with "#! /bin/sh -e".
std::string scriptInterpreter(int file) {
    const std::string start = readAt(file, 0, kScriptLine);
    if (!startsWith(start, "#!")) return "";
    const auto words = splitWords(start.substr(2, start.find('\n') - 2));
    return words.empty() ? "" : words[0];
}

// Only what is a file: opening anything else may block or do something.
Fd openRegular(int directory, const std::string& name) {
    Fd file(
        openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (!file || fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) return Fd();
    return file;
}

// Of the tree whose root is `root`; links stay within it.
struct TreeFile {
    RootedPath path;
    Fd file;

    TreeFile(int root, const std::string& name) : path(root, name) {
        if (path.exists() && !path.isDirectory()) file = openRegular(path.parent(), path.name());
    }
};

// The C library lies beside its loader, as itself or as a link to a name there; the loader has no
// note of its own.
Fd openLibraryBeside(const TreeFile& loader) {
    const int directory = loader.path.parent();
    if (Fd file = openRegular(directory, kLibrary)) return file;
    char target[PATH_MAX];
    const ssize_t size = readlinkat(directory, kLibrary, target, sizeof target);
    const std::string name(target, size < 0 ? 0 : static_cast<size_t>(size));
    return name.empty() || containsChar(name, '/') ? Fd() : openRegular(directory, name);
}

class Search {
public:
    Search(int root, const std::string& release)
        : root_(root), running_(parseKernelVersion(release)) {}

    std::optional<KernelTooOld> program(std::string path) const {
        for (size_t i = 0; i <= kMostScripts; ++i) {
            const TreeFile program(root_, path);
            if (!program.file) return std::nullopt;
            const std::string interpreter = scriptInterpreter(program.file.get());
            if (interpreter.empty()) return binary(program.file.get(), path);
            path = interpreter;
        }
        return std::nullopt;
    }

private:
    std::optional<KernelTooOld> binary(int file, const std::string& path) const {
        if (auto found = judge(file, path)) return found;
        const std::string loader = loaderOf(file);
        if (loader.empty()) return std::nullopt;
        const TreeFile opened(root_, loader);
        if (!opened.file) return std::nullopt;
        if (auto found = judge(opened.file.get(), "its loader (" + loader + ")")) return found;
        const Fd library = openLibraryBeside(opened);
        if (!library) return std::nullopt;
        return judge(library.get(), std::string("its C library (") + kLibrary + ")");
    }

    std::optional<KernelTooOld> judge(int file, const std::string& name) const {
        const auto needed = neededKernel(file);
        if (!needed || *needed <= running_) return std::nullopt;
        return KernelTooOld{name, *needed};
    }

    const int root_;
    const KernelVersion running_;
};

} // namespace

KernelVersion parseKernelVersion(const std::string& release) {
    KernelVersion version = {0, 0, 0};
    size_t at = 0;
    for (unsigned& number : version) {
        for (; at < release.size() && release[at] >= '0' && release[at] <= '9'; ++at)
            number = number * 10 + static_cast<unsigned>(release[at] - '0');
        if (at >= release.size() || release[at] != '.') break;
        ++at;
    }
    return version;
}

std::string toString(const KernelVersion& version) {
    return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." +
           std::to_string(version[2]);
}

std::optional<KernelVersion> neededKernel(int file) {
    for (const auto& segment : segmentsOf(file)) {
        if (segment.type != PT_NOTE) continue;
        const std::string notes =
            readAt(file, segment.offset, std::min<size_t>(segment.size, kMostNotes));
        if (const auto version = versionIn(notes)) return version;
    }
    return std::nullopt;
}

std::optional<KernelTooOld> findKernelTooOld(int root, const std::string& path,
                                             const std::string& release) {
    try {
        return Search(root, release).program(path);
    } catch (const SystemError&) {
        return std::nullopt; // execve will say what is wrong with the path
    }
}

} // namespace ctrd::kernel
