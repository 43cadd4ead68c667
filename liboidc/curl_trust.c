/* Certificate authorities from a PEM file (<oidc/curl.h>), and how libcurl is given them. */
#include <oidc/curl.h>

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "fail.h"
#include "pem.h"

/* Most certificates of one file: whole systems come with some 150. */
#define CERTIFICATES_MAX 1024

/* Most bytes of such a file: OpenSSL counts them in an int. */
#define CA_SIZE_MAX ((size_t)16 * 1024 * 1024)

struct oidc_trust {
    X509 **certificates;
    size_t count;
};

void oidc_trust_free(oidc_trust **trust)
{
    if (!*trust)
        return;
    for (size_t i = 0; i < (*trust)->count; i++)
        X509_free((*trust)->certificates[i]);
    free((*trust)->certificates);
    free(*trust);
    *trust = NULL;
}

/* --- the file -----------------------------------------------------------------------------------
 */

/* RFC 7468, 5.1, with the old name of 5.3; OpenSSL's own has what to trust it for behind it. What
 * has another name is passed over. */
static X509 *decode(const struct pem_block *block, bool *is_one)
{
    const unsigned char *bytes = block->bytes;
    bool plain =
        strcmp(block->name, PEM_STRING_X509) == 0 || strcmp(block->name, PEM_STRING_X509_OLD) == 0;

    *is_one = plain || strcmp(block->name, PEM_STRING_X509_TRUSTED) == 0;
    if (!*is_one)
        return NULL;
    return plain ? d2i_X509(NULL, &bytes, block->size) : d2i_X509_AUX(NULL, &bytes, block->size);
}

/* What is under a passphrase is no certificate until it is decrypted. */
static oidc_code take_block(void *reader, const struct pem_block *block, oidc_error *error)
{
    oidc_trust *trust = reader;
    bool is_one;
    X509 *certificate = decode(block, &is_one);

    if (!is_one)
        return OIDC_OK;
    if (!certificate)
        return oidc_fail(error, OIDC_E_FILE, "certificate %zu of the file is damaged",
                         trust->count + 1);
    if (trust->count == CERTIFICATES_MAX) {
        X509_free(certificate);
        return oidc_fail(error, OIDC_E_FILE, "there are more than %d certificates in the file",
                         CERTIFICATES_MAX);
    }
    trust->certificates[trust->count++] = certificate;
    return OIDC_OK;
}

static oidc_code read_certificates(oidc_trust *trust, const void *pem, size_t size,
                                   oidc_error *error)
{
    oidc_code code;
    bool damaged;

    trust->certificates = calloc(CERTIFICATES_MAX, sizeof(X509 *));
    if (!trust->certificates)
        return oidc_fail_memory(error);
    code = pem_read(pem, size, take_block, trust, &damaged, error);
    if (code != OIDC_OK)
        return code;
    if (damaged)
        return oidc_fail(error, OIDC_E_FILE, "the PEM after certificate %zu of the file is damaged",
                         trust->count);
    if (trust->count == 0)
        return oidc_fail(error, OIDC_E_FILE, "the file holds no certificate in PEM");
    return OIDC_OK;
}

oidc_code oidc_trust_parse(const void *pem, size_t size, oidc_trust **trust, oidc_error *error)
{
    oidc_trust *made;
    oidc_code code;

    *trust = NULL;
    if (size > CA_SIZE_MAX)
        return oidc_fail(error, OIDC_E_FILE, "the file is larger than %zu bytes", CA_SIZE_MAX);
    made = calloc(1, sizeof *made);
    if (!made)
        return oidc_fail_memory(error);
    code = read_certificates(made, pem, size, error);
    if (code == OIDC_OK)
        *trust = made;
    else
        oidc_trust_free(&made);
    return code;
}

/* --- libcurl ------------------------------------------------------------------------------------
 */

/* libcurl calls this with the context it has filled with the system's authorities. */
static CURLcode add_certificates(CURL *easy, void *context, void *user)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    const oidc_trust *trust = user;

    (void)easy;
    for (size_t i = 0; i < trust->count; i++) {
        if (X509_STORE_add_cert(store, trust->certificates[i]) != 1)
            return CURLE_SSL_CACERT_BADFILE;
    }
    return CURLE_OK;
}

void oidc_trust_apply(const oidc_trust *trust, void *easy)
{
    union {
        const oidc_trust *constant;
        void *any;
    } data = {.constant = trust};

    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!trust)
        return;
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, add_certificates);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, data.any);
}
