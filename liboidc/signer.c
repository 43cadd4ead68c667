/* The key that signs what is handed off, an EC key on P-256, and its public half for receivers. */
#include "signer.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base64url.h"
#include "buf.h"
#include "fail.h"
#include "pem.h"
#include "secret.h"
#include "thumbprint.h"

/* Bytes of a coordinate, and of r and of s. */
#define FIELD_SIZE 32

/* Characters of 32 bytes in base64url, and the NUL. */
#define FIELD_TEXT 44

/* OpenSSL's bound for the DER of an ECDSA signature on P-256 is 72 bytes. */
#define DER_MAX 80

#define JWKS_TEXT_MAX 512
#define HEADER_MAX 256
#define TOKEN_MAX (2 * SIGNER_PAYLOAD_MAX) /* base64url adds a third */

struct oidc_signer {
    atomic_size_t owners;
    EVP_PKEY *key;
    char x[FIELD_TEXT], y[FIELD_TEXT];
    char kid[THUMBPRINT_TEXT];
    char *jwk;
    char *jwks;
    char *header; /* of a token, in base64url */
};

/* --- the public half ----------------------------------------------------------------------------
 */

static bool coordinate(const EVP_PKEY *key, const char *name, char text[FIELD_TEXT])
{
    unsigned char bytes[FIELD_SIZE];
    BIGNUM *number = NULL;
    bool good = EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
                BN_bn2binpad(number, bytes, FIELD_SIZE) == FIELD_SIZE;

    BN_free(number);
    if (good)
        base64url_encode(bytes, FIELD_SIZE, text);
    return good;
}

/* RFC 7638, 3.2 and 3.3: the required members, in this order, without any blank. */
static oidc_code name_key(oidc_signer *signer, oidc_error *error)
{
    struct buf members;
    oidc_code code;

    buf_init(&members, JWKS_TEXT_MAX);
    buf_addf(&members, "\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"", signer->x,
             signer->y);
    code =
        buf_ok(&members) ? thumbprint(members.data, signer->kid, error) : oidc_fail_memory(error);
    buf_free(&members);
    return code;
}

static bool write_jwk(oidc_signer *signer)
{
    struct buf jwk;

    buf_init(&jwk, JWKS_TEXT_MAX);
    buf_addf(&jwk,
             "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\","
             "\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"%s\"}",
             signer->x, signer->y, signer->kid);
    signer->jwk = buf_steal(&jwk);
    buf_free(&jwk);
    return signer->jwk;
}

static bool write_jwks(oidc_signer *signer)
{
    struct buf jwks;

    buf_init(&jwks, JWKS_TEXT_MAX);
    buf_addf(&jwks, "{\"keys\":[%s]}", signer->jwk);
    signer->jwks = buf_steal(&jwks);
    buf_free(&jwks);
    return signer->jwks;
}

static bool write_header(oidc_signer *signer)
{
    char text[HEADER_MAX];
    struct buf header;

    buf_init(&header, sizeof text / 4 * 3 - 3);
    buf_addf(&header, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", signer->kid);
    if (buf_ok(&header)) {
        base64url_encode(header.data, header.size, text);
        signer->header = strdup(text);
    }
    buf_free(&header);
    return signer->header;
}

/* --- making -------------------------------------------------------------------------------------
 */

/* @param key  taken over, also on failure. */
static oidc_code new_signer(EVP_PKEY *key, oidc_signer **signer, oidc_error *error)
{
    oidc_signer *made = calloc(1, sizeof *made);

    if (!made) {
        EVP_PKEY_free(key);
        return oidc_fail_memory(error);
    }
    atomic_init(&made->owners, 1);
    made->key = key;
    oidc_code code = OIDC_OK;
    if (!coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, made->x) ||
        !coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, made->y))
        code = oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot give the public key");
    else
        code = name_key(made, error);
    if (code == OIDC_OK && !(write_jwk(made) && write_jwks(made) && write_header(made)))
        code = oidc_fail_memory(error);
    if (code == OIDC_OK)
        *signer = made;
    else
        oidc_signer_unref(&made);
    return code;
}

oidc_code oidc_signer_generate(oidc_signer **signer, oidc_error *error)
{
    *signer = NULL;
    ERR_set_mark();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    oidc_code code = key ? new_signer(key, signer, error)
                         : oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot generate a key");
    ERR_pop_to_mark();
    return code;
}

/* A key under a passphrase is refused; OpenSSL would ask for it on the terminal. */
static int no_passphrase(char *passphrase, int size, int writing, void *context)
{
    (void)writing, (void)context;
    if (size > 0)
        passphrase[0] = '\0';
    return -1;
}

static bool is_on_p256(const EVP_PKEY *key)
{
    char group[32] = "";

    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                          NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

/* The right curve, and halves that belong together. */
static oidc_code check_key(EVP_PKEY *key, oidc_error *error)
{
    if (!is_on_p256(key))
        return oidc_fail(error, OIDC_E_KEY_FILE, "the key is not an EC key on the curve P-256");
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (!context)
        return oidc_fail_memory(error);
    bool sound = EVP_PKEY_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return sound ? OIDC_OK
                 : oidc_fail(error, OIDC_E_KEY_FILE,
                             "the private and the public half of the key do not belong together");
}

/* @param key  new. */
static oidc_code read_pem(const void *pem, size_t size, EVP_PKEY **key, oidc_error *error)
{
    BIO *in = BIO_new_mem_buf(pem, (int)size);

    if (!in)
        return oidc_fail_memory(error);
    *key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);
    BIO_free(in);
    if (!*key)
        return oidc_fail(error, OIDC_E_KEY_FILE,
                         "there is no private key in PEM in the file, or it needs a passphrase");
    return OIDC_OK;
}

oidc_code oidc_signer_parse(const void *pem, size_t size, oidc_signer **signer, oidc_error *error)
{
    EVP_PKEY *key = NULL;

    *signer = NULL;
    oidc_code code = pem_check_key_file(size, error);
    if (code != OIDC_OK)
        return code;
    ERR_set_mark();
    code = read_pem(pem, size, &key, error);
    if (code == OIDC_OK)
        code = check_key(key, error);
    if (code == OIDC_OK)
        code = new_signer(key, signer, error);
    else
        EVP_PKEY_free(key);
    ERR_pop_to_mark();
    return code;
}

oidc_signer *oidc_signer_ref(oidc_signer *signer)
{
    if (signer)
        atomic_fetch_add_explicit(&signer->owners, 1, memory_order_relaxed);
    return signer;
}

void oidc_signer_unref(oidc_signer **signer)
{
    oidc_signer *gone = *signer;

    *signer = NULL;
    if (!gone || atomic_fetch_sub_explicit(&gone->owners, 1, memory_order_acq_rel) != 1)
        return;
    EVP_PKEY_free(gone->key);
    free(gone->jwk);
    free(gone->jwks);
    free(gone->header);
    free(gone);
}

const char *oidc_signer_jwks(const oidc_signer *signer)
{
    return signer->jwks;
}

const char *signer_jwk(const oidc_signer *signer)
{
    return signer->jwk;
}

/* --- signing ------------------------------------------------------------------------------------
 */

/* RFC 7518, 3.4: r and s side by side, out of ECDSA's DER. */
static bool raw_signature(const unsigned char *der, size_t size, unsigned char raw[2 * FIELD_SIZE])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool good = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, FIELD_SIZE) == FIELD_SIZE &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + FIELD_SIZE, FIELD_SIZE) == FIELD_SIZE;

    ECDSA_SIG_free(pair);
    return good;
}

/* The key is only read: any number of threads may sign, each with a context of its own. */
static bool sign(const oidc_signer *signer, const void *bytes, size_t size,
                 unsigned char raw[2 * FIELD_SIZE])
{
    unsigned char der[DER_MAX];
    size_t der_size = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        context &&
        EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, signer->key, NULL) == 1 &&
        EVP_DigestSign(context, der, &der_size, bytes, size) == 1 &&
        raw_signature(der, der_size, raw);

    EVP_MD_CTX_free(context);
    return good;
}

/* Appends base64url of bytes. */
static void add_encoded(struct buf *buf, const void *bytes, size_t size)
{
    size_t room = base64url_encoded_size(size) + 1;
    char *text = malloc(room);

    if (!text) {
        buf->bad = true;
        return;
    }
    base64url_encode(bytes, size, text);
    buf_add(buf, text, room - 1);
    secret_free(text, room);
}

/* Appends the signature of what is there already. */
static oidc_code add_signature(const oidc_signer *signer, struct buf *text, oidc_error *error)
{
    unsigned char signature[2 * FIELD_SIZE];

    if (!buf_ok(text))
        return oidc_fail_memory(error);
    ERR_set_mark();
    bool good = sign(signer, text->data, text->size, signature);
    ERR_pop_to_mark();
    if (!good)
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot sign");
    buf_adds(text, ".");
    add_encoded(text, signature, sizeof signature);
    return OIDC_OK;
}

oidc_code signer_sign(const oidc_signer *signer, const char *payload, size_t size, char **token,
                      oidc_error *error)
{
    struct buf text;

    *token = NULL;
    if (size > SIGNER_PAYLOAD_MAX)
        return oidc_fail(error, OIDC_E_USAGE, "%zu bytes are too many to sign", size);
    buf_init(&text, TOKEN_MAX);
    buf_adds(&text, signer->header);
    buf_adds(&text, ".");
    add_encoded(&text, payload, size);
    oidc_code code = add_signature(signer, &text, error);
    if (code == OIDC_OK) {
        *token = buf_steal(&text);
        code = *token ? OIDC_OK : oidc_fail_memory(error);
    }
    buf_free(&text);
    return code;
}
