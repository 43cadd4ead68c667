/* What every JSON Web Token is checked for, whatever it is for (RFC 7519, 4.1; RFC 8725,
 * 3): the claims and the header that ID tokens, logout tokens and bearer tokens share. */
#ifndef LIBOIDC_JWT_H
#define LIBOIDC_JWT_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>

#include <oidc/error.h>

/** Seconds that the provider's clock may be off from ours. */
#define JWT_LEEWAY 60

/** What a kind of token is called in the log, and the codes of its failures. */
struct jwt_kind {
    const char *name; /* "ID token" */
    oidc_code malformed;
    oidc_code missing;
    oidc_code type; /* 0 where `typ` is not looked at */
    oidc_code issuer;
    oidc_code audience; /* 0 where jwt_check_audience is not used */
    oidc_code expired;
    oidc_code future;
    oidc_code subject;
};

/** What each check is given. All borrowed. */
struct jwt {
    const struct jwt_kind *kind;
    const json_t *claims;
    const char *issuer;    /* that it must have */
    const char *client_id; /* that it must be meant for; NULL where it need not be */
    int64_t now;
    const void *own; /* what this kind's own checks need beside */
    oidc_error *error;
};

/** One check: OIDC_OK, or the failure, with what was expected and what came. */
typedef oidc_code jwt_check(const struct jwt *jwt);

/** Runs checks, up to NULL, until one fails. */
OIDC_CHECKED oidc_code jwt_run(const struct jwt *jwt, jwt_check *const checks[]);

/* --- checks that can stand in such a list ------------------------------------------------------
 */

/** `iss` is there, and is exactly the provider's. */
OIDC_CHECKED oidc_code jwt_check_issuer(const struct jwt *jwt);

/** `aud` is there, and is the client or has it among others. */
OIDC_CHECKED oidc_code jwt_check_audience(const struct jwt *jwt);

/** `exp` is there, and has not come. */
OIDC_CHECKED oidc_code jwt_check_expiry(const struct jwt *jwt);

/** `nbf`, where it is there, has come. */
OIDC_CHECKED oidc_code jwt_check_not_before(const struct jwt *jwt);

/* --- what checks are made of -------------------------------------------------------------------
 */

/** The failure of a token that lacks a claim: its kind's code `missing`. */
OIDC_CHECKED oidc_code jwt_missing(const struct jwt *jwt, const char *name);

/** The failure of a claim that is not `what`, for example "a string": code `malformed`. */
OIDC_CHECKED oidc_code jwt_malformed(const struct jwt *jwt, const char *name, const char *what);

/** A text that must be there; it may be empty. */
OIDC_CHECKED oidc_code jwt_text(const struct jwt *jwt, const char *name, const char **text);

/** A time that must be there, as jwt_time reads it. */
OIDC_CHECKED oidc_code jwt_time_claim(const struct jwt *jwt, const char *name, int64_t *time);

/** A time that, where it is there, has come. @param how it is told behind the token's name, as in
 * " was issued" 70 seconds from now. */
OIDC_CHECKED oidc_code jwt_check_begun(const struct jwt *jwt, const char *name, const char *how);

/** A subject is what it is in an ID token: jwt_is_subject. @param subject NULL is none. */
OIDC_CHECKED oidc_code jwt_check_subject(const struct jwt *jwt, const char *subject);

/**
 * `typ` in a header, where it is there, is the kind's own or JWT: a token that says it is something
 * else is that (RFC 8725, 3.11). Case does not count, and "application/" may be left out
 * (RFC 7515, 4.1.9).
 */
OIDC_CHECKED oidc_code jwt_check_type(const json_t *header, const char *own,
                                      const struct jwt_kind *kind, oidc_error *error);

/** Whether a header has this `typ`, read like that. */
bool jwt_has_type(const json_t *header, const char *type);

/** Whether the value is a NumericDate (RFC 7519, 2); *time is then set to its whole seconds.
 * NULL is none. */
bool jwt_time(const json_t *value, int64_t *time);

/** Whether text is a subject identifier: 1 to 255 printable ASCII characters (OpenID Connect Core
 * 1.0, 2). Published for tests. */
bool jwt_is_subject(const char *text);

#endif
