/*
 * The logout token: OpenID Connect Back-Channel Logout 1.0 (with errata set 1), 2.6, one
 * function a check.
 *
 * Failures name what was expected and what came; never the token.
 */
#include "logout_token.h"

#include <inttypes.h>
#include <string.h>

#include <oidc/logout.h>

#include "fail.h"
#include "json.h"
#include "jwt.h"
#include "secret.h"

#define EVENT "http://schemas.openid.net/event/backchannel-logout"

static const struct jws_codes signing_codes = {
    .malformed = OIDC_E_LOGOUT_MALFORMED,
    .encrypted = OIDC_E_LOGOUT_ENCRYPTED,
    .algorithm = OIDC_E_LOGOUT_ALGORITHM,
    .key = OIDC_E_LOGOUT_KEY,
    .signature = OIDC_E_LOGOUT_SIGNATURE,
};

static const struct jwe_codes encryption_codes = {
    .malformed = OIDC_E_LOGOUT_MALFORMED,
    .plain = OIDC_E_LOGOUT_NOT_ENCRYPTED,
    .algorithm = OIDC_E_LOGOUT_ALGORITHM,
    .decryption = OIDC_E_LOGOUT_DECRYPTION,
};

static const struct jwt_kind logout_token = {
    .name = "logout token",
    .malformed = OIDC_E_LOGOUT_MALFORMED,
    .missing = OIDC_E_LOGOUT_CLAIM_MISSING,
    .type = OIDC_E_LOGOUT_TYPE,
    .issuer = OIDC_E_LOGOUT_ISSUER,
    .audience = OIDC_E_LOGOUT_AUDIENCE,
    .expired = OIDC_E_LOGOUT_EXPIRED,
    .future = OIDC_E_LOGOUT_FUTURE,
    .subject = OIDC_E_LOGOUT_SUBJECT,
};

/* A text that is not empty. @param text set to it; where it is missing, to NULL. */
static oidc_code text_claim(const struct jwt *jwt, const char *name, const char **text)
{
    *text = json_text(jwt->claims, name);
    return *text || !json_object_get(jwt->claims, name)
               ? OIDC_OK
               : jwt_malformed(jwt, name, "a non-empty string");
}

/* Back-Channel Logout 1.0, 2.6, 4: it was issued, and not long ago: nothing else bounds for how
 * long its identifier must be remembered, when a provider lets its tokens live for days. */
static oidc_code check_issue_time(const struct jwt *jwt)
{
    int64_t issued = 0;
    int64_t age;
    oidc_code code;

    OIDC_TRY(jwt_time_claim(jwt, "iat", &issued));
    OIDC_TRY(jwt_check_begun(jwt, "iat", " was issued"));
    age = jwt->now - issued;
    if (age >= OIDC_LOGOUT_AGE_MAX + JWT_LEEWAY)
        code = oidc_fail(jwt->error, OIDC_E_LOGOUT_EXPIRED,
                         "the logout token was issued %" PRId64 " seconds ago (at most %d)", age,
                         OIDC_LOGOUT_AGE_MAX);
out:
    return code;
}

/* Back-Channel Logout 1.0, 2.4: every logout token has an identifier. */
static oidc_code check_identifier(const struct jwt *jwt)
{
    const char *identifier;
    oidc_code code = text_claim(jwt, "jti", &identifier);

    return code == OIDC_OK && !identifier ? jwt_missing(jwt, "jti") : code;
}

/* Back-Channel Logout 1.0, 2.4 and 2.6, 6: it says of itself that it is about a logout. */
static oidc_code check_events(const struct jwt *jwt)
{
    const json_t *events = json_object_get(jwt->claims, "events");

    if (!events)
        return jwt_missing(jwt, "events");
    if (!json_is_object(events))
        return jwt_malformed(jwt, "events", "an object");
    if (!json_is_object(json_object_get(events, EVENT)))
        return oidc_fail(jwt->error, OIDC_E_LOGOUT_TYPE,
                         "the logout token's \"events\" has no object \"" EVENT "\"");
    return OIDC_OK;
}

/* Back-Channel Logout 1.0, 2.6, 7: no nonce, or it could be an ID token. */
static oidc_code check_nonce(const struct jwt *jwt)
{
    if (!json_object_get(jwt->claims, "nonce"))
        return OIDC_OK;
    return oidc_fail(jwt->error, OIDC_E_LOGOUT_TYPE,
                     "the logout token has a \"nonce\", as only ID tokens have");
}

/* Back-Channel Logout 1.0, 2.6, 5: a subject, a session, or both. A subject is what it is in an ID
 * token: one that is not can be nobody's here. A session is any text (2.4). */
static oidc_code check_subject(const struct jwt *jwt)
{
    const char *subject = NULL;
    const char *session = NULL;
    oidc_code code;

    OIDC_TRY(text_claim(jwt, "sub", &subject));
    OIDC_TRY(text_claim(jwt, "sid", &session));
    if (!subject && !session)
        code = oidc_fail(jwt->error, OIDC_E_LOGOUT_CLAIM_MISSING,
                         "the logout token has neither \"sub\" nor \"sid\"");
    else if (subject)
        code = jwt_check_subject(jwt, subject);
out:
    return code;
}

/* --- the token as it comes ----------------------------------------------------------------------
 */

/* Back-Channel Logout 1.0, 2.4: `typ` should be logout+jwt. */
static oidc_code read_signed(struct logout_token *token, oidc_error *error)
{
    oidc_code code;

    OIDC_TRY(jws_read(token->opened ? token->opened : token->text, &signing_codes, &token->inside,
                      error));
    OIDC_TRY(jws_peek(&token->inside, &signing_codes, error));
    OIDC_TRY(jwt_check_type(token->inside.header, "logout+jwt", &logout_token, error));
    if (!json_text(token->inside.payload, "iss"))
        code = oidc_fail(error, OIDC_E_LOGOUT_CLAIM_MISSING, "the logout token has no \"iss\"");
out:
    return code;
}

oidc_code logout_token_read(char *text, struct logout_token *token, oidc_error *error)
{
    *token = (struct logout_token){.text = text};
    return jwe_is_one(text) ? jwe_read(text, &encryption_codes, &token->around, error)
                            : read_signed(token, error);
}

bool logout_token_is_closed(const struct logout_token *token)
{
    return token->around.header && !token->opened;
}

/* RFC 7519, 5.3: what the header repeats is what is inside. */
static oidc_code check_repeated(const struct logout_token *token, oidc_error *error)
{
    const json_t *repeated = json_object_get(token->around.header, "iss");

    if (!repeated || json_equal(repeated, json_object_get(token->inside.payload, "iss")))
        return OIDC_OK;
    return oidc_fail(
        error, OIDC_E_LOGOUT_ISSUER,
        "the encrypted token's header names another issuer than the logout token inside");
}

oidc_code logout_token_open(struct logout_token *token, const char *algorithm,
                            oidc_decryption_keys *keys, oidc_error *error)
{
    oidc_code code;

    token->opened_with = oidc_decryption_keys_ref(keys);
    OIDC_TRY(jwe_open(&token->around, algorithm, keys, &encryption_codes, &token->opened, error));
    OIDC_TRY(read_signed(token, error));
    OIDC_TRY(check_repeated(token, error));
out:
    return code;
}

void logout_token_forget(struct logout_token *token)
{
    jws_forget(&token->inside);
    jwe_forget(&token->around);
    oidc_decryption_keys_unref(&token->opened_with);
    secret_free_text(token->opened);
    secret_free_text(token->text);
    *token = (struct logout_token){.text = NULL};
}

/* --- verifying ----------------------------------------------------------------------------------
 */

/* Back-Channel Logout 1.0, 2.6, 1: with the keys and algorithms that were registered for ID tokens;
 * what should be encrypted and is not is refused. Whose to open it with was a guess, which the
 * token has answered since. */
static oidc_code check_encryption(const struct logout_token *token,
                                  const struct logout_expectation *expected, oidc_error *error)
{
    const char *agreed = expected->encryption;
    const char *algorithm = json_text(token->around.header, "alg");

    if (agreed && !algorithm)
        return oidc_fail(error, OIDC_E_LOGOUT_NOT_ENCRYPTED,
                         "the token is not encrypted, and the configuration requires that it is");
    if (!agreed && algorithm)
        return oidc_fail(error, OIDC_E_LOGOUT_ENCRYPTED,
                         "the token is encrypted, and the configuration does not ask for that");
    if (agreed && strcmp(algorithm, agreed) != 0)
        return oidc_fail(error, OIDC_E_LOGOUT_ALGORITHM,
                         "the token's key is encrypted with \"%.32s\" instead of %s", algorithm,
                         agreed);
    if (agreed && token->opened_with != expected->decryption_keys)
        return oidc_fail(error, OIDC_E_LOGOUT_DECRYPTION,
                         "the token is encrypted for the keys of another provider");
    return OIDC_OK;
}

oidc_code logout_token_verify(struct logout_token *token, const struct jwks *keys,
                              const struct logout_expectation *expected, json_t **claims,
                              oidc_error *error)
{
    static jwt_check *const checks[] = {
        jwt_check_issuer,     jwt_check_audience,
        jwt_check_expiry,     check_issue_time,
        jwt_check_not_before, check_identifier,
        check_events,         check_nonce,
        check_subject,        NULL,
    };
    const struct jwt jwt = {
        .kind = &logout_token,
        .claims = token->inside.payload,
        .issuer = expected->issuer,
        .client_id = expected->client_id,
        .now = expected->now,
        .error = error,
    };
    unsigned algorithm;
    oidc_code code;

    *claims = NULL;
    OIDC_TRY(check_encryption(token, expected, error));
    OIDC_TRY(
        jws_check(&token->inside, keys, expected->algorithms, &signing_codes, &algorithm, error));
    OIDC_TRY(jwt_run(&jwt, checks));
    *claims = json_incref(token->inside.payload);
out:
    return code;
}

int64_t logout_token_end(const json_t *claims)
{
    int64_t expires = 0;
    int64_t issued = 0;
    bool read = jwt_time(json_object_get(claims, "exp"), &expires) &&
                jwt_time(json_object_get(claims, "iat"), &issued);

    if (!read)
        return 0; /* not with claims that were verified */
    if (expires > issued + OIDC_LOGOUT_AGE_MAX)
        expires = issued + OIDC_LOGOUT_AGE_MAX;
    return expires + JWT_LEEWAY;
}
