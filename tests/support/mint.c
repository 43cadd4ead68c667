/* Keys, key sets and tokens for tests, by OpenSSL alone. */
#include "mint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

struct mint_key {
    EVP_PKEY *key;
    char *kid;
    const char *curve; /* NULL for RSA */
};

/* Ends the program when a step of minting fails: no test can go on without it. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: cannot mint: %s\n", __FILE__, __LINE__, #condition);           \
            ERR_print_errors_fp(stderr);                                                           \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

__attribute__((format(printf, 1, 2))) static char *text_of(const char *format, ...)
{
    va_list arguments, again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    MUST(size >= 0);
    char *text = malloc((size_t)size + 1);
    MUST(text);
    (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

char *mint_base64url(const void *bytes, size_t size)
{
    char *text = malloc((size + 2) / 3 * 4 + 1);

    MUST(text);
    int length = EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
    MUST(length >= 0);
    text[length] = '\0';
    for (char *p = text; *p; p++) {
        if (*p == '+')
            *p = '-';
        else if (*p == '/')
            *p = '_';
        else if (*p == '=')
            *p = '\0';
    }
    return text;
}

/* --- keys ---------------------------------------------------------------------------------------
 */

static struct mint_key *new_key(EVP_PKEY *key, const char *curve, const char *kid)
{
    struct mint_key *minted = calloc(1, sizeof *minted);

    MUST(minted && key);
    minted->key = key;
    minted->curve = curve;
    minted->kid = kid ? text_of("%s", kid) : NULL;
    return minted;
}

struct mint_key *mint_rsa(unsigned bits, const char *kid)
{
    return new_key(EVP_RSA_gen(bits), NULL, kid);
}

struct mint_key *mint_ec(const char *curve, const char *kid)
{
    return new_key(EVP_EC_gen(curve), curve, kid);
}

void mint_free(struct mint_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->key);
    free(key->kid);
    free(key);
}

/* A number of the key in base64url, in size bytes, or in as many as it needs where size is 0. */
static char *number_of(const struct mint_key *key, const char *name, size_t size)
{
    BIGNUM *number = NULL;
    unsigned char bytes[4096];

    MUST(EVP_PKEY_get_bn_param(key->key, name, &number));
    int width = size > 0 ? (int)size : BN_num_bytes(number);
    MUST(width <= (int)sizeof bytes && BN_bn2binpad(number, bytes, width) == width);
    BN_free(number);
    return mint_base64url(bytes, (size_t)width);
}

static size_t coordinate_size(const struct mint_key *key)
{
    return ((size_t)EVP_PKEY_get_bits(key->key) + 7) / 8;
}

/* The members that a thumbprint covers, in its order: alphabetical (RFC 7638 section 3). */
static char *members_of(const struct mint_key *key)
{
    char *members;

    if (key->curve) {
        size_t size = coordinate_size(key);
        char *x = number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, size);
        char *y = number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, size);
        members =
            text_of("\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"", key->curve, x, y);
        free(x);
        free(y);
    } else {
        char *e = number_of(key, OSSL_PKEY_PARAM_RSA_E, 0);
        char *n = number_of(key, OSSL_PKEY_PARAM_RSA_N, 0);
        members = text_of("\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"", e, n);
        free(e);
        free(n);
    }
    return members;
}

char *mint_jwk(const struct mint_key *key, const char *members)
{
    char *own = members_of(key);
    char *kid = key->kid ? text_of(",\"kid\":\"%s\"", key->kid) : text_of("%s", "");
    char *jwk = text_of("{%s%s%s%s}", own, kid, members ? "," : "", members ? members : "");

    free(own);
    free(kid);
    return jwk;
}

char *mint_private_jwk(const struct mint_key *key)
{
    char *d = key->curve ? number_of(key, OSSL_PKEY_PARAM_PRIV_KEY, coordinate_size(key))
                         : number_of(key, OSSL_PKEY_PARAM_RSA_D, 0);
    char *member = text_of("\"d\":\"%s\"", d);
    char *jwk = mint_jwk(key, member);

    free(member);
    free(d);
    return jwk;
}

char *mint_pem(const struct mint_key *key, int traditional)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes = NULL;

    MUST(out);
    if (traditional)
        MUST(PEM_write_bio_PrivateKey_traditional(out, key->key, NULL, NULL, 0, NULL, NULL));
    else
        MUST(PEM_write_bio_PKCS8PrivateKey(out, key->key, NULL, NULL, 0, NULL, NULL));
    long size = BIO_get_mem_data(out, &bytes);
    char *pem = text_of("%.*s", (int)size, bytes);
    BIO_free(out);
    return pem;
}

char *mint_thumbprint(const struct mint_key *key)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    char *members = members_of(key);
    char *object = text_of("{%s}", members);

    MUST(EVP_Digest(object, strlen(object), hash, NULL, EVP_sha256(), NULL));
    free(members);
    free(object);
    return mint_base64url(hash, 32);
}

/* --- key sets -----------------------------------------------------------------------------------
 */

char *mint_set_of(const char *jwk, ...)
{
    char *set = text_of("%s", "{\"keys\":[");
    va_list arguments;

    va_start(arguments, jwk);
    for (const char *next = jwk; next; next = va_arg(arguments, const char *)) {
        char *longer = text_of("%s%s%s", set, next == jwk ? "" : ",", next);
        free(set);
        set = longer;
    }
    va_end(arguments);
    char *whole = text_of("%s]}", set);
    free(set);
    return whole;
}

char *mint_set(const struct mint_key *first, const struct mint_key *second)
{
    char *a = mint_jwk(first, NULL);
    char *b = second ? mint_jwk(second, NULL) : NULL;
    char *set = mint_set_of(a, b, NULL);

    free(a);
    free(b);
    return set;
}

/* --- tokens -------------------------------------------------------------------------------------
 */

static char *signing_input(const char *header, const char *claims)
{
    char *head = mint_base64url(header, strlen(header));
    char *body = mint_base64url(claims, strlen(claims));
    char *input = text_of("%s.%s", head, body);

    free(head);
    free(body);
    return input;
}

/* Takes over input. */
static char *append_signature(char *input, const void *bytes, size_t size)
{
    char *signature = mint_base64url(bytes, size);
    char *token = text_of("%s.%s", input, signature);

    free(signature);
    free(input);
    return token;
}

static const EVP_MD *hash_of(unsigned bits)
{
    return bits == 512 ? EVP_sha512() : bits == 384 ? EVP_sha384() : EVP_sha256();
}

/* ECDSA's DER as r and s side by side (RFC 7518 section 3.4). */
static size_t raw_signature(const struct mint_key *key, unsigned char *signature, size_t size)
{
    const unsigned char *p = signature;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &p, (long)size);
    int width = (int)coordinate_size(key);

    MUST(pair);
    MUST(BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, width) == width);
    MUST(BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + width, width) == width);
    ECDSA_SIG_free(pair);
    return 2 * (size_t)width;
}

char *mint_token_with(const struct mint_key *key, const char *alg, const char *header,
                      const char *claims)
{
    unsigned char signature[4096];
    size_t size = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL;
    char *input = signing_input(header, claims);

    MUST(context && strlen(alg) == 5);
    const EVP_MD *hash = hash_of((unsigned)strtoul(alg + 2, NULL, 10));
    MUST(EVP_DigestSignInit(context, &options, hash, NULL, key->key));
    if (alg[0] == 'P') {
        MUST(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) > 0);
        MUST(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) > 0);
    }
    MUST(EVP_DigestSign(context, signature, &size, (const unsigned char *)input, strlen(input)));
    EVP_MD_CTX_free(context);
    if (key->curve)
        size = raw_signature(key, signature, size);
    return append_signature(input, signature, size);
}

char *mint_token(const struct mint_key *key, const char *alg, const char *claims)
{
    char *kid = key->kid ? text_of("\"kid\":\"%s\",", key->kid) : text_of("%s", "");
    char *header = text_of("{\"alg\":\"%s\",%s\"typ\":\"JWT\"}", alg, kid);
    char *token = mint_token_with(key, alg, header, claims);

    free(header);
    free(kid);
    return token;
}

char *mint_token_hmac(const void *secret, size_t size, const char *header, const char *claims)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned mac_size = 0;
    char *input = signing_input(header, claims);

    MUST(HMAC(EVP_sha256(), secret, (int)size, (const unsigned char *)input, strlen(input), mac,
              &mac_size));
    return append_signature(input, mac, mac_size);
}

char *mint_token_unsigned(const char *header, const char *claims)
{
    return append_signature(signing_input(header, claims), "", 0);
}

char *mint_token_raw(const char *header, const char *claims, const void *signature, size_t size)
{
    return append_signature(signing_input(header, claims), signature, size);
}

char *mint_spoil(const char *token)
{
    char *spoilt = text_of("%s", token);
    char *signature = strrchr(spoilt, '.');

    /* The first character stands for the six highest bits; its neighbour in the alphabet, for six
     * others. */
    MUST(signature && signature[1]);
    signature[1] = signature[1] == 'A' ? 'B' : 'A';
    return spoilt;
}

char *mint_half_hash(unsigned bits, const char *text)
{
    unsigned char hash[EVP_MAX_MD_SIZE];

    MUST(EVP_Digest(text, strlen(text), hash, NULL, hash_of(bits), NULL));
    return mint_base64url(hash, bits / 8 / 2);
}
