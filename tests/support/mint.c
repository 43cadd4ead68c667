/* Keys, key sets and tokens for tests, by OpenSSL alone. */
#include "mint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
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

static EVP_PKEY *read_kept(const char *path)
{
    FILE *file = fopen(path, "r");
    EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;

    if (file)
        fclose(file);
    return key;
}

/* Other programs may be keeping theirs of the same name: one of them stays, and all are whole. */
static void keep(const char *path, const EVP_PKEY *key)
{
    char *own = text_of("%s.%ld", path, (long)getpid());
    FILE *file = fopen(own, "w");

    MUST(file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1);
    MUST(fclose(file) == 0 && rename(own, path) == 0);
    free(own);
}

/* The same in the next program as in this one, and another each time in one program. */
static EVP_PKEY *kept_rsa(const char *folder, unsigned bits)
{
    static unsigned count;
    char *path = text_of("%s/rsa-%u-%u.pem", folder, bits, count++);
    EVP_PKEY *key = read_kept(path);

    if (!key) {
        key = EVP_RSA_gen(bits);
        MUST(key);
        keep(path, key);
    }
    free(path);
    return key;
}

struct mint_key *mint_rsa(unsigned bits, const char *kid)
{
    const char *folder = getenv("MINT_KEYS");

    return new_key(folder ? kept_rsa(folder, bits) : EVP_RSA_gen(bits), NULL, kid);
}

struct mint_key *mint_ec(const char *curve, const char *kid)
{
    return new_key(EVP_EC_gen(curve), curve, kid);
}

struct mint_key *mint_read(const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);

    MUST(in);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    BIO_free(in);
    return new_key(key, NULL, NULL);
}

const char mint_rfc7516_key[] = "-----BEGIN PRIVATE KEY-----\n"
                                "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQChqFQihbDQrS6w\n"
                                "o245HofjCR/igFRcdPFG+BvjwT4FW/GR4M2NsLiF7ytRZwmhmZ2zaHszvSKYRWFF\n"
                                "Tl2Mg1e2qWVcjgMWpwjUOCNP0t7A0PwxbYqt/dKmyT9mSgWeKVqQbKBPClne56wf\n"
                                "48UAE0hRik6I3Xl2xBGSCvS8SHE33aLZqxs56dJl7JrHOIrvZTDGusqgTG/qRzm3\n"
                                "BdOriH5AKEs6WfT+a1RnB+xFoxK0+zqZLpeuDGfFtaGiN/rre24RC54YL4UIx+tr\n"
                                "foL2ScMUbMqw1rstkrZ2NiDIPclH8wH/g1Qlb9Oo5C3AdhvF6+gkCub4vlK2jCPM\n"
                                "bL79urobAgMBAAECggEBAJC3bSI+hmw5LPwKQkk2ELXpXDbbZSojsj8zK1x3iPsp\n"
                                "NRe/pKQ8WOPlmOTVleSp7WhHl0tY/NhN++ccYVjB18r42HnD0/X6cEfzPYFfJ/R6\n"
                                "4dmp06Uw/dw7etsqVt8g7CcwZ0562LtYsFkYASqxGGOOqgGSKwNsQMJ5tl+7hkdY\n"
                                "YIZKg6dFao95G0gs9V8nwrOvy3oQcLcRyMofEYqcuNKduJqDgG4MVcN68U/75bd1\n"
                                "FXuFjtyZCTs5aVH/ik1SNj7YJvnQEcUxLRPonfuDia9IfivlRbN1Up3VUyM50sX8\n"
                                "q4/CCy+jBv1L/GALu1SC0gd5TltPOfuKhNw84K044MkCgYEA1r52Xk46c+LsfB5P\n"
                                "442p7atdPUrxQSy4mti/tZI3Mgf2EuFVbUoDBvaRQ+SWxkbkmoEzL7JXroSBjSrK\n"
                                "3YIQgYdMgyAEPTPjXv/hI2/1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrl\n"
                                "N/rKrbfDIwUbTrjjgieRbwC6Cl0CgYEAwLb35x7hmQWZsWJmB/vle87ihgZ19S8l\n"
                                "BEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx/8Fyw1YYa9XGrGnDew00J28cRUo\n"
                                "eBB/jKI1oma0Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwT\n"
                                "s0g68UZHvtcCgYBkr5jATt2JSHSpHW1HvDxYe2iUPHcxn85OjCIW+B95DdKKt6xe\n"
                                "Ob2BnkouExe+j67P4pQlYPFLmkVD8zR692jV0qJFONXD/Hg3KrJc8zmdQs+RylTz\n"
                                "buuelnMAkql2FYCCqtcYoAQJAfRe3i1rOeOd3/NWkCZlmrrRY8wEx8py4QKBgA6t\n"
                                "IH4CdQ3RRl4i70BGZ7ihDdFFJrCQcZI8nXN4+GWHQYjEQMvOsdLxwo8sHDJWGIOM\n"
                                "qAuGGWvYTVXLI6gNxXoi9fa5PIOkJ9vU7dHI/Kqshac/bzQwVHwgIiVXhEjoyQ2T\n"
                                "2B3R2PL9W/qPmdl+bby8fkwnpH+6Mcnig1Kilo4rAoGAVIMpMYbPf47dT1w/zDUX\n"
                                "fPimsSegnMOA1zTaX7aGk/8urY6R8+ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6fl\n"
                                "UK4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz\n"
                                "9JF/XyaY14ardLSjf4L/FNY=\n"
                                "-----END PRIVATE KEY-----\n";

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

static char *take_text(BIO *out)
{
    char *bytes = NULL;
    long size = BIO_get_mem_data(out, &bytes);
    char *text = text_of("%.*s", (int)size, bytes);

    BIO_free(out);
    return text;
}

char *mint_pem_of(EVP_PKEY *key, const char *passphrase)
{
    BIO *out = BIO_new(BIO_s_mem());

    MUST(out);
    MUST(PEM_write_bio_PKCS8PrivateKey(out, key, passphrase ? EVP_aes_256_cbc() : NULL, passphrase,
                                       passphrase ? (int)strlen(passphrase) : 0, NULL, NULL));
    return take_text(out);
}

char *mint_pem(const struct mint_key *key, int traditional)
{
    BIO *out;

    if (!traditional)
        return mint_pem_of(key->key, NULL);
    out = BIO_new(BIO_s_mem());
    MUST(out);
    MUST(PEM_write_bio_PrivateKey_traditional(out, key->key, NULL, NULL, 0, NULL, NULL));
    return take_text(out);
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

/* --- encrypted tokens ---------------------------------------------------------------------------
 */

/* RFC 7518, 5.1: "A128CBC-HS256" and "A128GCM" alike begin with the bits of AES. */
struct content {
    unsigned bits;
    int cbc;
    unsigned char key[64], iv[16], tag[32];
    size_t key_size, iv_size, tag_size;
};

static struct content new_content(const char *enc)
{
    struct content content = {.bits = (unsigned)strtoul(enc + 1, NULL, 10),
                              .cbc = strstr(enc, "CBC") != NULL};

    content.key_size = content.bits / 8 * (content.cbc ? 2 : 1);
    content.iv_size = content.cbc ? 16 : 12;
    content.tag_size = content.cbc ? content.bits / 8 : 16;
    MUST(RAND_bytes(content.key, sizeof content.key) == 1);
    MUST(RAND_bytes(content.iv, sizeof content.iv) == 1);
    return content;
}

static char *encrypt_key(const struct mint_key *key, const char *alg, const struct content *content)
{
    unsigned char bytes[1024];
    size_t size = sizeof bytes;
    const EVP_MD *hash =
        strlen(alg) > 8 ? hash_of((unsigned)strtoul(alg + 9, NULL, 10)) : EVP_sha1();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->key, NULL);

    MUST(context && EVP_PKEY_encrypt_init(context) == 1);
    if (strcmp(alg, "RSA1_5") == 0) {
        MUST(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1);
    } else {
        MUST(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1);
        MUST(EVP_PKEY_CTX_set_rsa_oaep_md(context, hash) == 1);
        MUST(EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash) == 1);
    }
    MUST(EVP_PKEY_encrypt(context, bytes, &size, content->key, content->key_size) == 1);
    EVP_PKEY_CTX_free(context);
    return mint_base64url(bytes, size);
}

static const EVP_CIPHER *cipher_of(const struct content *content)
{
    if (content->cbc)
        return content->bits == 128   ? EVP_aes_128_cbc()
               : content->bits == 192 ? EVP_aes_192_cbc()
                                      : EVP_aes_256_cbc();
    return content->bits == 128   ? EVP_aes_128_gcm()
           : content->bits == 192 ? EVP_aes_192_gcm()
                                  : EVP_aes_256_gcm();
}

/* RFC 7518, 5.2.2.1: HMAC over AAD, IV, ciphertext, and the bits of the AAD in eight bytes. */
static void tag_by_hmac(struct content *content, const char *aad, const unsigned char *bytes,
                        size_t size)
{
    unsigned char mac[EVP_MAX_MD_SIZE], length[8] = {0};
    size_t bits = strlen(aad) * 8, input_size = strlen(aad) + content->iv_size + size + 8;
    unsigned char *input = malloc(input_size), *at = input;

    MUST(input);
    for (int i = 7; i >= 0; i--, bits >>= 8)
        length[i] = bits & 0xff;
    memcpy(at, aad, strlen(aad));
    memcpy(at += strlen(aad), content->iv, content->iv_size);
    memcpy(at += content->iv_size, bytes, size);
    memcpy(at + size, length, sizeof length);
    MUST(HMAC(hash_of(2 * content->bits), content->key, (int)content->key_size / 2, input,
              input_size, mac, NULL));
    memcpy(content->tag, mac, content->tag_size);
    free(input);
}

/* @return new: the ciphertext in base64url. */
static char *encrypt_content(struct content *content, const char *aad, const void *bytes,
                             size_t size)
{
    unsigned char *out = malloc(size + 16);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const unsigned char *key = content->key + (content->cbc ? content->key_size / 2 : 0);
    int written = 0, rest = 0, ignored = 0;

    MUST(out && context);
    MUST(EVP_EncryptInit_ex(context, cipher_of(content), NULL, key, content->iv) == 1);
    if (!content->cbc)
        MUST(EVP_EncryptUpdate(context, NULL, &ignored, (const unsigned char *)aad,
                               (int)strlen(aad)) == 1);
    MUST(EVP_EncryptUpdate(context, out, &written, bytes, (int)size) == 1);
    MUST(EVP_EncryptFinal_ex(context, out + written, &rest) == 1);
    if (content->cbc)
        tag_by_hmac(content, aad, out, (size_t)written + (size_t)rest);
    else
        MUST(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, content->tag) == 1);
    EVP_CIPHER_CTX_free(context);
    char *text = mint_base64url(out, (size_t)written + (size_t)rest);
    free(out);
    return text;
}

char *mint_encrypted_with(const struct mint_key *key, const char *alg, const char *enc,
                          const char *header, const void *bytes, size_t size)
{
    struct content content = new_content(enc);
    char *head = mint_base64url(header, strlen(header));
    char *encrypted_key = encrypt_key(key, alg, &content);
    char *ciphertext = encrypt_content(&content, head, bytes, size);
    char *iv = mint_base64url(content.iv, content.iv_size);
    char *tag = mint_base64url(content.tag, content.tag_size);
    char *token = text_of("%s.%s.%s.%s.%s", head, encrypted_key, iv, ciphertext, tag);

    free(tag);
    free(iv);
    free(ciphertext);
    free(encrypted_key);
    free(head);
    return token;
}

char *mint_encrypted(const struct mint_key *key, const char *alg, const char *enc, const char *text)
{
    char *header = text_of("{\"alg\":\"%s\",\"enc\":\"%s\",\"cty\":\"JWT\"}", alg, enc);
    char *token = mint_encrypted_with(key, alg, enc, header, text, strlen(text));

    free(header);
    return token;
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
