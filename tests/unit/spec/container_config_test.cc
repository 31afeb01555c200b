#include "spec/container_config.h"

#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::spec {

using testing::expectEqual;
using testing::expectError;

class ContainerConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ContainerConfigTest);
    CPPUNIT_TEST(survivesARoundTrip);
    CPPUNIT_TEST(takesStringsForLists);
    CPPUNIT_TEST(namesTheKeyOfAWrongType);
    CPPUNIT_TEST(mergesEnvByName);
    CPPUNIT_TEST(anEntrypointDropsTheImagesCommand);
    CPPUNIT_TEST(anEmptyEntrypointResetsTheImages);
    CPPUNIT_TEST(refusesWrongValues);
    CPPUNIT_TEST_SUITE_END();

public:
    void survivesARoundTrip() {
        const Json json = parseJson(R"({"Hostname":"h","User":"1:2","Tty":true,"Env":["A=b"],
            "Cmd":["sh","-c"],"ExposedPorts":{"80/tcp":{}},"Labels":{"k":"v"},"StopTimeout":3,
            "Volumes":{"/data":{}},"WorkingDir":"/w","StopSignal":"INT","Unknown":[1],
            "Healthcheck":{"Test":["CMD","true"],"Interval":30000000000}})",
                                    "test");
        const Json again = toJson(containerConfigFromJson(json));
        CPPUNIT_ASSERT(again == toJson(containerConfigFromJson(again)));
        for (const char* key :
             {"Hostname", "User", "Tty", "Env", "Cmd", "ExposedPorts", "Labels", "StopTimeout",
              "Volumes", "WorkingDir", "StopSignal", "Healthcheck"})
            CPPUNIT_ASSERT_MESSAGE(key, again[key] == json[key]);
    }

    void takesStringsForLists() {
        const auto c = containerConfigFromJson({{"Cmd", "ls"}, {"Entrypoint", nullptr}});
        CPPUNIT_ASSERT(c.cmd == std::vector<std::string>{"ls"} && c.entrypoint.empty());
    }

    void namesTheKeyOfAWrongType() {
        expectError(ErrorKind::InvalidArgument, "Env", [] {
            containerConfigFromJson({{"Env", "A=b"}});
        });
        expectError(ErrorKind::InvalidArgument, "Labels.k", [] {
            containerConfigFromJson({{"Labels", {{"k", 1}}}});
        });
    }

    void mergesEnvByName() {
        ContainerConfig user, image;
        image.env = {"PATH=/bin", "A=1", "B=2"};
        user.env = {"A=9", "B", "C=3"};
        const auto merged = merge(user, image);
        CPPUNIT_ASSERT((merged.env == std::vector<std::string>{"PATH=/bin", "A=9", "C=3"}));
    }

    void anEntrypointDropsTheImagesCommand() {
        ContainerConfig user, image;
        image.cmd = {"serve"};
        image.entrypoint = {"/app"};
        CPPUNIT_ASSERT(merge(user, image).cmd == image.cmd);
        user.entrypoint = {"/other"};
        CPPUNIT_ASSERT(merge(user, image).cmd.empty());
        expectEqual("/other", merge(user, image).entrypoint[0]);
    }

    void anEmptyEntrypointResetsTheImages() {
        ContainerConfig user, image;
        image.entrypoint = {"/app"};
        user.entrypoint = {""};
        user.cmd = {"sh"};
        CPPUNIT_ASSERT(merge(user, image).entrypoint.empty());
    }

    void refusesWrongValues() {
        const auto refused = [](const Json& json, const std::string& part) {
            expectError(ErrorKind::InvalidArgument, part,
                        [&] { validate(containerConfigFromJson(json)); });
        };
        refused({{"Hostname", "a b"}}, "a b");
        refused({{"Hostname", std::string(65, 'x')}}, "host name");
        refused({{"Env", {"=x"}}}, "=x");
        refused({{"WorkingDir", "rel"}}, "rel");
        refused({{"ExposedPorts", {{"99999/tcp", Json::object()}}}}, "99999");
        refused({{"StopSignal", "NOPE"}}, "NOPE");
        validate(containerConfigFromJson({{"Hostname", "web-1.example"}, {"WorkingDir", "/srv"}}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ContainerConfigTest);

} // namespace ctrd::spec
