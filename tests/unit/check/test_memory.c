/* oidc-check, all but its command line: every allocation fails once. It says so, nothing leaks, and
 * no report looks whole that is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <jansson.h>

#include "props/check/formats.h"
#include "props/check/online.h"
#include "tests/support/failalloc.h"

/* Nothing listens on port 1: the provider is out of reach at once. */
static const char file_text[] =
    "auth.method=openid\ntype=openid\nprovider.id=lab\nvisible=true\nname=Lab\n"
    "siteUrl=https://xnat.example.edu.au\npreEstablishedRedirUri=/openid-login\n"
    "openid.lab.clientId=5f0c2b7a-xnat-example\n"
    "openid.lab.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f\n"
    "openid.lab.issuer=http://127.0.0.1:1\n"
    "openid.lab.userAuthUri=http://127.0.0.1:1/authorize?\xe9\n"
    "openid.lab.accessTokenUri=http://127.0.0.1:1/token\n"
    "openid.lab.scopes=openid,profile,email \n"
    "openid.lab.link=<a href=\"/openid-login?providerId=lab\">Sign in</a>\n";

static char path[] = "/tmp/test_memory_XXXXXX";
static FILE *nowhere;

typedef bool writer(const struct check_site *site);

static bool write_text(const struct check_site *site)
{
    const struct text_style style = {.colour = true, .width = 80};
    return text_write(site, &style, nowhere);
}

static bool write_json(const struct check_site *site)
{
    return json_write(site, nowhere);
}

static bool write_sarif(const struct check_site *site)
{
    return sarif_write(site, nowhere);
}

static bool write_dump(const struct check_site *site)
{
    bool broken = false;
    return dump_write(site, nowhere, &broken);
}

static bool write_effective(const struct check_site *site)
{
    return effective_write(site, nowhere);
}

static bool scenario(void *context)
{
    writer *const *write = context;
    const char *paths[] = {path};
    struct check_site site;
    bool worked = check_site_open(&site, paths, 1, PROPS_AUTO) && (*write)(&site);
    check_site_close(&site);
    return worked;
}

static void test_formats(void **state)
{
    static writer *const writers[] = {write_text, write_json, write_sarif, write_dump,
                                      write_effective};
    (void)state;
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        writer *write = writers[i];
        assert_true(failalloc_sweep(scenario, &write) > 100);
    }
}

static bool list_scenario(void *context)
{
    (void)context;
    return list_rules(true, nowhere) && list_keys(true, nowhere);
}

static void test_lists(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(list_scenario, NULL) > 100);
}

static bool online_scenario(void *context)
{
    (void)context;
    const char *paths[] = {path};
    struct check_site site;
    oidc_error error;
    bool worked = check_site_open(&site, paths, 1, PROPS_AUTO) &&
                  ask_open(&site.ask, NULL, &error) == OIDC_OK && online_check(&site, PROPS_AUTO) &&
                  write_text(&site) && write_json(&site);
    check_site_close(&site);
    return worked;
}

static void test_online(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(online_scenario, NULL) > 100);
}

static int set_up(void **state)
{
    (void)state;
    int descriptor = mkstemp(path);
    nowhere = fopen("/dev/null", "w");
    json_set_alloc_funcs(malloc, free);
    if (descriptor < 0 || nowhere == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return -1;
    ssize_t size = write(descriptor, file_text, sizeof file_text - 1);
    return close(descriptor) == 0 && size == (ssize_t)sizeof file_text - 1 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    curl_global_cleanup();
    return fclose(nowhere) + unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_online),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
