/* The pipe: bytes come out as they went in, whatever the pace of both ends, and never more than
 * fit. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "server/pipe.h"

static void it_is_bounded(void **state)
{
    struct pipe pipe = {0};
    char *bytes = calloc(1, PIPE_SIZE + 10);

    (void)state;
    assert_non_null(bytes);
    assert_int_equal(pipe_room(&pipe), PIPE_SIZE);
    assert_int_equal(pipe_write(&pipe, bytes, PIPE_SIZE + 10), PIPE_SIZE);
    assert_int_equal(pipe_room(&pipe), 0);
    assert_int_equal(pipe_write(&pipe, bytes, 1), 0);
    assert_int_equal(pipe_read(&pipe, bytes, 10), 10);
    assert_int_equal(pipe_room(&pipe), 10);
    pipe_free(&pipe);
    free(bytes);
}

static void nothing_comes_out_of_an_empty_one(void **state)
{
    struct pipe pipe = {0};
    char byte;

    (void)state;
    assert_int_equal(pipe_read(&pipe, &byte, 1), 0);
    assert_int_equal(pipe_write(&pipe, "", 0), 0);
    assert_int_equal(pipe_read(&pipe, &byte, 1), 0);
    pipe_free(&pipe);
}

/* Writes and reads pieces of changing sizes, so that both ends go round many times and meet at
 * every offset; what comes out is one unbroken count. */
static void bytes_keep_their_order(void **state)
{
    struct pipe pipe = {0};
    unsigned char in[7919];
    unsigned char out[7001];
    unsigned char next_in = 0;
    unsigned char next_out = 0;
    size_t total = 0;

    (void)state;
    for (unsigned round = 0; round < 4000; round++) {
        size_t want = (round * 613u) % sizeof(in);
        ptrdiff_t taken;
        size_t given;

        for (size_t i = 0; i < want; i++)
            in[i] = (unsigned char)(next_in + i);
        taken = pipe_write(&pipe, in, want);
        assert_true(taken >= 0);
        next_in = (unsigned char)(next_in + taken);
        given = pipe_read(&pipe, out, (round * 397u) % sizeof(out));
        for (size_t i = 0; i < given; i++)
            assert_int_equal(out[i], next_out++);
        total += given;
    }
    assert_true(total > 10 * PIPE_SIZE);
    pipe_free(&pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_bounded),
        cmocka_unit_test(nothing_comes_out_of_an_empty_one),
        cmocka_unit_test(bytes_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
