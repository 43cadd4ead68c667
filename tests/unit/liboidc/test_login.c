/*
 * Whole sign-ins in memory: the good ones, and every way in which a browser or a provider can be
 * wrong. A refusal is checked for its code, and for a detail that gives no secret away.
 */
#include "tests/support/check.h"

#include <stdlib.h>

#include <oidc/oidc.h>

#include "tests/support/failalloc.h"
#include "tests/support/flow.h"

#define GOOD_QUERY "code=" FLOW_CODE "&state=%s"

static struct mint_key *key;
static struct mint_key *new_key; /* kid "two" */
static struct mint_key *foreign; /* kid "one", and not in the provider's set */

static int set_up(void **state)
{
    (void)state;
    key = mint_rsa(2048, "one");
    new_key = mint_rsa(2048, "two");
    foreign = mint_rsa(2048, "one");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mint_free(key);
    mint_free(new_key);
    mint_free(foreign);
    return 0;
}

static void begin(struct flow *flow, const char *lines, const char *metadata)
{
    flow_begin(flow, key, lines, metadata);
    flow_leave(flow);
}

static void check_refused(struct flow *flow, oidc_code code)
{
    const oidc_error *error = oidc_login_error(flow->login);
    const char *const secrets[] = {flow->state, flow->nonce, FLOW_CODE, FLOW_SECRET,
                                   FLOW_ACCESS_TOKEN};

    assert_int_equal(oidc_login_next(flow->login), OIDC_ACTION_REFUSED);
    assert_non_null(error);
    if (error->code != code)
        fail_msg("%s, where %s was to come: %s", oidc_code_name(error->code), oidc_code_name(code),
                 error->detail);
    assert_string_not_equal(error->detail, "");
    for (size_t i = 0; i < COUNT(secrets); i++)
        if (secrets[i] && strstr(error->detail, secrets[i]))
            fail_msg("the detail gives a secret away: %s", error->detail);
    assert_null(oidc_login_identity(flow->login));
    assert_null(oidc_login_request(flow->login));
}

static void check_done(struct flow *flow)
{
    const oidc_error *error = oidc_login_error(flow->login);

    if (error)
        fail_msg("%s: %s", oidc_code_name(error->code), error->detail);
    assert_int_equal(oidc_login_next(flow->login), OIDC_ACTION_DONE);
    assert_non_null(oidc_login_identity(flow->login));
    assert_null(oidc_login_request(flow->login));
}

/* A sign-in up to the token request, then that answer. */
static void sign_in(struct flow *flow, int status, const char *answer)
{
    flow_return(flow, GOOD_QUERY);
    flow_go_to(flow, OIDC_ACTION_SEND);
    flow_answer(flow, status, answer);
}

static void sign_in_with(struct flow *flow, const char *claims, const char *answer)
{
    char *tokens = flow_tokens(flow, claims, answer);

    sign_in(flow, 200, tokens);
    free(tokens);
}

/* A sign-in with an ID token made by hand. */
static void sign_in_with_token(struct flow *flow, char *id_token)
{
    char *tokens = flow_tokens_with(id_token, NULL);

    sign_in(flow, 200, tokens);
    free(tokens);
    free(id_token);
}

static char *header(const oidc_http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (strcmp(request->headers[i].name, name) == 0)
            return flow_text("%s", request->headers[i].value);
    return NULL;
}

static char *field(const oidc_http_request *request, const char *name)
{
    char *url = flow_text("?%.*s", (int)request->body_size, request->body);
    char *value = flow_parameter(url, name);

    free(url);
    return value;
}

static void check_text(char *text, const char *expected)
{
    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
    free(text);
}

/* --- what goes well --------------------------------------------------------------------------- */

static void a_person_signs_in(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, "state=%s&session_state=x&code=" FLOW_CODE);
    assert_int_equal(oidc_login_next(flow.login), OIDC_ACTION_OPEN_STATE);
    assert_string_equal(oidc_login_state(flow.login), flow.state);
    assert_null(oidc_login_provider_id(flow.login));
    assert_null(oidc_login_return_to(flow.login));
    flow_go_to(&flow, OIDC_ACTION_CLAIM_STATE);
    assert_string_equal(oidc_login_provider_id(flow.login), "aaf");
    assert_string_equal(oidc_login_return_to(flow.login), "/data/projects?x=1");
    flow_go_to(&flow, OIDC_ACTION_NEED_PROVIDER);
    assert_null(oidc_login_request(flow.login));
    flow_go_to(&flow, OIDC_ACTION_SEND);
    char *tokens = flow_tokens(&flow, NULL, NULL);
    flow_answer(&flow, 200, tokens);
    free(tokens);
    check_done(&flow);

    const oidc_identity *identity = oidc_login_identity(flow.login);
    assert_string_equal(identity->provider, "aaf");
    assert_string_equal(identity->issuer, FLOW_ISSUER);
    assert_string_equal(identity->subject, "person-1");
    assert_string_equal(identity->username, "aaf_person-1");
    assert_string_equal(identity->email, "ann@good.example");
    assert_string_equal(identity->given_name, "Ann");
    assert_string_equal(identity->family_name, "Smith");
    assert_true(identity->create_user);
    assert_true(identity->auto_enabled);
    assert_false(identity->auto_verified);
    assert_string_equal(oidc_login_return_to(flow.login), "/data/projects?x=1");
    flow_end(&flow);
}

static void the_token_request_is_the_specifications(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, "code=a%2Bb%20c&state=%s");
    flow_go_to(&flow, OIDC_ACTION_SEND);
    const oidc_http_request *request = oidc_login_request(flow.login);
    assert_string_equal(request->purpose, "token");
    assert_string_equal(request->method, "POST");
    assert_string_equal(request->url, FLOW_ISSUER "/providers/op/token");
    check_text(header(request, "Content-Type"), "application/x-www-form-urlencoded");
    check_text(header(request, "Accept"), "application/json");
    /* base64 of "xnat%20client:s3cr%25t" */
    check_text(header(request, "Authorization"), "Basic eG5hdCUyMGNsaWVudDpzM2NyJTI1dA==");
    check_text(field(request, "grant_type"), "authorization_code");
    check_text(field(request, "code"), "a+b c");
    check_text(field(request, "redirect_uri"), "https://xnat.example/openid-login");
    check_text(field(request, "client_id"), NULL);
    check_text(field(request, "client_secret"), NULL);

    /* RFC 7636, 4.6: the verifier's hash is what was announced. */
    char *verifier = field(request, "code_verifier");
    char *challenge = flow_parameter(oidc_authorization_url(flow.authorization), "code_challenge");
    assert_int_equal(strlen(verifier), 43);
    char *half = mint_half_hash(256, verifier);
    assert_memory_equal(challenge, half, 21);
    free(half);
    free(challenge);
    free(verifier);
    flow_end(&flow);
}

static void the_secret_can_go_into_the_body(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, "openid.aaf.pkceEnabled=false\n",
          "{\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]}");
    flow_return(&flow, GOOD_QUERY);
    flow_go_to(&flow, OIDC_ACTION_SEND);
    const oidc_http_request *request = oidc_login_request(flow.login);
    check_text(header(request, "Authorization"), NULL);
    check_text(field(request, "client_id"), "xnat client");
    check_text(field(request, "client_secret"), FLOW_SECRET);
    check_text(field(request, "code_verifier"), NULL);
    flow_end(&flow);
}

static void a_code_is_spent_once(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    sign_in_with(&flow, NULL, NULL);
    check_done(&flow);
    /* The same response again: the state was used. */
    flow_return(&flow, GOOD_QUERY);
    flow_go_to(&flow, OIDC_ACTION_CLAIM_STATE);
    oidc_login_claim_state(flow.login, false);
    check_refused(&flow, OIDC_E_STATE_USED);
    flow_end(&flow);
}

static void a_caller_may_refuse_for_its_own_reasons(void **state)
{
    static const struct {
        oidc_code given;
        oidc_code refused;
    } checks[] = {
        {OIDC_E_STATES_FULL, OIDC_E_STATES_FULL},
        {OIDC_OK, OIDC_E_USAGE},
    };
    struct flow flow;

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        begin(&flow, NULL, NULL);
        flow_return(&flow, GOOD_QUERY);
        flow_go_to(&flow, OIDC_ACTION_CLAIM_STATE);
        oidc_login_refuse(flow.login, checks[i].given, "no room\n");
        check_refused(&flow, checks[i].refused);
        assert_string_equal(oidc_login_error(flow.login)->detail, "no room?");
        oidc_login_refuse(flow.login, OIDC_E_MEMORY, "later");
        check_refused(&flow, checks[i].refused);
        flow_end(&flow);
    }
    /* what is over is over */
    begin(&flow, NULL, NULL);
    sign_in_with(&flow, NULL, NULL);
    oidc_login_refuse(flow.login, OIDC_E_MEMORY, "too late");
    check_done(&flow);
    flow_end(&flow);
}

static void two_tabs_do_not_get_mixed_up(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    char *first = flow_text("%s", oidc_authorization_sealed(flow.authorization));
    flow_leave(&flow);
    flow_return(&flow, GOOD_QUERY);
    oidc_login_open_state(flow.login, flow.ring, first, strlen(first), FLOW_NOW);
    check_refused(&flow, OIDC_E_STATE_MISMATCH);
    assert_null(oidc_login_provider_id(flow.login));
    assert_null(oidc_login_return_to(flow.login));
    sign_in_with(&flow, NULL, NULL);
    check_done(&flow);
    free(first);
    flow_end(&flow);
}

static void the_response_may_name_its_issuer(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, GOOD_QUERY "&iss=https%3A%2F%2Fop.example");
    flow_go_to(&flow, OIDC_ACTION_SEND);
    char *tokens = flow_tokens(&flow, NULL, NULL);
    flow_answer(&flow, 200, tokens);
    free(tokens);
    check_done(&flow);
    flow_end(&flow);
}

/* --- the browser ------------------------------------------------------------------------------ */

static void a_broken_response_is_refused_at_once(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, "code=" FLOW_CODE);
    check_refused(&flow, OIDC_E_RESPONSE_MALFORMED);
    assert_null(oidc_login_state(flow.login));
    flow_return(&flow, GOOD_QUERY "&error=access_denied");
    check_refused(&flow, OIDC_E_RESPONSE_MALFORMED);
    flow_return(&flow, "code=x&state=tooshort");
    check_refused(&flow, OIDC_E_STATE_INVALID);
    flow_end(&flow);
}

static void a_state_must_come_back(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, GOOD_QUERY);
    oidc_login_open_state(flow.login, flow.ring, NULL, 0, FLOW_NOW);
    check_refused(&flow, OIDC_E_STATE_MISSING);

    oidc_keyring *other = NULL;
    const char *sealed = oidc_authorization_sealed(flow.authorization);
    assert_int_equal(oidc_keyring_generate(&other, NULL), OIDC_OK);
    flow_return(&flow, GOOD_QUERY);
    oidc_login_open_state(flow.login, other, sealed, strlen(sealed), FLOW_NOW);
    check_refused(&flow, OIDC_E_STATE_INVALID);
    oidc_keyring_unref(&other);

    char *spoilt = flow_text("%s", sealed);
    spoilt[20] = spoilt[20] == 'A' ? 'B' : 'A';
    flow_return(&flow, GOOD_QUERY);
    oidc_login_open_state(flow.login, flow.ring, spoilt, strlen(spoilt), FLOW_NOW);
    check_refused(&flow, OIDC_E_STATE_INVALID);
    free(spoilt);

    flow_return(&flow, "code=x&state=AAAAAAAAAAAAAAAAAAAAAA");
    oidc_login_open_state(flow.login, flow.ring, sealed, strlen(sealed), FLOW_NOW);
    check_refused(&flow, OIDC_E_STATE_MISMATCH);
    flow_end(&flow);
}

static void a_state_has_its_time(void **state)
{
    static const struct {
        int64_t later;
        oidc_action next;
        oidc_code code;
    } cases[] = {
        {OIDC_STATE_TTL, OIDC_ACTION_CLAIM_STATE, OIDC_OK},
        {OIDC_STATE_TTL + 1, OIDC_ACTION_REFUSED, OIDC_E_STATE_EXPIRED},
        {-60, OIDC_ACTION_CLAIM_STATE, OIDC_OK},
        {-61, OIDC_ACTION_REFUSED, OIDC_E_STATE_FUTURE},
    };
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    const char *sealed = oidc_authorization_sealed(flow.authorization);
    for (size_t i = 0; i < COUNT(cases); i++) {
        flow_return(&flow, GOOD_QUERY);
        oidc_login_open_state(flow.login, flow.ring, sealed, strlen(sealed),
                              FLOW_NOW + cases[i].later);
        assert_int_equal(oidc_login_next(flow.login), cases[i].next);
        if (cases[i].code == OIDC_OK)
            continue;
        check_refused(&flow, cases[i].code);
        assert_int_equal(oidc_login_error(flow.login)->seconds_off,
                         cases[i].code == OIDC_E_STATE_FUTURE ? -cases[i].later : 0);
    }
    flow_end(&flow);
}

/* --- errors of the provider ------------------------------------------------------------------- */

static void the_person_may_say_no(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, "error=access_denied&error_description=No&state=%s");
    flow_go_to(&flow, OIDC_ACTION_SEND);
    check_refused(&flow, OIDC_E_ACCESS_DENIED);
    assert_string_equal(oidc_login_return_to(flow.login), "/data/projects?x=1");
    flow_return(&flow, "error=server_error&state=%s");
    flow_go_to(&flow, OIDC_ACTION_SEND);
    check_refused(&flow, OIDC_E_PROVIDER_ERROR);
    flow_end(&flow);
}

/* Known once the state is open, and as long as the login lives; never before. */
static void a_silent_sign_in_knows_that_it_is_one(void **state)
{
    static const char *const queries[] = {"error=login_required&state=%s", GOOD_QUERY};
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    for (int silent = 0; silent < 2; silent++) {
        const oidc_authorization_options options = {.return_to = "/deep", .silent = silent == 1};

        for (size_t i = 0; i < COUNT(queries); i++) {
            flow_leave_as(&flow, &options);
            flow_return(&flow, queries[i]);
            assert_int_equal(oidc_login_needs_person(flow.login), i == 0);
            assert_false(oidc_login_is_silent(flow.login));
            flow_go_to(&flow, OIDC_ACTION_SEND);
            assert_int_equal(oidc_login_is_silent(flow.login), silent);
            if (i > 0)
                continue;
            check_refused(&flow, OIDC_E_PROVIDER_ERROR);
            assert_int_equal(oidc_login_is_silent(flow.login), silent);
            assert_true(oidc_login_needs_person(flow.login));
            assert_string_equal(oidc_login_return_to(flow.login), "/deep");
        }
    }
    flow_end(&flow);
}

static void an_error_is_believed_with_its_state_only(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, "error=access_denied&state=%s");
    oidc_login_open_state(flow.login, flow.ring, NULL, 0, FLOW_NOW);
    check_refused(&flow, OIDC_E_STATE_MISSING);
    flow_return(&flow, "error=access_denied&state=%s&iss=https%3A%2F%2Fevil.example");
    flow_go_to(&flow, OIDC_ACTION_SEND);
    check_refused(&flow, OIDC_E_RESPONSE_ISSUER);
    flow_end(&flow);
}

/* --- which provider --------------------------------------------------------------------------- */

static void the_issuer_of_the_response_is_checked(void **state)
{
    static const struct {
        const char *metadata;
        const char *iss;
    } cases[] = {
        {NULL, "&iss=https%3A%2F%2Fevil.example"},
        {NULL, "&iss="},
        {NULL, "&iss=https%3A%2F%2Fop.example%2F"},
        {"{\"authorization_response_iss_parameter_supported\":true}", ""},
        {"{\"authorization_response_iss_parameter_supported\":true}",
         "&iss=https%3A%2F%2Fevil.example"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct flow flow;
        char *query = flow_text("%s%s", GOOD_QUERY, cases[i].iss);

        begin(&flow, NULL, cases[i].metadata);
        flow_return(&flow, query);
        flow_go_to(&flow, OIDC_ACTION_SEND);
        check_refused(&flow, OIDC_E_RESPONSE_ISSUER);
        flow_end(&flow);
        free(query);
    }
}

static void a_promised_issuer_that_comes_is_fine(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, "{\"authorization_response_iss_parameter_supported\":true}");
    flow_return(&flow, GOOD_QUERY "&iss=https%3A%2F%2Fop.example");
    flow_go_to(&flow, OIDC_ACTION_SEND);
    assert_int_equal(oidc_login_next(flow.login), OIDC_ACTION_SEND);
    flow_end(&flow);
}

/* The same provider id with another issuer, as after a change of the file. */
static oidc_provider *provider_of_another_issuer(void)
{
    struct flow other;
    oidc_provider *provider;

    flow_begin(&other, key,
               "openid.aaf.issuer=https://else.example\n"
               "openid.aaf.userAuthUri=https://else.example/a\n",
               "{\"issuer\":\"https://else.example\"}");
    provider = oidc_provider_ref(other.provider);
    flow_end(&other);
    return provider;
}

static void the_provider_must_be_the_one_it_began_with(void **state)
{
    struct flow flow;
    oidc_provider *other = provider_of_another_issuer();
    oidc_provider *fresh = NULL;

    (void)state;
    begin(&flow, NULL, NULL);
    flow_return(&flow, GOOD_QUERY);
    flow_go_to(&flow, OIDC_ACTION_NEED_PROVIDER);
    oidc_login_use_provider(flow.login, NULL, FLOW_NOW);
    check_refused(&flow, OIDC_E_PROVIDER_UNKNOWN);

    flow_return(&flow, GOOD_QUERY);
    flow_go_to(&flow, OIDC_ACTION_NEED_PROVIDER);
    oidc_login_use_provider(flow.login, other, FLOW_NOW);
    check_refused(&flow, OIDC_E_STATE_MISMATCH);

    assert_int_equal(oidc_provider_new(flow.config, "aaf", &fresh, NULL), OIDC_OK);
    flow_return(&flow, GOOD_QUERY);
    flow_go_to(&flow, OIDC_ACTION_NEED_PROVIDER);
    oidc_login_use_provider(flow.login, fresh, FLOW_NOW);
    check_refused(&flow, OIDC_E_PROVIDER_NOT_READY);
    oidc_provider_unref(&fresh);
    oidc_provider_unref(&other);
    flow_end(&flow);
}

static void another_providers_snapshot_is_wrong_use(void **state)
{
    struct flow flow;
    oidc_provider *google = NULL;

    (void)state;
    begin(&flow,
          "enabled=aaf,google\n"
          "openid.google.clientId=g\n"
          "openid.google.clientSecret=g\n"
          "openid.google.accessTokenUri=https://oauth2.googleapis.com/token\n"
          "openid.google.userAuthUri=https://accounts.google.com/o/oauth2/v2/auth\n"
          "openid.google.scopes=openid\n"
          "openid.google.link=<a href=\"/openid-login?providerId=google\">Google</a>\n"
          "openid.google.emailProperty=email\n"
          "openid.google.givenNameProperty=given_name\n"
          "openid.google.familyNameProperty=family_name\n",
          NULL);
    assert_int_equal(oidc_provider_new(flow.config, "google", &google, NULL), OIDC_OK);
    flow_return(&flow, GOOD_QUERY);
    flow_go_to(&flow, OIDC_ACTION_NEED_PROVIDER);
    oidc_login_use_provider(flow.login, google, FLOW_NOW);
    check_refused(&flow, OIDC_E_USAGE);
    oidc_provider_unref(&google);
    flow_end(&flow);
}

/* --- the token endpoint ----------------------------------------------------------------------- */

static void token_answers_that_are_none_are_refused(void **state)
{
    static const struct {
        int status;
        const char *answer;
        oidc_code code;
    } cases[] = {
        {400, "{\"error\":\"invalid_grant\"}", OIDC_E_TOKEN_REFUSED},
        {401, "{\"error\":\"invalid_client\"}", OIDC_E_TOKEN_REFUSED},
        {400, "{\"error\":\"in\\u001bvalid\"}", OIDC_E_TOKEN_REFUSED},
        {400, "<html>", OIDC_E_TOKEN_REFUSED},
        {404, "", OIDC_E_TOKEN_REFUSED},
        {200, "{\"error\":\"invalid_grant\"}", OIDC_E_TOKEN_REFUSED},
        {302, "{}", OIDC_E_ANSWER_REDIRECT},
        {307, "{}", OIDC_E_ANSWER_REDIRECT},
        {500, "{}", OIDC_E_ANSWER_STATUS},
        {204, "", OIDC_E_ANSWER_STATUS},
        {200, "", OIDC_E_ANSWER_MALFORMED},
        {200, "<html></html>", OIDC_E_ANSWER_MALFORMED},
        {200, "[]", OIDC_E_ANSWER_MALFORMED},
        {200, "{\"id_token\":\"a.b.c\"", OIDC_E_ANSWER_MALFORMED},
        {200, "{}", OIDC_E_TOKEN_TYPE},
    };
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        sign_in(&flow, cases[i].status, cases[i].answer);
        check_refused(&flow, cases[i].code);
    }
    flow_end(&flow);
}

static void transport_troubles_are_told_apart(void **state)
{
    static const struct {
        oidc_transport transport;
        oidc_code code;
    } cases[] = {
        {OIDC_TRANSPORT_UNREACHABLE, OIDC_E_PROVIDER_UNREACHABLE},
        {OIDC_TRANSPORT_TIMEOUT, OIDC_E_PROVIDER_TIMEOUT},
        {OIDC_TRANSPORT_TLS, OIDC_E_PROVIDER_TLS},
        {OIDC_TRANSPORT_TOO_LARGE, OIDC_E_ANSWER_TOO_LARGE},
        {OIDC_TRANSPORT_CUT_SHORT, OIDC_E_ANSWER_CUT_SHORT},
    };
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_http_response response = {.transport = cases[i].transport};

        flow_return(&flow, GOOD_QUERY);
        flow_go_to(&flow, OIDC_ACTION_SEND);
        oidc_login_answer(flow.login, &response, FLOW_NOW);
        check_refused(&flow, cases[i].code);
    }
    flow_end(&flow);
}

static void what_an_error_status_brings_is_never_used(void **state)
{
    static const int statuses[] = {201, 302, 400, 401, 403, 500, 503};
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    for (size_t i = 0; i < COUNT(statuses); i++) {
        char *tokens = flow_tokens(&flow, NULL, NULL);

        sign_in(&flow, statuses[i], tokens);
        assert_int_equal(oidc_login_next(flow.login), OIDC_ACTION_REFUSED);
        check_refused(&flow, oidc_login_error(flow.login)->code);
        free(tokens);
    }
    flow_end(&flow);
}

static void the_token_response_is_checked(void **state)
{
    static const struct {
        const char *answer;
        oidc_code code;
    } cases[] = {
        {"{\"token_type\":null}", OIDC_E_TOKEN_TYPE},
        {"{\"token_type\":\"mac\"}", OIDC_E_TOKEN_TYPE},
        {"{\"token_type\":7}", OIDC_E_TOKEN_TYPE},
        {"{\"id_token\":null}", OIDC_E_ID_TOKEN_MISSING},
        {"{\"id_token\":\"\"}", OIDC_E_ID_TOKEN_MISSING},
        {"{\"id_token\":{}}", OIDC_E_ID_TOKEN_MISSING},
        {"{\"id_token\":\"not a token\"}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"id_token\":\"a.b.c.d.e\"}", OIDC_E_ID_TOKEN_ENCRYPTED},
    };
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        sign_in_with(&flow, NULL, cases[i].answer);
        check_refused(&flow, cases[i].code);
    }
    sign_in_with(&flow, NULL, "{\"token_type\":\"bEARER\",\"expires_in\":null}");
    check_done(&flow);
    flow_end(&flow);
}

/* --- the ID token ----------------------------------------------------------------------------- */

static void claims_of_the_id_token_are_checked(void **state)
{
    static const struct {
        const char *claims;
        oidc_code code;
    } cases[] = {
        {"{\"iss\":\"https://evil.example\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":null}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"aud\":\"other\"}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":[\"other\"]}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":null}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"aud\":[\"xnat client\",\"other\"]}", OIDC_E_ID_TOKEN_AZP},
        {"{\"azp\":\"other\"}", OIDC_E_ID_TOKEN_AZP},
        {"{\"nonce\":\"another\"}", OIDC_E_ID_TOKEN_NONCE},
        {"{\"nonce\":null}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"exp\":1799999900}", OIDC_E_ID_TOKEN_EXPIRED},
        {"{\"exp\":null}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"iat\":1800000100}", OIDC_E_ID_TOKEN_FUTURE},
        {"{\"iat\":null}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"nbf\":1800000100}", OIDC_E_ID_TOKEN_FUTURE},
        {"{\"sub\":null}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"sub\":\"\"}", OIDC_E_ID_TOKEN_SUBJECT},
        {"{\"at_hash\":\"AAAAAAAAAAAAAAAAAAAAAA\"}", OIDC_E_ID_TOKEN_AT_HASH},
    };
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        sign_in_with(&flow, cases[i].claims, NULL);
        check_refused(&flow, cases[i].code);
    }
    flow_end(&flow);
}

static void the_right_at_hash_is_taken(void **state)
{
    struct flow flow;
    char *hash = mint_half_hash(256, FLOW_ACCESS_TOKEN);
    char *claims = flow_text("{\"at_hash\":\"%s\"}", hash);

    (void)state;
    begin(&flow, NULL, NULL);
    sign_in_with(&flow, claims, NULL);
    check_done(&flow);
    free(claims);
    free(hash);
    flow_end(&flow);
}

static void signatures_are_checked(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    char *claims = flow_claims(&flow, NULL);
    char *good = mint_token(key, "RS256", claims);
    sign_in_with_token(&flow, mint_spoil(good));
    check_refused(&flow, OIDC_E_ID_TOKEN_SIGNATURE);
    sign_in_with_token(&flow, mint_token(foreign, "RS256", claims));
    check_refused(&flow, OIDC_E_ID_TOKEN_SIGNATURE);
    sign_in_with_token(&flow, mint_token_unsigned("{\"alg\":\"none\"}", claims));
    check_refused(&flow, OIDC_E_ID_TOKEN_ALGORITHM);
    sign_in_with_token(&flow, mint_token(key, "RS512", claims));
    check_refused(&flow, OIDC_E_ID_TOKEN_ALGORITHM);
    char *pem = mint_set(key, NULL);
    sign_in_with_token(&flow, mint_token_hmac(pem, strlen(pem), "{\"alg\":\"HS256\"}", claims));
    check_refused(&flow, OIDC_E_ID_TOKEN_ALGORITHM);
    sign_in_with_token(&flow, mint_token_hmac(FLOW_SECRET, strlen(FLOW_SECRET),
                                              "{\"alg\":\"HS256\",\"kid\":\"one\"}", claims));
    check_refused(&flow, OIDC_E_ID_TOKEN_ALGORITHM);
    free(pem);
    free(good);
    free(claims);
    flow_end(&flow);
}

static void an_id_token_of_another_sign_in_is_refused(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    char *old = flow_tokens(&flow, NULL, NULL);
    flow_leave(&flow);
    sign_in(&flow, 200, old);
    check_refused(&flow, OIDC_E_ID_TOKEN_NONCE);
    free(old);
    flow_end(&flow);
}

/* --- new keys --------------------------------------------------------------------------------- */

static char *tokens_of_new_key(const struct flow *flow)
{
    char *claims = flow_claims(flow, NULL);
    char *token = mint_token(new_key, "RS256", claims);
    char *tokens = flow_tokens_with(token, NULL);

    free(token);
    free(claims);
    return tokens;
}

static oidc_provider *with_new_keys(oidc_provider *provider)
{
    char *keys = mint_set(key, new_key);
    oidc_refresh *refresh = NULL;
    oidc_provider *renewed;

    assert_int_equal(oidc_refresh_new(provider, OIDC_REFRESH_KEYS, FLOW_NOW, &refresh, NULL),
                     OIDC_OK);
    flow_serve(refresh, NULL, keys, FLOW_NOW);
    renewed = oidc_refresh_provider(refresh);
    oidc_refresh_free(&refresh);
    free(keys);
    return renewed;
}

static void a_new_key_is_looked_up(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    char *tokens = tokens_of_new_key(&flow);
    sign_in(&flow, 200, tokens);
    free(tokens);
    assert_int_equal(oidc_login_next(flow.login), OIDC_ACTION_RENEW_KEYS);
    assert_null(oidc_login_request(flow.login));
    oidc_provider *renewed = with_new_keys(flow.provider);
    oidc_login_use_provider(flow.login, renewed, FLOW_NOW);
    check_done(&flow);
    oidc_provider_unref(&renewed);
    flow_end(&flow);
}

static void but_once_only(void **state)
{
    struct flow flow;
    oidc_provider *other = provider_of_another_issuer();
    oidc_provider *const given[] = {NULL, NULL, other};
    static const oidc_code codes[] = {OIDC_E_ID_TOKEN_KEY, OIDC_E_PROVIDER_UNKNOWN,
                                      OIDC_E_STATE_MISMATCH};

    (void)state;
    begin(&flow, NULL, NULL);
    for (size_t i = 0; i < COUNT(codes); i++) {
        char *tokens = tokens_of_new_key(&flow);

        sign_in(&flow, 200, tokens);
        free(tokens);
        assert_int_equal(oidc_login_next(flow.login), OIDC_ACTION_RENEW_KEYS);
        oidc_login_use_provider(flow.login, i == 0 ? flow.provider : given[i], FLOW_NOW);
        check_refused(&flow, codes[i]);
    }
    oidc_provider_unref(&other);
    flow_end(&flow);
}

static void other_faults_are_not_excused_by_new_keys(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    char *claims = flow_claims(&flow, "{\"aud\":\"other\"}");
    sign_in_with_token(&flow, mint_token(new_key, "RS256", claims));
    free(claims);
    assert_int_equal(oidc_login_next(flow.login), OIDC_ACTION_RENEW_KEYS);
    oidc_provider *renewed = with_new_keys(flow.provider);
    oidc_login_use_provider(flow.login, renewed, FLOW_NOW);
    check_refused(&flow, OIDC_E_ID_TOKEN_AUDIENCE);
    oidc_provider_unref(&renewed);
    flow_end(&flow);
}

/* --- user-info -------------------------------------------------------------------------------- */

#define USERINFO_LINE "openid.aaf.userInfoUri=" FLOW_ISSUER "/oidc/userinfo\n"

static void begin_userinfo(struct flow *flow, const char *lines, const char *metadata)
{
    begin(flow, lines, metadata);
    sign_in_with(flow, NULL, NULL);
    assert_int_equal(oidc_login_next(flow->login), OIDC_ACTION_SEND);
    assert_string_equal(oidc_login_request(flow->login)->purpose, "userinfo");
}

static void a_configured_userinfo_is_always_asked(void **state)
{
    struct flow flow;

    (void)state;
    begin_userinfo(&flow, USERINFO_LINE, NULL);
    const oidc_http_request *request = oidc_login_request(flow.login);
    assert_string_equal(request->method, "GET");
    assert_string_equal(request->url, FLOW_ISSUER "/oidc/userinfo");
    check_text(header(request, "Authorization"), "Bearer " FLOW_ACCESS_TOKEN);
    flow_answer(&flow, 200,
                "{\"sub\":\"person-1\",\"given_name\":\"Anna\",\"iss\":\"x\",\"exp\":1}");
    check_done(&flow);
    assert_string_equal(oidc_login_identity(flow.login)->given_name, "Anna");
    assert_string_equal(oidc_login_identity(flow.login)->family_name, "Smith");
    assert_string_equal(oidc_login_identity(flow.login)->issuer, FLOW_ISSUER);
    flow_end(&flow);
}

static void a_discovered_userinfo_is_asked_for_what_is_missing(void **state)
{
    static const char discovered[] = "{\"userinfo_endpoint\":\"" FLOW_ISSUER "/oidc/userinfo\"}";
    struct flow flow;

    (void)state;
    begin(&flow, NULL, discovered);
    sign_in_with(&flow, NULL, NULL);
    check_done(&flow);
    sign_in_with(&flow, "{\"email\":null}", NULL);
    assert_int_equal(oidc_login_next(flow.login), OIDC_ACTION_SEND);
    flow_answer(&flow, 200, "{\"sub\":\"person-1\",\"email\":\"new@good.example\"}");
    check_done(&flow);
    assert_string_equal(oidc_login_identity(flow.login)->email, "new@good.example");
    /* A failure refuses, although the call was for one claim only. */
    sign_in_with(&flow, "{\"email\":null}", NULL);
    flow_answer(&flow, 500, "{}");
    check_refused(&flow, OIDC_E_ANSWER_STATUS);
    sign_in_with(&flow, "{\"email\":null}", NULL);
    flow_answer(&flow, 0, NULL);
    check_refused(&flow, OIDC_E_PROVIDER_UNREACHABLE);
    flow_end(&flow);
}

static void userinfo_needs_an_access_token(void **state)
{
    static const char *const answers[] = {
        "{\"access_token\":null}", "{\"access_token\":7}", "{\"access_token\":\"\"}",
        "{\"access_token\":\"a\\r\\nX-Evil: 1\"}", "{\"access_token\":\"a b\"}"};
    struct flow flow;

    (void)state;
    begin(&flow, USERINFO_LINE, NULL);
    for (size_t i = 0; i < COUNT(answers); i++) {
        sign_in_with(&flow, NULL, answers[i]);
        check_refused(&flow, OIDC_E_ANSWER_MALFORMED);
    }
    char *answer = flow_text("{\"access_token\":\"%020000d\"}", 0);
    sign_in_with(&flow, NULL, answer);
    check_refused(&flow, OIDC_E_ANSWER_MALFORMED);
    free(answer);
    flow_end(&flow);
}

static void userinfo_of_somebody_else_is_refused(void **state)
{
    static const struct {
        const char *answer;
        oidc_code code;
    } cases[] = {
        {"{\"sub\":\"person-2\"}", OIDC_E_USERINFO_SUBJECT},
        {"{\"sub\":\"Person-1\"}", OIDC_E_USERINFO_SUBJECT},
        {"{\"sub\":\"person-1 \"}", OIDC_E_USERINFO_SUBJECT},
        {"{\"sub\":[\"person-1\"]}", OIDC_E_USERINFO_SUBJECT},
        {"{\"sub\":null}", OIDC_E_USERINFO_SUBJECT},
        {"{\"email\":\"a@good.example\"}", OIDC_E_USERINFO_SUBJECT},
        {"{\"sub\":\"person-1\",\"sub\":\"person-2\"}", OIDC_E_USERINFO_MALFORMED},
        {"[]", OIDC_E_USERINFO_MALFORMED},
        {"\"x\"", OIDC_E_USERINFO_MALFORMED},
        {"", OIDC_E_USERINFO_MALFORMED},
        {"{\"sub\":\"person-1\"", OIDC_E_USERINFO_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct flow flow;

        begin_userinfo(&flow, USERINFO_LINE, NULL);
        flow_answer(&flow, 200, cases[i].answer);
        check_refused(&flow, cases[i].code);
        flow_end(&flow);
    }
}

static void answer_signed(struct flow *flow, char *token, size_t extra)
{
    oidc_http_response response = {.transport = OIDC_TRANSPORT_OK,
                                   .status = 200,
                                   .content_type = "application/jwt; charset=utf-8",
                                   .body = token,
                                   .body_size = strlen(token) + extra};

    oidc_login_answer(flow->login, &response, FLOW_NOW);
    free(token);
}

static void signed_userinfo_is_verified(void **state)
{
    static const struct {
        const char *claims;
        oidc_code code;
    } cases[] = {
        {"{\"sub\":\"person-1\",\"given_name\":\"Anna\"}", OIDC_OK},
        {"{\"sub\":\"person-1\",\"iss\":\"https://op.example\",\"aud\":\"xnat client\","
         "\"exp\":1800000001}",
         OIDC_OK},
        {"{\"sub\":\"person-1\",\"aud\":[\"xnat client\"]}", OIDC_OK},
        {"{\"sub\":\"person-2\"}", OIDC_E_USERINFO_SUBJECT},
        {"{\"sub\":\"person-1\",\"iss\":\"https://evil.example\"}", OIDC_E_USERINFO_MALFORMED},
        {"{\"sub\":\"person-1\",\"iss\":7}", OIDC_E_USERINFO_MALFORMED},
        {"{\"sub\":\"person-1\",\"aud\":\"other\"}", OIDC_E_USERINFO_MALFORMED},
        {"{\"sub\":\"person-1\",\"exp\":1799999900}", OIDC_E_USERINFO_MALFORMED},
        {"{\"sub\":\"person-1\",\"exp\":\"never\"}", OIDC_E_USERINFO_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct flow flow;

        begin_userinfo(&flow, USERINFO_LINE, NULL);
        answer_signed(&flow, mint_token(key, "RS256", cases[i].claims), 0);
        if (cases[i].code == OIDC_OK)
            check_done(&flow);
        else
            check_refused(&flow, cases[i].code);
        flow_end(&flow);
    }
}

static void forged_userinfo_is_refused(void **state)
{
    static const char claims[] = "{\"sub\":\"person-1\",\"email\":\"evil@good.example\"}";
    char *const tokens[] = {
        mint_token(foreign, "RS256", claims),
        mint_token(new_key, "RS256", claims),
        mint_token(key, "RS384", claims),
        mint_token_unsigned("{\"alg\":\"none\"}", claims),
        mint_token_hmac(FLOW_SECRET, strlen(FLOW_SECRET), "{\"alg\":\"HS256\"}", claims),
        flow_text("%s", claims),
        flow_text("%s", ""),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(tokens); i++) {
        struct flow flow;

        begin_userinfo(&flow, USERINFO_LINE, NULL);
        answer_signed(&flow, tokens[i], 0);
        check_refused(&flow, OIDC_E_USERINFO_MALFORMED);
        flow_end(&flow);
    }
    struct flow flow;
    begin_userinfo(&flow, USERINFO_LINE, NULL);
    answer_signed(&flow, flow_text("a.b.c.d.e"), 0);
    check_refused(&flow, OIDC_E_USERINFO_ENCRYPTED);
    flow_end(&flow);
    /* A NUL does not hide what is behind it. */
    begin_userinfo(&flow, USERINFO_LINE, NULL);
    answer_signed(&flow, mint_token(key, "RS256", claims), 1);
    check_refused(&flow, OIDC_E_USERINFO_MALFORMED);
    flow_end(&flow);
}

/* --- policy ----------------------------------------------------------------------------------- */

#define FILTER "openid.aaf.shouldFilterEmailDomains=true\n"

#define AUDIENCE "openid.aaf.audCheck.enabled=true\n"
#define ROLE                                                                                       \
    "openid.aaf.roleCheck.enabled=true\nopenid.aaf.roleCheck.rolePath=groups.xnat\n"               \
    "openid.aaf.roleCheck.requiredRoles=admin, user\n"

static void each_policy_refuses_by_itself(void **state)
{
    static const struct {
        const char *lines;
        const char *claims;
        oidc_code code;
    } cases[] = {
        {FILTER "openid.aaf.allowedEmailDomains=good.example\n", NULL, OIDC_OK},
        {FILTER "openid.aaf.allowedEmailDomains=Other.example,  GOOD.example\t\n", NULL, OIDC_OK},
        {FILTER "openid.aaf.allowedEmailDomains=*\n", NULL, OIDC_OK},
        {FILTER "openid.aaf.allowedEmailDomains=other.example\n", NULL, OIDC_E_EMAIL_DOMAIN},
        {FILTER "openid.aaf.allowedEmailDomains=example,ood.example\n", NULL, OIDC_E_EMAIL_DOMAIN},
        {FILTER "openid.aaf.allowedEmailDomains=good.example\n", "{\"email\":null}",
         OIDC_E_EMAIL_INVALID},
        {FILTER "openid.aaf.allowedEmailDomains=good.example\n",
         "{\"email\":\"a@evil.example@good.example\"}", OIDC_E_EMAIL_INVALID},
        {FILTER "openid.aaf.allowedEmailDomains=good.example\n", "{\"email_verified\":false}",
         OIDC_E_EMAIL_INVALID},
        {AUDIENCE "openid.aaf.audCheck.acceptedAudiences=other, xnat client\n", NULL, OIDC_OK},
        {AUDIENCE "openid.aaf.audCheck.acceptedAudiences=other, xnat\n", NULL,
         OIDC_E_GATE_AUDIENCE},
        {AUDIENCE "openid.aaf.audCheck.acceptedAudiences=other, xnat\n",
         "{\"aud\":[\"other\",\"xnat client\"],\"azp\":\"xnat client\"}", OIDC_OK},
        {ROLE, NULL, OIDC_E_GATE_ROLE},
        {ROLE, "{\"groups\":{\"xnat\":[\"reader\",\"user\"]}}", OIDC_OK},
        {ROLE, "{\"groups\":{\"xnat\":[\"reader\"]}}", OIDC_E_GATE_ROLE},
        {"openid.aaf.idToken.typCheck.enabled=true\nopenid.aaf.typCheck.expectedTypes=ID\n", NULL,
         OIDC_E_GATE_TYPE},
        {"openid.aaf.idToken.typCheck.enabled=true\nopenid.aaf.typCheck.expectedTypes=ID\n",
         "{\"typ\":\"ID\"}", OIDC_OK},
        /* The key of the browser's way overrides the one for both; the other way's is not its. */
        {ROLE "openid.aaf.idToken.roleCheck.enabled=false\n", NULL, OIDC_OK},
        {ROLE "openid.aaf.idToken.roleCheck.requiredRoles=other\n",
         "{\"groups\":{\"xnat\":[\"user\"]}}", OIDC_E_GATE_ROLE},
        {ROLE "openid.aaf.idToken.roleCheck.rolePath=roles\n", "{\"roles\":\"user\"}", OIDC_OK},
        {ROLE "openid.aaf.bearer.roleCheck.enabled=false\n", NULL, OIDC_E_GATE_ROLE},
        {"openid.aaf.usernamePattern=[eppn]\n", NULL, OIDC_E_CLAIM_MISSING},
        {"openid.aaf.usernamePattern=[eppn]\n", "{\"eppn\":\"ann@x\"}", OIDC_OK},
        {"openid.aaf.usernamePattern=[sub]\n", "{\"sub\":\"1\"}", OIDC_E_USERNAME_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct flow flow;

        begin(&flow, cases[i].lines, NULL);
        sign_in_with(&flow, cases[i].claims, NULL);
        if (cases[i].code == OIDC_OK)
            check_done(&flow);
        else
            check_refused(&flow, cases[i].code);
        flow_end(&flow);
    }
}

/* --- the order of calls ----------------------------------------------------------------------- */

enum call { CALL_OPEN, CALL_CLAIM, CALL_PROVIDER, CALL_ANSWER, CALLS };

static void make_call(struct flow *flow, enum call call)
{
    const char *sealed = oidc_authorization_sealed(flow->authorization);

    if (call == CALL_OPEN)
        oidc_login_open_state(flow->login, flow->ring, sealed, strlen(sealed), FLOW_NOW);
    else if (call == CALL_CLAIM)
        oidc_login_claim_state(flow->login, true);
    else if (call == CALL_PROVIDER)
        oidc_login_use_provider(flow->login, flow->provider, FLOW_NOW);
    else
        flow_answer(flow, 200, "{}");
}

static void nothing_is_taken_out_of_order(void **state)
{
    static const struct {
        oidc_action action;
        enum call right;
    } cases[] = {
        {OIDC_ACTION_OPEN_STATE, CALL_OPEN},
        {OIDC_ACTION_CLAIM_STATE, CALL_CLAIM},
        {OIDC_ACTION_NEED_PROVIDER, CALL_PROVIDER},
        {OIDC_ACTION_SEND, CALL_ANSWER},
    };
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int call = 0; call < CALLS; call++) {
            if ((enum call)call == cases[i].right)
                continue;
            flow_return(&flow, GOOD_QUERY);
            flow_go_to(&flow, cases[i].action);
            make_call(&flow, (enum call)call);
            check_refused(&flow, OIDC_E_USAGE);
        }
    }
    for (int call = 0; call < CALLS; call++) {
        sign_in_with(&flow, NULL, NULL);
        check_done(&flow);
        make_call(&flow, (enum call)call);
        check_refused(&flow, OIDC_E_USAGE);
    }
    flow_end(&flow);
}

static void a_refusal_is_final_and_keeps_its_first_cause(void **state)
{
    struct flow flow;

    (void)state;
    begin(&flow, NULL, NULL);
    sign_in(&flow, 200, "{}");
    check_refused(&flow, OIDC_E_TOKEN_TYPE);
    for (int call = 0; call < CALLS; call++)
        make_call(&flow, (enum call)call);
    check_refused(&flow, OIDC_E_TOKEN_TYPE);
    oidc_login_free(&flow.login);
    oidc_login_free(&flow.login);
    flow_end(&flow);
}

/* --- memory ----------------------------------------------------------------------------------- */

struct second_leg {
    struct flow *flow;
    char *query;
    char *tokens;
    oidc_provider *renewed;
};

static bool come_back(void *context)
{
    struct second_leg *leg = context;
    struct flow *flow = leg->flow;
    const char *sealed = oidc_authorization_sealed(flow->authorization);
    oidc_http_response tokens = flow_json(leg->tokens);
    oidc_http_response userinfo = flow_json("{\"sub\":\"person-1\",\"given_name\":\"Anna\"}");
    oidc_login *login = NULL;
    bool done;

    if (oidc_login_new(leg->query, strlen(leg->query), &login) != OIDC_OK)
        return false;
    oidc_login_open_state(login, flow->ring, sealed, strlen(sealed), FLOW_NOW);
    oidc_login_claim_state(login, true);
    oidc_login_use_provider(login, flow->provider, FLOW_NOW);
    oidc_login_answer(login, &tokens, FLOW_NOW);
    if (oidc_login_next(login) == OIDC_ACTION_RENEW_KEYS)
        oidc_login_use_provider(login, leg->renewed, FLOW_NOW);
    oidc_login_answer(login, &userinfo, FLOW_NOW);
    done = oidc_login_next(login) == OIDC_ACTION_DONE;
    oidc_login_free(&login);
    return done;
}

/* jansson's own allocations are counted in a second sweep, which is content with a sane end: its
 * reader goes on without a byte that it found no room for. */
static void memory_may_run_out_anywhere(void **state)
{
    json_malloc_t json_malloc;
    json_free_t json_free;
    struct flow flow;

    (void)state;
    json_get_alloc_funcs(&json_malloc, &json_free);
    begin(&flow, USERINFO_LINE, NULL);
    struct second_leg leg = {.flow = &flow,
                             .query = flow_text("code=" FLOW_CODE "&state=%s", flow.state),
                             .tokens = tokens_of_new_key(&flow),
                             .renewed = with_new_keys(flow.provider)};
    assert_int_not_equal(failalloc_sweep(come_back, &leg), 0);
    json_set_alloc_funcs(malloc, free);
    assert_int_not_equal(failalloc_sweep_tolerant(come_back, &leg), 0);
    json_set_alloc_funcs(json_malloc, json_free);
    oidc_provider_unref(&leg.renewed);
    free(leg.tokens);
    free(leg.query);
    flow_end(&flow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_signs_in),
        cmocka_unit_test(the_token_request_is_the_specifications),
        cmocka_unit_test(the_secret_can_go_into_the_body),
        cmocka_unit_test(a_code_is_spent_once),
        cmocka_unit_test(a_caller_may_refuse_for_its_own_reasons),
        cmocka_unit_test(two_tabs_do_not_get_mixed_up),
        cmocka_unit_test(the_response_may_name_its_issuer),
        cmocka_unit_test(a_broken_response_is_refused_at_once),
        cmocka_unit_test(a_state_must_come_back),
        cmocka_unit_test(a_state_has_its_time),
        cmocka_unit_test(the_person_may_say_no),
        cmocka_unit_test(a_silent_sign_in_knows_that_it_is_one),
        cmocka_unit_test(an_error_is_believed_with_its_state_only),
        cmocka_unit_test(the_issuer_of_the_response_is_checked),
        cmocka_unit_test(a_promised_issuer_that_comes_is_fine),
        cmocka_unit_test(the_provider_must_be_the_one_it_began_with),
        cmocka_unit_test(another_providers_snapshot_is_wrong_use),
        cmocka_unit_test(token_answers_that_are_none_are_refused),
        cmocka_unit_test(transport_troubles_are_told_apart),
        cmocka_unit_test(what_an_error_status_brings_is_never_used),
        cmocka_unit_test(the_token_response_is_checked),
        cmocka_unit_test(claims_of_the_id_token_are_checked),
        cmocka_unit_test(the_right_at_hash_is_taken),
        cmocka_unit_test(signatures_are_checked),
        cmocka_unit_test(an_id_token_of_another_sign_in_is_refused),
        cmocka_unit_test(a_new_key_is_looked_up),
        cmocka_unit_test(but_once_only),
        cmocka_unit_test(other_faults_are_not_excused_by_new_keys),
        cmocka_unit_test(a_configured_userinfo_is_always_asked),
        cmocka_unit_test(a_discovered_userinfo_is_asked_for_what_is_missing),
        cmocka_unit_test(userinfo_needs_an_access_token),
        cmocka_unit_test(userinfo_of_somebody_else_is_refused),
        cmocka_unit_test(signed_userinfo_is_verified),
        cmocka_unit_test(forged_userinfo_is_refused),
        cmocka_unit_test(each_policy_refuses_by_itself),
        cmocka_unit_test(nothing_is_taken_out_of_order),
        cmocka_unit_test(a_refusal_is_final_and_keeps_its_first_cause),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
