/* What the log is told of requests: the path, but no secret in it. */
#include "tests/support/check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/discreet.h"
#include "server/target.h"
#include "tests/support/failalloc.h"

static char *told_of(const char *raw)
{
    struct target target;
    char *told = NULL;

    assert_int_equal(target_parse(raw, &target), TARGET_OK);
    told = discreet_path(target.resolved);
    target_free(&target);
    return told;
}

static void assert_told(const char *raw, const char *expected)
{
    char *told = told_of(raw);

    assert_string_equal(told, expected);
    free(told);
}

static void whatever_the_spelling_no_secret_is_told(void **state)
{
    static const char *const spellings[] = {
        "/data/services/tokens/validate/ALIAS/S3CRET",
        "/REST/services/tokens/validate/ALIAS/S3CRET/",
        "/xnat/data/services/tokens/validate/ALIAS/S3CRET?format=json",
        "/data/Services/TOKENS/Validate/ALIAS/S3CRET",
        "/data/services/%74okens/validate/ALIAS/S3CRET",
        "/data/services%2ftokens%2Fvalidate/ALIAS/S3CRET",
        "/data/services\\tokens\\validate\\ALIAS\\S3CRET",
        "/data/services;v=1/tokens;x/validate/ALIAS/S3CRET;y",
        "/data//services/./tokens/x/../validate/ALIAS/S3CRET",
        "http://xnat.example/data/services/tokens/validate/ALIAS/S3CRET",
        "/services/tokens/S3CRET",
        "/services/tokens/services/tokens/S3CRET",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(spellings); i++) {
        char *told = told_of(spellings[i]);

        if (strstr(told, "S3CRET") || strstr(told, "ALIAS") || !strstr(told, "/…"))
            fail_msg("%s is told as %s", spellings[i], told);
        free(told);
    }
    assert_told(spellings[0], "/data/services/tokens/…");
    assert_told(spellings[2], "/xnat/data/services/tokens/…");
}

static void other_paths_are_told_whole(void **state)
{
    (void)state;
    assert_told("/data/services/tokens", "/data/services/tokens");
    assert_told("/data/services/tokens/", "/data/services/tokens/");
    assert_told("/data/services/tokensale/1", "/data/services/tokensale/1");
    assert_told("/data/projects/tokens/1", "/data/projects/tokens/1");
    assert_told("/", "/");
    assert_told("*", "*");
    assert_null(discreet_path(NULL));
}

static void assert_message(const char *message, const char *expected)
{
    char text[256];

    snprintf(text, sizeof(text), "%s", message);
    discreet_message(text);
    assert_string_equal(text, expected);
}

static void messages_tell_no_path(void **state)
{
    (void)state;
    assert_message("Failed to send the response body for the request for `/S3CRET'. Error: reset\n",
                   "Failed to send the response body for the request");
    assert_message("Failed to send data in request for /a request for S3CRET.\n",
                   "Failed to send data in request");
    assert_message("Connection was closed.\n", "Connection was closed.\n");
    assert_message("", "");
}

static bool tell(void *context)
{
    char *told = discreet_path(context);
    bool good = told != NULL;

    free(told);
    return good;
}

static void no_memory_is_said(void **state)
{
    static char path[] = "/data/services/tokens/validate/a/b";

    (void)state;
    assert_int_equal(failalloc_sweep(tell, path), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_the_spelling_no_secret_is_told),
        cmocka_unit_test(other_paths_are_told_whole),
        cmocka_unit_test(messages_tell_no_path),
        cmocka_unit_test(no_memory_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
