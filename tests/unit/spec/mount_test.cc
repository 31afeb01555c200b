#include "spec/mount.h"

#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::spec {

using testing::expectEqual;
using testing::expectError;

class MountTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MountTest);
    CPPUNIT_TEST(survivesARoundTrip);
    CPPUNIT_TEST(hasDefaults);
    CPPUNIT_TEST(refusesWrongOnes);
    CPPUNIT_TEST_SUITE_END();

public:
    void survivesARoundTrip() {
        for (const char* text :
             {R"({"Type":"bind","Source":"/a","Target":"/b","ReadOnly":true,
                  "BindOptions":{"Propagation":"rshared","NonRecursive":true,
                  "CreateMountpoint":true}})",
              R"({"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":4096,"Mode":448}})",
              R"({"Type":"volume","Source":"v","Target":"/t","VolumeOptions":{"NoCopy":true}})"}) {
            const Json json = parseJson(text, "test");
            CPPUNIT_ASSERT_MESSAGE(text, toJson(mountFromJson(json)) == json);
        }
    }

    void hasDefaults() {
        const Mount mount = mountFromJson({{"Type", "tmpfs"}, {"Target", "/t"}});
        CPPUNIT_ASSERT_EQUAL(uint32_t{01777}, mount.tmpfsMode);
        CPPUNIT_ASSERT(!mount.readOnly && mount.tmpfsSize == 0);
        validate(mount);
    }

    void refusesWrongOnes() {
        const auto refused = [](const char* text, const std::string& part) {
            expectError(ErrorKind::InvalidArgument, part,
                        [&] { validate(mountFromJson(parseJson(text, "test"))); });
        };
        refused(R"({"Type":"bind","Source":"/a"})", "field Target must not be empty");
        refused(R"({"Type":"bind","Source":"/a","Target":"b"})", "'b' must be absolute");
        refused(R"({"Type":"bind","Source":"/a","Target":"/x/.."})", "the container's root");
        refused(R"({"Type":"bind","Target":"/b"})", "field Source must not be empty");
        refused(R"({"Type":"bind","Source":"a","Target":"/b"})", "'a' mount path must be absolute");
        refused(R"({"Type":"bind","Source":"/a","Target":"/b",
                    "BindOptions":{"Propagation":"up"}})",
                "propagation mode: up");
        refused(R"({"Type":"tmpfs","Source":"/a","Target":"/b"})", "Source must not be specified");
        refused(R"({"Type":"tmpfs","Target":"/b","TmpfsOptions":{"SizeBytes":-1}})", "size -1");
        refused(R"({"Type":"tmpfs","Target":"/b","TmpfsOptions":{"Mode":99999}})", "99999");
        refused(R"({"Type":"npipe","Target":"/b"})", "mount type unknown: \"npipe\"");
        refused(R"({"Type":1,"Target":"/b"})", "Type");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MountTest);

} // namespace ctrd::spec
