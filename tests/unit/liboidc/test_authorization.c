/* The first leg: the authorization request, and the state that the browser keeps. */
#include "tests/support/check.h"

#include <stdlib.h>

#include <oidc/oidc.h>

#include "liboidc/pkce.h"
#include "liboidc/sealing.h"
#include "liboidc/state.h"
#include "tests/support/failalloc.h"
#include "tests/support/flow.h"

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

static void check_parameter(const char *url, const char *name, const char *expected)
{
    char *value = flow_parameter(url, name);

    if (expected)
        assert_string_equal(value, expected);
    else
        assert_null(value);
    free(value);
}

static struct login_state *open_sealed(struct flow *flow)
{
    const char *sealed = oidc_authorization_sealed(flow->authorization);
    struct login_state *opened = NULL;

    assert_int_equal(login_state_open(flow->ring, sealed, strlen(sealed), &opened, NULL), OIDC_OK);
    return opened;
}

static void the_request_says_what_it_must(void **state)
{
    struct flow flow;

    (void)state;
    flow_begin(&flow, key, NULL, NULL);
    flow_leave(&flow);
    const char *url = oidc_authorization_url(flow.authorization);
    assert_memory_equal(url, FLOW_ISSUER "/providers/op/authorize?",
                        strlen(FLOW_ISSUER "/providers/op/authorize?"));
    check_parameter(url, "response_type", "code");
    check_parameter(url, "client_id", "xnat client");
    check_parameter(url, "redirect_uri", "https://xnat.example/openid-login");
    check_parameter(url, "scope", "openid profile email");
    check_parameter(url, "code_challenge_method", "S256");
    check_parameter(url, "prompt", NULL);
    check_parameter(url, "response_mode", NULL);
    assert_int_equal(strlen(flow.state), OIDC_STATE_LENGTH);
    assert_string_equal(flow.state, oidc_authorization_state(flow.authorization));

    struct login_state *opened = open_sealed(&flow);
    char verifier[PKCE_TEXT_LENGTH + 1];
    char challenge[PKCE_TEXT_LENGTH + 1];
    pkce_verifier(opened->verifier, verifier);
    assert_int_equal(pkce_challenge(verifier, challenge, NULL), OIDC_OK);
    check_parameter(url, "code_challenge", challenge);
    assert_null(strstr(url, verifier));
    assert_string_equal(opened->provider, "aaf");
    assert_string_equal(opened->issuer, FLOW_ISSUER);
    assert_string_equal(opened->return_to, "/data/projects?x=1");
    assert_int_equal(opened->issued_at, FLOW_NOW);
    login_state_free(&opened);
    flow_end(&flow);
}

static void every_sign_in_has_values_of_its_own(void **state)
{
    struct flow flow;
    static const char *const names[] = {"state", "nonce", "code_challenge"};

    (void)state;
    flow_begin(&flow, key, NULL, NULL);
    flow_leave(&flow);
    for (size_t i = 0; i < COUNT(names); i++) {
        char *first = flow_parameter(oidc_authorization_url(flow.authorization), names[i]);
        flow_leave(&flow);
        char *second = flow_parameter(oidc_authorization_url(flow.authorization), names[i]);
        assert_string_not_equal(first, second);
        free(first);
        free(second);
    }
    flow_end(&flow);
}

/* OpenID Connect Core 1.0, 3.1.2.1: prompt=none; with and without a verifier beside it. */
static void a_sign_in_can_be_silent(void **state)
{
    static const char *const lines[] = {NULL, "openid.aaf.pkceEnabled=false\n"};
    const oidc_authorization_options silent = {.return_to = "/x", .silent = true};

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct flow flow;

        flow_begin(&flow, key, lines[i], NULL);
        flow_leave_as(&flow, &silent);
        check_parameter(oidc_authorization_url(flow.authorization), "prompt", "none");
        struct login_state *opened = open_sealed(&flow);
        assert_true(opened->silent);
        assert_int_equal(opened->pkce, i == 0);
        assert_string_equal(opened->return_to, "/x");
        login_state_free(&opened);
        flow_leave(&flow);
        check_parameter(oidc_authorization_url(flow.authorization), "prompt", NULL);
        opened = open_sealed(&flow);
        assert_false(opened->silent);
        assert_int_equal(opened->pkce, i == 0);
        login_state_free(&opened);
        flow_leave_as(&flow, NULL);
        opened = open_sealed(&flow);
        assert_false(opened->silent);
        assert_string_equal(opened->return_to, "/");
        login_state_free(&opened);
        flow_end(&flow);
    }
}

static void pkce_can_be_off(void **state)
{
    static const char *const cases[][2] = {
        {"openid.aaf.pkceEnabled=false\n", NULL},
        {NULL, "{\"code_challenge_methods_supported\":[\"plain\"]}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct flow flow;

        flow_begin(&flow, key, cases[i][0], cases[i][1]);
        flow_leave(&flow);
        check_parameter(oidc_authorization_url(flow.authorization), "code_challenge", NULL);
        check_parameter(oidc_authorization_url(flow.authorization), "code_challenge_method", NULL);
        struct login_state *opened = open_sealed(&flow);
        assert_false(opened->pkce);
        login_state_free(&opened);
        flow_end(&flow);
    }
}

static void a_query_of_the_endpoint_is_kept(void **state)
{
    struct flow flow;
    static const char prefix[] = FLOW_ISSUER "/authorize?entityID=https%3A%2F%2Fidp&";

    (void)state;
    flow_begin(&flow, key,
               "openid.aaf.userAuthUri=" FLOW_ISSUER "/authorize?entityID=https%3A%2F%2Fidp\n",
               NULL);
    flow_leave(&flow);
    assert_memory_equal(oidc_authorization_url(flow.authorization), prefix, strlen(prefix));
    check_parameter(oidc_authorization_url(flow.authorization), "response_type", "code");
    flow_end(&flow);
}

static void return_to_has_a_default_and_a_limit(void **state)
{
    struct flow flow;
    char longest[OIDC_RETURN_TO_MAX + 2];
    const char *const cases[][2] = {{NULL, "/"}, {"", "/"}, {"/x", "/x"}, {longest, longest}};

    (void)state;
    memset(longest, 'x', sizeof longest);
    longest[0] = '/';
    longest[OIDC_RETURN_TO_MAX] = '\0';
    flow_begin(&flow, key, NULL, NULL);
    for (size_t i = 0; i <= COUNT(cases); i++) {
        bool too_long = i == COUNT(cases);

        if (too_long) {
            longest[OIDC_RETURN_TO_MAX] = 'x';
            longest[OIDC_RETURN_TO_MAX + 1] = '\0';
        }
        oidc_authorization_free(&flow.authorization);
        const oidc_authorization_options options = {.return_to = too_long ? longest : cases[i][0]};
        assert_int_equal(oidc_authorization_new(flow.provider, flow.ring, &options, FLOW_NOW,
                                                &flow.authorization, NULL),
                         OIDC_OK);
        struct login_state *opened = open_sealed(&flow);
        assert_string_equal(opened->return_to, too_long ? "/" : cases[i][1]);
        assert_true(strlen(oidc_authorization_sealed(flow.authorization)) < 2300);
        login_state_free(&opened);
    }
    flow_end(&flow);
}

static void a_provider_that_is_not_ready_starts_nothing(void **state)
{
    struct flow flow;
    oidc_provider *fresh = NULL;

    (void)state;
    flow_begin(&flow, key, NULL, NULL);
    assert_int_equal(oidc_provider_new(flow.config, "aaf", &fresh, NULL), OIDC_OK);
    assert_int_equal(
        oidc_authorization_new(fresh, flow.ring, NULL, FLOW_NOW, &flow.authorization, NULL),
        OIDC_E_PROVIDER_NOT_READY);
    assert_null(flow.authorization);
    oidc_provider_unref(&fresh);
    flow_end(&flow);
}

/* What is sealed is ours; still, a text of another version must not be half read. */
static void a_state_is_read_whole_or_not_at_all(void **state)
{
    struct flow flow;
    void *plain = NULL;
    size_t size = 0;
    char *text = NULL;
    struct login_state *opened = NULL;

    (void)state;
    flow_begin(&flow, key, NULL, NULL);
    flow_leave(&flow);
    const char *sealed = oidc_authorization_sealed(flow.authorization);
    assert_int_equal(seal_open(flow.ring, SEAL_STATE, sealed, strlen(sealed), &plain, &size, NULL),
                     OIDC_OK);
    unsigned char *bytes = plain;
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(seal_text(flow.ring, SEAL_STATE, bytes, cut, &text, NULL), OIDC_OK);
        assert_int_equal(login_state_open(flow.ring, text, strlen(text), &opened, NULL),
                         OIDC_E_STATE_INVALID);
        assert_null(opened);
        free(text);
    }
    for (size_t at = 0; at < 2; at++) {
        bytes[at] ^= 0x80;
        assert_int_equal(seal_text(flow.ring, SEAL_STATE, bytes, size, &text, NULL), OIDC_OK);
        assert_int_equal(login_state_open(flow.ring, text, strlen(text), &opened, NULL),
                         OIDC_E_STATE_INVALID);
        bytes[at] ^= 0x80;
        free(text);
    }
    bytes[size - 1] = '\0';
    assert_int_equal(seal_text(flow.ring, SEAL_STATE, bytes, size, &text, NULL), OIDC_OK);
    assert_int_equal(login_state_open(flow.ring, text, strlen(text), &opened, NULL),
                     OIDC_E_STATE_INVALID);
    free(text);
    unsigned char longer[4000];
    memcpy(longer, bytes, size);
    longer[size - 1] = 'x';
    longer[size] = 'x';
    assert_int_equal(seal_text(flow.ring, SEAL_STATE, longer, size + 1, &text, NULL), OIDC_OK);
    assert_int_equal(login_state_open(flow.ring, text, strlen(text), &opened, NULL),
                     OIDC_E_STATE_INVALID);
    free(text);
    free(plain);
    flow_end(&flow);
}

/* RFC 7636, appendix B. */
static void the_challenge_is_the_specifications(void **state)
{
    static const unsigned char bytes[PKCE_VERIFIER_SIZE] = {
        116, 24,  223, 180, 151, 153, 224, 37,  79, 250, 96, 125, 216, 173, 187, 186,
        22,  212, 37,  77,  105, 214, 191, 240, 91, 88,  5,  88,  83,  132, 141, 121};
    char verifier[PKCE_TEXT_LENGTH + 1];
    char challenge[PKCE_TEXT_LENGTH + 1];

    (void)state;
    pkce_verifier(bytes, verifier);
    assert_string_equal(verifier, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_int_equal(pkce_challenge(verifier, challenge, NULL), OIDC_OK);
    assert_string_equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static bool leave_and_open(void *context)
{
    struct flow *flow = context;
    oidc_authorization *authorization = NULL;
    struct login_state *opened = NULL;
    const oidc_authorization_options options = {.return_to = "/x", .silent = true};
    oidc_code code = oidc_authorization_new(flow->provider, flow->ring, &options, FLOW_NOW,
                                            &authorization, NULL);

    if (code == OIDC_OK) {
        const char *sealed = oidc_authorization_sealed(authorization);

        code = login_state_open(flow->ring, sealed, strlen(sealed), &opened, NULL);
    }
    login_state_free(&opened);
    oidc_authorization_free(&authorization);
    return code == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    struct flow flow;

    (void)state;
    flow_begin(&flow, key, NULL, NULL);
    assert_int_not_equal(failalloc_sweep(leave_and_open, &flow), 0);
    flow_end(&flow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_says_what_it_must),
        cmocka_unit_test(every_sign_in_has_values_of_its_own),
        cmocka_unit_test(a_sign_in_can_be_silent),
        cmocka_unit_test(pkce_can_be_off),
        cmocka_unit_test(a_query_of_the_endpoint_is_kept),
        cmocka_unit_test(return_to_has_a_default_and_a_limit),
        cmocka_unit_test(a_provider_that_is_not_ready_starts_nothing),
        cmocka_unit_test(a_state_is_read_whole_or_not_at_all),
        cmocka_unit_test(the_challenge_is_the_specifications),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
