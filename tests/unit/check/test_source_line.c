/* Nothing of a line that is shown steers a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "props/check/source_line.h"

static void assert_shown(const char *text, const char *expected)
{
    char bytes[64];
    struct load_file file = {.bytes = bytes, .size = strlen(text)};
    struct source source;
    struct source_line shown;
    assert_true(file.size <= sizeof bytes);
    memcpy(bytes, text, file.size);
    assert_true(source_open(&source, &file));
    assert_true(source_line(&source, 1, 1, &shown));
    assert_string_equal(shown.text, expected);
    source_close(&source);
}

static void test_bytes(void **state)
{
    (void)state;
    assert_shown("name=a\tb ~\n", "name=a b ~");
    assert_shown("name=\x1b[1m\x7f\n", "name=?[1m?");
    /* C1 controls, in ISO-8859-1 and in UTF-8, and a letter. */
    assert_shown("name=a \x9b"
                 "b \xc2\x9b"
                 "c \xe9\xff\n",
                 "name=a ?b ??c ??");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
