// The runner of every CppUnit program here.  With arguments, runs the tests whose names contain one
// of them; the last line is "N passed, N failed".

#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestFailure.h>
#include <cppunit/TestListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

// Names a test before it runs, so that one that crashes or hangs is known.
class Narrator : public CppUnit::TestListener {
public:
    void startTest(CppUnit::Test* test) override {
        if (std::getenv("VERBOSE") != nullptr) std::cerr << "  " << test->getName() << std::endl;
    }
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
