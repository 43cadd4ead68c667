/*
 * Sessions: an identity sealed into a text the browser keeps. Nothing is stored on this side, so
 * any process with the same keyring accepts it. Immutable but for its millisecond, the time it
 * was last seen, and what the program attaches to it.
 */
#ifndef OIDC_SESSION_H
#define OIDC_SESSION_H

#include <stdint.h>

#include <oidc/identity.h>
#include <oidc/seal.h>

/** Bytes of a session's identifier: random, the handle for signing out. */
#define OIDC_SESSION_ID_SIZE 16

/** Most bytes that a program attaches to a session: with them the longest session still makes a
 * cookie of less than 4096 bytes, which is what browsers keep (RFC 6265, 6.1). */
#define OIDC_SESSION_ATTACHMENT_MAX 256

/** Most bytes of a session's provider id. It is more than OIDC_PROVIDER_MAX, which is a rule of
 * provider files: an identity may be a program's own, and of no file. */
#define OIDC_SESSION_PROVIDER_MAX 255

/** One session. Not for two threads at once. */
typedef struct oidc_session oidc_session;

/**
 * A new session for an identity, with a fresh identifier.
 *
 * @param identity    borrowed for the call; copied.
 * @param expires_at  seconds since the epoch; from then on it opens no more.
 * @param session     new.
 * @return OIDC_OK; OIDC_E_USAGE for an identity that breaks the promises of <oidc/identity.h>, or
 *         with a provider id of more than OIDC_SESSION_PROVIDER_MAX or an issuer of more than
 *         OIDC_ISSUER_MAX bytes, so that every session fits into a cookie; OIDC_E_RANDOM,
 *         OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_session_new(const oidc_identity *identity, int64_t now,
                                                 int64_t expires_at, oidc_session **session,
                                                 oidc_error *error);

/** Frees it and cleanses what is in it; sets the pointer to NULL. NULL is fine. */
OIDC_API void oidc_session_free(oidc_session **session);

/**
 * Seals a session for the browser to keep.
 *
 * @param keyring  borrowed for the call.
 * @param text     new, for free(): base64url, at most OIDC_SEALED_MAX characters.
 * @return OIDC_OK, OIDC_E_RANDOM, OIDC_E_CRYPTO, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_session_seal(const oidc_session *session,
                                                  oidc_keyring *keyring, char **text,
                                                  oidc_error *error);

/**
 * Opens a sealed text.
 *
 * @param keyring  borrowed for the call.
 * @param text     borrowed for the call; need not end in NUL.
 * @param session  new.
 * @return OIDC_OK; OIDC_E_SESSION_INVALID for anything we did not seal for this purpose;
 *         OIDC_E_SESSION_EXPIRED; OIDC_E_MEMORY; OIDC_E_CRYPTO.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_session_open(oidc_keyring *keyring, const char *text,
                                                  size_t size, int64_t now, oidc_session **session,
                                                  oidc_error *error);

/** Whose it is. Borrowed until the session is freed. */
OIDC_API const oidc_identity *oidc_session_identity(const oidc_session *session);

/** Its identifier, OIDC_SESSION_ID_SIZE bytes. Borrowed until the session is freed. */
OIDC_API const unsigned char *oidc_session_id(const oidc_session *session);

/** When it was made (oidc_session_new's now), in seconds since the epoch. */
OIDC_API int64_t oidc_session_issued_at(const oidc_session *session);

/** The millisecond of oidc_session_issued_at, for callers who must know whether a session or a
 * sign-out came first. 0 in a new session. */
OIDC_API unsigned oidc_session_millisecond(const oidc_session *session);

/** Sets it. @param millisecond 0 to 999; a greater one becomes 999. */
OIDC_API void oidc_session_set_millisecond(oidc_session *session, unsigned millisecond);

/** From when on oidc_session_open takes it no more, in seconds since the epoch. */
OIDC_API int64_t oidc_session_expires_at(const oidc_session *session);

/** When it was made or touched last, in seconds since the epoch: what an idle time-out counts
 * from. */
OIDC_API int64_t oidc_session_seen_at(const oidc_session *session);

/** Sets oidc_session_seen_at to now. It takes effect for the browser when the session is sealed
 * anew. */
OIDC_API void oidc_session_touch(oidc_session *session, int64_t now);

/**
 * Attaches bytes of the program's own to a session, for example a credential that goes with it, in
 * place of what was attached before. They are sealed with the rest, mean nothing to this library,
 * and are cleansed when the session is freed or they are replaced.
 *
 * A release that knows no attachments does not open a session with one (OIDC_E_SESSION_INVALID).
 *
 * @param bytes  borrowed for the call; copied.
 * @param size   0: nothing is attached any more.
 * @return OIDC_OK; OIDC_E_USAGE for more than OIDC_SESSION_ATTACHMENT_MAX bytes: then what was
 *         attached before still is.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_session_attach(oidc_session *session, const void *bytes,
                                                    size_t size, oidc_error *error);

/** What is attached: borrowed until it is replaced or the session is freed; NULL, and *size 0,
 * where nothing is. */
OIDC_API const void *oidc_session_attachment(const oidc_session *session, size_t *size);

#endif
