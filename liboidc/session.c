/* Sessions: an identity that the browser keeps, sealed. What stands inside the seal:
 * session_plain.h. */
#include "session_plain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

#include "fail.h"
#include "sealing.h"
#include "secret.h"
#include "props/utf8.h"

/* --- making -------------------------------------------------------------------------------------
 */

/* What <oidc/identity.h> promises of an identity holds; whoever breaks it has a defect. */
static oidc_code check_identity(const oidc_identity *identity, size_t *room, oidc_error *error)
{
    *room = 0;
    for (size_t i = 0; i < SESSION_TEXTS; i++) {
        const char *text = session_text_at(identity, i);
        size_t size = text ? strnlen(text, session_texts[i].max + 1) : 0;
        if (!text)
            return oidc_fail(error, OIDC_E_USAGE, "the identity's %s is NULL",
                             session_texts[i].name);
        if (size > session_texts[i].max)
            return oidc_fail(error, OIDC_E_USAGE, "the identity's %s is longer than %zu bytes",
                             session_texts[i].name, session_texts[i].max);
        if (!utf8_text_is_clean(text))
            return oidc_fail(error, OIDC_E_USAGE,
                             "the identity's %s has control characters or is not UTF-8",
                             session_texts[i].name);
        *room += size + 1;
    }
    return OIDC_OK;
}

static void copy_identity(const oidc_identity *identity, oidc_session *session)
{
    char *end = session->texts;

    session->identity = *identity;
    /* what the text has no place for, so that a session is the same when it is opened again */
    session->identity.email_unverified = false;
    session->identity.username_of_subject = false;
    for (size_t i = 0; i < SESSION_TEXTS; i++) {
        size_t size = strlen(session_text_at(identity, i)) + 1;
        memcpy(end, session_text_at(identity, i), size);
        session_set_text(&session->identity, i, end);
        end += size;
    }
}

oidc_code oidc_session_new(const oidc_identity *identity, int64_t now, int64_t expires_at,
                           oidc_session **session, oidc_error *error)
{
    oidc_session *made = NULL;
    size_t room;
    oidc_code code;

    *session = NULL;
    OIDC_TRY(check_identity(identity, &room, error));
    made = session_allocate(room);
    if (!made)
        return oidc_fail_memory(error);
    copy_identity(identity, made);
    made->issued_at = now;
    made->expires_at = expires_at;
    made->seen_at = now;
    OIDC_TRY(secret_random(made->id, sizeof made->id, error));
    *session = made;
    made = NULL;
out:
    oidc_session_free(&made);
    return code;
}

/* --- sealing ------------------------------------------------------------------------------------
 */

oidc_code oidc_session_seal(const oidc_session *session, oidc_keyring *keyring, char **text,
                            oidc_error *error)
{
    unsigned char plain[SESSION_PLAIN_MAX];
    size_t size = session_write(session, plain);
    oidc_code code = seal_text(keyring, SEAL_SESSION, plain, size, text, error);

    OPENSSL_cleanse(plain, sizeof plain);
    return code;
}

oidc_code oidc_session_open(oidc_keyring *keyring, const char *text, size_t size, int64_t now,
                            oidc_session **session, oidc_error *error)
{
    void *plain = NULL;
    size_t plain_size = 0;
    oidc_session *opened = NULL;
    oidc_code code;

    *session = NULL;
    OIDC_TRY(seal_open(keyring, SEAL_SESSION, text, size, &plain, &plain_size, error));
    code = session_read(plain, plain_size, &opened, error);
    if (!opened)
        goto out;
    if (opened->expires_at <= now) {
        code = oidc_fail(error, OIDC_E_SESSION_EXPIRED, "the session ended %" PRIu64 " seconds ago",
                         (uint64_t)now - (uint64_t)opened->expires_at);
        goto out;
    }
    *session = opened;
    opened = NULL;
out:
    oidc_session_free(&opened);
    secret_free(plain, plain_size);
    return code;
}

/* --- looking ------------------------------------------------------------------------------------
 */

const oidc_identity *oidc_session_identity(const oidc_session *session)
{
    return &session->identity;
}

const unsigned char *oidc_session_id(const oidc_session *session)
{
    return session->id;
}

int64_t oidc_session_issued_at(const oidc_session *session)
{
    return session->issued_at;
}

unsigned oidc_session_millisecond(const oidc_session *session)
{
    return session->millisecond;
}

int64_t oidc_session_expires_at(const oidc_session *session)
{
    return session->expires_at;
}

int64_t oidc_session_seen_at(const oidc_session *session)
{
    return session->seen_at;
}

void oidc_session_touch(oidc_session *session, int64_t now)
{
    session->seen_at = now;
}

void oidc_session_set_millisecond(oidc_session *session, unsigned millisecond)
{
    session->millisecond =
        millisecond <= SESSION_MILLISECOND_MAX ? millisecond : SESSION_MILLISECOND_MAX;
}

/* --- what the program attaches ------------------------------------------------------------------
 */

oidc_code oidc_session_attach(oidc_session *session, const void *bytes, size_t size,
                              oidc_error *error)
{
    if (size > OIDC_SESSION_ATTACHMENT_MAX)
        return oidc_fail(error, OIDC_E_USAGE, "%zu bytes are too many to attach; %d are the most",
                         size, OIDC_SESSION_ATTACHMENT_MAX);
    OPENSSL_cleanse(session->attachment, sizeof session->attachment);
    if (size > 0)
        memcpy(session->attachment, bytes, size);
    session->attachment_size = size;
    return OIDC_OK;
}

const void *oidc_session_attachment(const oidc_session *session, size_t *size)
{
    *size = session->attachment_size;
    return session->attachment_size > 0 ? session->attachment : NULL;
}
