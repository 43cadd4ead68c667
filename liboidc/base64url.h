/* base64url without padding (RFC 4648, 5; RFC 7515, 2), strictly. */
#ifndef LIBOIDC_BASE64URL_H
#define LIBOIDC_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

/** Characters that size bytes take, the NUL not counted. */
size_t base64url_encoded_size(size_t size);

/** Writes base64url_encoded_size(size) characters and a NUL. */
void base64url_encode(const void *bytes, size_t size, char *text);

/** Most bytes that size characters hold. */
size_t base64url_decoded_size(size_t size);

/**
 * Reads exactly one encoding of each value: no padding, no white space, no stray bits at the end.
 *
 * @param bytes  room for base64url_decoded_size(size).
 * @param count  set to the bytes written.
 */
bool base64url_decode(const char *text, size_t size, void *bytes, size_t *count);

#endif
