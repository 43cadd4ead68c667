/*
 * An alias token: a name and a password that XNAT makes up for a user, for a while. It travels in
 * the session, sealed with it, and goes to XNAT as Basic credentials (RFC 7617).
 */
#ifndef SERVER_XNAT_TOKEN_H
#define SERVER_XNAT_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/session.h>

#include "registry.h"

/** Characters of an alias (XNAT: a UUID, 36) and of a secret (XNAT: 64), without the NUL. Others
 * are taken as long as they fit into a session. */
#define XNAT_ALIAS_MAX 64
#define XNAT_SECRET_MAX 128

/** Holds a secret: cleanse with xnat_token_clear. */
struct xnat_token {
    char alias[XNAT_ALIAS_MAX + 1];
    char secret[XNAT_SECRET_MAX + 1];
    int64_t issued_at;  /* seconds since the epoch */
    int64_t expires_at; /* the same, by XNAT's clock */
};

/** Whether a text can be an alias or a secret: letters, digits and '-', at least one, at most max.
 */
bool xnat_token_is_word(const char *text, size_t max);

/** Attaches the token to a session. @return OIDC_OK or OIDC_E_USAGE. */
OIDC_CHECKED oidc_code xnat_token_attach(const struct xnat_token *token, oidc_session *session,
                                         oidc_error *error);

/** The token that is attached to a session. False, and the token is empty, where none is. */
bool xnat_token_of(const oidc_session *session, struct xnat_token *token);

/** The value of Authorization: new, for xnat_authorization_free; NULL when memory is short. */
char *xnat_token_authorization(const struct xnat_token *token);

/** The same of any user name and password. */
char *xnat_authorization(const char *user, const char *password);

/** Cleanses and frees; NULL is fine. */
void xnat_authorization_free(char *authorization);

/** From when on a token should be renewed: when a quarter of its life is left. */
int64_t xnat_token_renew_at(const struct xnat_token *token);

/** What is known of a token that is good no longer, as the number of its REGISTRY_TOKEN_GONE. */
enum xnat_token_end { XNAT_TOKEN_REFUSED = 1, XNAT_TOKEN_TOLD = 2 };

/** The key of that, for registry.h. False when it cannot be made. */
bool xnat_token_key(const struct xnat_token *token, unsigned char key[REGISTRY_KEY_SIZE]);

void xnat_token_clear(struct xnat_token *token);

#endif
