/*
 * Bearer tokens: RFC 7519 and RFC 9068, section 4, one function a check.
 *
 * Failures name what was expected and what came; never the token.
 */
#include "bearer_token.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <oidc/identity.h>

#include "fail.h"
#include "gates.h"
#include "id_token.h"
#include "json.h"

static const struct jws_codes codes = {
    .malformed = OIDC_E_BEARER_MALFORMED,
    .encrypted = OIDC_E_BEARER_ENCRYPTED,
    .algorithm = OIDC_E_BEARER_ALGORITHM,
    .key = OIDC_E_BEARER_KEY,
    .signature = OIDC_E_BEARER_SIGNATURE,
};

/* What each check is given. */
struct check {
    const json_t *claims;
    const struct bearer_expectation *expected;
    bool says_access; /* its header calls it an access token */
    oidc_error *error;
};

static oidc_code missing(const struct check *check, const char *name)
{
    return oidc_fail(check->error, OIDC_E_BEARER_CLAIM_MISSING, "the bearer token has no \"%s\"",
                     name);
}

/* A time that is read when it is there. */
static oidc_code time_claim(const struct check *check, const char *name, bool *present,
                            int64_t *time)
{
    const json_t *value = json_object_get(check->claims, name);

    *present = value;
    if (!value || id_token_time(value, time))
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_BEARER_MALFORMED,
                     "the bearer token's \"%s\" is no time in seconds since 1970", name);
}

/* RFC 9068, 4: the issuer is exactly the provider's. */
static oidc_code check_issuer(const struct check *check)
{
    const char *issuer = json_text(check->claims, "iss");

    if (!issuer)
        return missing(check, "iss");
    if (strcmp(issuer, check->expected->issuer) == 0)
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_BEARER_ISSUER,
                     "the bearer token's issuer is \"%.100s\", not \"%.100s\"", issuer,
                     check->expected->issuer);
}

/* RFC 9068, 2.2: there is an end; RFC 9068, 4: and it has not come. */
static oidc_code check_expiry(const struct check *check)
{
    int64_t expires = 0;
    bool present = false;
    oidc_code code = time_claim(check, "exp", &present, &expires);

    if (code != OIDC_OK)
        return code;
    if (!present)
        return missing(check, "exp");
    if (expires + BEARER_TOKEN_LEEWAY > check->expected->now)
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_BEARER_EXPIRED,
                     "the bearer token expired %" PRId64 " seconds ago (leeway %d)",
                     check->expected->now - expires, BEARER_TOKEN_LEEWAY);
}

/* A time that has come, where it is there. */
static oidc_code check_past(const struct check *check, const char *name)
{
    int64_t begins = 0;
    bool present = false;
    oidc_code code = time_claim(check, name, &present, &begins);

    if (code != OIDC_OK || !present || begins - BEARER_TOKEN_LEEWAY <= check->expected->now)
        return code;
    return oidc_fail(check->error, OIDC_E_BEARER_FUTURE,
                     "the bearer token's \"%s\" is %" PRId64 " seconds from now (leeway %d)", name,
                     begins - check->expected->now, BEARER_TOKEN_LEEWAY);
}

/* RFC 7519, 4.1.6. */
static oidc_code check_issue_time(const struct check *check)
{
    return check_past(check, "iat");
}

/* RFC 7519, 4.1.5. */
static oidc_code check_not_before(const struct check *check)
{
    return check_past(check, "nbf");
}

/* RFC 9068, 2.2: whose it is. Of a form as in ID tokens, because both name the same people. */
static oidc_code check_subject(const struct check *check)
{
    const json_t *subject = json_object_get(check->claims, "sub");

    if (!subject)
        return missing(check, "sub");
    if (json_is_string(subject) && subject_is_valid(json_string_value(subject)))
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_BEARER_SUBJECT,
                     "the bearer token's subject is not 1 to %d printable ASCII characters",
                     OIDC_SUBJECT_MAX);
}

/* RFC 7800, 3.1: such a token serves only whoever can prove that they have the key; RFC 9449, 7.2:
 * as a bearer token it is refused. */
static oidc_code check_confirmation(const struct check *check)
{
    if (!json_object_get(check->claims, "cnf"))
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_BEARER_TYPE,
                     "the token is bound to a key (\"cnf\"): it is no bearer token");
}

/* Whether the site lists the body's `typ` for API clients alone. A list for sign-ins as well says
 * what an ID token looks like, not that an API client may bring one. */
static bool type_is_wanted(const struct check *check)
{
    const struct props_gates *gates = check->expected->gates;

    return gates->own_types && gates_list_type(gates, check->claims);
}

/* RFC 8725, 3.12: one kind of token must not pass for another. See bearer_token.h. */
static oidc_code check_no_id_token(const struct check *check)
{
    static const char *const hashes[] = {"at_hash", "c_hash", "s_hash"};
    const char *type = json_text(check->claims, "typ");
    bool says_access = check->says_access || (type && strcasecmp(type, "Bearer") == 0);
    const char *sign = NULL;

    if (type_is_wanted(check))
        return OIDC_OK;
    if (type && strcasecmp(type, "ID") == 0)
        sign = "typ";
    if (json_object_get(check->claims, "nonce") && !says_access)
        sign = "nonce";
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++)
        if (json_object_get(check->claims, hashes[i]))
            sign = hashes[i];
    if (!sign)
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_BEARER_TYPE,
                     "the token is an ID token by its \"%s\", not an access token", sign);
}

/* RFC 8725, 3.12, for logout tokens whose header does not say what they are: Back-Channel
 * Logout, 2.4, has `events` in each. RFC 8417, 2.2: whatever has it tells of something that
 * happened. */
static oidc_code check_no_logout_token(const struct check *check)
{
    const char *type = json_text(check->claims, "typ");
    const char *sign = NULL;

    if (type && strcasecmp(type, "Logout") == 0 && !type_is_wanted(check))
        sign = "typ";
    if (json_object_get(check->claims, "events"))
        sign = "events";
    return sign ? oidc_fail(check->error, OIDC_E_BEARER_TYPE,
                            "the token is a logout token by its \"%s\", not an access token", sign)
                : OIDC_OK;
}

/* RFC 8725, 3.11: a token that says it is something else is that. RFC 9068, 2.1: at+jwt; many
 * providers write JWT, or nothing. RFC 7515, 4.1.9: "application/" may be left out, and case does
 * not count. */
static oidc_code check_type(const json_t *header, bool *says_access, oidc_error *error)
{
    static const char prefix[] = "application/";
    const char *type = json_text(header, "typ");

    *says_access = false;
    if (!json_object_get(header, "typ"))
        return OIDC_OK;
    if (type && strncasecmp(type, prefix, sizeof prefix - 1) == 0)
        type += sizeof prefix - 1;
    *says_access = type && strcasecmp(type, "at+jwt") == 0;
    if (*says_access || (type && strcasecmp(type, "JWT") == 0))
        return OIDC_OK;
    return oidc_fail(error, OIDC_E_BEARER_TYPE, "the token's \"typ\" is \"%.64s\", not at+jwt",
                     type ? type : "");
}

static oidc_code peek(const char *token, json_t **claims, bool *says_access, oidc_error *error)
{
    json_t *header = NULL;
    oidc_code code = jws_peek(token, &codes, &header, claims, error);

    if (code == OIDC_OK)
        code = check_type(header, says_access, error);
    if (code != OIDC_OK) {
        json_decref(*claims);
        *claims = NULL;
    }
    json_decref(header);
    return code;
}

oidc_code bearer_token_peek(const char *token, json_t **claims, oidc_error *error)
{
    bool says_access;

    return peek(token, claims, &says_access, error);
}

oidc_code bearer_token_verify(const char *token, const struct jwks *keys,
                              const struct bearer_expectation *expected, json_t **claims,
                              oidc_error *error)
{
    static oidc_code (*const checks[])(const struct check *) = {
        check_issuer,  check_expiry,       check_issue_time,  check_not_before,
        check_subject, check_confirmation, check_no_id_token, check_no_logout_token,
    };
    struct check check = {.expected = expected, .error = error};
    unsigned algorithm;
    json_t *payload = NULL;
    oidc_code code;

    *claims = NULL;
    OIDC_TRY(peek(token, &payload, &check.says_access, error)); /* for its header */
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

int64_t bearer_token_end(const json_t *claims)
{
    int64_t expires = 0;

    /* Not with claims that were verified. */
    if (!id_token_time(json_object_get(claims, "exp"), &expires))
        return 0;
    return expires + BEARER_TOKEN_LEEWAY;
}
