#pragma once

#include "base/error.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace ctrd::testing {

// Runs `action`, which must throw an Error of this kind whose text holds `part`.
template <typename F>
void expectError(ErrorKind kind, const std::string& part, F action) {
    try {
        action();
    } catch (const Error& e) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(e.what(), std::string(kindName(kind)),
                                     std::string(kindName(e.kind())));
        CPPUNIT_ASSERT_MESSAGE("'" + part + "' is not in: " + e.what(),
                               std::string(e.what()).find(part) != std::string::npos);
        return;
    }
    CPPUNIT_FAIL("no error; wanted one with '" + part + "'");
}

inline void expectEqual(const std::string& wanted, const std::string& found) {
    CPPUNIT_ASSERT_EQUAL(wanted, found);
}

} // namespace ctrd::testing
