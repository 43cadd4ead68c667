/* Bearer tokens: a good one, each way one can be wrong with its code, and the order of questions.
 */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include <oidc/bearer.h>

#include "tests/support/claims.h"
#include "tests/support/failalloc.h"
#include "tests/support/flow.h"

#define ON                                                                                         \
    "openid.aaf.bearer.enabled=true\nopenid.aaf.bearer.audCheck.acceptedAudiences=xnat, api\n"
#define TYPED "{\"alg\":\"RS256\",\"kid\":\"one\",\"typ\":\"at+jwt\"}"

static struct mint_key *key, *other_key;
static struct flow flow; /* whose provider's tokens are accepted */

static int begin(void **state)
{
    (void)state;
    key = mint_rsa(2048, "one");
    other_key = mint_rsa(2048, "two");
    flow_begin(&flow, key, ON, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    flow_end(&flow);
    mint_free(key);
    mint_free(other_key);
    return 0;
}

/* The claims of a good token, with some replaced, and some ("-") left out. */
static char *claims_with(const char *changes)
{
    return claims_changed(json_pack("{s:s, s:s, s:I, s:I, s:s, s:s}", "iss", FLOW_ISSUER, "aud",
                                    "api", "iat", (json_int_t)FLOW_NOW - 5, "exp",
                                    (json_int_t)FLOW_NOW + 600, "sub", "client-1", "email",
                                    "a@good.example"),
                          changes);
}

static char *token_typed(const char *header, const char *changes)
{
    char *claims = claims_with(changes);
    char *token = mint_token_with(key, "RS256", header, claims);

    free(claims);
    return token;
}

static char *token_with(const char *changes)
{
    return token_typed(TYPED, changes);
}

static oidc_bearer *bearer_of(const char *token)
{
    oidc_bearer *bearer = NULL;

    assert_int_equal(oidc_bearer_new(token, strlen(token), &bearer), OIDC_OK);
    return bearer;
}

/* All questions answered with goodwill. */
static oidc_bearer *judged(const struct flow *site, const char *token)
{
    oidc_bearer *bearer = bearer_of(token);

    if (oidc_bearer_next(bearer) == OIDC_BEARER_NEED_PROVIDER)
        oidc_bearer_use_provider(bearer, site->provider, FLOW_NOW);
    if (oidc_bearer_next(bearer) == OIDC_BEARER_RENEW_KEYS)
        oidc_bearer_use_provider(bearer, site->provider, FLOW_NOW);
    return bearer;
}

/* @param token taken over. */
static void comes_to_at(const struct flow *site, const char *what, char *token, oidc_code code)
{
    oidc_bearer *bearer = judged(site, token);
    const oidc_error *error = oidc_bearer_error(bearer);
    oidc_code got = error ? error->code : OIDC_OK;

    if (got != code)
        fail_msg("%s gave %s (%s), not %s", what, oidc_code_name(got), error ? error->detail : "",
                 oidc_code_name(code));
    assert_int_equal(oidc_bearer_next(bearer),
                     code == OIDC_OK ? OIDC_BEARER_DONE : OIDC_BEARER_REFUSED);
    assert_int_equal(oidc_bearer_identity(bearer) == NULL, code != OIDC_OK);
    assert_int_equal(oidc_bearer_expires_at(bearer) == 0, code != OIDC_OK);
    if (error && strlen(token) > 20)
        assert_null(strstr(error->detail, token));
    oidc_bearer_free(&bearer);
    assert_null(bearer);
    free(token);
}

static void comes_to(const char *what, char *token, oidc_code code)
{
    comes_to_at(&flow, what, token, code);
}

static void a_good_token_says_who(void **state)
{
    char *token = token_with("{\"given_name\":\"Ann\",\"aud\":[\"x\",\"xnat\"],\"scope\":\"a b\"}");
    oidc_bearer *bearer = judged(&flow, token);
    const oidc_identity *identity = oidc_bearer_identity(bearer);

    (void)state;
    assert_int_equal(oidc_bearer_next(bearer), OIDC_BEARER_DONE);
    assert_null(oidc_bearer_error(bearer));
    assert_string_equal(identity->provider, "aaf");
    assert_string_equal(identity->issuer, FLOW_ISSUER);
    assert_string_equal(identity->subject, "client-1");
    assert_string_equal(identity->username, "aaf_client-1");
    assert_string_equal(identity->email, "a@good.example");
    assert_string_equal(identity->given_name, "Ann");
    assert_int_equal(oidc_bearer_expires_at(bearer), FLOW_NOW + 600 + 60);
    oidc_bearer_free(&bearer);
    free(token);
}

/* RFC 7519, 4.1; RFC 9068, 2.2 and 4; RFC 9449, 7.2. */
static void each_claim_is_checked(void **state)
{
    static const struct {
        const char *changes;
        oidc_code code;
    } checks[] = {
        {"{}", OIDC_OK},
        {"{\"more\":[1,{}]}", OIDC_OK},
        {"{\"iss\":\"-\"}", OIDC_E_BEARER_CLAIM_MISSING},
        {"{\"iss\":7}", OIDC_E_BEARER_CLAIM_MISSING},
        {"{\"iss\":\"https://op.example/\"}", OIDC_E_BEARER_ISSUER},
        {"{\"iss\":\"https://OP.example\"}", OIDC_E_BEARER_ISSUER},
        {"{\"aud\":\"-\"}", OIDC_E_GATE_AUDIENCE},
        {"{\"aud\":[]}", OIDC_E_GATE_AUDIENCE},
        {"{\"aud\":\"xnat client\"}", OIDC_E_GATE_AUDIENCE},
        {"{\"aud\":\"xnat\"}", OIDC_OK},
        {"{\"exp\":\"-\"}", OIDC_E_BEARER_CLAIM_MISSING},
        {"{\"exp\":null}", OIDC_E_BEARER_MALFORMED},
        {"{\"exp\":\"1800000600\"}", OIDC_E_BEARER_MALFORMED},
        {"{\"exp\":1e300}", OIDC_E_BEARER_MALFORMED},
        {"{\"exp\":1799999940}", OIDC_E_BEARER_EXPIRED},
        {"{\"exp\":1799999941}", OIDC_OK},
        {"{\"exp\":1799999940.9}", OIDC_E_BEARER_EXPIRED},
        {"{\"exp\":-9007199254740992}", OIDC_E_BEARER_EXPIRED},
        {"{\"exp\":9007199254740992}", OIDC_OK},
        {"{\"iat\":\"-\"}", OIDC_OK},
        {"{\"iat\":null}", OIDC_E_BEARER_MALFORMED},
        {"{\"iat\":1800000060}", OIDC_OK},
        {"{\"iat\":1800000061}", OIDC_E_BEARER_FUTURE},
        {"{\"iat\":1}", OIDC_OK},
        {"{\"nbf\":1800000060}", OIDC_OK},
        {"{\"nbf\":1800000061}", OIDC_E_BEARER_FUTURE},
        {"{\"nbf\":\"x\"}", OIDC_E_BEARER_MALFORMED},
        {"{\"sub\":\"-\"}", OIDC_E_BEARER_CLAIM_MISSING},
        {"{\"sub\":\"\"}", OIDC_E_BEARER_SUBJECT},
        {"{\"sub\":7}", OIDC_E_BEARER_SUBJECT},
        {"{\"sub\":\"a\\nb\"}", OIDC_E_BEARER_SUBJECT},
        {"{\"sub\":\"\\u00e4\"}", OIDC_E_BEARER_SUBJECT},
        {"{\"cnf\":{\"jkt\":\"x\"}}", OIDC_E_BEARER_TYPE},
        {"{\"cnf\":null}", OIDC_E_BEARER_TYPE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++)
        comes_to(checks[i].changes, token_with(checks[i].changes), checks[i].code);
}

/* RFC 8725, 3.11; RFC 9068, 2.1. */
static void the_type_is_an_access_tokens(void **state)
{
    static const struct {
        const char *type;
        oidc_code code;
    } checks[] = {
        {",\"typ\":\"at+jwt\"", OIDC_OK},
        {",\"typ\":\"AT+JWT\"", OIDC_OK},
        {",\"typ\":\"application/at+jwt\"", OIDC_OK},
        {",\"typ\":\"JWT\"", OIDC_OK},
        {"", OIDC_OK},
        {",\"typ\":\"logout+jwt\"", OIDC_E_BEARER_TYPE},
        {",\"typ\":\"dpop+jwt\"", OIDC_E_BEARER_TYPE},
        {",\"typ\":\"at+jwt2\"", OIDC_E_BEARER_TYPE},
        {",\"typ\":\"application/\"", OIDC_E_BEARER_TYPE},
        {",\"typ\":\"\"", OIDC_E_BEARER_TYPE},
        {",\"typ\":7", OIDC_E_BEARER_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        char *header = flow_text("{\"alg\":\"RS256\",\"kid\":\"one\"%s}", checks[i].type);

        comes_to(checks[i].type, token_typed(header, "{}"), checks[i].code);
        free(header);
    }
}

#define JWT "{\"alg\":\"RS256\",\"kid\":\"one\",\"typ\":\"JWT\"}"
#define IDS "openid.aaf.bearer.typCheck.enabled=true\nopenid.aaf.bearer.typCheck.expectedTypes=ID\n"

/* RFC 8725, 3.12. */
static void an_id_token_is_none(void **state)
{
    static const struct {
        const char *header, *changes;
        oidc_code code;
        oidc_code when_listed; /* where bearer.typCheck is on and lists ID */
    } checks[] = {
        {JWT, "{\"nonce\":\"n\"}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {TYPED, "{\"nonce\":\"n\"}", OIDC_OK, OIDC_E_GATE_TYPE},
        {JWT, "{\"nonce\":\"n\",\"typ\":\"Bearer\"}", OIDC_OK, OIDC_E_GATE_TYPE},
        {JWT, "{\"nonce\":\"n\",\"typ\":[\"Bearer\"]}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {JWT, "{\"typ\":\"ID\"}", OIDC_E_BEARER_TYPE, OIDC_OK},
        {TYPED, "{\"typ\":\"id\"}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {JWT, "{\"at_hash\":\"x\"}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {TYPED, "{\"c_hash\":\"x\"}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {TYPED, "{\"s_hash\":null}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {JWT, "{\"typ\":\"ID\",\"nonce\":\"n\",\"at_hash\":\"x\"}", OIDC_E_BEARER_TYPE, OIDC_OK},
    };
    struct flow ids;

    (void)state;
    flow_begin(&ids, key, ON IDS, NULL);
    for (size_t i = 0; i < COUNT(checks); i++) {
        comes_to(checks[i].changes, token_typed(checks[i].header, checks[i].changes),
                 checks[i].code);
        comes_to_at(&ids, checks[i].changes, token_typed(checks[i].header, checks[i].changes),
                    checks[i].when_listed);
    }
    flow_end(&ids);
}

#define EVENTS "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}"
#define LOGOUTS                                                                                    \
    "openid.aaf.bearer.typCheck.enabled=true\nopenid.aaf.bearer.typCheck.expectedTypes=Logout\n"

/* RFC 8725, 3.12. Back-Channel Logout, 2.4: its typ in the header is only recommended. */
static void a_logout_token_is_none(void **state)
{
    static const struct {
        const char *header, *changes;
        oidc_code code;
        oidc_code when_listed; /* where bearer.typCheck is on and lists Logout */
    } checks[] = {
        {JWT, "{" EVENTS "}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {"{\"alg\":\"RS256\"}", "{" EVENTS "}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {TYPED, "{" EVENTS "}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {JWT, "{\"events\":null}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {JWT, "{" EVENTS ",\"typ\":\"Logout\"}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
        {JWT, "{\"typ\":\"Logout\"}", OIDC_E_BEARER_TYPE, OIDC_OK},
        {TYPED, "{\"typ\":\"logout\"}", OIDC_E_BEARER_TYPE, OIDC_E_BEARER_TYPE},
    };
    struct flow logouts;

    (void)state;
    flow_begin(&logouts, key, ON LOGOUTS, NULL);
    for (size_t i = 0; i < COUNT(checks); i++) {
        comes_to(checks[i].changes, token_typed(checks[i].header, checks[i].changes),
                 checks[i].code);
        comes_to_at(&logouts, checks[i].changes, token_typed(checks[i].header, checks[i].changes),
                    checks[i].when_listed);
    }
    flow_end(&logouts);
}

/* A list that sign-ins share says what an ID token's typ is, not that API clients may bring one. */
static void a_shared_list_lifts_no_guard(void **state)
{
    static const char *const lists[] = {
        "openid.aaf.typCheck.enabled=true\nopenid.aaf.typCheck.expectedTypes=ID\n",
        "openid.aaf.bearer.typCheck.enabled=true\nopenid.aaf.typCheck.expectedTypes=ID\n",
        "openid.aaf.typCheck.enabled=true\nopenid.aaf.typCheck.expectedTypes=ID\n"
        "openid.aaf.bearer.typCheck.expectedTypes=ID\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        char *lines = flow_text(ON "%s", lists[i]);
        struct flow site;

        flow_begin(&site, key, lines, NULL);
        comes_to_at(&site, lists[i], token_typed(JWT, "{\"typ\":\"ID\",\"nonce\":\"n\"}"),
                    OIDC_E_BEARER_TYPE);
        flow_end(&site);
        free(lines);
    }
}

static void signatures_are_as_an_id_tokens(void **state)
{
    char *claims = claims_with("{}");
    char *good = mint_token(key, "RS256", claims);

    (void)state;
    comes_to("spoiled", mint_spoil(good), OIDC_E_BEARER_SIGNATURE);
    comes_to("none", mint_token_unsigned("{\"alg\":\"none\"}", claims), OIDC_E_BEARER_ALGORITHM);
    comes_to("HMAC", mint_token_hmac("s3cr%t", 6, "{\"alg\":\"HS256\"}", claims),
             OIDC_E_BEARER_ALGORITHM);
    comes_to("not pinned", mint_token(key, "PS256", claims), OIDC_E_BEARER_ALGORITHM);
    comes_to("unknown key", mint_token(other_key, "RS256", claims), OIDC_E_BEARER_KEY);
    comes_to("crit", mint_token_with(key, "RS256", "{\"alg\":\"RS256\",\"crit\":[\"x\"]}", claims),
             OIDC_E_BEARER_MALFORMED);
    comes_to("good", good, OIDC_OK);
    free(claims);
}

static void what_is_no_token_is_malformed(void **state)
{
    static const char nul[] = "a\0.b.c";
    oidc_bearer *bearer = NULL;
    char *good = token_with("{}");

    (void)state;
    comes_to("empty", flow_text("%s", ""), OIDC_E_BEARER_MALFORMED);
    comes_to("no token", flow_text("a.b"), OIDC_E_BEARER_MALFORMED);
    comes_to("no JSON", flow_text("YQ.YQ.YQ"), OIDC_E_BEARER_MALFORMED);
    comes_to("a blank", flow_text("%s ", good), OIDC_E_BEARER_MALFORMED);
    comes_to("encrypted", flow_text("a.b.c.d.e"), OIDC_E_BEARER_ENCRYPTED);
    assert_int_equal(oidc_bearer_new(nul, sizeof nul - 1, &bearer), OIDC_OK);
    assert_int_equal(oidc_bearer_error(bearer)->code, OIDC_E_BEARER_MALFORMED);
    oidc_bearer_free(&bearer);
    /* Only what is given is read. */
    assert_int_equal(oidc_bearer_new(good, strlen(good) - 1, &bearer), OIDC_OK);
    if (oidc_bearer_next(bearer) == OIDC_BEARER_NEED_PROVIDER)
        oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    assert_int_equal(oidc_bearer_next(bearer), OIDC_BEARER_REFUSED);
    oidc_bearer_free(&bearer);
    free(good);
}

static void the_policy_is_that_of_sign_ins(void **state)
{
    static const struct {
        const char *lines, *changes;
        oidc_code code;
    } checks[] = {
        {"openid.aaf.bearer.roleCheck.enabled=true\nopenid.aaf.roleCheck.rolePath=a.b\n"
         "openid.aaf.roleCheck.requiredRoles=r\n",
         "{}", OIDC_E_GATE_ROLE},
        {"openid.aaf.bearer.roleCheck.enabled=true\nopenid.aaf.roleCheck.rolePath=a.b\n"
         "openid.aaf.roleCheck.requiredRoles=r\n",
         "{\"a\":{\"b\":[\"r\"]}}", OIDC_OK},
        /* The browser's gates are not the API clients'. */
        {"openid.aaf.idToken.roleCheck.enabled=true\nopenid.aaf.roleCheck.rolePath=a.b\n"
         "openid.aaf.roleCheck.requiredRoles=r\n",
         "{}", OIDC_OK},
        {"openid.aaf.bearer.typCheck.enabled=true\nopenid.aaf.typCheck.expectedTypes=Bearer\n",
         "{}", OIDC_E_GATE_TYPE},
        {"openid.aaf.bearer.typCheck.enabled=true\nopenid.aaf.typCheck.expectedTypes=Bearer\n",
         "{\"typ\":\"Bearer\"}", OIDC_OK},
        {"openid.aaf.bearer.audCheck.enabled=false\n", "{\"aud\":\"-\"}", OIDC_OK},
        {"openid.aaf.audCheck.enabled=false\n", "{\"aud\":\"-\"}", OIDC_E_GATE_AUDIENCE},
        {"openid.aaf.audCheck.enabled=false\n", "{}", OIDC_OK},
        {"openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains=other.example\n",
         "{}", OIDC_E_EMAIL_DOMAIN},
        {"openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains=good.example\n",
         "{}", OIDC_OK},
        {"openid.aaf.usernamePattern=[eppn]\n", "{}", OIDC_E_CLAIM_MISSING},
        {"openid.aaf.usernamePattern=[sub]\n", "{\"sub\":\"1\"}", OIDC_E_USERNAME_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        char *lines = flow_text(ON "%s", checks[i].lines);
        struct flow site;

        flow_begin(&site, key, lines, NULL);
        comes_to_at(&site, checks[i].lines, token_with(checks[i].changes), checks[i].code);
        flow_end(&site);
        free(lines);
    }
}

static void creation_has_its_own_switch(void **state)
{
    static const struct {
        const char *lines;
        bool creates;
    } checks[] = {
        {ON "openid.aaf.forceUserCreate=true\n", true},
        {ON "openid.aaf.forceUserCreate=false\n", false},
        {ON "openid.aaf.forceUserCreate=true\nopenid.aaf.bearer.forceUserCreate=false\n", false},
        {ON "openid.aaf.forceUserCreate=false\nopenid.aaf.bearer.forceUserCreate=true\n", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        char *token = token_with("{}");
        struct flow site;
        oidc_bearer *bearer;

        flow_begin(&site, key, checks[i].lines, NULL);
        bearer = judged(&site, token);
        assert_int_equal(oidc_bearer_identity(bearer)->create_user, checks[i].creates);
        oidc_bearer_free(&bearer);
        flow_end(&site);
        free(token);
    }
}

static void the_provider_is_who_the_token_says(void **state)
{
    static const struct {
        const char *changes;
        oidc_bearer_fits fits;
    } checks[] = {
        {"{}", OIDC_BEARER_FITS},
        {"{\"aud\":[\"a\",\"xnat\"]}", OIDC_BEARER_FITS},
        {"{\"aud\":\"-\"}", OIDC_BEARER_FITS_ISSUER},
        {"{\"aud\":\"another\"}", OIDC_BEARER_FITS_ISSUER},
        {"{\"iss\":\"https://op.example/\"}", OIDC_BEARER_FITS_NOT},
    };
    char *token = token_with("{}");
    oidc_bearer *bearer;
    struct flow off;

    (void)state;
    flow_begin(&off, key, NULL, NULL);
    assert_true(oidc_provider_accepts_bearer(flow.provider));
    assert_false(oidc_provider_accepts_bearer(off.provider));
    for (size_t i = 0; i < COUNT(checks); i++) {
        char *other = token_with(checks[i].changes);

        bearer = bearer_of(other);
        assert_int_equal(oidc_bearer_fit(bearer, flow.provider), checks[i].fits);
        assert_int_equal(oidc_bearer_fit(bearer, off.provider), OIDC_BEARER_FITS_NOT);
        oidc_bearer_free(&bearer);
        free(other);
    }
    bearer = bearer_of(token);
    oidc_bearer_use_provider(bearer, NULL, FLOW_NOW);
    assert_int_equal(oidc_bearer_error(bearer)->code, OIDC_E_BEARER_ISSUER);
    assert_int_equal(oidc_bearer_fit(bearer, flow.provider), OIDC_BEARER_FITS_NOT);
    oidc_bearer_free(&bearer);
    /* Not even when a caller is mistaken. */
    bearer = bearer_of(token);
    oidc_bearer_use_provider(bearer, off.provider, FLOW_NOW);
    assert_int_equal(oidc_bearer_error(bearer)->code, OIDC_E_USAGE);
    oidc_bearer_free(&bearer);
    flow_end(&off);
    free(token);
}

static void a_provider_must_be_known(void **state)
{
    char *token = token_with("{}");
    oidc_bearer *bearer = bearer_of(token);
    oidc_provider *unknown = NULL;

    (void)state;
    assert_int_equal(oidc_provider_new(flow.config, "aaf", &unknown, NULL), OIDC_OK);
    oidc_bearer_use_provider(bearer, unknown, FLOW_NOW);
    assert_int_equal(oidc_bearer_error(bearer)->code, OIDC_E_PROVIDER_NOT_READY);
    oidc_provider_unref(&unknown);
    oidc_bearer_free(&bearer);
    free(token);
}

/* OpenID Connect Core 1.0, 10.1.1. */
static void an_unknown_key_is_looked_for_once(void **state)
{
    char *claims = claims_with("{}");
    char *token = mint_token(other_key, "RS256", claims);
    char *document = flow_metadata(NULL);
    char *keys = mint_set(key, other_key);
    oidc_bearer *bearer = bearer_of(token);
    oidc_refresh *refresh = NULL;
    oidc_provider *renewed;

    (void)state;
    oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    assert_int_equal(oidc_bearer_next(bearer), OIDC_BEARER_RENEW_KEYS);
    assert_null(oidc_bearer_identity(bearer));
    assert_null(oidc_bearer_error(bearer));
    assert_int_equal(oidc_refresh_new(flow.provider, OIDC_REFRESH_KEYS, FLOW_NOW, &refresh, NULL),
                     OIDC_OK);
    flow_serve(refresh, document, keys, FLOW_NOW);
    renewed = oidc_refresh_provider(refresh);
    oidc_bearer_use_provider(bearer, renewed, FLOW_NOW);
    assert_int_equal(oidc_bearer_next(bearer), OIDC_BEARER_DONE);
    oidc_provider_unref(&renewed);
    oidc_refresh_free(&refresh);
    oidc_bearer_free(&bearer);
    free(keys);
    free(document);
    free(token);
    free(claims);
}

/* What was not asked for refuses, and a refusal is final. */
static void a_verdict_is_final(void **state)
{
    char *token = token_with("{}");
    oidc_bearer *bearer = judged(&flow, token);

    (void)state;
    assert_int_equal(oidc_bearer_next(bearer), OIDC_BEARER_DONE);
    oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    assert_int_equal(oidc_bearer_error(bearer)->code, OIDC_E_USAGE);
    assert_null(oidc_bearer_identity(bearer));
    oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    assert_int_equal(oidc_bearer_next(bearer), OIDC_BEARER_REFUSED);
    oidc_bearer_free(&bearer);
    oidc_bearer_free(&bearer);
    free(token);
}

/* RFC 6750, 3.1. */
static void refusals_have_their_answers(void **state)
{
    static const struct {
        oidc_code code;
        oidc_bearer_answer answer;
    } checks[] = {
        {OIDC_E_BEARER_REQUEST, OIDC_BEARER_ANSWER_INVALID_REQUEST},
        {OIDC_E_GATE_AUDIENCE, OIDC_BEARER_ANSWER_INVALID_TOKEN},
        {OIDC_E_GATE_TYPE, OIDC_BEARER_ANSWER_INVALID_TOKEN},
        {OIDC_E_GATE_ROLE, OIDC_BEARER_ANSWER_INSUFFICIENT_SCOPE},
        {OIDC_E_EMAIL_DOMAIN, OIDC_BEARER_ANSWER_FORBIDDEN},
        {OIDC_E_USERNAME_TAKEN, OIDC_BEARER_ANSWER_FORBIDDEN},
        {OIDC_E_CLAIM_MISSING, OIDC_BEARER_ANSWER_FORBIDDEN},
        {OIDC_E_PROVIDER_NOT_READY, OIDC_BEARER_ANSWER_UNAVAILABLE},
        {OIDC_E_MEMORY, OIDC_BEARER_ANSWER_UNAVAILABLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++)
        assert_int_equal(oidc_bearer_answer_to(checks[i].code), checks[i].answer);
    for (int code = OIDC_E_BEARER_MALFORMED; code <= OIDC_E_BEARER_SUBJECT; code++) {
        assert_int_equal(oidc_bearer_answer_to((oidc_code)code), OIDC_BEARER_ANSWER_INVALID_TOKEN);
        assert_int_equal(oidc_code_http_status((oidc_code)code), 401);
    }
}

static bool accept(void *context)
{
    oidc_bearer *bearer = NULL;
    bool accepted = false;

    if (oidc_bearer_new(context, strlen(context), &bearer) != OIDC_OK)
        return false;
    if (oidc_bearer_next(bearer) == OIDC_BEARER_NEED_PROVIDER)
        oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    accepted = oidc_bearer_next(bearer) == OIDC_BEARER_DONE;
    oidc_bearer_free(&bearer);
    return accepted;
}

/* As in test_login.c: jansson's own are swept with tolerance. */
static void memory_may_run_out_anywhere(void **state)
{
    json_malloc_t json_malloc;
    json_free_t json_free;
    char *token = token_with("{\"given_name\":\"Ann\",\"aud\":[\"x\",\"xnat\"]}");

    (void)state;
    json_get_alloc_funcs(&json_malloc, &json_free);
    assert_int_not_equal(failalloc_sweep(accept, token), 0);
    json_set_alloc_funcs(malloc, free);
    assert_int_not_equal(failalloc_sweep_tolerant(accept, token), 0);
    json_set_alloc_funcs(json_malloc, json_free);
    free(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_says_who),
        cmocka_unit_test(each_claim_is_checked),
        cmocka_unit_test(the_type_is_an_access_tokens),
        cmocka_unit_test(an_id_token_is_none),
        cmocka_unit_test(a_logout_token_is_none),
        cmocka_unit_test(a_shared_list_lifts_no_guard),
        cmocka_unit_test(signatures_are_as_an_id_tokens),
        cmocka_unit_test(what_is_no_token_is_malformed),
        cmocka_unit_test(the_policy_is_that_of_sign_ins),
        cmocka_unit_test(creation_has_its_own_switch),
        cmocka_unit_test(the_provider_is_who_the_token_says),
        cmocka_unit_test(a_provider_must_be_known),
        cmocka_unit_test(an_unknown_key_is_looked_for_once),
        cmocka_unit_test(a_verdict_is_final),
        cmocka_unit_test(refusals_have_their_answers),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
