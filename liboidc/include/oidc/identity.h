/* Who signed in, and what the site's policy says of the account. */
#ifndef OIDC_IDENTITY_H
#define OIDC_IDENTITY_H

#include <stdbool.h>

/** Most bytes of a provider id in a provider file. */
#define OIDC_PROVIDER_MAX 64

/** Most bytes of an issuer identifier: no real one comes near it, and states and sessions must fit
 * into a cookie with it. */
#define OIDC_ISSUER_MAX 512

/** Most bytes of a subject identifier (OpenID Connect Core 1.0, 2: 255 ASCII characters). */
#define OIDC_SUBJECT_MAX 255

/** Most bytes of an XNAT user name. */
#define OIDC_USERNAME_MAX 64

/** Most bytes of an e-mail address: a path has at most 256 with its angle brackets (RFC 5321,
 * 4.5.3.1.3). */
#define OIDC_EMAIL_MAX 254

/** Most bytes of a given or family name; a longer one is cut at a character. */
#define OIDC_NAME_MAX 128

/** Characters of a provider session: 128 bits in base64url. */
#define OIDC_PROVIDER_SESSION_LENGTH 22

/** A verified identity. Strings are UTF-8 without control characters, never NULL; "" where the
 * provider says nothing. They belong to whatever handed out the identity. */
typedef struct oidc_identity {
    const char *provider;         /**< id in the configuration */
    const char *issuer;           /**< the provider's issuer identifier */
    const char *subject;          /**< `sub`, unique and never reassigned within the issuer */
    const char *username;         /**< for XNAT, by openid.P.usernamePattern; valid for XNAT */
    const char *email;            /**< valid address or ""; see username_of_subject */
    const char *given_name;       /**< by openid.P.givenNameProperty */
    const char *family_name;      /**< by openid.P.familyNameProperty */
    const char *provider_session; /**< a digest of the ID token's `sid`; "" where it has none */
    bool auto_enabled;            /**< a new account starts enabled */
    bool auto_verified;           /**< a new account starts verified */
    bool create_user;             /**< an unknown user may be created */
    /* Of this sign-in alone: a session keeps neither, and has both false. */
    bool email_unverified;    /**< the provider itself says so of the address that it gave
                                   (`email_verified`) */
    bool username_of_subject; /**< made of the provider's id and `sub` such that no other has it;
                                   where it is not, an unverified address is left out: who can
                                   choose both could choose another person's */
} oidc_identity;

#endif
