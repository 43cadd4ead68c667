/* A promise that is not kept ends the program, which the fuzzer takes for a find. */
#ifndef TESTS_FUZZ_REQUIRE_H
#define TESTS_FUZZ_REQUIRE_H

#include <stdlib.h>

/** Ends the program unless the promise is kept. */
static inline void require(int promise)
{
    if (!promise)
        abort();
}

#endif
