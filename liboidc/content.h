/* Content encryption: the algorithms that encrypt what is in a token (RFC 7518, 5). */
#ifndef LIBOIDC_CONTENT_H
#define LIBOIDC_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes of the longest key: A256CBC-HS512's. */
#define CONTENT_KEY_MAX 64

/** Bytes that a plain text may be written beyond the size of its ciphertext: a block. */
#define CONTENT_SLACK 16

/** What is needed to decrypt with an algorithm. Sizes are in bytes and exact: a tag or an IV of
 * another size is refused, however well what there is of it fits (CVE-2023-37464). */
struct content_encryption {
    const char *name;   /* `enc` */
    const char *cipher; /* OpenSSL's name */
    const char *hash;   /* of the HMAC beside CBC; NULL for GCM, which has a tag of its own */
    size_t key_size, iv_size, tag_size;
};

/** The row with this `enc` name, or NULL for one we do not take. */
const struct content_encryption *content_encryption_named(const char *name);

struct content_bytes {
    const unsigned char *bytes;
    size_t size;
};

struct content {
    struct content_bytes aad, iv, ciphertext, tag;
};

/** Three answers: it was encrypted with this key and not changed; it was not; OpenSSL could not
 * say. */
enum content_verdict { CONTENT_OPENED, CONTENT_FOREIGN, CONTENT_BROKEN };

/**
 * Decrypts and authenticates. What is written when the verdict is not CONTENT_OPENED is nothing:
 * never to be looked at.
 *
 * @param key    of encryption->key_size bytes.
 * @param plain  room for the ciphertext and CONTENT_SLACK.
 * @param size   set to the bytes of the plain text.
 */
enum content_verdict content_decrypt(const struct content_encryption *encryption,
                                     const unsigned char *key, const struct content *content,
                                     unsigned char *plain, size_t *size);

#endif
