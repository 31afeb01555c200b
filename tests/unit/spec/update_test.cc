#include "spec/update.h"

#include "base/json.h"
#include "unit/testing/expect.h"

namespace ctrd::spec {

using testing::expectEqual;
using testing::expectError;

class UpdateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpdateTest);
    CPPUNIT_TEST(zeroLeaves);
    CPPUNIT_TEST(changesLimits);
    CPPUNIT_TEST(changesNothingElse);
    CPPUNIT_TEST(cpuLimitsExcludeEachOther);
    CPPUNIT_TEST(memoryStaysBelowSwap);
    CPPUNIT_TEST(autoRemoveHasNoPolicy);
    CPPUNIT_TEST_SUITE_END();

    HostConfig now_, changes_;

    void expectConflict(const std::string& part) {
        expectError(ErrorKind::Conflict, part, [&] { updated(now_, changes_); });
    }

public:
    void zeroLeaves() {
        now_.memory = 5;
        now_.cpusetCpus = "0";
        now_.restartPolicy = {"on-failure", 3};
        CPPUNIT_ASSERT(toJson(updated(now_, {})) == toJson(now_));
    }

    void changesLimits() {
        now_.pidsLimit = 5;
        changes_.memory = 7;
        changes_.cpuShares = 8;
        changes_.cpusetMems = "0";
        changes_.pidsLimit = -1;
        changes_.restartPolicy = {"always", 0};
        const HostConfig after = updated(now_, changes_);
        CPPUNIT_ASSERT(after.memory == 7 && after.cpuShares == 8 && after.pidsLimit == -1);
        expectEqual("0", after.cpusetMems);
        expectEqual("always", after.restartPolicy.name);
    }

    void changesNothingElse() {
        changes_.privileged = true;
        changes_.shmSize = 5;
        changes_.binds = {"/a:/b"};
        CPPUNIT_ASSERT(toJson(updated(now_, changes_)) == toJson(now_));
    }

    void cpuLimitsExcludeEachOther() {
        now_.nanoCpus = 500000000;
        changes_.cpuQuota = 5000;
        expectConflict("NanoCpus");
        now_ = {};
        now_.cpuPeriod = 5000;
        changes_ = {};
        changes_.nanoCpus = 500000000;
        expectConflict("CPU period");
    }

    void memoryStaysBelowSwap() {
        now_.memory = 16;
        now_.memorySwap = 32;
        changes_.memory = 64;
        expectConflict("update the memoryswap at the same time");
        changes_.memorySwap = 128;
        CPPUNIT_ASSERT_EQUAL(int64_t{128}, updated(now_, changes_).memorySwap);
        now_.memorySwap = -1;
        changes_.memorySwap = 0;
        CPPUNIT_ASSERT_EQUAL(int64_t{64}, updated(now_, changes_).memory);
    }

    void autoRemoveHasNoPolicy() {
        now_.autoRemove = true;
        changes_.restartPolicy = {"always", 0};
        expectConflict("AutoRemove");
        changes_.restartPolicy = {"no", 0};
        updated(now_, changes_);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpdateTest);

} // namespace ctrd::spec
