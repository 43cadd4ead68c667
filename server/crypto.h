/* Whether OpenSSL has what sign-ins need. */
#ifndef SERVER_CRYPTO_H
#define SERVER_CRYPTO_H

/**
 * Looks for every algorithm that a sign-in, a session or a hand-off may need. OpenSSL (3.0) makes
 * the algorithms of a kind ready when the first of them is asked for, and one that memory was too
 * short for then is lost for as long as the process runs.
 *
 * @return NULL, or what is missing: a static text.
 */
const char *crypto_missing(void);

#endif
