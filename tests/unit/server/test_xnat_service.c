/* The file of the service account: one line, user:password, and nothing else. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/xnat_service.h"
#include "server/xnat_token.h"

static char path[] = "/tmp/xnat-admin-XXXXXX";

static int make_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *text, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void one_line_is_read(void **state)
{
    static const struct {
        const char *text;
        const char *user, *password;
    } cases[] = {
        {"admin:secret", "admin", "secret"},     {"admin:secret\n", "admin", "secret"},
        {"admin:secret\r\n", "admin", "secret"}, {"ldap/admin:a:b: c", "ldap/admin", "a:b: c"},
        {"a: blank ", "a", " blank "},           {"a:p\xc3\xa4ss", "a", "p\xc3\xa4ss"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct xnat_credentials credentials;
        const char *why;
        char *expected = xnat_authorization(cases[i].user, cases[i].password);

        write_file(cases[i].text, strlen(cases[i].text));
        if (!xnat_credentials_read(path, &credentials, &why))
            fail_msg("%s: %s", cases[i].text, why);
        assert_string_equal(credentials.user, cases[i].user);
        assert_string_equal(credentials.authorization, expected);
        xnat_authorization_free(expected);
        xnat_credentials_clear(&credentials);
        assert_null(credentials.user);
    }
}

static void refuse(const char *text, size_t size, const char *because)
{
    struct xnat_credentials credentials;
    const char *why = NULL;

    write_file(text, size);
    if (xnat_credentials_read(path, &credentials, &why))
        fail_msg("%s was read", text);
    assert_non_null(strstr(why, because));
    assert_null(credentials.user);
    assert_null(credentials.authorization);
}

static void what_is_no_such_line_is_refused(void **state)
{
    static const char *const texts[] = {"", "\n", "admin", "admin:", ":secret", ":"};
    static const char *const lines[] = {"admin:secret\nmore", "admin:secret\n\n", "ad\tmin:s",
                                        "admin:s\x7f"};
    static char large[8192];

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        refuse(texts[i], strlen(texts[i]), "no user:password");
    for (size_t i = 0; i < COUNT(lines); i++)
        refuse(lines[i], strlen(lines[i]), "more than one line");
    refuse("a:b\0c", 5, "control characters");
    memset(large, 'x', sizeof(large));
    refuse(large, sizeof(large), "large");
}

static void a_file_that_is_not_there(void **state)
{
    struct xnat_credentials credentials;
    const char *why = NULL;

    (void)state;
    assert_false(xnat_credentials_read("/nonexistent/file", &credentials, &why));
    assert_non_null(strstr(why, "No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_is_read),
        cmocka_unit_test(what_is_no_such_line_is_refused),
        cmocka_unit_test(a_file_that_is_not_there),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
