/* Encrypted tokens, decrypted with OpenSSL (RFC 7516, 5.2). */
#include "jwe.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base64url.h"
#include "compact.h"
#include "content.h"
#include "fail.h"
#include "json.h"
#include "secret.h"

/* Bytes of the longest encrypted key: by the largest RSA key. */
#define ENCRYPTED_KEY_MAX (DECRYPTION_RSA_BITS_MAX / 8)

/* RFC 7518, 4.3, and IANA's registry: OAEP, with this hash for the label and for MGF1. */
static const struct key_encryption {
    const char *name;
    const char *hash; /* OpenSSL's name */
} table[] = {
    {"RSA-OAEP", "SHA1"},
    {"RSA-OAEP-256", "SHA256"},
    {"RSA-OAEP-384", "SHA384"},
    {"RSA-OAEP-512", "SHA512"},
};

static const struct key_encryption *key_encryption_named(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

bool jwe_takes(const char *algorithm)
{
    return key_encryption_named(algorithm);
}

/* What is needed to decrypt a token, once its algorithms are known to be the right ones. */
struct token {
    const struct key_encryption *key_encryption;
    const struct content_encryption *content_encryption;
    struct content_bytes encrypted_key;
    struct content content;
};

/* --- header -------------------------------------------------------------------------------------
 */

bool jwe_is_one(const char *token)
{
    struct compact compact;

    return compact_split(token, JWE_TOKEN_MAX, &compact) && compact.count == COMPACT_ENCRYPTED;
}

/* RFC 7516, 7.1: five parts. RFC 7515, 7.1: a signed token has three. */
static oidc_code split(const char *text, const struct jwe_codes *codes, struct compact *compact,
                       oidc_error *error)
{
    if (!compact_split(text, JWE_TOKEN_MAX, compact))
        return oidc_fail(error, codes->malformed, "the token is longer than %zu bytes",
                         JWE_TOKEN_MAX);
    if (compact->count == COMPACT_SIGNED)
        return oidc_fail(error, codes->plain,
                         "the token is not encrypted, and the configuration requires that it is");
    if (compact->count != COMPACT_ENCRYPTED)
        return oidc_fail(error, codes->malformed, "the token has %zu parts instead of 5",
                         compact->count);
    return OIDC_OK;
}

/* RFC 7516, 4.1.13: what we do not understand and must, we refuse. 4.1.3: we inflate nothing.
 * RFC 7518, 4.6.1, 4.7.1, 4.8.1: these belong to other algorithms. */
static oidc_code check_header(const json_t *header, const struct jwe_codes *codes,
                              oidc_error *error)
{
    static const char *const refused[] = {"crit", "zip", "b64", "epk", "apu", "apv",
                                          "iv",   "tag", "p2s", "p2c", NULL};
    static const char *const texts[] = {"alg", "enc", "typ", "cty", "kid", NULL};

    return compact_check_header(header, refused, texts, codes->malformed, error);
}

/* RFC 7519, 5.2: `cty` of a token around a token is "JWT"; RFC 7515, 4.1.10: which can be written
 * as a whole media type. Some providers leave it out, and inside is a signed token, or nothing. */
static bool is_around_a_token(const json_t *header)
{
    const char *type = json_string_value(json_object_get(header, "cty"));

    return !type || strcasecmp(type, "JWT") == 0 || strcasecmp(type, "application/jwt") == 0;
}

/* RFC 8725, 3.1: only algorithms that are expected. OpenID Connect Core 1.0, 3.1.3.7, 1: keys and
 * algorithms are those of the registration. */
static oidc_code choose_algorithms(const json_t *header, const char *algorithm,
                                   const struct jwe_codes *codes, struct token *token,
                                   oidc_error *error)
{
    const char *alg = json_text(header, "alg");
    const char *enc = json_text(header, "enc");

    if (!alg || strcmp(alg, algorithm) != 0)
        return oidc_fail(error, codes->algorithm,
                         "the token's key is encrypted with \"%.32s\" instead of %s",
                         alg ? alg : "", algorithm);
    if (!enc || !(token->content_encryption = content_encryption_named(enc)))
        return oidc_fail(error, codes->algorithm,
                         "the token is encrypted with \"%.32s\", which is never accepted",
                         enc ? enc : "");
    token->key_encryption = key_encryption_named(algorithm);
    return token->key_encryption
               ? OIDC_OK
               : oidc_fail(error, OIDC_E_USAGE, "%.32s is not supported", algorithm);
}

static oidc_code judge_header(const json_t *header, const char *algorithm,
                              const struct jwe_codes *codes, struct token *token, oidc_error *error)
{
    oidc_code code;

    OIDC_TRY(check_header(header, codes, error));
    if (!is_around_a_token(header))
        return oidc_fail(error, codes->malformed,
                         "the encrypted token holds \"%.32s\" (cty), not a signed token",
                         json_string_value(json_object_get(header, "cty")));
    OIDC_TRY(choose_algorithms(header, algorithm, codes, token, error));
out:
    return code;
}

/* --- the key ------------------------------------------------------------------------------------
 */

/* RFC 7518, 4.3. */
static bool set_oaep(EVP_PKEY_CTX *context, const char *hash)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md_name(context, hash, NULL) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, hash, NULL) == 1;
}

/* RFC 7516, 11.5: where the key cannot be had, or is of another size, the random one that is there
 * already stays, and decrypting goes on as ever. No branch depends on which it was; OpenSSL, too,
 * takes OAEP off in constant time. */
static void replace_key(EVP_PKEY_CTX *context, const struct content_bytes *encrypted,
                        unsigned char *key, size_t size)
{
    unsigned char found[ENCRYPTED_KEY_MAX] = {0};
    size_t found_size = sizeof found;
    int result = EVP_PKEY_decrypt(context, found, &found_size, encrypted->bytes, encrypted->size);
    unsigned good = (unsigned)(result == 1) & (unsigned)(found_size == size);
    unsigned char mask = (unsigned char)(0U - good);

    for (size_t i = 0; i < size; i++)
        key[i] = (unsigned char)((found[i] & mask) | (key[i] & (unsigned char)~mask));
    OPENSSL_cleanse(found, sizeof found);
}

static oidc_code decrypt_key(EVP_PKEY *private, const struct token *token, unsigned char *key,
                             oidc_error *error)
{
    size_t size = token->content_encryption->key_size;
    EVP_PKEY_CTX *context = NULL;
    oidc_code code;

    OIDC_TRY(secret_random(key, size, error));
    context = EVP_PKEY_CTX_new_from_pkey(NULL, private, NULL);
    if (!context || EVP_PKEY_decrypt_init(context) != 1 ||
        !set_oaep(context, token->key_encryption->hash))
        code = oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot decrypt with %s",
                         token->key_encryption->name);
    else
        replace_key(context, &token->encrypted_key, key, size);
out:
    EVP_PKEY_CTX_free(context);
    return code;
}

/* --- decrypting ---------------------------------------------------------------------------------
 */

static oidc_code cannot_decrypt(const struct jwe_codes *codes, oidc_error *error)
{
    return oidc_fail(error, codes->decryption,
                     "the token cannot be decrypted: it is for another key, or was changed");
}

/* Tries one key. @param plain room for the ciphertext and CONTENT_SLACK. */
static oidc_code try_key(EVP_PKEY *private, const struct token *token, unsigned char *plain,
                         size_t *size, const struct jwe_codes *codes, oidc_error *error)
{
    unsigned char key[CONTENT_KEY_MAX];
    oidc_code code;

    OIDC_TRY(decrypt_key(private, token, key, error));
    switch (content_decrypt(token->content_encryption, key, &token->content, plain, size)) {
    case CONTENT_OPENED:
        break;
    case CONTENT_FOREIGN:
        code = cannot_decrypt(codes, error);
        break;
    case CONTENT_BROKEN:
        code = oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot decrypt %s",
                         token->content_encryption->name);
        break;
    }
out:
    OPENSSL_cleanse(key, sizeof key);
    return code;
}

static const struct decryption_key *key_named(const oidc_decryption_keys *keys, const char *kid)
{
    for (size_t i = 0; kid && i < keys->count; i++)
        if (strcmp(keys->keys[i].kid, kid) == 0)
            return &keys->keys[i];
    return NULL;
}

/* RFC 8017, 7.1.2, 1: the encrypted key is exactly as long as the modulus. */
static bool size_fits(const struct decryption_key *key, const struct token *token)
{
    return token->encrypted_key.size == (size_t)EVP_PKEY_get_size(key->key);
}

static oidc_code try_keys(const oidc_decryption_keys *keys, const char *kid,
                          const struct token *token, unsigned char *plain, size_t *size,
                          const struct jwe_codes *codes, oidc_error *error)
{
    const struct decryption_key *named = key_named(keys, kid);
    const struct decryption_key *first = named ? named : keys->keys;
    size_t count = named ? 1 : keys->count;
    oidc_code code = cannot_decrypt(codes, error);

    for (size_t i = 0; code == codes->decryption && i < count; i++)
        if (size_fits(&first[i], token))
            code = try_key(first[i].key, token, plain, size, codes, error);
    return code;
}

/* --- the parts behind the header ----------------------------------------------------------------
 */

/* Decodes into *room, and moves it on. */
static bool decode(const struct compact_part *part, unsigned char **room,
                   struct content_bytes *bytes)
{
    bytes->bytes = *room;
    if (!base64url_decode(part->text, part->size, *room, &bytes->size))
        return false;
    *room += bytes->size;
    return true;
}

/* Characters of the parts behind the header. */
static size_t size_behind_header(const struct compact *compact)
{
    size_t size = 0;

    for (size_t i = 1; i < COMPACT_ENCRYPTED; i++)
        size += compact->parts[i].size;
    return size;
}

/* RFC 7516, 5.2, 2 and 14. @param bytes room for all of them. */
static bool decode_parts(const struct compact *compact, unsigned char *bytes, struct token *token)
{
    const struct compact_part *header = &compact->parts[0];

    token->content.aad = (struct content_bytes){(const unsigned char *)header->text, header->size};
    return decode(&compact->parts[1], &bytes, &token->encrypted_key) &&
           decode(&compact->parts[2], &bytes, &token->content.iv) &&
           decode(&compact->parts[3], &bytes, &token->content.ciphertext) &&
           decode(&compact->parts[4], &bytes, &token->content.tag);
}

/* @param text  new: what is in the token, with a NUL behind it. */
static oidc_code decrypt(const struct token *token, const oidc_decryption_keys *keys,
                         const char *kid, const struct jwe_codes *codes, char **text,
                         oidc_error *error)
{
    size_t room = token->content.ciphertext.size + CONTENT_SLACK + 1;
    unsigned char *plain = calloc(1, room);
    size_t size = 0;
    oidc_code code;

    if (!plain)
        return oidc_fail_memory(error);
    ERR_set_mark();
    code = try_keys(keys, kid, token, plain, &size, codes, error);
    ERR_pop_to_mark();
    if (code == OIDC_OK && memchr(plain, '\0', size))
        code = oidc_fail(error, codes->malformed, "there is a NUL in the encrypted token");
    if (code == OIDC_OK) {
        plain[size] = '\0';
        *text = (char *)plain;
    } else {
        secret_free(plain, room);
    }
    return code;
}

/* --- steps --------------------------------------------------------------------------------------
 */

static oidc_code no_keys(oidc_error *error)
{
    return oidc_fail(error, OIDC_E_KEY_FILE, "there is no key to decrypt tokens with");
}

oidc_code jwe_read(const char *text, const struct jwe_codes *codes, struct jwe *jwe,
                   oidc_error *error)
{
    oidc_code code;

    *jwe = (struct jwe){.header = NULL};
    OIDC_TRY(split(text, codes, &jwe->compact, error));
    OIDC_TRY(compact_read_object(&jwe->compact.parts[0], "header", codes->malformed, &jwe->header,
                                 error));
out:
    return code;
}

void jwe_forget(struct jwe *jwe)
{
    json_decref(jwe->header);
    *jwe = (struct jwe){.header = NULL};
}

oidc_code jwe_open(const struct jwe *jwe, const char *algorithm, const oidc_decryption_keys *keys,
                   const struct jwe_codes *codes, char **text, oidc_error *error)
{
    struct token token = {0};
    unsigned char *bytes = NULL;
    oidc_code code;

    *text = NULL;
    if (!keys)
        return no_keys(error);
    OIDC_TRY(judge_header(jwe->header, algorithm, codes, &token, error));
    bytes = malloc(size_behind_header(&jwe->compact) + 1);
    if (!bytes)
        code = oidc_fail_memory(error);
    else if (!decode_parts(&jwe->compact, bytes, &token))
        code = cannot_decrypt(codes, error);
    else
        code = decrypt(&token, keys, json_text(jwe->header, "kid"), codes, text, error);
out:
    free(bytes);
    return code;
}

oidc_code jwe_decrypt(const char *token, const char *algorithm, const oidc_decryption_keys *keys,
                      const struct jwe_codes *codes, char **text, oidc_error *error)
{
    struct jwe jwe;
    oidc_code code;

    *text = NULL;
    if (!keys)
        return no_keys(error);
    OIDC_TRY(jwe_read(token, codes, &jwe, error));
    OIDC_TRY(jwe_open(&jwe, algorithm, keys, codes, text, error));
out:
    jwe_forget(&jwe);
    return code;
}
