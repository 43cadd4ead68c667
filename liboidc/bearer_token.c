/*
 * Bearer tokens: RFC 7519 and RFC 9068, 4, one function a check.
 *
 * Failures name what was expected and what came; never the token.
 */
#include "bearer_token.h"

#include <string.h>
#include <strings.h>

#include "fail.h"
#include "gates.h"
#include "json.h"
#include "jwt.h"

static const struct jws_codes signing_codes = {
    .malformed = OIDC_E_BEARER_MALFORMED,
    .encrypted = OIDC_E_BEARER_ENCRYPTED,
    .algorithm = OIDC_E_BEARER_ALGORITHM,
    .key = OIDC_E_BEARER_KEY,
    .signature = OIDC_E_BEARER_SIGNATURE,
};

static const struct jwt_kind bearer_token = {
    .name = "bearer token",
    .malformed = OIDC_E_BEARER_MALFORMED,
    .missing = OIDC_E_BEARER_CLAIM_MISSING,
    .type = OIDC_E_BEARER_TYPE,
    .issuer = OIDC_E_BEARER_ISSUER,
    .expired = OIDC_E_BEARER_EXPIRED,
    .future = OIDC_E_BEARER_FUTURE,
    .subject = OIDC_E_BEARER_SUBJECT,
};

/* RFC 9068, 2.1; many providers write JWT, or nothing. */
static const char own_type[] = "at+jwt";

/* What its own checks need beside the claims. */
struct access {
    const struct props_gates *gates;
    bool says_so; /* its header calls it an access token */
};

/* RFC 7519, 4.1.6. */
static oidc_code check_issue_time(const struct jwt *jwt)
{
    return jwt_check_begun(jwt, "iat", "'s \"iat\" is");
}

/* RFC 7519, 4.1.5. */
static oidc_code check_not_before(const struct jwt *jwt)
{
    return jwt_check_begun(jwt, "nbf", "'s \"nbf\" is");
}

/* RFC 9068, 2.2: whose it is. Of a form as in ID tokens, because both name the same people. */
static oidc_code check_subject(const struct jwt *jwt)
{
    const json_t *subject = json_object_get(jwt->claims, "sub");

    return subject ? jwt_check_subject(jwt, json_string_value(subject)) : jwt_missing(jwt, "sub");
}

/* RFC 7800, 3.1: such a token serves only whoever can prove that they have the key; RFC 9449, 7.2:
 * as a bearer token it is refused. */
static oidc_code check_confirmation(const struct jwt *jwt)
{
    if (!json_object_get(jwt->claims, "cnf"))
        return OIDC_OK;
    return oidc_fail(jwt->error, OIDC_E_BEARER_TYPE,
                     "the token is bound to a key (\"cnf\"): it is no bearer token");
}

/* Whether the site lists the body's `typ` for API clients alone. A list for sign-ins as well says
 * what an ID token looks like, not that an API client may bring one. */
static bool type_is_wanted(const struct jwt *jwt)
{
    const struct access *access = jwt->own;

    return access->gates->own_types && gates_list_type(access->gates, jwt->claims);
}

/* RFC 8725, 3.12: one kind of token must not pass for another. See bearer_token.h. */
static oidc_code check_no_id_token(const struct jwt *jwt)
{
    static const char *const hashes[] = {"at_hash", "c_hash", "s_hash"};
    const struct access *access = jwt->own;
    const char *type = json_text(jwt->claims, "typ");
    bool says_access = access->says_so || (type && strcasecmp(type, "Bearer") == 0);
    const char *sign = NULL;

    if (type_is_wanted(jwt))
        return OIDC_OK;
    if (type && strcasecmp(type, "ID") == 0)
        sign = "typ";
    if (json_object_get(jwt->claims, "nonce") && !says_access)
        sign = "nonce";
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++)
        if (json_object_get(jwt->claims, hashes[i]))
            sign = hashes[i];
    if (!sign)
        return OIDC_OK;
    return oidc_fail(jwt->error, OIDC_E_BEARER_TYPE,
                     "the token is an ID token by its \"%s\", not an access token", sign);
}

/* RFC 8725, 3.12, for logout tokens whose header does not say what they are: Back-Channel
 * Logout, 2.4, has `events` in each. RFC 8417, 2.2: whatever has it tells of something that
 * happened. */
static oidc_code check_no_logout_token(const struct jwt *jwt)
{
    const char *type = json_text(jwt->claims, "typ");
    const char *sign = NULL;

    if (type && strcasecmp(type, "Logout") == 0 && !type_is_wanted(jwt))
        sign = "typ";
    if (json_object_get(jwt->claims, "events"))
        sign = "events";
    return sign ? oidc_fail(jwt->error, OIDC_E_BEARER_TYPE,
                            "the token is a logout token by its \"%s\", not an access token", sign)
                : OIDC_OK;
}

/* RFC 8725, 3.11: a token that says it is something else is that. */
oidc_code bearer_token_read(const char *text, struct jws *token, oidc_error *error)
{
    oidc_code code;

    OIDC_TRY(jws_read(text, &signing_codes, token, error));
    OIDC_TRY(jws_peek(token, &signing_codes, error));
    OIDC_TRY(jwt_check_type(token->header, own_type, &bearer_token, error));
out:
    if (code != OIDC_OK)
        jws_forget(token);
    return code;
}

oidc_code bearer_token_verify(struct jws *token, const struct jwks *keys,
                              const struct bearer_expectation *expected, json_t **claims,
                              oidc_error *error)
{
    static jwt_check *const checks[] = {
        jwt_check_issuer,  jwt_check_expiry,      check_issue_time,
        check_not_before,  check_subject,         check_confirmation,
        check_no_id_token, check_no_logout_token, NULL,
    };
    const struct access access = {
        .gates = expected->gates,
        .says_so = jwt_has_type(token->header, own_type),
    };
    const struct jwt jwt = {
        .kind = &bearer_token,
        .claims = token->payload,
        .issuer = expected->issuer,
        .now = expected->now,
        .own = &access,
        .error = error,
    };
    unsigned algorithm;
    oidc_code code;

    *claims = NULL;
    OIDC_TRY(jws_check(token, keys, expected->algorithms, &signing_codes, &algorithm, error));
    OIDC_TRY(jwt_run(&jwt, checks));
    *claims = json_incref(token->payload);
out:
    return code;
}

int64_t bearer_token_end(const json_t *claims)
{
    int64_t expires = 0;

    /* Not with claims that were verified. */
    if (!jwt_time(json_object_get(claims, "exp"), &expires))
        return 0;
    return expires + JWT_LEEWAY;
}
