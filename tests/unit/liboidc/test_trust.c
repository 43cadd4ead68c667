/* A file of certificate authorities: all that is in it is taken, or it is refused. */
#include "tests/support/check.h"

#include <stdlib.h>
#include <string.h>

#include <oidc/curl.h>

#include "tests/support/flow.h"
#include "tests/support/loopback.h"

#define BLOCK(name, inside) "-----BEGIN " name "-----\n" inside "-----END " name "-----\n"
#define UNDER_PASSPHRASE                                                                           \
    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"           \
    "AAAAAAAAAAAAAAAAAAAAAA==\n"

static char *sound; /* a certificate in PEM */

static int set_up(void **state)
{
    struct loopback *server = loopback_new("localhost");

    (void)state;
    sound = flow_text("%s", loopback_certificate(server));
    loopback_free(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(sound);
    return 0;
}

static oidc_code parse(const char *text, size_t size, oidc_error *error)
{
    oidc_trust *trust = NULL;
    oidc_code code = oidc_trust_parse(text, size, &trust, error);

    assert_int_equal(trust != NULL, code == OIDC_OK);
    oidc_trust_free(&trust);
    return code;
}

/* A sound certificate, the text, and a sound one again. */
static oidc_code parse_between(const char *text, oidc_error *error)
{
    char *all = flow_text("%s%s%s", sound, text, sound);
    oidc_code code = parse(all, strlen(all), error);

    free(all);
    return code;
}

/* What stands behind it would be trusted by the file and not by the program. */
static void a_broken_certificate_is_told_by_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *told;
    } cases[] = {
        {BLOCK("CERTIFICATE", "AAAA\n"), "certificate 2 "},
        {BLOCK("X509 CERTIFICATE", "AAAA\n"), "certificate 2 "},
        {BLOCK("TRUSTED CERTIFICATE", "AAAA\n"), "certificate 2 "},
        {BLOCK("CERTIFICATE", UNDER_PASSPHRASE), "certificate 2 "},
        {BLOCK("CERTIFICATE", "no base64!\n"), "after certificate 1 "},
        {"-----BEGIN CERTIFICATE-----\nAAAA\n", "certificate 2 "},
        {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END X-----\n", "after certificate 1 "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_error error = {.code = OIDC_OK};

        assert_int_equal(parse_between(cases[i].text, &error), OIDC_E_FILE);
        if (!strstr(error.detail, cases[i].told))
            fail_msg("%zu: %s", i, error.detail);
    }
}

static void the_end_may_not_be_cut_off(void **state)
{
    oidc_error error = {.code = OIDC_OK};
    char *twice = flow_text("%s%s", sound, sound);

    (void)state;
    assert_int_equal(parse(twice, strlen(twice), &error), OIDC_OK);
    assert_int_equal(parse(twice, strlen(twice) - 30, &error), OIDC_E_FILE);
    assert_non_null(strstr(error.detail, "after certificate 1 "));
    free(twice);
}

static void what_is_no_certificate_is_passed_over(void **state)
{
    static const char *const texts[] = {
        "",
        "# a comment\nSubject: somebody\n",
        BLOCK("X509 CRL", "AAAA\n"),
        BLOCK("RSA PRIVATE KEY", UNDER_PASSPHRASE),
        BLOCK("ENCRYPTED PRIVATE KEY", "AAAA\n"),
    };
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (parse_between(texts[i], &error) != OIDC_OK)
            fail_msg("%zu: %s", i, error.detail);
    assert_int_equal(parse("", 0, &error), OIDC_E_FILE);
    assert_non_null(strstr(error.detail, "no certificate"));
}

static void too_much_is_not_called_a_want_of_memory(void **state)
{
    const size_t size = strlen(sound), many = 1025;
    const size_t large = (size_t)16 * 1024 * 1024 + 1;
    char *all = malloc(many * size);
    char *blanks = malloc(large);
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    assert_non_null(all);
    assert_non_null(blanks);
    for (size_t i = 0; i < many; i++)
        memcpy(all + i * size, sound, size);
    assert_int_equal(parse(all, (many - 1) * size, &error), OIDC_OK);
    assert_int_equal(parse(all, many * size, &error), OIDC_E_FILE);
    assert_non_null(strstr(error.detail, "more than 1024"));
    memset(blanks, '\n', large);
    assert_int_equal(parse(blanks, large, &error), OIDC_E_FILE);
    assert_non_null(strstr(error.detail, "larger than 16777216 bytes"));
    free(blanks);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_certificate_is_told_by_its_place),
        cmocka_unit_test(the_end_may_not_be_cut_off),
        cmocka_unit_test(what_is_no_certificate_is_passed_over),
        cmocka_unit_test(too_much_is_not_called_a_want_of_memory),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
