#include "kernel/program_abi.h"

#include "base/fd.h"
#include "base/path.h"
#include "unit/testing/expect.h"

#include <cstring>

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::kernel {

using ctrd::testing::expectEqual;

namespace {

template <typename T>
void append(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// A note as the linker writes it; an owner of four bytes with its zero.
std::string note(const char (&owner)[4], uint32_t type, const std::vector<uint32_t>& words) {
    std::string bytes;
    append(bytes, Elf32_Nhdr{4, static_cast<Elf32_Word>(words.size() * 4), type});
    bytes.append(owner, 4);
    for (const uint32_t word : words)
        append(bytes, word);
    return bytes;
}

std::string abiNote(uint32_t major, uint32_t minor, uint32_t patch) {
    return note("GNU", NT_GNU_ABI_TAG, {0, major, minor, patch});
}

// An ELF file of nothing but a header, its segments' table, an interpreter and notes.
template <typename Header, typename Entry>
std::string elf(unsigned char wordSize, const std::string& interpreter, const std::string& notes) {
    Header header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = wordSize;
    header.e_phoff = sizeof header;
    header.e_phnum = 2;
    Entry loader{}, note{};
    loader.p_type = interpreter.empty() ? PT_NULL : PT_INTERP;
    loader.p_offset = sizeof header + 2 * sizeof(Entry);
    loader.p_filesz = interpreter.size() + 1;
    note.p_type = PT_NOTE;
    note.p_offset = loader.p_offset + loader.p_filesz;
    note.p_filesz = notes.size();
    std::string bytes;
    append(bytes, header);
    append(bytes, loader);
    append(bytes, note);
    return bytes + interpreter + '\0' + notes;
}

std::string elf64(const std::string& interpreter, const std::string& notes) {
    return elf<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64, interpreter, notes);
}

constexpr const char* kEl6 = "2.6.32-642.6.2.el6.x86_64";

} // namespace

class ProgramAbiTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProgramAbiTest);
    CPPUNIT_TEST(parsesReleases);
    CPPUNIT_TEST(readsTheNote);
    CPPUNIT_TEST(otherNotesAndFilesSayNothing);
    CPPUNIT_TEST(brokenFilesSayNothing);
    CPPUNIT_TEST(findsStaticPrograms);
    CPPUNIT_TEST(findsTheLibraryBesideTheLoader);
    CPPUNIT_TEST(followsScripts);
    CPPUNIT_TEST(linksStayInTheTree);
    CPPUNIT_TEST(opensFilesOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        makeDirs(in(""));
        root_ = openFile(in(""), O_RDONLY | O_DIRECTORY);
    }

    void parsesReleases() {
        CPPUNIT_ASSERT((KernelVersion{2, 6, 32}) == parseKernelVersion(kEl6));
        CPPUNIT_ASSERT((KernelVersion{6, 18, 0}) == parseKernelVersion("6.18-rc1"));
        CPPUNIT_ASSERT((KernelVersion{0, 0, 0}) == parseKernelVersion("el6"));
        CPPUNIT_ASSERT((KernelVersion{3, 10, 0}) > parseKernelVersion("3.2.99"));
        expectEqual("2.6.32", toString(parseKernelVersion(kEl6)));
    }

    void readsTheNote() {
        expectNeeded("3.2.0", elf64("", abiNote(3, 2, 0)));
        expectNeeded("3.2.0",
                     elf64("", note("GNU", NT_GNU_BUILD_ID, {1, 2, 3, 4, 5}) + abiNote(3, 2, 0)));
        expectNeeded("2.6.9",
                     elf<Elf32_Ehdr, Elf32_Phdr>(ELFCLASS32, "/lib/ld.so", abiNote(2, 6, 9)));
    }

    void otherNotesAndFilesSayNothing() {
        expectNeeded("", elf64("", note("GNU", NT_GNU_ABI_TAG, {3, 9, 0, 0}))); // FreeBSD's
        expectNeeded("", elf64("", note("Xen", NT_GNU_ABI_TAG, {0, 9, 0, 0})));
        expectNeeded("", elf64("", ""));
        expectNeeded("", "#!/bin/sh\n");
        expectNeeded("", "");
    }

    void brokenFilesSayNothing() {
        const std::string whole = elf64("/lib/ld.so", abiNote(3, 2, 0));
        for (size_t size = 0; size < whole.size(); ++size)
            expectNeeded("", whole.substr(0, size));
        // A name as long as the words can tell, and a table of segments behind the end of the file.
        std::string huge;
        append(huge, Elf32_Nhdr{0xffffffff, 0xffffffff, NT_GNU_ABI_TAG});
        expectNeeded("", elf64("", huge));
        std::string far = whole;
        const uint64_t behind = uint64_t(1) << 62;
        std::memcpy(&far[offsetof(Elf64_Ehdr, e_phoff)], &behind, sizeof behind);
        expectNeeded("", far);
    }

    void findsStaticPrograms() {
        write("bin/new", elf64("", abiNote(3, 2, 0)));
        write("bin/old", elf64("", abiNote(2, 6, 18)));
        expectFound("/bin/new 3.2.0", "/bin/new");
        expectFound("", "/bin/old");
        expectFound("", "/bin/missing");
        expectFound("", "/bin");
        expectFound("", "/bin/new/below");
        CPPUNIT_ASSERT(!findKernelTooOld(root_.get(), "/bin/new", "3.2.0-4-amd64"));
    }

    // As in Debian: what PT_INTERP names is a link to another directory, and the library, perhaps a
    // link too, is where the loader itself is.
    void findsTheLibraryBesideTheLoader() {
        write("bin/true", elf64("/lib64/ld-linux.so.2", abiNote(2, 6, 9)));
        write("lib/x86/ld-2.31.so", elf64("", note("GNU", NT_GNU_BUILD_ID, {1})));
        link("../lib/x86/ld-2.31.so", "lib64/ld-linux.so.2");
        expectFound("", "/bin/true");
        write("lib/x86/libc-2.31.so", elf64("", abiNote(3, 2, 0)));
        link("libc-2.31.so", "lib/x86/libc.so.6");
        expectFound("its C library (libc.so.6) 3.2.0", "/bin/true");
        removePath(in("lib/x86/libc.so.6"));
        write("lib/x86/libc.so.6", elf64("", abiNote(3, 2, 0)));
        expectFound("its C library (libc.so.6) 3.2.0", "/bin/true");
    }

    void followsScripts() {
        write("bin/sh", elf64("", abiNote(3, 2, 0)));
        write("start", "#! /bin/sh -e\necho\n");
        write("outer", "#!/start\n");
        write("self", "#!/self\n");
        write("nothing", "#!\n");
        expectFound("/bin/sh 3.2.0", "/start");
        expectFound("/bin/sh 3.2.0", "/outer");
        expectFound("", "/self");
        expectFound("", "/nothing");
    }

    void linksStayInTheTree() {
        makeDirs(joinPath(directory_.path(), "outside"));
        write("../outside/new", elf64("", abiNote(3, 2, 0)));
        link(joinPath(directory_.path(), "outside/new"), "absolute");
        link("../../../outside/new", "relative");
        expectFound("", "/absolute");
        expectFound("", "/relative");
        expectFound("", "/../outside/new");
        write("bin/true", elf64("/lib/ld.so", ""));
        write("lib/ld.so", "a loader");
        link("../../outside/new", "lib/libc.so.6"); // by a path: not looked at
        expectFound("", "/bin/true");
    }

    void opensFilesOnly() {
        CPPUNIT_ASSERT_EQUAL(0, mkfifo(in("pipe").c_str(), 0600));
        expectFound("", "/pipe"); // would block
    }

private:
    std::string in(const std::string& path) const {
        return joinPath(directory_.path(), "tree", path);
    }

    void write(const std::string& path, const std::string& content) {
        makeDirs(dirName(in(path)));
        writeAll(openFile(in(path), O_WRONLY | O_CREAT | O_TRUNC, 0755).get(), content);
    }

    void link(const std::string& content, const std::string& path) {
        makeDirs(dirName(in(path)));
        CPPUNIT_ASSERT_EQUAL(0, symlink(content.c_str(), in(path).c_str()));
    }

    void expectNeeded(const std::string& wanted, const std::string& content) {
        write("file", content);
        const auto needed = neededKernel(openFile(in("file"), O_RDONLY).get());
        expectEqual(wanted, needed ? toString(*needed) : "");
    }

    void expectFound(const std::string& wanted, const std::string& path) {
        const auto found = findKernelTooOld(root_.get(), path, kEl6);
        expectEqual(wanted, found ? found->file + " " + toString(found->needed) : "");
    }

    TempDir directory_;
    Fd root_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProgramAbiTest);

} // namespace ctrd::kernel
