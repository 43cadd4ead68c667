/* SHA-256, with what OpenSSL needs for it kept from one to the next. See digest.h. */
#include <config.h>

#include "digest.h"

#include <stdlib.h>

#include <openssl/evp.h>

struct digester {
    EVP_MD *sha256; /* looked up once: that costs more than the digest */
    EVP_MD_CTX *context;
};

struct digester *digester_new(void)
{
    struct digester *digester = calloc(1, sizeof(*digester));

    if (!digester)
        return NULL;
    digester->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    digester->context = EVP_MD_CTX_new();
    if (digester->sha256 && digester->context)
        return digester;
    digester_free(digester);
    return NULL;
}

void digester_free(struct digester *digester)
{
    if (!digester)
        return;
    EVP_MD_CTX_free(digester->context);
    EVP_MD_free(digester->sha256);
    free(digester);
}

bool digest_make(struct digester *digester, const char *text, size_t size,
                 unsigned char digest[DIGEST_SIZE])
{
    return EVP_DigestInit_ex2(digester->context, digester->sha256, NULL) == 1 &&
           EVP_DigestUpdate(digester->context, text, size) == 1 &&
           EVP_DigestFinal_ex(digester->context, digest, NULL) == 1;
}
