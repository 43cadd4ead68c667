/*
 * Signed tokens: JWS compact serialization (RFC 7515), verified with OpenSSL.
 *
 * The signature is OpenSSL's to check and not cjose's: cjose 0.6.2 splits an ECDSA
 * signature in the middle whatever its length, so that one signature has many spellings.
 */
#include "jws.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base64url.h"
#include "compact.h"
#include "fail.h"
#include "json.h"

/* Bytes of the longest signature: by the largest RSA key. */
#define SIGNATURE_MAX (JWK_RSA_BITS_MAX / 8)

/* Bytes of r or s of the largest curve, P-521. */
#define SCALAR_MAX 66

/* DER of two such numbers with their signs, tags and lengths; a little room beside. */
#define DER_MAX (2 * (SCALAR_MAX + 4) + 8)

/* RFC 7515, 7.1: three parts with a dot between them. RFC 7516, 7.1: an encrypted token has five.
 */
static oidc_code split(const char *text, const struct jws_codes *codes, struct compact *compact,
                       oidc_error *error)
{
    if (!compact_split(text, JWS_TOKEN_MAX, compact))
        return oidc_fail(error, codes->malformed, "the token is longer than %zu bytes",
                         JWS_TOKEN_MAX);
    if (compact->count == COMPACT_ENCRYPTED)
        return oidc_fail(error, codes->encrypted, "the token is encrypted (it has five parts)");
    if (compact->count != COMPACT_SIGNED)
        return oidc_fail(error, codes->malformed, "the token has %zu parts instead of 3",
                         compact->count);
    return OIDC_OK;
}

/* --- header -------------------------------------------------------------------------------------
 */

/* RFC 7515, 4.1.11: what we do not understand and must, we refuse; we understand no extension.
 * RFC 7797, 6: `b64` is one that must be understood. RFC 7515, 4.1.4 and 4.1.9: texts. */
static oidc_code check_header(const json_t *header, const struct jws_codes *codes,
                              oidc_error *error)
{
    static const char *const refused[] = {"crit", "b64", NULL};
    static const char *const texts[] = {"typ", "kid", NULL};

    return compact_check_header(header, refused, texts, codes->malformed, error);
}

/* RFC 8725, 3.1: only algorithms that are expected; `none` is never. NULL when it is none of them.
 */
static const struct algorithm *choose_algorithm(const json_t *header, unsigned allowed,
                                                oidc_code refusal, oidc_code *code,
                                                oidc_error *error)
{
    const char *name = json_text(header, "alg");
    const struct algorithm *algorithm = name ? algorithm_named(name) : NULL;

    if (!name)
        *code = oidc_fail(error, refusal, "the token names no signature algorithm");
    else if (!algorithm)
        *code = oidc_fail(error, refusal,
                          "the token is signed with \"%.32s\", which is never accepted", name);
    else if ((algorithm->bit & allowed) == 0)
        *code =
            oidc_fail(error, refusal,
                      "the token is signed with %s, which this provider is not known to use", name);
    else
        return algorithm;
    return NULL;
}

/* --- signature ----------------------------------------------------------------------------------
 */

struct signature {
    unsigned char bytes[SIGNATURE_MAX];
    size_t size;
};

/* RFC 7518, 3.4: r and s side by side, each exactly as wide as the curve's order. */
static bool ecdsa_size_fits(const struct signature *signature, const EVP_PKEY *key)
{
    return signature->size == 2 * (((size_t)EVP_PKEY_get_bits(key) + 7) / 8);
}

/* Writes r and s as OpenSSL wants them, in DER (RFC 3279, 2.2.3). False when memory runs out. */
static bool ecdsa_der(const struct signature *raw, unsigned char *der, size_t *der_size)
{
    int width = (int)(raw->size / 2);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw->bytes, width, NULL);
    BIGNUM *s = BN_bin2bn(raw->bytes + width, width, NULL);
    int size = -1;

    if (pair && r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
        size = i2d_ECDSA_SIG(pair, NULL);
        size = size <= DER_MAX ? i2d_ECDSA_SIG(pair, &der) : -1;
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(pair);
    *der_size = size > 0 ? (size_t)size : 0;
    return size > 0;
}

/* RFC 7518, 3.5: the salt is as long as the hash, and MGF1 uses the same hash (OpenSSL's default).
 */
static bool set_pss(EVP_PKEY_CTX *options)
{
    return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* RFC 8017, 8.1.2 and 8.2.2, step 1: a signature is exactly as long as the modulus. */
static bool rsa_size_fits(const struct signature *signature, const EVP_PKEY *key)
{
    return signature->size == (size_t)EVP_PKEY_get_size(key);
}

/* RFC 7515, 7.1: what is signed is header, dot and payload, as they were written. */
static size_t signed_size(const struct jws *jws)
{
    return jws->parts[JWS_HEADER].size + 1 + jws->parts[JWS_PAYLOAD].size;
}

/* Whether the key verifies the token. *broken is set when it could not be found out. */
static bool verifies(EVP_PKEY *key, const struct algorithm *algorithm, const struct jws *jws,
                     const struct signature *signature, bool *broken)
{
    unsigned char der[DER_MAX];
    const unsigned char *bytes = signature->bytes;
    size_t size = signature->size;
    EVP_PKEY_CTX *options = NULL; /* belongs to context */
    int verdict = 0;              /* OpenSSL's: 1 is yes */

    if (!(algorithm->curve ? ecdsa_size_fits : rsa_size_fits)(signature, key))
        return false;
    if (algorithm->curve) {
        *broken = !ecdsa_der(signature, der, &size);
        bytes = der;
    }
    if (*broken)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context &&
        EVP_DigestVerifyInit_ex(context, &options, algorithm->hash, NULL, NULL, key, NULL) == 1 &&
        (!algorithm->pss || set_pss(options)))
        verdict =
            EVP_DigestVerify(context, bytes, size,
                             (const unsigned char *)jws->parts[JWS_HEADER].text, signed_size(jws));
    else
        *broken = true;
    EVP_MD_CTX_free(context);
    return verdict == 1;
}

/* RFC 7515, 4.1.4 and appendix D: a `kid` names the key; without one, every key that fits the
 * algorithm may be it. */
static bool key_fits(const struct jwk *key, const struct algorithm *algorithm, const char *kid)
{
    return (key->algorithms & algorithm->bit) != 0 &&
           (!kid || (key->kid && strcmp(key->kid, kid) == 0));
}

/* What the tries came to, when none of them verified the token. */
static oidc_code not_verified(size_t tried, const char *kid, const struct algorithm *algorithm,
                              const struct jws_codes *codes, oidc_error *error)
{
    if (kid && tried == 0)
        return oidc_fail(error, codes->key, "no key for %s has the token's kid \"%.64s\"",
                         algorithm->name, kid);
    if (kid)
        return oidc_fail(error, codes->signature,
                         "the key \"%.64s\" does not verify the token (%s)", kid, algorithm->name);
    return oidc_fail(error, codes->key,
                     "the token names no key, and none of the %zu keys for %s "
                     "verifies it",
                     tried, algorithm->name);
}

/* RFC 7515, 5.2: at least one key verifies the signature over what was written. */
static oidc_code check_signature(const struct jws *jws, const struct jwks *keys,
                                 const struct algorithm *algorithm, const struct jws_codes *codes,
                                 oidc_error *error)
{
    const struct compact_part *encoded = &jws->parts[JWS_SIGNATURE];
    const char *kid = json_text(jws->header, "kid");
    struct signature signature;
    size_t tried = 0;
    bool good = false, broken = false;

    if (base64url_decoded_size(encoded->size) > sizeof signature.bytes ||
        !base64url_decode(encoded->text, encoded->size, signature.bytes, &signature.size))
        return oidc_fail(error, codes->malformed,
                         "the token's signature is not base64url or too long");
    ERR_set_mark();
    for (size_t i = 0; i < keys->count && !good && !broken; i++) {
        if (!key_fits(&keys->keys[i], algorithm, kid))
            continue;
        tried++;
        good = verifies(keys->keys[i].key, algorithm, jws, &signature, &broken);
    }
    ERR_pop_to_mark();
    if (broken)
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot verify %s", algorithm->name);
    return good ? OIDC_OK : not_verified(tried, kid, algorithm, codes, error);
}

/* --- steps --------------------------------------------------------------------------------------
 */

oidc_code jws_read(const char *text, const struct jws_codes *codes, struct jws *jws,
                   oidc_error *error)
{
    struct compact compact;
    oidc_code code;

    *jws = (struct jws){.header = NULL};
    OIDC_TRY(split(text, codes, &compact, error));
    memcpy(jws->parts, compact.parts, sizeof jws->parts);
    OIDC_TRY(compact_read_object(&jws->parts[JWS_HEADER], "header", codes->malformed, &jws->header,
                                 error));
    OIDC_TRY(check_header(jws->header, codes, error));
out:
    if (code != OIDC_OK)
        jws_forget(jws);
    return code;
}

/* RFC 7519, 7.2: the payload of a token is a JSON object. */
oidc_code jws_peek(struct jws *jws, const struct jws_codes *codes, oidc_error *error)
{
    if (jws->payload)
        return OIDC_OK;
    return compact_read_object(&jws->parts[JWS_PAYLOAD], "payload", codes->malformed, &jws->payload,
                               error);
}

oidc_code jws_check(struct jws *jws, const struct jwks *keys, unsigned allowed,
                    const struct jws_codes *codes, unsigned *algorithm, oidc_error *error)
{
    const struct algorithm *chosen;
    oidc_code code;

    chosen = choose_algorithm(jws->header, allowed, codes->algorithm, &code, error);
    if (!chosen)
        return code;
    OIDC_TRY(check_signature(jws, keys, chosen, codes, error));
    OIDC_TRY(jws_peek(jws, codes, error));
    *algorithm = chosen->bit;
out:
    return code;
}

void jws_forget(struct jws *jws)
{
    json_decref(jws->header);
    json_decref(jws->payload);
    *jws = (struct jws){.header = NULL};
}

oidc_code jws_verify(const char *token, const struct jwks *keys, unsigned allowed,
                     const struct jws_codes *codes, unsigned *algorithm, json_t **payload,
                     oidc_error *error)
{
    struct jws jws;
    oidc_code code;

    *payload = NULL;
    OIDC_TRY(jws_read(token, codes, &jws, error));
    OIDC_TRY(jws_check(&jws, keys, allowed, codes, algorithm, error));
    *payload = json_incref(jws.payload);
out:
    jws_forget(&jws);
    return code;
}
