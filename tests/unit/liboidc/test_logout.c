/* Logout tokens: a good one, each way one can be wrong with its code, and the order of questions.
 */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include <oidc/logout.h>

#include "liboidc/sid.h"
#include "tests/support/claims.h"
#include "tests/support/failalloc.h"
#include "tests/support/flow.h"

#define EVENTS "{\"http://schemas.openid.net/event/backchannel-logout\":{}}"
#define CLIENT "xnat client"
#define TYPED "{\"alg\":\"RS256\",\"kid\":\"one\",\"typ\":\"logout+jwt\"}"

#define ENCRYPTS(alg) "openid.aaf.idTokenEncryptionAlgorithm=" alg "\n"

static struct mint_key *key, *other_key;
static struct flow flow;

/* A site whose provider encrypts, and the keys it opens tokens with: the current and the last. */
static struct mint_key *current, *last;
static oidc_decryption_keys *opening;
static struct flow encrypting;

static oidc_decryption_keys *keys_of(const struct mint_key *first, const struct mint_key *second)
{
    char *one = mint_pem(first, 0), *two = mint_pem(second, 0);
    char *pem = flow_text("%s%s", one, two);
    oidc_decryption_keys *keys = NULL;

    assert_int_equal(oidc_decryption_keys_parse(pem, strlen(pem), &keys, NULL), OIDC_OK);
    free(pem);
    free(two);
    free(one);
    return keys;
}

static int begin(void **state)
{
    (void)state;
    key = mint_rsa(2048, "one");
    other_key = mint_rsa(2048, "two");
    flow_begin(&flow, key, NULL, NULL);
    current = mint_rsa(2048, NULL);
    last = mint_rsa(2048, NULL);
    opening = keys_of(current, last);
    flow_begin_with_keys(&encrypting, key, opening, ENCRYPTS("RSA-OAEP-256"), NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    flow_end(&encrypting);
    oidc_decryption_keys_unref(&opening);
    mint_free(last);
    mint_free(current);
    flow_end(&flow);
    mint_free(key);
    mint_free(other_key);
    return 0;
}

/* The claims of a good logout token, with some replaced, and some ("-") left out. */
static char *claims_with(const char *changes)
{
    return claims_changed(json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:{s:{}}}", "iss",
                                    FLOW_ISSUER, "aud", CLIENT, "iat", (json_int_t)FLOW_NOW - 5,
                                    "exp", (json_int_t)FLOW_NOW + 115, "jti", "token-1", "sub",
                                    "person-1", "sid", "session-1", "events",
                                    "http://schemas.openid.net/event/backchannel-logout"),
                          changes);
}

static char *body_of(char *token)
{
    char *body = flow_text("logout_token=%s", token);

    free(token);
    return body;
}

static char *body_with(const char *changes)
{
    char *claims = claims_with(changes);
    char *body = body_of(mint_token_with(key, "RS256", TYPED, claims));

    free(claims);
    return body;
}

static oidc_logout *logout_of(const char *body)
{
    oidc_logout *logout = NULL;

    assert_int_equal(oidc_logout_new(body, strlen(body), &logout), OIDC_OK);
    return logout;
}

/* All questions answered with goodwill. Who can have encrypted the token is asked first. */
static oidc_logout *taken_at(const struct flow *site, const char *body)
{
    oidc_logout *logout = logout_of(body);

    for (int asked = 0; asked < 2; asked++)
        if (oidc_logout_next(logout) == OIDC_LOGOUT_NEED_PROVIDER)
            oidc_logout_use_provider(logout, site->provider, FLOW_NOW);
    if (oidc_logout_next(logout) == OIDC_LOGOUT_RENEW_KEYS)
        oidc_logout_use_provider(logout, site->provider, FLOW_NOW);
    if (oidc_logout_next(logout) == OIDC_LOGOUT_CLAIM_TOKEN)
        oidc_logout_claim_token(logout, true);
    return logout;
}

static oidc_logout *taken(const char *body)
{
    return taken_at(&flow, body);
}

/* @param body taken over. */
static void comes_to_at(const struct flow *site, const char *what, char *body, oidc_code code)
{
    oidc_logout *logout = taken_at(site, body);
    const oidc_error *error = oidc_logout_error(logout);
    oidc_code got = error ? error->code : OIDC_OK;

    if (got != code)
        fail_msg("%s gave %s (%s), not %s", what, oidc_code_name(got), error ? error->detail : "",
                 oidc_code_name(code));
    assert_int_equal(oidc_logout_next(logout),
                     code == OIDC_OK ? OIDC_LOGOUT_DONE : OIDC_LOGOUT_REFUSED);
    if (code != OIDC_OK) {
        assert_null(oidc_logout_issuer(logout));
        assert_null(oidc_logout_subject(logout));
        assert_null(oidc_logout_provider_session(logout));
        assert_null(oidc_logout_token_id(logout));
        assert_int_equal(oidc_logout_remember_until(logout), 0);
        if (oidc_code_class(code) == OIDC_CLASS_REFUSED)
            assert_int_equal(oidc_code_http_status(code), 400);
    }
    oidc_logout_free(&logout);
    assert_null(logout);
    free(body);
}

static void comes_to(const char *what, char *body, oidc_code code)
{
    comes_to_at(&flow, what, body, code);
}

static void a_good_token_says_who(void **state)
{
    char *body = body_with("{}");
    char session[OIDC_PROVIDER_SESSION_LENGTH + 1];
    oidc_logout *logout = taken(body);

    (void)state;
    assert_int_equal(sid_digest("session-1", session, NULL), OIDC_OK);
    assert_int_equal(oidc_logout_next(logout), OIDC_LOGOUT_DONE);
    assert_null(oidc_logout_error(logout));
    assert_string_equal(oidc_logout_issuer(logout), FLOW_ISSUER);
    assert_string_equal(oidc_logout_subject(logout), "person-1");
    assert_string_equal(oidc_logout_provider_session(logout), session);
    assert_string_equal(oidc_logout_token_id(logout), "token-1");
    assert_int_equal(oidc_logout_remember_until(logout), FLOW_NOW + 115 + 60);
    oidc_logout_free(&logout);
    free(body);
}

static void what_is_not_there_is_empty(void **state)
{
    char *by_subject = body_with("{\"sid\":\"-\"}");
    char *by_session = body_with("{\"sub\":\"-\"}");
    oidc_logout *logout = taken(by_subject);

    (void)state;
    assert_string_equal(oidc_logout_provider_session(logout), "");
    assert_string_equal(oidc_logout_subject(logout), "person-1");
    oidc_logout_free(&logout);
    logout = taken(by_session);
    assert_string_equal(oidc_logout_subject(logout), "");
    assert_int_equal(strlen(oidc_logout_provider_session(logout)), OIDC_PROVIDER_SESSION_LENGTH);
    oidc_logout_free(&logout);
    free(by_subject);
    free(by_session);
}

/* Back-Channel Logout 1.0, 2.4 and 2.6. */
static void each_claim_is_checked(void **state)
{
    static const struct {
        const char *changes;
        oidc_code code;
    } checks[] = {
        {"{}", OIDC_OK},
        {"{\"more\":[1,{}]}", OIDC_OK},
        {"{\"iss\":\"-\"}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"iss\":7}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"iss\":\"https://op.example/\"}", OIDC_E_LOGOUT_ISSUER},
        {"{\"aud\":\"-\"}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"aud\":\"another\"}", OIDC_E_LOGOUT_AUDIENCE},
        {"{\"aud\":[]}", OIDC_E_LOGOUT_AUDIENCE},
        {"{\"aud\":[\"xnat client\"]}", OIDC_OK},
        {"{\"aud\":[\"another\",\"xnat client\"]}", OIDC_OK},
        {"{\"iat\":\"-\"}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"iat\":\"1799999995\"}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"iat\":1e300}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"iat\":1799999340}", OIDC_E_LOGOUT_EXPIRED},
        {"{\"iat\":1799999341}", OIDC_OK},
        {"{\"iat\":-9007199254740992}", OIDC_E_LOGOUT_EXPIRED},
        {"{\"iat\":1800000061}", OIDC_E_LOGOUT_FUTURE},
        {"{\"iat\":1800000060}", OIDC_OK},
        {"{\"exp\":\"-\"}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"exp\":null}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"exp\":1799999940}", OIDC_E_LOGOUT_EXPIRED},
        {"{\"exp\":1799999941}", OIDC_OK},
        {"{\"nbf\":1800000061}", OIDC_E_LOGOUT_FUTURE},
        {"{\"nbf\":\"x\"}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"nbf\":1800000000}", OIDC_OK},
        {"{\"jti\":\"-\"}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"jti\":\"\"}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"jti\":1}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"events\":\"-\"}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"events\":[]}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"events\":\"http://schemas.openid.net/event/backchannel-logout\"}",
         OIDC_E_LOGOUT_MALFORMED},
        {"{\"events\":{}}", OIDC_E_LOGOUT_TYPE},
        {"{\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":true}}",
         OIDC_E_LOGOUT_TYPE},
        {"{\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{\"a\":1},\"b\":2}}",
         OIDC_OK},
        {"{\"nonce\":\"n\"}", OIDC_E_LOGOUT_TYPE},
        {"{\"nonce\":null}", OIDC_E_LOGOUT_TYPE},
        {"{\"sub\":\"-\",\"sid\":\"-\"}", OIDC_E_LOGOUT_CLAIM_MISSING},
        {"{\"sub\":\"-\"}", OIDC_OK},
        {"{\"sid\":\"-\"}", OIDC_OK},
        {"{\"sub\":\"\"}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"sub\":7}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"sid\":\"\"}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"sid\":{}}", OIDC_E_LOGOUT_MALFORMED},
        {"{\"sub\":\"a\\r\\nb\"}", OIDC_E_LOGOUT_SUBJECT},
        {"{\"sub\":\"%s%n a\"}", OIDC_OK},
        {"{\"sid\":\"%s%n \\r\\n\\u00e4\"}", OIDC_OK},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++)
        comes_to(checks[i].changes, body_with(checks[i].changes), checks[i].code);
}

/* RFC 8725, 3.11. */
static void the_type_is_a_logout_tokens(void **state)
{
    static const struct {
        const char *type;
        oidc_code code;
    } checks[] = {
        {",\"typ\":\"logout+jwt\"", OIDC_OK},
        {",\"typ\":\"LOGOUT+JWT\"", OIDC_OK},
        {",\"typ\":\"application/logout+jwt\"", OIDC_OK},
        {",\"typ\":\"JWT\"", OIDC_OK},
        {"", OIDC_OK},
        {",\"typ\":\"at+jwt\"", OIDC_E_LOGOUT_TYPE},
        {",\"typ\":\"secevent+jwt\"", OIDC_E_LOGOUT_TYPE},
        {",\"typ\":\"application/\"", OIDC_E_LOGOUT_TYPE},
        {",\"typ\":\"\"", OIDC_E_LOGOUT_TYPE},
        {",\"typ\":7", OIDC_E_LOGOUT_MALFORMED},
    };
    char *claims = claims_with("{}");

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        char *header = flow_text("{\"alg\":\"RS256\",\"kid\":\"one\"%s}", checks[i].type);
        comes_to(checks[i].type, body_of(mint_token_with(key, "RS256", header, claims)),
                 checks[i].code);
        free(header);
    }
    free(claims);
}

static void signatures_are_as_an_id_tokens(void **state)
{
    char *claims = claims_with("{}");
    char *good = mint_token(key, "RS256", claims);

    (void)state;
    comes_to("good", flow_text("logout_token=%s", good), OIDC_OK);
    comes_to("spoiled", body_of(mint_spoil(good)), OIDC_E_LOGOUT_SIGNATURE);
    comes_to("none", body_of(mint_token_unsigned("{\"alg\":\"none\"}", claims)),
             OIDC_E_LOGOUT_ALGORITHM);
    comes_to("HMAC", body_of(mint_token_hmac("s3cr%t", 6, "{\"alg\":\"HS256\"}", claims)),
             OIDC_E_LOGOUT_ALGORITHM);
    comes_to("not pinned", body_of(mint_token(key, "PS256", claims)), OIDC_E_LOGOUT_ALGORITHM);
    comes_to("unknown key", body_of(mint_token(other_key, "RS256", claims)), OIDC_E_LOGOUT_KEY);
    comes_to("crit",
             body_of(mint_token_with(key, "RS256", "{\"alg\":\"RS256\",\"crit\":[\"x\"]}", claims)),
             OIDC_E_LOGOUT_MALFORMED);
    free(good);
    free(claims);
}

static void an_id_token_is_none(void **state)
{
    char *claims = flow_text("{\"iss\":\"" FLOW_ISSUER "\",\"aud\":\"" CLIENT
                             "\",\"sub\":\"person-1\",\"iat\":1799999999,\"exp\":1800000300,"
                             "\"jti\":\"x\",\"nonce\":\"n\",\"sid\":\"s\"}");
    char *clothed = claims_with("{\"nonce\":\"n\"}");

    (void)state;
    comes_to("an ID token", body_of(mint_token(key, "RS256", claims)), OIDC_E_LOGOUT_CLAIM_MISSING);
    comes_to("one with events", body_of(mint_token(key, "RS256", clothed)), OIDC_E_LOGOUT_TYPE);
    free(clothed);
    free(claims);
}

static void the_request_has_one_token(void **state)
{
    char *good = body_with("{}");

    (void)state;
    comes_to("empty", flow_text("%s", ""), OIDC_E_LOGOUT_REQUEST);
    comes_to("other field", flow_text("token=%s", good + strlen("logout_token=")),
             OIDC_E_LOGOUT_REQUEST);
    comes_to("twice", flow_text("%s&%s", good, good), OIDC_E_LOGOUT_REQUEST);
    comes_to("broken escape", flow_text("%s&a=%%zz", good), OIDC_E_LOGOUT_REQUEST);
    comes_to("beside others", flow_text("a=b&%s&c", good), OIDC_OK);
    comes_to("no value", flow_text("logout_token="), OIDC_E_LOGOUT_MALFORMED);
    comes_to("no token", flow_text("logout_token=a.b"), OIDC_E_LOGOUT_MALFORMED);
    comes_to("no JSON", flow_text("logout_token=YQ.YQ.YQ"), OIDC_E_LOGOUT_MALFORMED);
    comes_to("no JSON in five parts", flow_text("logout_token=a.b.c.d.e"), OIDC_E_LOGOUT_MALFORMED);
    free(good);
}

/* --- encrypted ones -------------------------------------------------------------------------- */

static char *signed_token(void)
{
    char *claims = claims_with("{}");
    char *token = mint_token_with(key, "RS256", TYPED, claims);

    free(claims);
    return token;
}

/* @param text taken over. */
static char *encrypted_body(const struct mint_key *to, const char *alg, char *text)
{
    char *body = body_of(mint_encrypted(to, alg, "A256GCM", text));

    free(text);
    return body;
}

/* Of a good token, with such a header. */
static char *body_under(const char *header)
{
    char *text = signed_token();
    char *body = body_of(
        mint_encrypted_with(current, "RSA-OAEP-256", "A256GCM", header, text, strlen(text)));

    free(text);
    return body;
}

/* Back-Channel Logout 1.0, 2.6, 1. */
static void encryption_is_as_agreed_on(void **state)
{
    static const char good[] = "RSA-OAEP-256";

    (void)state;
    comes_to_at(&encrypting, "current key", encrypted_body(current, good, signed_token()), OIDC_OK);
    comes_to_at(&encrypting, "last key", encrypted_body(last, good, signed_token()), OIDC_OK);
    comes_to_at(&encrypting, "plain", body_with("{}"), OIDC_E_LOGOUT_NOT_ENCRYPTED);
    comes_to_at(&flow, "not agreed on", encrypted_body(current, good, signed_token()),
                OIDC_E_LOGOUT_ENCRYPTED);
    comes_to_at(&encrypting, "other algorithm", encrypted_body(current, "RSA-OAEP", signed_token()),
                OIDC_E_LOGOUT_ALGORITHM);
    comes_to_at(&encrypting, "RSA1_5", encrypted_body(current, "RSA1_5", signed_token()),
                OIDC_E_LOGOUT_ALGORITHM);
    comes_to_at(&encrypting, "foreign key", encrypted_body(other_key, good, signed_token()),
                OIDC_E_LOGOUT_DECRYPTION);
    comes_to_at(&encrypting, "no parts behind the header",
                body_of(flow_text("%s", "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIn0....")),
                OIDC_E_LOGOUT_DECRYPTION);
}

static void the_header_of_the_encryption_is_judged(void **state)
{
    static const struct {
        const char *members;
        oidc_code code;
    } checks[] = {
        {"", OIDC_OK},
        {",\"cty\":\"JWT\",\"typ\":\"logout+jwt\",\"kid\":\"theirs\"", OIDC_OK},
        {",\"cty\":\"image/png\"", OIDC_E_LOGOUT_MALFORMED},
        {",\"zip\":\"DEF\"", OIDC_E_LOGOUT_MALFORMED},
        {",\"crit\":[\"exp\"],\"exp\":1", OIDC_E_LOGOUT_MALFORMED},
        {",\"iss\":\"" FLOW_ISSUER "\"", OIDC_OK},
        {",\"iss\":\"https://evil.example\"", OIDC_E_LOGOUT_ISSUER},
        {",\"iss\":[\"" FLOW_ISSUER "\"]", OIDC_E_LOGOUT_ISSUER},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        char *header =
            flow_text("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"%s}", checks[i].members);
        comes_to_at(&encrypting, checks[i].members, body_under(header), checks[i].code);
        free(header);
    }
}

/* OpenID Connect Core 1.0, 10.2: signed first, and judged like any other. */
static void what_is_encrypted_is_verified_like_any_other(void **state)
{
    static const char alg[] = "RSA-OAEP-256";
    char *good = signed_token();
    char *claims = claims_with("{\"aud\":\"another\"}");

    (void)state;
    comes_to_at(&encrypting, "spoiled", encrypted_body(current, alg, mint_spoil(good)),
                OIDC_E_LOGOUT_SIGNATURE);
    comes_to_at(&encrypting, "claims alone", encrypted_body(current, alg, claims_with("{}")),
                OIDC_E_LOGOUT_MALFORMED);
    comes_to_at(&encrypting, "none",
                encrypted_body(current, alg, mint_token_unsigned("{\"alg\":\"none\"}", claims)),
                OIDC_E_LOGOUT_ALGORITHM);
    comes_to_at(&encrypting, "twice",
                encrypted_body(current, alg, mint_encrypted(current, alg, "A256GCM", good)),
                OIDC_E_LOGOUT_ENCRYPTED);
    comes_to_at(&encrypting, "other audience",
                encrypted_body(current, alg, mint_token_with(key, "RS256", TYPED, claims)),
                OIDC_E_LOGOUT_AUDIENCE);
    comes_to_at(&encrypting, "unknown key",
                encrypted_body(current, alg, mint_token(other_key, "RS256", claims)),
                OIDC_E_LOGOUT_KEY);
    free(claims);
    free(good);
}

/* Before it is opened, who encrypts like that; then who is named inside. */
static void who_encrypts_like_that_is_asked_first(void **state)
{
    char *body = encrypted_body(current, "RSA-OAEP-256", signed_token());
    char *elsewhere = body_under("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\","
                                 "\"iss\":\"https://evil.example\"}");
    oidc_logout *logout = logout_of(body);
    struct flow other;

    (void)state;
    flow_begin_with_keys(&other, key, opening, ENCRYPTS("RSA-OAEP"), NULL);
    assert_int_equal(oidc_logout_fit(logout, encrypting.provider), OIDC_LOGOUT_FITS);
    assert_int_equal(oidc_logout_fit(logout, other.provider), OIDC_LOGOUT_FITS_ISSUER);
    assert_int_equal(oidc_logout_fit(logout, flow.provider), OIDC_LOGOUT_FITS_NOT);
    oidc_logout_use_provider(logout, encrypting.provider, FLOW_NOW);
    assert_int_equal(oidc_logout_next(logout), OIDC_LOGOUT_NEED_PROVIDER);
    assert_null(oidc_logout_issuer(logout));
    assert_int_equal(oidc_logout_fit(logout, flow.provider), OIDC_LOGOUT_FITS);
    oidc_logout_free(&logout);

    logout = logout_of(elsewhere);
    assert_int_equal(oidc_logout_fit(logout, encrypting.provider), OIDC_LOGOUT_FITS_NOT);
    oidc_logout_use_provider(logout, NULL, FLOW_NOW);
    assert_int_equal(oidc_logout_error(logout)->code, OIDC_E_LOGOUT_ENCRYPTED);
    oidc_logout_free(&logout);
    flow_end(&other);
    free(elsewhere);
    free(body);
}

/* Opened by one provider's agreement, it counts for no other that agreed on something else. */
static void whose_it_is_must_encrypt_alike(void **state)
{
    oidc_decryption_keys *others = keys_of(other_key, last);
    struct flow sites[3];
    const oidc_code codes[] = {OIDC_E_LOGOUT_ENCRYPTED, OIDC_E_LOGOUT_ALGORITHM,
                               OIDC_E_LOGOUT_DECRYPTION};

    (void)state;
    flow_begin_with_keys(&sites[0], key, opening, NULL, NULL);
    flow_begin_with_keys(&sites[1], key, opening, ENCRYPTS("RSA-OAEP"), NULL);
    flow_begin_with_keys(&sites[2], key, others, ENCRYPTS("RSA-OAEP-256"), NULL);
    for (size_t i = 0; i < COUNT(sites); i++) {
        char *body = encrypted_body(current, "RSA-OAEP-256", signed_token());
        oidc_logout *logout = logout_of(body);

        oidc_logout_use_provider(logout, encrypting.provider, FLOW_NOW);
        oidc_logout_use_provider(logout, sites[i].provider, FLOW_NOW);
        assert_int_equal(oidc_logout_next(logout), OIDC_LOGOUT_REFUSED);
        assert_int_equal(oidc_logout_error(logout)->code, codes[i]);
        oidc_logout_free(&logout);
        flow_end(&sites[i]);
        free(body);
    }
    oidc_decryption_keys_unref(&others);
}

/* --- whose it is ----------------------------------------------------------------------------- */

static void the_provider_is_who_the_token_says(void **state)
{
    static const struct {
        const char *changes;
        oidc_logout_fits fits;
    } checks[] = {
        {"{}", OIDC_LOGOUT_FITS},
        {"{\"aud\":[\"a\",\"xnat client\"]}", OIDC_LOGOUT_FITS},
        {"{\"aud\":\"-\"}", OIDC_LOGOUT_FITS_ISSUER},
        {"{\"aud\":\"another\"}", OIDC_LOGOUT_FITS_ISSUER},
        {"{\"iss\":\"https://op.example/\"}", OIDC_LOGOUT_FITS_NOT},
        {"{\"iss\":\"https://OP.example\"}", OIDC_LOGOUT_FITS_NOT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        char *body = body_with(checks[i].changes);
        oidc_logout *logout = logout_of(body);
        assert_int_equal(oidc_logout_fit(logout, flow.provider), checks[i].fits);
        oidc_logout_free(&logout);
        free(body);
    }
    char *body = body_with("{}");
    oidc_logout *logout = logout_of(body);
    oidc_logout_use_provider(logout, NULL, FLOW_NOW);
    assert_int_equal(oidc_logout_error(logout)->code, OIDC_E_LOGOUT_ISSUER);
    assert_int_equal(oidc_logout_fit(logout, flow.provider), OIDC_LOGOUT_FITS_NOT);
    oidc_logout_free(&logout);
    free(body);
}

static void a_provider_must_be_known(void **state)
{
    char *body = body_with("{}");
    oidc_logout *logout = logout_of(body);
    oidc_provider *unknown = NULL;

    (void)state;
    assert_int_equal(oidc_provider_new(flow.config, "aaf", &unknown, NULL), OIDC_OK);
    assert_int_equal(oidc_logout_fit(logout, unknown), OIDC_LOGOUT_FITS_NOT);
    oidc_logout_use_provider(logout, unknown, FLOW_NOW);
    assert_int_equal(oidc_logout_error(logout)->code, OIDC_E_PROVIDER_NOT_READY);
    oidc_provider_unref(&unknown);
    oidc_logout_free(&logout);
    free(body);
}

/* OpenID Connect Core 1.0, 10.1.1. */
static void an_unknown_key_is_looked_for_once(void **state)
{
    char *claims = claims_with("{}");
    char *body = body_of(mint_token(other_key, "RS256", claims));
    char *document = flow_metadata(NULL);
    char *keys = mint_set(key, other_key);
    oidc_logout *logout = logout_of(body);
    oidc_refresh *refresh = NULL;
    oidc_provider *renewed;

    (void)state;
    oidc_logout_use_provider(logout, flow.provider, FLOW_NOW);
    assert_int_equal(oidc_logout_next(logout), OIDC_LOGOUT_RENEW_KEYS);
    assert_null(oidc_logout_issuer(logout));
    assert_int_equal(oidc_refresh_new(flow.provider, OIDC_REFRESH_KEYS, FLOW_NOW, &refresh, NULL),
                     OIDC_OK);
    flow_serve(refresh, document, keys, FLOW_NOW);
    renewed = oidc_refresh_provider(refresh);
    oidc_logout_use_provider(logout, renewed, FLOW_NOW);
    assert_int_equal(oidc_logout_next(logout), OIDC_LOGOUT_CLAIM_TOKEN);
    assert_string_equal(oidc_logout_token_id(logout), "token-1");
    oidc_provider_unref(&renewed);
    oidc_refresh_free(&refresh);
    oidc_logout_free(&logout);
    free(keys);
    free(document);
    free(body);
    free(claims);
}

static void a_token_counts_once(void **state)
{
    char *body = body_with("{}");
    oidc_logout *logout = logout_of(body);

    (void)state;
    oidc_logout_use_provider(logout, flow.provider, FLOW_NOW);
    oidc_logout_claim_token(logout, false);
    assert_int_equal(oidc_logout_next(logout), OIDC_LOGOUT_REFUSED);
    assert_int_equal(oidc_logout_error(logout)->code, OIDC_E_LOGOUT_USED);
    assert_null(oidc_logout_subject(logout));
    oidc_logout_free(&logout);
    free(body);
}

/* A provider whose tokens live for a year need not be remembered for a year. */
static void it_is_remembered_as_long_as_it_is_taken(void **state)
{
    char *body = body_with("{\"exp\":1900000000}");
    oidc_logout *logout = taken(body);

    (void)state;
    assert_int_equal(oidc_logout_remember_until(logout), FLOW_NOW - 5 + OIDC_LOGOUT_AGE_MAX + 60);
    oidc_logout_free(&logout);
    free(body);
}

static void no_step_can_be_left_out(void **state)
{
    char *body = body_with("{}");
    oidc_logout *logout = logout_of(body);

    (void)state;
    oidc_logout_claim_token(logout, true);
    assert_int_equal(oidc_logout_error(logout)->code, OIDC_E_USAGE);
    oidc_logout_use_provider(logout, flow.provider, FLOW_NOW);
    assert_int_equal(oidc_logout_next(logout), OIDC_LOGOUT_REFUSED);
    oidc_logout_free(&logout);
    logout = taken(body);
    oidc_logout_claim_token(logout, true);
    assert_int_equal(oidc_logout_error(logout)->code, OIDC_E_USAGE);
    oidc_logout_free(&logout);
    free(body);
}

static void sessions_are_told_apart_by_their_digest(void **state)
{
    char one[OIDC_PROVIDER_SESSION_LENGTH + 1];
    char two[OIDC_PROVIDER_SESSION_LENGTH + 1];

    (void)state;
    assert_int_equal(sid_digest("abc", one, NULL), OIDC_OK);
    assert_string_equal(one, "ungWv48Bz-pBQUDeXa4iIw"); /* FIPS 180-4's example */
    assert_int_equal(sid_digest("abd", two, NULL), OIDC_OK);
    assert_string_not_equal(one, two);
    assert_int_equal(sid_digest("", one, NULL), OIDC_OK);
    assert_string_equal(one, "");
    assert_int_equal(sid_digest(NULL, two, NULL), OIDC_OK);
    assert_string_equal(two, "");
}

struct attempt {
    const struct flow *site;
    char *body;
};

static bool take_it(void *context)
{
    const struct attempt *attempt = context;
    oidc_logout *logout = NULL;
    bool done;

    if (oidc_logout_new(attempt->body, strlen(attempt->body), &logout) != OIDC_OK)
        return false;
    for (int asked = 0; asked < 2; asked++)
        if (oidc_logout_next(logout) == OIDC_LOGOUT_NEED_PROVIDER)
            oidc_logout_use_provider(logout, attempt->site->provider, FLOW_NOW);
    oidc_logout_claim_token(logout, true);
    done = oidc_logout_next(logout) == OIDC_LOGOUT_DONE;
    oidc_logout_free(&logout);
    return done;
}

/* As in test_login.c: jansson's own are swept with tolerance. */
static void memory_may_run_out_anywhere(void **state)
{
    json_malloc_t json_malloc;
    json_free_t json_free;
    struct attempt attempts[] = {
        {&flow, body_with("{}")},
        {&encrypting, encrypted_body(current, "RSA-OAEP-256", signed_token())},
    };

    (void)state;
    json_get_alloc_funcs(&json_malloc, &json_free);
    for (size_t i = 0; i < COUNT(attempts); i++) {
        assert_int_not_equal(failalloc_sweep(take_it, &attempts[i]), 0);
        json_set_alloc_funcs(malloc, free);
        assert_int_not_equal(failalloc_sweep_tolerant(take_it, &attempts[i]), 0);
        json_set_alloc_funcs(json_malloc, json_free);
        free(attempts[i].body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_says_who),
        cmocka_unit_test(what_is_not_there_is_empty),
        cmocka_unit_test(each_claim_is_checked),
        cmocka_unit_test(the_type_is_a_logout_tokens),
        cmocka_unit_test(signatures_are_as_an_id_tokens),
        cmocka_unit_test(an_id_token_is_none),
        cmocka_unit_test(the_request_has_one_token),
        cmocka_unit_test(encryption_is_as_agreed_on),
        cmocka_unit_test(the_header_of_the_encryption_is_judged),
        cmocka_unit_test(what_is_encrypted_is_verified_like_any_other),
        cmocka_unit_test(who_encrypts_like_that_is_asked_first),
        cmocka_unit_test(whose_it_is_must_encrypt_alike),
        cmocka_unit_test(the_provider_is_who_the_token_says),
        cmocka_unit_test(a_provider_must_be_known),
        cmocka_unit_test(an_unknown_key_is_looked_for_once),
        cmocka_unit_test(a_token_counts_once),
        cmocka_unit_test(it_is_remembered_as_long_as_it_is_taken),
        cmocka_unit_test(no_step_can_be_left_out),
        cmocka_unit_test(sessions_are_told_apart_by_their_digest),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
