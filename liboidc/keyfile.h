/* The file of sealing keys: 32 bytes in base64 a line. */
#ifndef LIBOIDC_KEYFILE_H
#define LIBOIDC_KEYFILE_H

#include <stddef.h>

#include <oidc/seal.h>

#define KEYFILE_KEY_SIZE 32

/** Keys as they were read. The caller cleanses it, whatever the result. */
struct keyfile {
    unsigned char keys[OIDC_KEYRING_MAX][KEYFILE_KEY_SIZE];
    size_t count;
};

/**
 * Reads keys in base64, standard or URL alphabet, padding optional; blanks around them and CR at
 * the end of a line are no matter. Blank lines and lines that begin with '#' are skipped.
 *
 * @return OIDC_OK, or OIDC_E_KEY_FILE with the line in error; never with anything that stands in
 * it.
 */
OIDC_CHECKED oidc_code keyfile_read(const char *text, size_t size, struct keyfile *file,
                                    oidc_error *error);

#endif
