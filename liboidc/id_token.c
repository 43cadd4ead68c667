/*
 * The ID token: OpenID Connect Core 1.0, 3.1.3.7, one function a check.
 *
 * Failures name what was expected and what came. Never the nonce, and never the token.
 */
#include "id_token.h"

#include <string.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base64url.h"
#include "fail.h"
#include "json.h"
#include "jwe.h"
#include "jwt.h"
#include "secret.h"

static const struct jws_codes signing_codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .encrypted = OIDC_E_ID_TOKEN_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .key = OIDC_E_ID_TOKEN_KEY,
    .signature = OIDC_E_ID_TOKEN_SIGNATURE,
};

static const struct jwe_codes encryption_codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .plain = OIDC_E_ID_TOKEN_NOT_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .decryption = OIDC_E_ID_TOKEN_DECRYPTION,
};

static const struct jwt_kind id_token = {
    .name = "ID token",
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .missing = OIDC_E_ID_TOKEN_CLAIM_MISSING,
    .issuer = OIDC_E_ID_TOKEN_ISSUER,
    .audience = OIDC_E_ID_TOKEN_AUDIENCE,
    .expired = OIDC_E_ID_TOKEN_EXPIRED,
    .future = OIDC_E_ID_TOKEN_FUTURE,
    .subject = OIDC_E_ID_TOKEN_SUBJECT,
};

/* What the checks in this file need beside the claims. */
struct sign_in {
    const struct id_token_expectation *expected;
    unsigned algorithm; /* that the token is signed with */
};

/* OpenID Connect Core 1.0, 3.1.3.7, 2: the issuer is exactly the provider's. Google's tokens may
 * leave the scheme out (Core 1.0, 15.6.2). */
static oidc_code check_issuer(const struct jwt *jwt)
{
    const char *issuer = json_text(jwt->claims, "iss");

    if (issuer && strcmp(jwt->issuer, "https://accounts.google.com") == 0 &&
        strcmp(issuer, "accounts.google.com") == 0)
        return OIDC_OK;
    return jwt_check_issuer(jwt);
}

/* OpenID Connect Core 1.0, 3.1.3.7, 4 and 5: with several audiences the party that the token was
 * issued to must be named; where it is named, it must be us. So others may be named beside us in
 * `aud`. */
static oidc_code check_authorized_party(const struct jwt *jwt)
{
    const json_t *azp = json_object_get(jwt->claims, "azp");
    size_t audiences = json_array_size(json_object_get(jwt->claims, "aud"));

    if (!azp && audiences > 1)
        return oidc_fail(jwt->error, OIDC_E_ID_TOKEN_AZP,
                         "the ID token has %zu audiences and no \"azp\"", audiences);
    if (!azp)
        return OIDC_OK;
    if (!json_is_string(azp) || strcmp(json_string_value(azp), jwt->client_id) != 0)
        return oidc_fail(jwt->error, OIDC_E_ID_TOKEN_AZP,
                         "the ID token was issued to \"%.100s\", not to \"%.100s\"",
                         json_is_string(azp) ? json_string_value(azp) : "", jwt->client_id);
    return OIDC_OK;
}

/* OpenID Connect Core 1.0, 3.1.3.7, 10: there is a time of issue, and it has come. How old a token
 * may be is left to its `exp`: the nonce already ties it to a sign-in of the last ten minutes. */
static oidc_code check_issue_time(const struct jwt *jwt)
{
    if (!json_object_get(jwt->claims, "iat"))
        return jwt_missing(jwt, "iat");
    return jwt_check_begun(jwt, "iat", " was issued");
}

/* OpenID Connect Core 1.0, 3.1.3.7, 11: the token answers this very sign-in. */
static oidc_code check_nonce(const struct jwt *jwt)
{
    const struct sign_in *sign_in = jwt->own;
    const char *nonce = NULL;
    oidc_code code = jwt_text(jwt, "nonce", &nonce);

    if (code != OIDC_OK || secret_equal_text(nonce, sign_in->expected->nonce))
        return code;
    return oidc_fail(jwt->error, OIDC_E_ID_TOKEN_NONCE,
                     "the ID token's nonce is not that of this sign-in");
}

/* OpenID Connect Core 1.0, 3.1.3.6: base64url of the left half of a hash. @param text room for 44
 * characters. */
static oidc_code half_hash(const char *of, const struct algorithm *algorithm, char *text,
                           oidc_error *error)
{
    unsigned char hash[EVP_MAX_MD_SIZE];

    ERR_set_mark();
    int hashed = EVP_Q_digest(NULL, algorithm->hash, NULL, of, strlen(of), hash, NULL);
    ERR_pop_to_mark();
    if (hashed != 1)
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot compute %s", algorithm->hash);
    base64url_encode(hash, algorithm->hash_size / 2, text);
    return OIDC_OK;
}

/* OpenID Connect Core 1.0, 3.1.3.8: where there is an `at_hash`, it is the access token's. */
static oidc_code check_access_token_hash(const struct jwt *jwt)
{
    const struct sign_in *sign_in = jwt->own;
    const char *access_token = sign_in->expected->access_token;
    const json_t *at_hash = json_object_get(jwt->claims, "at_hash");
    char expected[EVP_MAX_MD_SIZE];

    if (!at_hash || !access_token)
        return OIDC_OK;
    oidc_code code =
        half_hash(access_token, algorithm_of(sign_in->algorithm), expected, jwt->error);
    if (code != OIDC_OK || secret_equal_text(json_string_value(at_hash), expected))
        return code;
    return oidc_fail(jwt->error, OIDC_E_ID_TOKEN_AT_HASH,
                     "the ID token's at_hash is not the access token's");
}

/* OpenID Connect Core 1.0, 2: it is about somebody. */
static oidc_code check_subject(const struct jwt *jwt)
{
    const char *subject = NULL;
    oidc_code code = jwt_text(jwt, "sub", &subject);

    return code == OIDC_OK ? jwt_check_subject(jwt, subject) : code;
}

/* OpenID Connect Core 1.0, 3.1.3.7, 1: decrypted as agreed on at registration; what should be
 * encrypted and is not is refused. Without an agreement, the token is verified as it is, and an
 * encrypted one refused there. OpenID Connect Core 1.0, 10.2: what is inside is signed. */
static oidc_code verify_signature(const char *token, const struct jwks *keys,
                                  struct sign_in *sign_in, json_t **payload, oidc_error *error)
{
    const struct id_token_expectation *expected = sign_in->expected;
    char *opened = NULL;
    oidc_code code = OIDC_OK;

    *payload = NULL;
    if (expected->encryption)
        code = jwe_decrypt(token, expected->encryption, expected->decryption_keys,
                           &encryption_codes, &opened, error);
    if (code == OIDC_OK)
        code = jws_verify(opened ? opened : token, keys, expected->algorithms, &signing_codes,
                          &sign_in->algorithm, payload, error);
    secret_free_text(opened);
    return code;
}

oidc_code id_token_verify(const char *token, const struct jwks *keys,
                          const struct id_token_expectation *expected, json_t **claims,
                          oidc_error *error)
{
    static jwt_check *const checks[] = {
        check_issuer,
        jwt_check_audience,
        check_authorized_party,
        jwt_check_expiry,
        check_issue_time,
        jwt_check_not_before,
        check_nonce,
        check_access_token_hash,
        check_subject,
        NULL,
    };
    struct sign_in sign_in = {.expected = expected};
    json_t *payload = NULL;
    oidc_code code = verify_signature(token, keys, &sign_in, &payload, error);
    const struct jwt jwt = {
        .kind = &id_token,
        .claims = payload,
        .issuer = expected->issuer,
        .client_id = expected->client_id,
        .now = expected->now,
        .own = &sign_in,
        .error = error,
    };

    *claims = NULL;
    if (code == OIDC_OK)
        code = jwt_run(&jwt, checks);
    if (code == OIDC_OK)
        *claims = payload;
    else
        json_decref(payload);
    return code;
}
