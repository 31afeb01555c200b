#include "api/routes.h"

#include "api/error_answer.h"
#include "unit/testing/expect.h"

#include <set>

namespace ctrd::api {

using testing::expectEqual;

namespace {

const Route* find(const std::string& method, const std::string& path, int minor = 44) {
    std::map<std::string, std::string> vars;
    return findRoute(method, path, {1, minor}, vars);
}

std::string nameIn(const std::string& method, const std::string& path) {
    std::map<std::string, std::string> vars;
    const Route* route = findRoute(method, path, {1, 44}, vars);
    CPPUNIT_ASSERT_MESSAGE(path, route != nullptr);
    return vars["name"];
}

} // namespace

class RoutesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RoutesTest);
    CPPUNIT_TEST(hasEveryPathOfDocker171);
    CPPUNIT_TEST(hasWhatCameLater);
    CPPUNIT_TEST(saysWhatIsNotBuilt);
    CPPUNIT_TEST(takesNamesOutOfPaths);
    CPPUNIT_TEST(knowsNoOtherPath);
    CPPUNIT_TEST(mapsEveryKindOfError);
    CPPUNIT_TEST_SUITE_END();

public:
    // features.md §1.2.
    void hasEveryPathOfDocker171() {
        for (const auto& [method, path] :
             std::initializer_list<std::pair<const char*, const char*>>{
                 {"GET", "/_ping"},
                 {"GET", "/version"},
                 {"GET", "/info"},
                 {"GET", "/events"},
                 {"GET", "/containers/json"},
                 {"GET", "/containers/ps"},
                 {"POST", "/containers/create"},
                 {"GET", "/containers/x/json"},
                 {"GET", "/containers/x/top"},
                 {"GET", "/containers/x/logs"},
                 {"GET", "/containers/x/stats"},
                 {"GET", "/containers/x/changes"},
                 {"GET", "/containers/x/export"},
                 {"POST", "/containers/x/resize"},
                 {"POST", "/containers/x/start"},
                 {"POST", "/containers/x/stop"},
                 {"POST", "/containers/x/restart"},
                 {"POST", "/containers/x/kill"},
                 {"POST", "/containers/x/rename"},
                 {"POST", "/containers/x/pause"},
                 {"POST", "/containers/x/unpause"},
                 {"POST", "/containers/x/attach"},
                 {"GET", "/containers/x/attach/ws"},
                 {"POST", "/containers/x/wait"},
                 {"POST", "/containers/x/copy"},
                 {"POST", "/containers/x/exec"},
                 {"POST", "/exec/x/start"},
                 {"POST", "/exec/x/resize"},
                 {"GET", "/exec/x/json"},
                 {"DELETE", "/containers/x"},
                 {"GET", "/images/json"},
                 {"POST", "/images/create"},
                 {"GET", "/images/x/json"},
                 {"GET", "/images/x/history"},
                 {"POST", "/images/x/push"},
                 {"POST", "/images/x/tag"},
                 {"DELETE", "/images/x"},
                 {"GET", "/images/search"},
                 {"GET", "/images/x/get"},
                 {"GET", "/images/get"},
                 {"POST", "/images/load"},
                 {"POST", "/build"},
                 {"POST", "/commit"},
                 {"POST", "/auth"},
             })
            CPPUNIT_ASSERT_MESSAGE(path, find(method, path, 19) != nullptr);
    }

    // features.md §1.5.
    void hasWhatCameLater() {
        struct Later {
            int since;
            const char *method, *path;
        };
        for (const auto& [since, method, path] : {
                 Later{20, "HEAD", "/containers/x/archive"},
                 Later{20, "GET", "/containers/x/archive"},
                 Later{20, "PUT", "/containers/x/archive"},
                 Later{21, "GET", "/volumes"},
                 Later{21, "POST", "/volumes/create"},
                 Later{21, "GET", "/volumes/x"},
                 Later{21, "DELETE", "/volumes/x"},
                 Later{21, "GET", "/networks"},
                 Later{21, "POST", "/networks/create"},
                 Later{21, "GET", "/networks/x"},
                 Later{21, "POST", "/networks/x/connect"},
                 Later{21, "POST", "/networks/x/disconnect"},
                 Later{21, "DELETE", "/networks/x"},
                 Later{22, "POST", "/containers/x/update"},
                 Later{24, "GET", "/swarm"},
                 Later{24, "GET", "/nodes"},
                 Later{24, "POST", "/services/create"},
                 Later{25, "GET", "/system/df"},
                 Later{25, "POST", "/containers/prune"},
                 Later{25, "POST", "/images/prune"},
                 Later{25, "POST", "/volumes/prune"},
                 Later{25, "POST", "/networks/prune"},
                 Later{25, "GET", "/plugins"},
                 Later{30, "GET", "/distribution/a/b/json"},
             }) {
            CPPUNIT_ASSERT_MESSAGE(path, find(method, path, since) != nullptr);
            CPPUNIT_ASSERT_MESSAGE(path, find(method, path, since - 1) == nullptr);
        }
        CPPUNIT_ASSERT(find("POST", "/containers/x/copy", 24) == nullptr);
        CPPUNIT_ASSERT(find("HEAD", "/_ping") != nullptr);
    }

    void saysWhatIsNotBuilt() {
        for (const char* path : {"/build", "/auth", "/images/a/b/push"}) {
            const Route* route = find("POST", path);
            CPPUNIT_ASSERT_MESSAGE(path, route->handler == nullptr);
            CPPUNIT_ASSERT_MESSAGE(path, std::string(route->sentence).size() > 20);
        }
        CPPUNIT_ASSERT(find("POST", "/images/load")->handler != nullptr);
    }

    void takesNamesOutOfPaths() {
        expectEqual("web", nameIn("GET", "/containers/web/json"));
        expectEqual("web", nameIn("GET", "//containers//web/json"));
        expectEqual("host:5000/a/b:1", nameIn("GET", "/images/host:5000/a/b:1/json"));
        expectEqual("json", nameIn("GET", "/images/json/json"));
        expectEqual("a/json", nameIn("DELETE", "/images/a/json"));
    }

    void knowsNoOtherPath() {
        CPPUNIT_ASSERT(find("GET", "/") == nullptr);
        CPPUNIT_ASSERT(find("GET", "/containers") == nullptr);
        CPPUNIT_ASSERT(find("GET", "/containers/a/b/json") == nullptr);
        CPPUNIT_ASSERT(find("PUT", "/containers/create") == nullptr);
        CPPUNIT_ASSERT(find("GET", "/images//history") == nullptr);
        CPPUNIT_ASSERT(find("GET", "/containers/x/json/more") == nullptr);
    }

    void mapsEveryKindOfError() {
        const std::pair<ErrorKind, int> wanted[] = {
            {ErrorKind::InvalidArgument, 400}, {ErrorKind::Unauthorized, 401},
            {ErrorKind::NotFound, 404},        {ErrorKind::Conflict, 409},
            {ErrorKind::NotSupported, 501},    {ErrorKind::Unavailable, 503},
            {ErrorKind::Internal, 500},
        };
        for (const auto& [kind, status] : wanted)
            CPPUNIT_ASSERT_EQUAL(status, httpStatus(kind));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RoutesTest);

} // namespace ctrd::api
