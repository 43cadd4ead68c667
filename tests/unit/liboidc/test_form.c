/* application/x-www-form-urlencoded, written and read. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/buf.h"
#include "liboidc/form.h"
#include "liboidc/secret.h"
#include "tests/support/failalloc.h"

static void every_byte_but_the_unreserved_is_encoded(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 1000);
    form_encode(&buf, "AZaz09-._~ +&=%/?#\"\n\x7f\xc3\xa4");
    assert_string_equal(buf.data, "AZaz09-._~%20%2B%26%3D%25%2F%3F%23%22%0A%7F%C3%A4");
    buf_free(&buf);
}

static void fields_are_joined_where_they_must_be(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 1000);
    form_add(&buf, "a", "1");
    form_add(&buf, "b", "x y");
    assert_string_equal(buf.data, "a=1&b=x%20y");
    buf_free(&buf);
    buf_adds(&buf, "https://op.example/?");
    form_add(&buf, "a", "");
    form_add(&buf, "b", "2");
    assert_string_equal(buf.data, "https://op.example/?a=&b=2");
    buf_free(&buf);
    buf_adds(&buf, "?entityID=x&");
    form_add(&buf, "a", "1");
    assert_string_equal(buf.data, "?entityID=x&a=1");
    buf_free(&buf);
}

static void fields_are_decoded(void **state)
{
    static const char text[] = "code=a%2Bb+c&&empty=&bare&%73tate=%C3%A4&";
    struct form form;
    const char *reason = NULL;

    (void)state;
    assert_int_equal(form_read(text, strlen(text), &form, &reason), OIDC_OK);
    assert_int_equal(form.count, 4);
    assert_string_equal(form_get(&form, "code"), "a+b c");
    assert_string_equal(form_get(&form, "empty"), "");
    assert_string_equal(form_get(&form, "bare"), "");
    assert_string_equal(form_get(&form, "state"), "\xc3\xa4");
    assert_null(form_get(&form, "Code"));

    char *taken = form_take(&form, "code");
    assert_string_equal(taken, "a+b c");
    assert_null(form_get(&form, "code"));
    assert_null(form_take(&form, "nothing"));
    secret_free_text(taken);
    form_free(&form);
}

static void the_size_counts_and_not_a_nul(void **state)
{
    struct form form;
    const char *reason = NULL;

    (void)state;
    assert_int_equal(form_read("a=1&b=2", 3, &form, &reason), OIDC_OK);
    assert_int_equal(form.count, 1);
    form_free(&form);
    assert_int_equal(form_read("", 0, &form, &reason), OIDC_OK);
    assert_int_equal(form.count, 0);
    form_free(&form);
    assert_int_equal(form_read("a=\0x", 4, &form, &reason), OIDC_E_RESPONSE_MALFORMED);
    form_free(&form);
}

static void what_readers_disagree_on_is_refused(void **state)
{
    static const char *const texts[] = {
        "code=a&code=b", "code=a&code=a", "c%6Fde=a&code=b",  "a&a",       "=&=",
        "code=%",        "code=%4",       "code=%4g",         "code=%g4",  "%=1",
        "code=%00",      "co%00de=1",     "code=a b",         "code=a\tb", "code=\x7f",
        "code=\xc3\xa4", "\x80=1",        "state=1&x=%u0041",
    };
    struct form form;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *reason = NULL;

        if (form_read(texts[i], strlen(texts[i]), &form, &reason) != OIDC_E_RESPONSE_MALFORMED)
            fail_msg("taken for a form: '%s'", texts[i]);
        assert_non_null(reason);
        form_free(&form);
    }
}

static void fields_are_counted(void **state)
{
    char text[FORM_FIELDS_MAX * 8];
    struct form form;
    const char *reason = NULL;
    size_t size = 0;

    (void)state;
    for (int i = 0; i < FORM_FIELDS_MAX; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "p%d=&", i);
    assert_int_equal(form_read(text, size, &form, &reason), OIDC_OK);
    form_free(&form);
    memcpy(text + size, "x=1", 4);
    assert_int_equal(form_read(text, size + 3, &form, &reason), OIDC_E_RESPONSE_MALFORMED);
    form_free(&form);
}

static bool read_some(void *context)
{
    struct form form;
    const char *reason = NULL;
    oidc_code code = form_read("a=1&b=2", 7, &form, &reason);

    (void)context;
    form_free(&form);
    return code == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    assert_int_not_equal(failalloc_sweep(read_some, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_but_the_unreserved_is_encoded),
        cmocka_unit_test(fields_are_joined_where_they_must_be),
        cmocka_unit_test(fields_are_decoded),
        cmocka_unit_test(the_size_counts_and_not_a_nul),
        cmocka_unit_test(what_readers_disagree_on_is_refused),
        cmocka_unit_test(fields_are_counted),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
