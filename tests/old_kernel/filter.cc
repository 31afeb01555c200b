#include "old_kernel/filter.h"

#include "base/error.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace old_kernel {

namespace {

enum class Test { None, HasBits, Equals, AtLeast };

// About the lower half of an argument: flags and commands have no more.
struct Condition {
    Test test = Test::None;
    int argument = 0;
    uint32_t value = 0;
};

struct Rule {
    int call;
    uint32_t answer; // SECCOMP_RET_…
    Condition first = {}, second = {};
};

constexpr uint32_t fails(uint32_t error) {
    return SECCOMP_RET_ERRNO | error;
}
// Not an error, because the call "succeeds" there and leaves a process that never runs: whoever
// makes it shall not pass the tests.
constexpr uint32_t kTrap = SECCOMP_RET_TRAP;

constexpr int kFirstMissing = 312; // kcmp
constexpr uint32_t kX32 = 0x40000000;

constexpr uint32_t kNewTime = 0x80, kNewCgroup = 0x02000000, kStopped = kNewCgroup;
constexpr int kLastCapability = 33;
constexpr uint32_t kTmpFile = 020000000; // without the O_DIRECTORY of O_TMPFILE

constexpr Condition bits(int argument, uint32_t value) {
    return {Test::HasBits, argument, value};
}
constexpr Condition equals(int argument, uint32_t value) {
    return {Test::Equals, argument, value};
}
constexpr Condition atLeast(int argument, uint32_t value) {
    return {Test::AtLeast, argument, value};
}

// clang-format off
const Rule kRules[] = {
    {SYS_fanotify_init,      fails(ENOSYS)},
    {SYS_fanotify_mark,      fails(ENOSYS)},
    {SYS_name_to_handle_at,  fails(ENOSYS)},
    {SYS_open_by_handle_at,  fails(ENOSYS)},
    {SYS_getcpu,             fails(ENOSYS)},
    {SYS_prlimit64,          fails(ENOSYS), atLeast(0, 1)},

    {SYS_clone,    kTrap,         bits(0, kStopped)},
    {SYS_clone,    fails(EINVAL), bits(0, CLONE_NEWUSER)},
    {SYS_unshare,  fails(EINVAL), bits(0, CLONE_NEWUSER | kNewCgroup | kNewTime)},
    {SYS_setns,    fails(EINVAL), bits(1, CLONE_NEWUSER | kNewCgroup | kNewTime)},

    {SYS_open,     fails(EISDIR), bits(1, kTmpFile)},
    {SYS_openat,   fails(EISDIR), bits(2, kTmpFile)},
    {SYS_linkat,   fails(EINVAL), bits(4, AT_EMPTY_PATH)},
    {SYS_lseek,    fails(EINVAL), atLeast(2, 3)},                 // SEEK_DATA, SEEK_HOLE
    {SYS_fcntl,    fails(EINVAL), equals(1, F_OFD_GETLK)},
    {SYS_fcntl,    fails(EINVAL), equals(1, F_OFD_SETLK)},
    {SYS_fcntl,    fails(EINVAL), equals(1, F_OFD_SETLKW)},
    {SYS_fcntl,    fails(EINVAL), atLeast(1, F_SETPIPE_SZ)},      // and seals

    {SYS_prctl,    fails(EINVAL), equals(0, PR_SET_SECCOMP), equals(1, SECCOMP_MODE_FILTER)},
    {SYS_prctl,    fails(EINVAL), equals(0, PR_CAPBSET_READ), atLeast(1, kLastCapability + 1)},
    {SYS_prctl,    fails(EINVAL), equals(0, PR_CAPBSET_DROP), atLeast(1, kLastCapability + 1)},
    {SYS_prctl,    fails(EINVAL), equals(0, PR_SET_CHILD_SUBREAPER)},
    {SYS_prctl,    fails(EINVAL), equals(0, PR_GET_CHILD_SUBREAPER)},
    {SYS_prctl,    fails(EINVAL), atLeast(0, PR_GET_NO_NEW_PRIVS + 1)},
};

const Rule kStricter[] = {
    {SYS_setns,    fails(EINVAL), bits(1, CLONE_NEWNS | CLONE_NEWPID)},
    {SYS_setns,    fails(EINVAL), equals(1, 0)},                  // whatever the descriptor is
    {SYS_unshare,  fails(EINVAL), bits(0, CLONE_NEWPID)},
};
// clang-format on

// Writes the filter.  Every rule begins and ends with the call's number in the accumulator.
class Assembler {
public:
    Assembler() {
        load(offsetof(seccomp_data, arch));
        // Programs of 32 bits have other numbers, and none is among the tests.
        jump(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0);
        answer(SECCOMP_RET_ALLOW);
        load(offsetof(seccomp_data, nr));
        jump(BPF_JGE, kX32, 0, 1);
        answer(fails(ENOSYS));
    }

    void add(const Rule& rule) {
        std::vector<sock_filter> body;
        for (const Condition& condition : {rule.first, rule.second})
            if (condition.test != Test::None) appendTest(body, condition);
        body.push_back(BPF_STMT(BPF_RET | BPF_K, rule.answer));
        const auto skip = static_cast<uint8_t>(body.size() + 1);
        jump(BPF_JEQ, static_cast<uint32_t>(rule.call), 0, skip);
        // A condition that does not hold leads behind the answer.
        for (size_t i = 0; i < body.size(); ++i)
            if (BPF_CLASS(body[i].code) == BPF_JMP)
                body[i].jf = static_cast<uint8_t>(body.size() - i - 1);
        code_.insert(code_.end(), body.begin(), body.end());
        load(offsetof(seccomp_data, nr));
    }

    std::vector<sock_filter> finish() {
        jump(BPF_JGE, kFirstMissing, 0, 1);
        answer(fails(ENOSYS));
        answer(SECCOMP_RET_ALLOW);
        return code_;
    }

private:
    static void appendTest(std::vector<sock_filter>& body, const Condition& condition) {
        const size_t offset =
            offsetof(seccomp_data, args) + static_cast<size_t>(condition.argument) * 8;
        const uint16_t test = condition.test == Test::HasBits  ? BPF_JSET
                              : condition.test == Test::Equals ? BPF_JEQ
                                                               : BPF_JGE;
        body.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)));
        body.push_back(
            BPF_JUMP(static_cast<uint16_t>(BPF_JMP | test | BPF_K), condition.value, 0, 0));
    }

    void load(size_t offset) {
        code_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)));
    }
    void jump(int test, uint32_t value, uint8_t yes, uint8_t no) {
        code_.push_back(BPF_JUMP(static_cast<uint16_t>(BPF_JMP | test | BPF_K), value, yes, no));
    }
    void answer(uint32_t value) { code_.push_back(BPF_STMT(BPF_RET | BPF_K, value)); }

    std::vector<sock_filter> code_;
};

} // namespace

void dropNewCapabilities() {
    for (int number = kLastCapability + 1; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; ++number)
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0)
            throw ctrd::SystemError("drop capability " + std::to_string(number));
}

void install(Profile profile) {
    Assembler assembler;
    for (const Rule& rule : kRules)
        assembler.add(rule);
    if (profile == Profile::El65)
        for (const Rule& rule : kStricter)
            assembler.add(rule);
    std::vector<sock_filter> code = assembler.finish();
    const sock_fprog program = {static_cast<unsigned short>(code.size()), code.data()};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        throw ctrd::SystemError("install the filter that makes this kernel old");
}

} // namespace old_kernel
