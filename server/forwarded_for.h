/* Whom front ends say that they speak for: X-Forwarded-For, and Forwarded (RFC 7239). */
#ifndef SERVER_FORWARDED_FOR_H
#define SERVER_FORWARDED_FOR_H

#include <stdbool.h>
#include <stddef.h>

#include "address.h"

/** What a trusted peer says, and whose word counts. */
struct forwarded_for {
    const char *x_forwarded_for; /* all fields as one list; NULL: none */
    const char *forwarded;       /* likewise; heard only where there is no X-Forwarded-For */
    const struct cidr *trusted;
    size_t trusted_count;
};

/**
 * The client's address: the last hop of the list that is no trusted front end, since only what
 * trusted ones added is known to be true; the first, where all of them are.
 *
 * @param client  set to the numeric address without port.
 * @return false where there is no list, or that hop has no address: `unknown`, a name made up to
 *         hide it (RFC 7239, 6.3), or what cannot be read.
 */
bool forwarded_for_client(const struct forwarded_for *said, char client[ADDRESS_TEXT_SIZE]);

#endif
