#pragma once

#include "archive/entry.h"      // IWYU pragma: export
#include "archive/tar_reader.h" // IWYU pragma: export
#include "archive/tar_writer.h" // IWYU pragma: export
