/* Bytes that are read from their beginning. */
#include "tests/support/check.h"

#include "liboidc/byte_reader.h"

static const unsigned char bytes[] = {1, 2, 3, 0xff, 5};

static struct byte_reader reader_of(size_t size)
{
    return (struct byte_reader){bytes, size, false};
}

static void bytes_come_in_their_order(void **state)
{
    struct byte_reader reader = reader_of(sizeof bytes);

    (void)state;
    assert_int_equal(byte_reader_number(&reader, 1), 1);
    assert_ptr_equal(byte_reader_take(&reader, 0), bytes + 1);
    assert_int_equal(byte_reader_number(&reader, 2), 0x0203);
    assert_ptr_equal(byte_reader_take(&reader, 2), bytes + 3);
    assert_int_equal(reader.left, 0);
    assert_false(reader.bad);
}

static void a_number_has_eight_bytes_at_most(void **state)
{
    static const unsigned char many[] = {0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8};
    struct byte_reader reader = {many, sizeof many, false};

    (void)state;
    assert_true(byte_reader_number(&reader, 8) == UINT64_C(0xfffefdfcfbfaf9f8));
}

static void nothing_is_read_behind_the_end(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof bytes; size++) {
        struct byte_reader reader = reader_of(size);

        assert_null(byte_reader_take(&reader, size + 1));
        assert_true(reader.bad);
        assert_int_equal(reader.left, size);
        reader = reader_of(size);
        assert_int_equal(byte_reader_number(&reader, size + 1), 0);
        assert_true(reader.bad);
    }
}

static void what_was_short_once_stays_bad(void **state)
{
    struct byte_reader reader = reader_of(sizeof bytes);

    (void)state;
    assert_null(byte_reader_take(&reader, SIZE_MAX));
    assert_null(byte_reader_take(&reader, 1));
    assert_null(byte_reader_take(&reader, 0));
    assert_int_equal(byte_reader_number(&reader, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_in_their_order),
        cmocka_unit_test(a_number_has_eight_bytes_at_most),
        cmocka_unit_test(nothing_is_read_behind_the_end),
        cmocka_unit_test(what_was_short_once_stays_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
