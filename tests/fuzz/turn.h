/* What is slow takes turns: of several ways to judge an input, its bytes choose one. So a judge
 * keeps all of its eyes while the fuzzer tries several times as many inputs, and an input is always
 * judged the same way. */
#ifndef TESTS_FUZZ_TURN_H
#define TESTS_FUZZ_TURN_H

#include <stddef.h>
#include <stdint.h>

/** Which of `count` ways it is: evenly spread, as far as inputs differ in their sum. */
static inline unsigned turn_of(const uint8_t *data, size_t size, unsigned count)
{
    unsigned sum = 0;

    for (size_t i = 0; i < size; i++)
        sum += data[i];
    return sum % count;
}

#endif
