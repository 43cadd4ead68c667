/* The user-info request and its answer. See userinfo.h. */
#include "userinfo.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "json.h"
#include "jws.h"
#include "jwt.h"
#include "secret.h"

/* Most bytes of an Authorization header; servers commonly stop at 8 KiB, a few at 16. */
#define AUTHORIZATION_MAX ((size_t)16 * 1024)

oidc_code userinfo_request(const oidc_provider *provider, const char *access_token,
                           struct exchange *exchange, oidc_error *error)
{
    struct buf value;
    char *authorization;
    oidc_code code;

    if (strlen(access_token) > AUTHORIZATION_MAX)
        return oidc_fail(error, OIDC_E_ANSWER_MALFORMED, "userinfo: the access token is too long");
    code = exchange_get(exchange, "userinfo", provider->metadata->userinfo_endpoint,
                        "application/json, application/jwt", error);
    if (code != OIDC_OK)
        return code;
    buf_init(&value, AUTHORIZATION_MAX + sizeof "Bearer ");
    buf_adds(&value, "Bearer ");
    buf_adds(&value, access_token);
    authorization = buf_steal(&value);
    buf_free(&value);
    if (authorization) {
        exchange_authorize(exchange, authorization);
        return OIDC_OK;
    }
    exchange_clear(exchange);
    return oidc_fail_memory(error);
}

/* OpenID Connect Core 1.0, 5.3.2: a signed answer says iss and aud; where it does, they are ours.
 * One that says when it ends has not ended. */
static oidc_code check_signed(const oidc_provider *provider, const json_t *claims, int64_t now,
                              oidc_error *error)
{
    const char *issuer = json_text(claims, "iss");
    int64_t expires = now;

    if (json_has(claims, "iss") && !(issuer && strcmp(issuer, provider->metadata->issuer) == 0))
        return oidc_fail(error, OIDC_E_USERINFO_MALFORMED, "userinfo: iss is another issuer");
    if (json_has(claims, "aud") &&
        !json_text_or_list_has(claims, "aud", provider->settings->client_id))
        return oidc_fail(error, OIDC_E_USERINFO_MALFORMED, "userinfo: aud is another client");
    if (json_has(claims, "exp") &&
        !(json_whole_number(claims, "exp", &expires) && now < expires + JWT_LEEWAY))
        return oidc_fail(error, OIDC_E_USERINFO_MALFORMED, "userinfo: exp has passed");
    return OIDC_OK;
}

static oidc_code read_signed(const oidc_provider *provider, const oidc_http_response *response,
                             int64_t now, json_t **claims, oidc_error *error)
{
    static const struct jws_codes codes = {
        .malformed = OIDC_E_USERINFO_MALFORMED,
        .encrypted = OIDC_E_USERINFO_ENCRYPTED,
        .algorithm = OIDC_E_USERINFO_MALFORMED,
        .key = OIDC_E_USERINFO_MALFORMED,
        .signature = OIDC_E_USERINFO_MALFORMED,
    };
    char *token = strndup(response->body_size > 0 ? response->body : "", response->body_size);
    unsigned algorithm = 0;
    oidc_code code;

    if (!token)
        return oidc_fail_memory(error);
    if (strlen(token) != response->body_size)
        code = oidc_fail(error, OIDC_E_USERINFO_MALFORMED, "userinfo: the signed answer has a NUL");
    else
        code = jws_verify(token, provider_jwks(provider), provider->metadata->userinfo_algorithms,
                          &codes, &algorithm, claims, error);
    secret_free_text(token);
    return code == OIDC_OK ? check_signed(provider, *claims, now, error) : code;
}

static oidc_code read_plain(const oidc_http_response *response, json_t **claims, oidc_error *error)
{
    oidc_error inner = {.code = OIDC_OK};
    oidc_code code = exchange_read_json(response, "userinfo", claims, &inner);

    if (code == OIDC_E_ANSWER_MALFORMED)
        code = OIDC_E_USERINFO_MALFORMED;
    return code == OIDC_OK ? OIDC_OK : oidc_fail(error, code, "%s", inner.detail);
}

/* OpenID Connect Core 1.0, 5.3.2: sub is there and is exactly the ID token's, or the answer is
 * about somebody else. */
static oidc_code check_subject(const json_t *claims, const char *subject, oidc_error *error)
{
    const char *theirs = json_text(claims, "sub");

    if (theirs && strcmp(theirs, subject) == 0)
        return OIDC_OK;
    return oidc_fail(error, OIDC_E_USERINFO_SUBJECT, "userinfo: sub is %s the ID token's",
                     theirs ? "not" : "missing, so it is not");
}

oidc_code userinfo_read(const oidc_provider *provider, const oidc_http_response *response,
                        const char *subject, int64_t now, json_t **claims, oidc_error *error)
{
    oidc_code code;

    *claims = NULL;
    OIDC_TRY(exchange_check(response, "userinfo", error));
    if (exchange_has_type(response, "application/jwt"))
        OIDC_TRY(read_signed(provider, response, now, claims, error));
    else
        OIDC_TRY(read_plain(response, claims, error));
    OIDC_TRY(check_subject(*claims, subject, error));
out:
    if (code != OIDC_OK) {
        json_decref(*claims);
        *claims = NULL;
    }
    return code;
}
