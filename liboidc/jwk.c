/*
 * One key of a JWK Set (RFC 7517).
 *
 * cjose reads a key and spells it anew, in one form; OpenSSL verifies with it. What cjose is shown
 * has been looked at before, because cjose 0.6.2
 *   - ends the program on some malformed base64url: so every number must be well-formed;
 *   - computes the public key anew from a private member: so it sees public members only.
 */
#include "jwk.h"

#include <stdlib.h>
#include <string.h>
#include <cjose/cjose.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "algorithm.h"
#include "base64url.h"
#include "json.h"

/* Bytes of the largest number in a key. */
#define NUMBER_MAX (JWK_RSA_BITS_MAX / 8)

/* RSA's public exponent: OpenSSL takes no longer one with the larger moduli. */
#define EXPONENT_BITS_MAX 64

/* Bytes of a coordinate of the largest curve, P-521. */
#define COORDINATE_MAX 66

/* --- whether a key is for us --------------------------------------------------------------------
 */

/* RFC 7517, 4.2: a key whose use is not "sig" is not for verifying. */
static bool use_fits(const json_t *jwk)
{
    const json_t *use = json_object_get(jwk, "use");

    return !use || (json_is_string(use) && strcmp(json_string_value(use), "sig") == 0);
}

/* RFC 7517, 4.3: where the operations are listed, verifying must be one. */
static bool operations_fit(const json_t *jwk)
{
    const json_t *operations = json_object_get(jwk, "key_ops");

    return !operations ||
           (json_is_array(operations) && json_text_or_list_has(jwk, "key_ops", "verify"));
}

/* RFC 7518, 6.2.2, 6.3.2, 6.4.1: the members of private and symmetric keys. */
static bool has_secret(const json_t *jwk)
{
    static const char *const secrets[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        if (json_object_get(jwk, secrets[i]))
            return true;
    return false;
}

/* RFC 7517, 4.5: `kid` is a string. */
static bool kid_fits(const json_t *jwk)
{
    const json_t *kid = json_object_get(jwk, "kid");

    return !kid || json_is_string(kid);
}

/* RFC 7517, 4.4: a key with an `alg` is for that algorithm alone. */
static unsigned narrow_to_alg(const json_t *jwk, unsigned algorithms)
{
    const json_t *alg = json_object_get(jwk, "alg");

    if (!alg)
        return algorithms;
    return json_is_string(alg) ? algorithms & jws_algorithm_bit(json_string_value(alg)) : 0;
}

/* --- from JSON, by cjose, to numbers ------------------------------------------------------------
 */

struct kind {
    const char *names[3];   /* members that are names, up to NULL */
    const char *numbers[3]; /* members that are numbers */
};

static const struct kind rsa_kind = {{"kty"}, {"n", "e"}};
static const struct kind ec_kind = {{"kty", "crv"}, {"x", "y"}};

/* The bytes of a number; false when it is none or longer than room. */
static bool read_number(const json_t *jwk, const char *name, unsigned char *bytes, size_t room,
                        size_t *size)
{
    const char *text = json_text(jwk, name);

    return text && base64url_decoded_size(strlen(text)) <= room &&
           base64url_decode(text, strlen(text), bytes, size);
}

static bool numbers_are_well_formed(const json_t *jwk, const struct kind *kind)
{
    unsigned char bytes[NUMBER_MAX + 1];
    size_t size;

    for (size_t i = 0; kind->numbers[i]; i++)
        if (!read_number(jwk, kind->numbers[i], bytes, sizeof bytes, &size))
            return false;
    return true;
}

/* Adds the members of these names to a copy. */
static bool copy_members(const json_t *jwk, const char *const names[], json_t *copy)
{
    for (size_t i = 0; names[i]; i++)
        if (json_object_set(copy, names[i], json_object_get(jwk, names[i])) != 0)
            return false;
    return true;
}

/* Has cjose read the key and write it in its own words. @param spelt new reference.
 *
 * cjose says "out of memory" of a point off its curve, too, and such a key must not cost us the
 * rest of the set. So a key that is lost here is skipped, whatever the reason; if it was memory
 * after all and a token needs the key, the set is fetched anew. */
static enum jwk_outcome spell_by_cjose(json_t *members, json_t **spelt)
{
    const char *reason = "";
    cjose_jwk_t *key = cjose_jwk_import_json((cjose_header_t *)members, NULL);
    char *text = key ? cjose_jwk_to_json(key, false, NULL) : NULL;

    *spelt = text ? json_read_object(text, strlen(text), &reason) : NULL;
    if (text)
        cjose_get_dealloc()(text);
    cjose_jwk_release(key);
    if (*spelt)
        return JWK_KEPT;
    return reason == json_no_memory ? JWK_NO_MEMORY : JWK_SKIPPED;
}

/* @param spelt  new reference: the public key alone, in cjose's words. */
static enum jwk_outcome spell(const json_t *jwk, const struct kind *kind, json_t **spelt)
{
    enum jwk_outcome outcome = JWK_NO_MEMORY;

    if (!numbers_are_well_formed(jwk, kind))
        return JWK_SKIPPED;
    json_t *copy = json_object();
    if (copy && copy_members(jwk, kind->names, copy) && copy_members(jwk, kind->numbers, copy))
        outcome = spell_by_cjose(copy, spelt);
    json_decref(copy);
    return outcome;
}

/* --- from numbers to OpenSSL's key --------------------------------------------------------------
 */

/* Where memory was short in the middle, OpenSSL (3.0) hands out a key that does not know its size,
 * and verifies nothing for as long as it lives. */
static bool is_whole(const EVP_PKEY *key)
{
    return EVP_PKEY_get_size(key) > 0;
}

/* Makes the key of what was pushed. OpenSSL does not take every one: the point may be off the
 * curve. */
static enum jwk_outcome key_from(const char *type, OSSL_PARAM_BLD *builder, EVP_PKEY **key)
{
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    enum jwk_outcome outcome = JWK_NO_MEMORY;

    if (parameters && context && EVP_PKEY_fromdata_init(context) == 1)
        outcome = EVP_PKEY_fromdata(context, key, EVP_PKEY_PUBLIC_KEY, parameters) == 1
                      ? JWK_KEPT
                      : JWK_SKIPPED;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return outcome == JWK_KEPT && !is_whole(*key) ? JWK_NO_MEMORY : outcome;
}

/* An exponent of 1 would make every text its own signature; an even one has no private half. */
static bool rsa_is_sound(const BIGNUM *n, const BIGNUM *e)
{
    int bits = BN_num_bits(n);

    return bits >= JWK_RSA_BITS_MIN && bits <= JWK_RSA_BITS_MAX && BN_is_odd(n) && BN_is_odd(e) &&
           !BN_is_one(e) && BN_num_bits(e) <= EXPONENT_BITS_MAX;
}

static enum jwk_outcome rsa_from(const BIGNUM *n, const BIGNUM *e, EVP_PKEY **key)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    enum jwk_outcome outcome = JWK_NO_MEMORY;

    if (builder && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        outcome = key_from("RSA", builder, key);
    OSSL_PARAM_BLD_free(builder);
    return outcome;
}

static enum jwk_outcome rsa_key(const json_t *spelt, EVP_PKEY **key)
{
    unsigned char n_bytes[NUMBER_MAX + 1], e_bytes[NUMBER_MAX + 1];
    size_t n_size, e_size;

    if (!read_number(spelt, "n", n_bytes, sizeof n_bytes, &n_size) ||
        !read_number(spelt, "e", e_bytes, sizeof e_bytes, &e_size))
        return JWK_SKIPPED;
    BIGNUM *n = BN_bin2bn(n_bytes, (int)n_size, NULL);
    BIGNUM *e = BN_bin2bn(e_bytes, (int)e_size, NULL);
    enum jwk_outcome outcome = JWK_NO_MEMORY;
    if (n && e)
        outcome = rsa_is_sound(n, e) ? rsa_from(n, e, key) : JWK_SKIPPED;
    BN_free(e);
    BN_free(n);
    return outcome;
}

/* SEC 1, 2.3.3: 0x04, then both coordinates, each as wide as the field. cjose writes them so. */
static bool read_point(const json_t *spelt, unsigned char point[1 + 2 * COORDINATE_MAX],
                       size_t *size)
{
    size_t x_size, y_size;

    point[0] = 0x04;
    if (!read_number(spelt, "x", point + 1, COORDINATE_MAX, &x_size) ||
        !read_number(spelt, "y", point + 1 + x_size, COORDINATE_MAX, &y_size))
        return false;
    *size = 1 + x_size + y_size;
    return true;
}

static enum jwk_outcome ec_key(const json_t *spelt, const char *curve, EVP_PKEY **key)
{
    unsigned char point[1 + 2 * COORDINATE_MAX];
    size_t size;

    if (!read_point(spelt, point, &size))
        return JWK_SKIPPED;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    enum jwk_outcome outcome = JWK_NO_MEMORY;
    if (builder &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, size) == 1)
        outcome = key_from("EC", builder, key);
    OSSL_PARAM_BLD_free(builder);
    return outcome;
}

/* --- the key ------------------------------------------------------------------------------------
 */

void jwk_forget(struct jwk *key)
{
    free(key->kid);
    EVP_PKEY_free(key->key);
    *key = (struct jwk){0};
}

/* The key itself, and what it fits. RFC 7517, 4.1: `kty` says of which kind it is. */
static enum jwk_outcome read_material(const json_t *jwk, struct jwk *key)
{
    const char *kind = json_text(jwk, "kty");
    const char *curve = json_text(jwk, "crv");
    bool rsa = kind && strcmp(kind, "RSA") == 0;
    json_t *spelt = NULL;

    if (!rsa && !(kind && strcmp(kind, "EC") == 0 && curve))
        return JWK_SKIPPED;
    key->algorithms = narrow_to_alg(jwk, algorithm_bits_for(rsa ? NULL : curve));
    if (key->algorithms == 0)
        return JWK_SKIPPED;
    enum jwk_outcome outcome = spell(jwk, rsa ? &rsa_kind : &ec_kind, &spelt);
    if (outcome == JWK_KEPT)
        outcome = rsa ? rsa_key(spelt, &key->key) : ec_key(spelt, curve, &key->key);
    json_decref(spelt);
    return outcome;
}

enum jwk_outcome jwk_read(const json_t *jwk, struct jwk *key)
{
    if (!json_is_object(jwk) || has_secret(jwk) || !use_fits(jwk) || !operations_fit(jwk) ||
        !kid_fits(jwk))
        return JWK_SKIPPED;
    const char *kid = json_text(jwk, "kid");
    if (kid) {
        key->kid = strdup(kid);
        if (!key->kid)
            return JWK_NO_MEMORY;
    }
    enum jwk_outcome outcome = read_material(jwk, key);
    if (outcome != JWK_KEPT)
        jwk_forget(key);
    return outcome;
}
