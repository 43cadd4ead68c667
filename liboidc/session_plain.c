/*
 * What stands in a sealed session. See session_plain.h.
 *
 * The form, numbers in network order:
 *
 *     version (1) | flags (1) | id (16) | issued (8) | millisecond (2) | expires (8) | seen (8)
 *     then eight times: size (2) | text
 *     and, in version 3 alone: size (2) | attachment
 *
 * Flags and texts are in the order of the tables below. A new version is for a new form; a session
 * without an attachment is written in version 2, one with an attachment of at least a byte in
 * version 3, so that each session has one spelling.
 */
#include "session_plain.h"

#include <stdlib.h>
#include <string.h>

#include "byte_reader.h"
#include "fail.h"
#include "secret.h"

#define VERSION_PLAIN 2
#define VERSION_ATTACHED 3

_Static_assert(SESSION_PLAIN_MAX <= OIDC_SEAL_PLAIN_MAX, "every session can be sealed");

const struct session_text session_texts[SESSION_TEXTS] = {
    {"provider", offsetof(oidc_identity, provider), OIDC_SESSION_PROVIDER_MAX},
    {"issuer", offsetof(oidc_identity, issuer), OIDC_ISSUER_MAX},
    {"subject", offsetof(oidc_identity, subject), OIDC_SUBJECT_MAX},
    {"username", offsetof(oidc_identity, username), OIDC_USERNAME_MAX},
    {"email", offsetof(oidc_identity, email), OIDC_EMAIL_MAX},
    {"given_name", offsetof(oidc_identity, given_name), OIDC_NAME_MAX},
    {"family_name", offsetof(oidc_identity, family_name), OIDC_NAME_MAX},
    {"provider_session", offsetof(oidc_identity, provider_session), OIDC_PROVIDER_SESSION_LENGTH},
};

/* The flags, from the lowest bit. */
static const size_t flags[] = {
    offsetof(oidc_identity, auto_enabled),
    offsetof(oidc_identity, auto_verified),
    offsetof(oidc_identity, create_user),
};

#define FLAGS (sizeof flags / sizeof flags[0])

const char *session_text_at(const oidc_identity *identity, size_t i)
{
    const char *text;

    memcpy(&text, (const char *)identity + session_texts[i].offset, sizeof text);
    return text;
}

void session_set_text(oidc_identity *identity, size_t i, const char *text)
{
    memcpy((char *)identity + session_texts[i].offset, &text, sizeof text);
}

static bool flag_at(const oidc_identity *identity, size_t i)
{
    bool flag;

    memcpy(&flag, (const char *)identity + flags[i], sizeof flag);
    return flag;
}

static void set_flag(oidc_identity *identity, size_t i, bool flag)
{
    memcpy((char *)identity + flags[i], &flag, sizeof flag);
}

oidc_session *session_allocate(size_t room)
{
    size_t size = sizeof(oidc_session) + room;
    oidc_session *session = calloc(1, size);

    if (session)
        session->size = size;
    return session;
}

void oidc_session_free(oidc_session **session)
{
    oidc_session *gone = *session;

    *session = NULL;
    if (gone)
        secret_free(gone, gone->size);
}

/* --- writing ------------------------------------------------------------------------------------
 */

static unsigned char *put_number(unsigned char *to, uint64_t number, unsigned bytes)
{
    for (unsigned i = bytes; i-- > 0; number >>= 8)
        to[i] = (unsigned char)(number & 0xff);
    return to + bytes;
}

size_t session_write(const oidc_session *session, unsigned char plain[SESSION_PLAIN_MAX])
{
    unsigned char *end = plain;
    unsigned set = 0;

    for (unsigned i = 0; i < FLAGS; i++)
        set |= (unsigned)flag_at(&session->identity, i) << i;
    end = put_number(end, session->attachment_size > 0 ? VERSION_ATTACHED : VERSION_PLAIN, 1);
    end = put_number(end, set, 1);
    memcpy(end, session->id, sizeof session->id);
    end += sizeof session->id;
    end = put_number(end, (uint64_t)session->issued_at, 8);
    end = put_number(end, session->millisecond, 2);
    end = put_number(end, (uint64_t)session->expires_at, 8);
    end = put_number(end, (uint64_t)session->seen_at, 8);
    for (size_t i = 0; i < SESSION_TEXTS; i++) {
        const char *text = session_text_at(&session->identity, i);
        size_t size = strlen(text);
        end = put_number(end, size, 2);
        memcpy(end, text, size);
        end += size;
    }
    if (session->attachment_size > 0) {
        end = put_number(end, session->attachment_size, 2);
        memcpy(end, session->attachment, session->attachment_size);
        end += session->attachment_size;
    }
    return (size_t)(end - plain);
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* A number of 64 bits that stands for a signed one; without relying on how the compiler converts.
 */
static int64_t take_time(struct byte_reader *reader)
{
    uint64_t number = byte_reader_number(reader, 8);

    return number <= INT64_MAX ? (int64_t)number : -(int64_t)(UINT64_MAX - number) - 1;
}

static void take_millisecond(struct byte_reader *reader, oidc_session *session)
{
    uint64_t millisecond = byte_reader_number(reader, 2);

    if (millisecond > SESSION_MILLISECOND_MAX)
        reader->bad = true;
    session->millisecond = (unsigned)millisecond;
}

static void take_flags(struct byte_reader *reader, oidc_identity *identity)
{
    uint64_t set = byte_reader_number(reader, 1);

    if (set >> FLAGS != 0)
        reader->bad = true;
    for (unsigned i = 0; i < FLAGS; i++)
        set_flag(identity, i, (set >> i & 1) != 0);
}

/* Too little for the texts makes the reader bad. */
static void take_texts(struct byte_reader *reader, oidc_session *session)
{
    char *end = session->texts;

    for (size_t i = 0; i < SESSION_TEXTS; i++) {
        size_t size = (size_t)byte_reader_number(reader, 2);
        const unsigned char *bytes =
            size <= session_texts[i].max ? byte_reader_take(reader, size) : NULL;
        if (!bytes || memchr(bytes, '\0', size)) {
            reader->bad = true;
            return;
        }
        memcpy(end, bytes, size);
        session_set_text(&session->identity, i, end);
        end += size + 1; /* calloc wrote the NUL */
    }
}

static void take_attachment(struct byte_reader *reader, oidc_session *session)
{
    size_t size = (size_t)byte_reader_number(reader, 2);
    const unsigned char *bytes =
        size <= OIDC_SESSION_ATTACHMENT_MAX ? byte_reader_take(reader, size) : NULL;

    if (!bytes || size == 0) {
        reader->bad = true;
        return;
    }
    memcpy(session->attachment, bytes, size);
    session->attachment_size = size;
}

/* Reads what follows the version, to the session's end; what is left over, or too little, makes the
 * reader bad. */
static void take_session(struct byte_reader *reader, uint64_t version, oidc_session *session)
{
    const unsigned char *id;

    take_flags(reader, &session->identity);
    id = byte_reader_take(reader, sizeof session->id);
    if (id)
        memcpy(session->id, id, sizeof session->id);
    session->issued_at = take_time(reader);
    take_millisecond(reader, session);
    session->expires_at = take_time(reader);
    session->seen_at = take_time(reader);
    take_texts(reader, session);
    if (version == VERSION_ATTACHED)
        take_attachment(reader, session);
    if (reader->left > 0)
        reader->bad = true;
}

oidc_code session_read(const void *plain, size_t size, oidc_session **session, oidc_error *error)
{
    struct byte_reader reader = {plain, size, size > SESSION_PLAIN_MAX};
    uint64_t version = byte_reader_number(&reader, 1);
    oidc_session *read;

    *session = NULL;
    if (version != VERSION_PLAIN && version != VERSION_ATTACHED)
        reader.bad = true;
    if (reader.bad)
        return oidc_fail(error, OIDC_E_SESSION_INVALID,
                         "the session is of another version, or too long");
    /* Each text is preceded by its size, which makes up for the NUL behind it. */
    read = session_allocate(size);
    if (!read)
        return oidc_fail_memory(error);
    take_session(&reader, version, read);
    if (reader.bad) {
        oidc_session_free(&read);
        return oidc_fail(error, OIDC_E_SESSION_INVALID, "the session is cut short or malformed");
    }
    *session = read;
    return OIDC_OK;
}
