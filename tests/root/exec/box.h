#pragma once

#include "base/path.h"
#include "exec/driver.h"
#include "unit/testing/expect.h"

#include <cppunit/TestCase.h>

#include <memory>
#include <string>
#include <vector>

// The conformance suite of exec::Driver: each case runs with every driver of the table in
// drivers.cc, in a process of one thread and a mount namespace of its own, as a monitor does.
namespace ctrd::exec::testing {

// A row of the table in drivers.cc.
struct DriverUnderTest {
    const char* name;
    std::unique_ptr<Driver> (*create)();
    void (*probe)();
    // What it cannot do by nature, and why (exceptions.h); nullptr for what it can.
    const char* initStays = nullptr;   // ctrd-init is the first process
    const char* noEntry = nullptr;     // no joining of another container's pid namespace
    const char* noLinkedDev = nullptr; // no image whose /dev is a link
};

struct Result {
    ExitStatus status;
    std::string out, err;
};

// A container with a busybox root of its own.  Whatever a case leaves running is killed and
// removed; the case fails then if a cgroup, mount, process or descriptor is left.
class Box {
public:
    explicit Box(const DriverUnderTest& driver);
    Box(const Box&) = delete;
    Box& operator=(const Box&) = delete;
    ~Box();

    Driver& driver() { return *driver_; }
    // Another object of the driver, as another monitor has it.
    std::unique_ptr<Driver> anotherDriver() const { return entry_.create(); }
    const DriverUnderTest& entry() const { return entry_; }
    // Filled with Docker's defaults; a case changes what it is about.
    Command command;
    // The root's directory, and a directory of the host for binds.
    std::string root() const { return joinPath(directory_.path(), "root"); }
    std::string host() const { return joinPath(directory_.path(), "host"); }

    // Starts `args` with pipes, waits for its end and cleans.
    Result run(const std::vector<std::string>& args);
    // The same of a shell script.
    Result sh(const std::string& script) { return run({"sh", "-c", script}); }

    // Starts and leaves running.  Output goes to a pipe.
    pid_t start(const std::vector<std::string>& args);
    pid_t startSh(const std::string& script) { return start({"sh", "-c", script}); }
    // Reads until the text is there; fails the case where the output ends before.
    void expectOutput(const std::string& text);
    // Waits for the first process, reads what is left of the output and cleans.
    Result finish();

    // Another process, to its end.
    Result exec(const ProcessSpec& process);
    Result execSh(const std::string& script);
    ProcessSpec shell(const std::string& script) const;

    void addBind(const std::string& source, const std::string& target,
                 const std::vector<std::string>& options = {});
    // The group's file: read("memory", "memory.limit_in_bytes").
    std::string cgroupFile(const std::string& controller, const std::string& file) const;

    // Nothing of the container is left, in no hierarchy, process table or mount table.
    void expectNothingLeft();

    // Of the last start, to be reaped.
    pid_t child() const { return pid_; }

    Fd networkNamespace; // goes with the next start
    Fd terminal;         // goes with the next start as all three streams

private:
    Stdio pipes();

    const DriverUnderTest& entry_;
    TempDir directory_;
    std::unique_ptr<Driver> driver_;
    Fd out_, err_;
    std::string seen_;
    pid_t pid_ = -1;
    size_t descriptors_ = 0;
    std::string mounts_;
};

// Waits for `pid`, which must be a child; the raw status.
int reap(pid_t pid);

// Reads a terminal until `text` came or ten seconds went by; a closed one ends with EIO.
std::string readTerminal(int master, const std::string& text);

// Runs `action`, which must throw a StartError of this exit code and kind whose text holds `part`.
template <typename F>
void expectStartError(int exitCode, ErrorKind kind, const std::string& part, F action) {
    try {
        action();
    } catch (const StartError& e) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(e.what(), exitCode, e.exitCode());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(e.what(), std::string(kindName(kind)),
                                     std::string(kindName(e.kind())));
        CPPUNIT_ASSERT_MESSAGE("'" + part + "' is not in: " + e.what(),
                               std::string(e.what()).find(part) != std::string::npos);
        return;
    }
    CPPUNIT_FAIL("no StartError; wanted one with '" + part + "'");
}

// A case of the suite; EXEC_CASE(name) { … box … } defines and registers one.
struct Case {
    Case(const char* caseName, void (*caseBody)(Box&));
    const char* name;
    void (*body)(Box&);
    static std::vector<Case>& all();
};

#define EXEC_CASE(name)                                             \
    static void name(ctrd::exec::testing::Box& box);                \
    static const ctrd::exec::testing::Case name##Case(#name, name); \
    static void name([[maybe_unused]] ctrd::exec::testing::Box& box)

} // namespace ctrd::exec::testing
