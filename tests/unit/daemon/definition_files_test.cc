#include "daemon/definition_files.h"

#include "base/atomic_file.h"
#include "base/path.h"
#include "base/strings.h"
#include "unit/testing/expect.h"

#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::daemon {

using testing::expectEqual;

class DefinitionFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DefinitionFilesTest);
    CPPUNIT_TEST(readsFilesInTheOrderOfTheirNames);
    CPPUNIT_TEST(leavesOutWhatIsWrong);
    CPPUNIT_TEST(readsOnlyFiles);
    CPPUNIT_TEST(aMissingDirectoryDefinesNothing);
    CPPUNIT_TEST_SUITE_END();

    TempDir directory_;

    std::string path(const std::string& name) const { return joinPath(directory_.path(), name); }
    void write(const std::string& name, const std::string& text) const {
        writeFileAtomic(path(name), text);
    }
    static std::string container(const std::string& name) {
        return "<container name='" + name + "'><image>i</image></container>";
    }
    // The names of the containers.
    std::string read() const {
        std::vector<std::string> names;
        for (const auto& file : readDefinitionFiles(directory_.path())) {
            CPPUNIT_ASSERT(startsWith(file.path, directory_.path() + "/"));
            names.push_back(file.definition.name);
        }
        return join(names, " ");
    }

public:
    void readsFilesInTheOrderOfTheirNames() {
        write("20.xml", container("second"));
        write("10.xml", container("first"));
        write("30.xml", container("third"));
        expectEqual("first second third", read());
    }

    void leavesOutWhatIsWrong() {
        write("1.xml", container("a"));
        write("2.xml", "<container name='b'>\n<imgae>i</imgae></container>");
        write("3.xml", "not XML");
        write("4.xml", container("a")); // defined by 1.xml
        write("5.xml", "");
        write("6.xml", container("c"));
        expectEqual("a c", read());
    }

    void readsOnlyFiles() {
        write("1.xml", container("a"));
        write("1.xml.rpmsave", container("b"));
        write(".hidden.xml", container("c"));
        makeDir(path("directory.xml"));
        CPPUNIT_ASSERT_EQUAL(0, mkfifo(path("pipe.xml").c_str(), 0600)); // would block
        CPPUNIT_ASSERT_EQUAL(0, symlink("/no/such/file", path("dangling.xml").c_str()));
        write("elsewhere", container("linked"));
        CPPUNIT_ASSERT_EQUAL(0, symlink("elsewhere", path("link.xml").c_str()));
        expectEqual("a linked", read());
    }

    void aMissingDirectoryDefinesNothing() {
        CPPUNIT_ASSERT(readDefinitionFiles(path("none")).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DefinitionFilesTest);

} // namespace ctrd::daemon
