/*
 * The logout token: OpenID Connect Back-Channel Logout 1.0 (with errata set 1), section 2.6, one
 * function a check.
 *
 * Failures name what was expected and what came; never the token.
 */
#include "logout_token.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <oidc/identity.h>
#include <oidc/logout.h>

#include "fail.h"
#include "id_token.h"
#include "json.h"

#define EVENT "http://schemas.openid.net/event/backchannel-logout"

static const struct jws_codes codes = {
    .malformed = OIDC_E_LOGOUT_MALFORMED,
    .encrypted = OIDC_E_LOGOUT_ENCRYPTED,
    .algorithm = OIDC_E_LOGOUT_ALGORITHM,
    .key = OIDC_E_LOGOUT_KEY,
    .signature = OIDC_E_LOGOUT_SIGNATURE,
};

/* What each check is given. */
struct check {
    const json_t *claims;
    const struct logout_expectation *expected;
    oidc_error *error;
};

static oidc_code missing(const struct check *check, const char *name)
{
    return oidc_fail(check->error, OIDC_E_LOGOUT_CLAIM_MISSING, "the logout token has no \"%s\"",
                     name);
}

static oidc_code is_no(const struct check *check, const char *name, const char *what)
{
    return oidc_fail(check->error, OIDC_E_LOGOUT_MALFORMED, "the logout token's \"%s\" is no %s",
                     name, what);
}

/* A text that is not empty. @param text set to it; where it is missing, to NULL. */
static oidc_code text_claim(const struct check *check, const char *name, const char **text)
{
    const json_t *value = json_object_get(check->claims, name);

    *text = json_text(check->claims, name);
    return !value || *text ? OIDC_OK : is_no(check, name, "text, or empty");
}

/* A time that must be there. */
static oidc_code time_claim(const struct check *check, const char *name, int64_t *time)
{
    const json_t *value = json_object_get(check->claims, name);

    if (!value)
        return missing(check, name);
    return id_token_time(value, time) ? OIDC_OK : is_no(check, name, "time in seconds since 1970");
}

/* Back-Channel Logout 1.0, 2.6, 4 (as Core 1.0, 3.1.3.7, 2): the issuer is exactly the provider's.
 */
static oidc_code check_issuer(const struct check *check)
{
    const char *issuer;
    oidc_code code = text_claim(check, "iss", &issuer);

    if (code != OIDC_OK)
        return code;
    if (!issuer)
        return missing(check, "iss");
    if (strcmp(issuer, check->expected->issuer) == 0)
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_LOGOUT_ISSUER,
                     "the logout token's issuer is \"%.100s\", not \"%.100s\"", issuer,
                     check->expected->issuer);
}

/* Back-Channel Logout 1.0, 2.6, 4 (as Core 1.0, 3.1.3.7, 3): it is meant for this client. */
static oidc_code check_audience(const struct check *check)
{
    if (!json_object_get(check->claims, "aud"))
        return missing(check, "aud");
    if (json_text_or_list_has(check->claims, "aud", check->expected->client_id))
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_LOGOUT_AUDIENCE,
                     "the logout token is not meant for \"%.100s\"", check->expected->client_id);
}

/* Back-Channel Logout 1.0, 2.4: `exp` is required (errata set 1); 2.6, 4: and has not come. */
static oidc_code check_expiry(const struct check *check)
{
    int64_t expires = 0;
    oidc_code code = time_claim(check, "exp", &expires);

    if (code != OIDC_OK || expires + LOGOUT_TOKEN_LEEWAY > check->expected->now)
        return code;
    return oidc_fail(check->error, OIDC_E_LOGOUT_EXPIRED,
                     "the logout token expired %" PRId64 " seconds ago (leeway %d)",
                     check->expected->now - expires, LOGOUT_TOKEN_LEEWAY);
}

/* Back-Channel Logout 1.0, 2.6, 4: it was issued, and not long ago: nothing else bounds for how
 * long its identifier must be remembered, when a provider lets its tokens live for days. */
static oidc_code check_issue_time(const struct check *check)
{
    int64_t issued = 0;
    oidc_code code = time_claim(check, "iat", &issued);
    int64_t age = check->expected->now - issued;

    if (code != OIDC_OK)
        return code;
    if (age < -LOGOUT_TOKEN_LEEWAY)
        return oidc_fail(check->error, OIDC_E_LOGOUT_FUTURE,
                         "the logout token was issued %" PRId64 " seconds from now (leeway %d)",
                         -age, LOGOUT_TOKEN_LEEWAY);
    if (age >= OIDC_LOGOUT_AGE_MAX + LOGOUT_TOKEN_LEEWAY)
        return oidc_fail(check->error, OIDC_E_LOGOUT_EXPIRED,
                         "the logout token was issued %" PRId64 " seconds ago (at most %d)", age,
                         OIDC_LOGOUT_AGE_MAX);
    return OIDC_OK;
}

/* RFC 7519, 4.1.5: where there is a `nbf`, it has come. */
static oidc_code check_not_before(const struct check *check)
{
    int64_t begins = 0;
    oidc_code code;

    if (!json_object_get(check->claims, "nbf"))
        return OIDC_OK;
    code = time_claim(check, "nbf", &begins);
    if (code != OIDC_OK || begins - LOGOUT_TOKEN_LEEWAY <= check->expected->now)
        return code;
    return oidc_fail(check->error, OIDC_E_LOGOUT_FUTURE,
                     "the logout token is valid %" PRId64 " seconds from now (leeway %d)",
                     begins - check->expected->now, LOGOUT_TOKEN_LEEWAY);
}

/* Back-Channel Logout 1.0, 2.4: every logout token has an identifier. */
static oidc_code check_identifier(const struct check *check)
{
    const char *identifier;
    oidc_code code = text_claim(check, "jti", &identifier);

    return code == OIDC_OK && !identifier ? missing(check, "jti") : code;
}

/* Back-Channel Logout 1.0, 2.4 and 2.6, 6: it says of itself that it is about a logout. */
static oidc_code check_events(const struct check *check)
{
    const json_t *events = json_object_get(check->claims, "events");

    if (!events)
        return missing(check, "events");
    if (!json_is_object(events))
        return is_no(check, "events", "object");
    if (!json_is_object(json_object_get(events, EVENT)))
        return oidc_fail(check->error, OIDC_E_LOGOUT_TYPE,
                         "the logout token's \"events\" has no object \"" EVENT "\"");
    return OIDC_OK;
}

/* Back-Channel Logout 1.0, 2.6, 7: no nonce, or it could be an ID token. */
static oidc_code check_nonce(const struct check *check)
{
    if (!json_object_get(check->claims, "nonce"))
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_LOGOUT_TYPE,
                     "the logout token has a \"nonce\", as only ID tokens have");
}

/* Back-Channel Logout 1.0, 2.6, 5: a subject, a session, or both. A subject is what it is in an ID
 * token: one that is not can be nobody's here. A session is any text (2.4). */
static oidc_code check_subject(const struct check *check)
{
    const char *subject = NULL;
    const char *session = NULL;
    oidc_code code;

    OIDC_TRY(text_claim(check, "sub", &subject));
    OIDC_TRY(text_claim(check, "sid", &session));
    if (!subject && !session)
        code = oidc_fail(check->error, OIDC_E_LOGOUT_CLAIM_MISSING,
                         "the logout token has neither \"sub\" nor \"sid\"");
    else if (subject && !subject_is_valid(subject))
        code = oidc_fail(check->error, OIDC_E_LOGOUT_SUBJECT,
                         "the logout token's subject is not 1 to %d printable ASCII characters",
                         OIDC_SUBJECT_MAX);
out:
    return code;
}

/* Back-Channel Logout 1.0, 2.4: `typ` should be logout+jwt; RFC 8725, 3.11: a token that says it is
 * something else is that. RFC 7515, 4.1.9: "application/" may be left out, and case does not count.
 */
static oidc_code check_type(const json_t *header, oidc_error *error)
{
    static const char *const types[] = {"logout+jwt", "JWT"};
    static const char prefix[] = "application/";
    const char *type = json_text(header, "typ");

    if (!json_object_get(header, "typ"))
        return OIDC_OK;
    if (type && strncasecmp(type, prefix, sizeof prefix - 1) == 0)
        type += sizeof prefix - 1;
    for (size_t i = 0; type && i < sizeof types / sizeof types[0]; i++)
        if (strcasecmp(type, types[i]) == 0)
            return OIDC_OK;
    return oidc_fail(error, OIDC_E_LOGOUT_TYPE, "the token's \"typ\" is \"%.64s\", not logout+jwt",
                     type ? type : "");
}

oidc_code logout_token_peek(const char *token, json_t **claims, oidc_error *error)
{
    json_t *header = NULL;
    oidc_code code = jws_peek(token, &codes, &header, claims, error);

    if (code == OIDC_OK)
        code = check_type(header, error);
    if (code != OIDC_OK) {
        json_decref(*claims);
        *claims = NULL;
    }
    json_decref(header);
    return code;
}

oidc_code logout_token_verify(const char *token, const struct jwks *keys,
                              const struct logout_expectation *expected, json_t **claims,
                              oidc_error *error)
{
    static oidc_code (*const checks[])(const struct check *) = {
        check_issuer,     check_audience, check_expiry, check_issue_time, check_not_before,
        check_identifier, check_events,   check_nonce,  check_subject,
    };
    struct check check = {.expected = expected, .error = error};
    unsigned algorithm;
    json_t *payload = NULL;
    oidc_code code;

    *claims = NULL;
    OIDC_TRY(logout_token_peek(token, &payload, error)); /* for its header */
    json_decref(payload);
    OIDC_TRY(jws_verify(token, keys, expected->algorithms, &codes, &algorithm, &payload, error));
    check.claims = payload;
    for (size_t i = 0; code == OIDC_OK && i < sizeof checks / sizeof checks[0]; i++)
        code = checks[i](&check);
    if (code != OIDC_OK)
        json_decref(payload);
    else
        *claims = payload;
out:
    return code;
}

int64_t logout_token_end(const json_t *claims)
{
    int64_t expires = 0;
    int64_t issued = 0;
    bool read = id_token_time(json_object_get(claims, "exp"), &expires) &&
                id_token_time(json_object_get(claims, "iat"), &issued);

    if (!read)
        return 0; /* not with claims that were verified */
    if (expires > issued + OIDC_LOGOUT_AGE_MAX)
        expires = issued + OIDC_LOGOUT_AGE_MAX;
    return expires + LOGOUT_TOKEN_LEEWAY;
}
