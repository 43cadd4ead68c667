/* The logout request (OpenID Connect RP-Initiated Logout 1.0, 2). */
#include "tests/support/check.h"

#include <stdlib.h>

#include <oidc/oidc.h>

#include "liboidc/metadata.h"
#include "liboidc/provider.h"
#include "tests/support/failalloc.h"
#include "tests/support/flow.h"

#define RETURN_URI "https://xnat.example/oidc/signed-out"

static const oidc_sign_out full = {.return_uri = RETURN_URI, .state = "state&1"};

static struct mint_key *key;

static int set_up(void **state)
{
    (void)state;
    key = mint_rsa(2048, "one");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mint_free(key);
    return 0;
}

/* Asks a site with those lines and that discovery document; the address, or "none". */
static char *url_of(const char *lines, const char *metadata, const oidc_sign_out *sign_out)
{
    struct flow flow;
    char *url = NULL;

    flow_begin(&flow, key, lines, metadata);
    assert_int_equal(oidc_provider_sign_out_url(flow.provider, sign_out, &url, NULL), OIDC_OK);
    flow_end(&flow);
    return url ? url : flow_text("none");
}

static void the_request_says_what_it_must(void **state)
{
    static const struct {
        const char *lines;
        const char *metadata;
        oidc_sign_out sign_out;
        const char *expected;
    } cases[] = {
        {NULL, NULL, {RETURN_URI, "s"}, "none"},
        {NULL,
         "{\"end_session_endpoint\":\"https://op.example/end\"}",
         {NULL, NULL},
         "https://op.example/end?client_id=xnat%20client"},
        {NULL,
         "{\"end_session_endpoint\":\"https://op.example/end\"}",
         {RETURN_URI, "s&1"},
         "https://op.example/end?client_id=xnat%20client&post_logout_redirect_uri="
         "https%3A%2F%2Fxnat.example%2Foidc%2Fsigned-out&state=s%261"},
        /* The file's word wins, and a query that the endpoint has is kept. */
        {"openid.aaf.logoutUri=https://op.example/out?tenant=a%26b\n",
         "{\"end_session_endpoint\":\"https://op.example/end\"}",
         {RETURN_URI, NULL},
         "https://op.example/out?tenant=a%26b&client_id=xnat%20client&post_logout_redirect_uri="
         "https%3A%2F%2Fxnat.example%2Foidc%2Fsigned-out"},
        {"openid.aaf.logoutUri=https://op.example/out?\n",
         NULL,
         {NULL, "s"},
         "https://op.example/out?client_id=xnat%20client&state=s"},
        {"openid.aaf.logoutUri=https://op.example/out?a=b&\n",
         NULL,
         {NULL, NULL},
         "https://op.example/out?a=b&client_id=xnat%20client"},
        {"openid.aaf.logoutUri=http://127.0.0.1:1/out\n",
         NULL,
         {NULL, NULL},
         "http://127.0.0.1:1/out?client_id=xnat%20client"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *url = url_of(cases[i].lines, cases[i].metadata, &cases[i].sign_out);

        assert_string_equal(url, cases[i].expected);
        free(url);
    }
}

/* Whoever wants to sign out while the provider's document cannot be read is sent there as well. */
static void the_files_endpoint_needs_no_discovery(void **state)
{
    struct flow flow;
    oidc_provider *fresh = NULL;
    char *url = NULL;

    (void)state;
    flow_begin(&flow, key, "openid.aaf.logoutUri=https://op.example/out\n", NULL);
    assert_int_equal(oidc_provider_new(flow.config, "aaf", &fresh, NULL), OIDC_OK);
    assert_null(fresh->metadata);
    assert_int_equal(oidc_provider_sign_out_url(fresh, &full, &url, NULL), OIDC_OK);
    assert_memory_equal(url, "https://op.example/out?client_id=", 33);
    free(url);
    oidc_provider_unref(&fresh);
    flow_end(&flow);
}

/* However it got there: nobody is sent to plain http, or to what is none of the two. */
static void an_endpoint_that_is_not_safe_is_refused(void **state)
{
    static const char *const endpoints[] = {"http://op.example/end",
                                            "https://op.example/end#a",
                                            "javascript:alert(1)",
                                            "//evil.example",
                                            "",
                                            "https://op.example@evil.example/end"};
    struct flow flow;

    (void)state;
    flow_begin(&flow, key, NULL, "{\"end_session_endpoint\":\"https://op.example/end\"}");
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        oidc_error error = {.code = OIDC_OK};
        char *url = NULL;

        free(flow.provider->metadata->end_session_endpoint);
        flow.provider->metadata->end_session_endpoint = flow_text("%s", endpoints[i]);
        assert_int_equal(oidc_provider_sign_out_url(flow.provider, &full, &url, &error),
                         OIDC_E_ENDPOINT_INSECURE);
        assert_null(url);
        assert_int_equal(error.code, OIDC_E_ENDPOINT_INSECURE);
    }
    flow_end(&flow);
}

static bool make_one(void *context)
{
    const struct flow *flow = context;
    char *url = NULL;
    oidc_code code = oidc_provider_sign_out_url(flow->provider, &full, &url, NULL);

    free(url);
    return code == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    struct flow flow;

    (void)state;
    flow_begin(&flow, key, NULL, "{\"end_session_endpoint\":\"https://op.example/end\"}");
    assert_int_not_equal(failalloc_sweep(make_one, &flow), 0);
    flow_end(&flow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_says_what_it_must),
        cmocka_unit_test(the_files_endpoint_needs_no_discovery),
        cmocka_unit_test(an_endpoint_that_is_not_safe_is_refused),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
