/* Files in PEM (RFC 7468), block by block. */
#ifndef LIBOIDC_PEM_H
#define LIBOIDC_PEM_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/error.h>

/** Most bytes of a file of private keys: more than the largest that are taken have in PEM. */
#define PEM_KEY_FILE_MAX ((size_t)64 * 1024)

/** Whether a file of private keys is of a size to be read: OIDC_OK or OIDC_E_KEY_FILE. */
OIDC_CHECKED oidc_code pem_check_key_file(size_t size, oidc_error *error);

/** One block between BEGIN and END. Borrowed for the length of a call. */
struct pem_block {
    char *name;           /* "CERTIFICATE" */
    char *header;         /* of RFC 1421, 4.6; mostly empty */
    unsigned char *bytes; /* what was in base64, still under its passphrase where it has one */
    long size;
};

/** What a reader does with a block; anything but OIDC_OK ends the reading. */
typedef oidc_code pem_take(void *reader, const struct pem_block *block, oidc_error *error);

/**
 * Gives every block of a file to its reader. What is no block is passed over; one that is cut short
 * or garbled is not taken for the end. Nobody is asked for a passphrase. The bytes are cleansed.
 *
 * @param size of pem; at most INT_MAX. @param damaged set when a block is.
 * @return what `take` returned; OIDC_OK at the end and at a damaged block; OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code pem_read(const void *pem, size_t size, pem_take *take, void *reader,
                                bool *damaged, oidc_error *error);

#endif
