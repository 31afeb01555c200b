// The runner of every CppUnit program here.  With arguments, runs the tests whose names contain one
// of them; the last line is "N passed, N failed".

#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestFailure.h>
#include <cppunit/TestListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>

namespace {

// With VERBOSE, names a test before it runs, so that one that crashes or hangs is known, and says
// afterwards how long it took.
class Narrator : public CppUnit::TestListener {
    using Clock = std::chrono::steady_clock;

public:
    void startTest(CppUnit::Test* test) override {
        started_ = Clock::now();
        if (verbose_) std::cerr << "  " << test->getName() << std::endl;
    }
    void endTest(CppUnit::Test* test) override {
        const std::chrono::duration<double> took = Clock::now() - started_;
        if (verbose_)
            std::cerr << "  " << test->getName() << ", " << std::fixed << std::setprecision(1)
                      << took.count() << " s" << std::endl;
    }

private:
    const bool verbose_ = std::getenv("VERBOSE") != nullptr;
    Clock::time_point started_;
};

void runChosen(CppUnit::Test* test, int argc, char** argv, CppUnit::TestResult& result) {
    if (test->getChildTestCount() > 0) {
        for (int i = 0; i < test->getChildTestCount(); ++i)
            runChosen(test->getChildTestAt(i), argc, argv, result);
        return;
    }
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i)
        wanted |= test->getName().find(argv[i]) != std::string::npos;
    if (wanted) test->run(&result);
}

} // namespace

int main(int argc, char** argv) {
    signal(SIGPIPE, SIG_IGN);
    CppUnit::TestResult result;
    CppUnit::TestResultCollector collector;
    Narrator narrator;
    result.addListener(&collector);
    result.addListener(&narrator);
    CppUnit::Test* all = CppUnit::TestFactoryRegistry::getRegistry().makeTest();
    runChosen(all, argc, argv, result);
    CppUnit::CompilerOutputter(&collector, std::cerr).write();
    const int failed = collector.testFailuresTotal();
    std::cout << collector.runTests() - failed << " passed, " << failed << " failed" << std::endl;
    delete all;
    return failed == 0 && collector.runTests() > 0 ? 0 : 1;
}
