/* Thumbprints: the example of RFC 7638, and a key that is too large to be ours. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/thumbprint.h"

/* RFC 7638 section 3.1, without its braces. */
static const char example[] =
    "\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbb"
    "fAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7"
    "_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI"
    "SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKn"
    "qDKgw\"";

static void the_example_has_its_thumbprint(void **state)
{
    char text[THUMBPRINT_TEXT];
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    assert_int_equal(thumbprint(example, text, &error), OIDC_OK);
    assert_string_equal(text, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_int_equal(error.code, OIDC_OK);
}

static void what_is_too_long_has_none(void **state)
{
    char text[THUMBPRINT_TEXT] = "unchanged", *huge = malloc(10000);

    (void)state;
    assert_non_null(huge);
    memset(huge, 'n', 9999);
    huge[9999] = '\0';
    assert_int_equal(thumbprint(huge, text, NULL), OIDC_E_MEMORY);
    assert_string_equal(text, "unchanged");
    free(huge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_has_its_thumbprint),
        cmocka_unit_test(what_is_too_long_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
