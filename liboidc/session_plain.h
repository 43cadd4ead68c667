/* What stands in a sealed session: its identifier, when it began, ends and was last seen, the
 * identity, and what the program attached. */
#ifndef LIBOIDC_SESSION_PLAIN_H
#define LIBOIDC_SESSION_PLAIN_H

#include <oidc/session.h>

/** Most bytes that session_write writes; well under OIDC_SEAL_PLAIN_MAX. */
#define SESSION_PLAIN_MAX                                                                          \
    (2 + OIDC_SESSION_ID_SIZE + 3 * 8 + 2 + SESSION_TEXTS * 2 + OIDC_SESSION_PROVIDER_MAX +        \
     OIDC_ISSUER_MAX + OIDC_SUBJECT_MAX + OIDC_USERNAME_MAX + OIDC_EMAIL_MAX + 2 * OIDC_NAME_MAX + \
     OIDC_PROVIDER_SESSION_LENGTH + 2 + OIDC_SESSION_ATTACHMENT_MAX)

/** A session's last millisecond of a second. */
#define SESSION_MILLISECOND_MAX 999

struct oidc_session {
    oidc_identity identity; /* its strings are in texts */
    unsigned char id[OIDC_SESSION_ID_SIZE];
    int64_t issued_at, expires_at, seen_at;
    unsigned millisecond; /* of issued_at */
    unsigned char attachment[OIDC_SESSION_ATTACHMENT_MAX];
    size_t attachment_size;
    size_t size; /* of all of it */
    char texts[];
};

/** The texts of an identity: where they are, how long they may be, what they are called. */
#define SESSION_TEXTS 8
extern const struct session_text {
    const char *name;
    size_t offset;
    size_t max;
} session_texts[SESSION_TEXTS];

/** The text of row i of session_texts. */
const char *session_text_at(const oidc_identity *identity, size_t i);

/** Makes the text of row i another. @param text borrowed by the identity. */
void session_set_text(oidc_identity *identity, size_t i, const char *text);

/** A session with room for that many bytes of texts, their ends included; empty. NULL: no memory.
 */
oidc_session *session_allocate(size_t room);

/** Writes a session. @return the size. */
size_t session_write(const oidc_session *session, unsigned char plain[SESSION_PLAIN_MAX]);

/**
 * Reads what session_write wrote, and nothing else: no byte is left over, no text is longer than
 * its limit or has a NUL inside, no flag is unknown, no attachment is empty.
 *
 * @param session  new.
 * @return OIDC_OK, OIDC_E_SESSION_INVALID, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code session_read(const void *plain, size_t size, oidc_session **session,
                                    oidc_error *error);

#endif
