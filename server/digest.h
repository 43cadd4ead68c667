/* Digests by which a worker finds again what it has opened or verified: sealed cookies, tokens. */
#ifndef SERVER_DIGEST_H
#define SERVER_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_SIZE 32

/** Makes digests. Belongs to one worker. */
struct digester;

struct digester *digester_new(void);
void digester_free(struct digester *digester);

/** SHA-256 of a text. False when it cannot be made. */
bool digest_make(struct digester *digester, const char *text, size_t size,
                 unsigned char digest[DIGEST_SIZE]);

#endif
