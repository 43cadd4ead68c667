/* OpenSSL finds the blocks; what lies between them is passed over. See pem.h. */
#include "pem.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "fail.h"

oidc_code pem_check_key_file(size_t size, oidc_error *error)
{
    if (size > 0 && size <= PEM_KEY_FILE_MAX)
        return OIDC_OK;
    return oidc_fail(error, OIDC_E_KEY_FILE, "the key file is empty or longer than %zu bytes",
                     PEM_KEY_FILE_MAX);
}

static void forget(struct pem_block *block)
{
    OPENSSL_free(block->name);
    OPENSSL_free(block->header);
    OPENSSL_clear_free(block->bytes, (size_t)block->size);
    *block = (struct pem_block){.size = 0};
}

static oidc_code read_all(BIO *in, pem_take *take, void *reader, bool *damaged, oidc_error *error)
{
    struct pem_block block = {.size = 0};
    oidc_code code = OIDC_OK;

    while (code == OIDC_OK &&
           PEM_read_bio(in, &block.name, &block.header, &block.bytes, &block.size) == 1) {
        code = take(reader, &block, error);
        forget(&block);
    }
    *damaged = code == OIDC_OK && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE;
    return code;
}

oidc_code pem_read(const void *pem, size_t size, pem_take *take, void *reader, bool *damaged,
                   oidc_error *error)
{
    BIO *in = BIO_new_mem_buf(pem, (int)size);
    oidc_code code;

    *damaged = false;
    if (!in)
        return oidc_fail_memory(error);
    ERR_set_mark();
    code = read_all(in, take, reader, damaged, error);
    ERR_pop_to_mark();
    BIO_free(in);
    return code;
}
