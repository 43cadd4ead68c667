/* What the browser keeps for us between the two legs of a sign-in: written, sealed, opened, read.
 */
#ifndef LIBOIDC_STATE_H
#define LIBOIDC_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/login.h>
#include <oidc/seal.h>

#include "pkce.h"

/** Random bytes of a state value and of a nonce. */
#define STATE_ID_SIZE 16
#define STATE_NONCE_SIZE 16

/** Characters of a nonce, the NUL not counted. */
#define STATE_NONCE_LENGTH 22

/** Strings are owned. Freed by login_state_free. */
struct login_state {
    unsigned char id[STATE_ID_SIZE]; /* the state value */
    unsigned char nonce[STATE_NONCE_SIZE];
    unsigned char verifier[PKCE_VERIFIER_SIZE];
    bool pkce;   /* without it there is no verifier */
    bool silent; /* prompt=none: the person was not asked */
    int64_t issued_at;
    char *provider;
    char *issuer;
    char *return_to;
};

/** Seals a state: at most about 2.3 kB of base64url, with the longest return_to. @param text new.
 */
OIDC_CHECKED oidc_code login_state_seal(const struct login_state *state, oidc_keyring *ring,
                                        char **text, oidc_error *error);

/**
 * Opens what login_state_seal made. Times are the caller's to judge.
 *
 * @return OIDC_OK, OIDC_E_STATE_INVALID, OIDC_E_MEMORY, OIDC_E_CRYPTO.
 */
OIDC_CHECKED oidc_code login_state_open(oidc_keyring *ring, const char *text, size_t size,
                                        struct login_state **state, oidc_error *error);

/** Cleansed. */
void login_state_free(struct login_state **state);

#endif
