/*
 * The ID token: OpenID Connect Core 1.0, section 3.1.3.7, one function a check.
 *
 * Failures name what was expected and what came. Never the nonce, and never the token.
 */
#include "id_token.h"

#include <inttypes.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <oidc/identity.h>

#include "base64url.h"
#include "fail.h"
#include "json.h"
#include "jwe.h"
#include "secret.h"

static const struct jws_codes codes = {
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

/* Times beyond are nobody's: what is exact in every JSON reader, and safe to add seconds to. */
#define TIME_MAX (INT64_C(1) << 53)

/* What each check is given. */
struct check {
    const json_t *claims;
    const struct id_token_expectation *expected;
    unsigned algorithm; /* that the token is signed with */
    oidc_error *error;
};

/* The claim as a text. Core 1.0, 2: a required claim must be there; RFC 7519, 4.1: and be a text.
 */
static oidc_code text_claim(const struct check *check, const char *name, const char **text)
{
    const json_t *value = json_object_get(check->claims, name);

    if (!value)
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_CLAIM_MISSING, "the ID token has no \"%s\"",
                         name);
    if (!json_is_string(value))
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_MALFORMED,
                         "the ID token's \"%s\" is no text", name);
    *text = json_string_value(value);
    return OIDC_OK;
}

/* RFC 7519, 2: a NumericDate may have a fraction. Whole seconds downwards: a token ends no later
 * than it says. Strings, 1e300 and the like are no times. */
bool id_token_time(const json_t *value, int64_t *time)
{
    if (json_is_integer(value)) {
        *time = json_integer_value(value);
        return *time >= -TIME_MAX && *time <= TIME_MAX;
    }
    double seconds = json_real_value(value);
    if (!json_is_real(value) || !(seconds >= -(double)TIME_MAX && seconds <= (double)TIME_MAX))
        return false;
    *time = (int64_t)seconds;
    if ((double)*time > seconds)
        --*time;
    return true;
}

/* The claim as a time. @param present set to whether it is there; required where it is NULL. */
static oidc_code time_claim(const struct check *check, const char *name, bool *present,
                            int64_t *time)
{
    const json_t *value = json_object_get(check->claims, name);

    if (present)
        *present = value;
    if (!value && present)
        return OIDC_OK;
    if (!value)
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_CLAIM_MISSING, "the ID token has no \"%s\"",
                         name);
    if (!id_token_time(value, time))
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_MALFORMED,
                         "the ID token's \"%s\" is no time in seconds since 1970", name);
    return OIDC_OK;
}

/* OpenID Connect Core 1.0, 3.1.3.7, 2: the issuer is exactly the provider's. Google's tokens may
 * leave the scheme out (Core 1.0, 15.6.2). */
static oidc_code check_issuer(const struct check *check)
{
    const char *expected = check->expected->issuer;
    const char *issuer = "";
    oidc_code code = text_claim(check, "iss", &issuer);

    if (code != OIDC_OK || strcmp(issuer, expected) == 0)
        return code;
    if (strcmp(expected, "https://accounts.google.com") == 0 &&
        strcmp(issuer, "accounts.google.com") == 0)
        return OIDC_OK;
    return oidc_fail(check->error, OIDC_E_ID_TOKEN_ISSUER,
                     "the ID token's issuer is \"%.100s\", not \"%.100s\"", issuer, expected);
}

/* OpenID Connect Core 1.0, 3.1.3.7, 3: the token must be meant for this client. Others may be named
 * beside us as long as check_authorized_party finds it was issued to us. */
static oidc_code check_audience(const struct check *check)
{
    if (!json_object_get(check->claims, "aud"))
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_CLAIM_MISSING,
                         "the ID token has no \"aud\"");
    if (!json_text_or_list_has(check->claims, "aud", check->expected->client_id))
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_AUDIENCE,
                         "the ID token is not meant for \"%.100s\"", check->expected->client_id);
    return OIDC_OK;
}

/* OpenID Connect Core 1.0, 3.1.3.7, 4 and 5: with several audiences the party that the token was
 * issued to must be named; where it is named, it must be us. */
static oidc_code check_authorized_party(const struct check *check)
{
    const json_t *azp = json_object_get(check->claims, "azp");
    size_t audiences = json_array_size(json_object_get(check->claims, "aud"));

    if (!azp && audiences > 1)
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_AZP,
                         "the ID token has %zu audiences and no \"azp\"", audiences);
    if (!azp)
        return OIDC_OK;
    if (!json_is_string(azp) || strcmp(json_string_value(azp), check->expected->client_id) != 0)
        return oidc_fail(check->error, OIDC_E_ID_TOKEN_AZP,
                         "the ID token was issued to \"%.100s\", not to \"%.100s\"",
                         json_is_string(azp) ? json_string_value(azp) : "",
                         check->expected->client_id);
    return OIDC_OK;
}

/* OpenID Connect Core 1.0, 3.1.3.7, 9; RFC 7519, 4.1.4: not on or after `exp`. */
static oidc_code check_expiry(const struct check *check)
{
    int64_t expires = 0;
    oidc_code code = time_claim(check, "exp", NULL, &expires);

    if (code != OIDC_OK || expires + ID_TOKEN_LEEWAY > check->expected->now)
        return code;
    return oidc_fail(check->error, OIDC_E_ID_TOKEN_EXPIRED,
                     "the ID token expired %" PRId64 " seconds ago (leeway %d)",
                     check->expected->now - expires, ID_TOKEN_LEEWAY);
}

/* OpenID Connect Core 1.0, 3.1.3.7, 10: there is a time of issue, and it has come. How old a token
 * may be is left to its `exp`: the nonce already ties it to a sign-in of the last ten minutes. */
static oidc_code check_issue_time(const struct check *check)
{
    int64_t issued = 0;
    oidc_code code = time_claim(check, "iat", NULL, &issued);

    if (code != OIDC_OK || issued - ID_TOKEN_LEEWAY <= check->expected->now)
        return code;
    return oidc_fail(check->error, OIDC_E_ID_TOKEN_FUTURE,
                     "the ID token was issued %" PRId64 " seconds from now (leeway %d)",
                     issued - check->expected->now, ID_TOKEN_LEEWAY);
}

/* RFC 7519, 4.1.5: where there is a `nbf`, it has come. */
static oidc_code check_not_before(const struct check *check)
{
    int64_t begins = 0;
    bool present = false;
    oidc_code code = time_claim(check, "nbf", &present, &begins);

    if (code != OIDC_OK || !present || begins - ID_TOKEN_LEEWAY <= check->expected->now)
        return code;
    return oidc_fail(check->error, OIDC_E_ID_TOKEN_FUTURE,
                     "the ID token is valid %" PRId64 " seconds from now (leeway %d)",
                     begins - check->expected->now, ID_TOKEN_LEEWAY);
}

/* OpenID Connect Core 1.0, 3.1.3.7, 11: the token answers this very sign-in. */
static oidc_code check_nonce(const struct check *check)
{
    const char *nonce = NULL;
    oidc_code code = text_claim(check, "nonce", &nonce);

    if (code != OIDC_OK || secret_equal_text(nonce, check->expected->nonce))
        return code;
    return oidc_fail(check->error, OIDC_E_ID_TOKEN_NONCE,
                     "the ID token's nonce is not that of this sign-in");
}

/* Base64url of the left half of a hash: Core 1.0, 3.1.3.6. @param text room for 44 characters. */
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
static oidc_code check_access_token_hash(const struct check *check)
{
    char expected[EVP_MAX_MD_SIZE];
    const json_t *at_hash = json_object_get(check->claims, "at_hash");

    if (!at_hash || !check->expected->access_token)
        return OIDC_OK;
    oidc_code code = half_hash(check->expected->access_token, algorithm_of(check->algorithm),
                               expected, check->error);
    if (code != OIDC_OK || secret_equal_text(json_string_value(at_hash), expected))
        return code;
    return oidc_fail(check->error, OIDC_E_ID_TOKEN_AT_HASH,
                     "the ID token's at_hash is not the access token's");
}

bool subject_is_valid(const char *text)
{
    size_t size = strnlen(text, OIDC_SUBJECT_MAX + 1);

    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    return size > 0 && size <= OIDC_SUBJECT_MAX;
}

/* OpenID Connect Core 1.0, 2: a subject has at most 255 ASCII characters. */
static oidc_code check_subject(const struct check *check)
{
    const char *subject = "";
    oidc_code code = text_claim(check, "sub", &subject);

    if (code != OIDC_OK || subject_is_valid(subject))
        return code;
    return oidc_fail(check->error, OIDC_E_ID_TOKEN_SUBJECT,
                     "the ID token's subject is not 1 to %d printable ASCII characters",
                     OIDC_SUBJECT_MAX);
}

/* OpenID Connect Core 1.0, 3.1.3.7, 1: decrypted as agreed on at registration; what should be
 * encrypted and is not is refused. Without an agreement, the token is verified as it is, and an
 * encrypted one refused there. OpenID Connect Core 1.0, 10.2: what is inside is signed. */
static oidc_code verify_signature(const char *token, const struct jwks *keys, struct check *check,
                                  json_t **payload)
{
    const struct id_token_expectation *expected = check->expected;
    char *opened = NULL;
    oidc_code code = OIDC_OK;

    *payload = NULL;
    if (expected->encryption)
        code = jwe_decrypt(token, expected->encryption, expected->decryption_keys,
                           &encryption_codes, &opened, check->error);
    if (code == OIDC_OK)
        code = jws_verify(opened ? opened : token, keys, expected->algorithms, &codes,
                          &check->algorithm, payload, check->error);
    secret_free_text(opened);
    return code;
}

oidc_code id_token_verify(const char *token, const struct jwks *keys,
                          const struct id_token_expectation *expected, json_t **claims,
                          oidc_error *error)
{
    static oidc_code (*const checks[])(const struct check *) = {
        check_issuer,     check_audience, check_authorized_party,  check_expiry,  check_issue_time,
        check_not_before, check_nonce,    check_access_token_hash, check_subject,
    };
    struct check check = {.expected = expected, .error = error};
    json_t *payload = NULL;
    oidc_code code = verify_signature(token, keys, &check, &payload);

    *claims = NULL;
    check.claims = payload;
    for (size_t i = 0; code == OIDC_OK && i < sizeof checks / sizeof checks[0]; i++)
        code = checks[i](&check);
    if (code == OIDC_OK)
        *claims = payload;
    else
        json_decref(payload);
    return code;
}
