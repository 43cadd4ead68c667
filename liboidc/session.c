/*
 * Sessions: an identity that the browser keeps, sealed.
 *
 * The form inside the seal, numbers in network order:
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

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

#include "fail.h"
#include "sealing.h"
#include "secret.h"
#include "props/utf8.h"

#define VERSION_PLAIN 2
#define VERSION_ATTACHED 3

#define MILLISECOND_MAX 999

_Static_assert(SESSION_PLAIN_MAX <= OIDC_SEAL_PLAIN_MAX, "every session can be sealed");

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

/* The texts of an identity: where they are, how long they may be, what they are called. */
static const struct text_field {
    const char *name;
    size_t offset;
    size_t max;
} texts[] = {
    {"provider", offsetof(oidc_identity, provider), SESSION_PROVIDER_MAX},
    {"issuer", offsetof(oidc_identity, issuer), SESSION_ISSUER_MAX},
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

#define TEXTS (sizeof texts / sizeof texts[0])
#define FLAGS (sizeof flags / sizeof flags[0])

static const char *text_at(const oidc_identity *identity, size_t i)
{
    const char *text;

    memcpy(&text, (const char *)identity + texts[i].offset, sizeof text);
    return text;
}

static void set_text(oidc_identity *identity, size_t i, const char *text)
{
    memcpy((char *)identity + texts[i].offset, &text, sizeof text);
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

/* --- making -------------------------------------------------------------------------------------
 */

/* A session with room for that many bytes of texts, their ends included; empty. */
static oidc_session *allocate(size_t room)
{
    size_t size = sizeof(oidc_session) + room;
    oidc_session *session = calloc(1, size);

    if (session)
        session->size = size;
    return session;
}

/* What <oidc/identity.h> promises of an identity holds; whoever breaks it has a defect. */
static oidc_code check_identity(const oidc_identity *identity, size_t *room, oidc_error *error)
{
    *room = 0;
    for (size_t i = 0; i < TEXTS; i++) {
        const char *text = text_at(identity, i);
        size_t size = text ? strnlen(text, texts[i].max + 1) : 0;
        if (!text)
            return oidc_fail(error, OIDC_E_USAGE, "the identity's %s is NULL", texts[i].name);
        if (size > texts[i].max)
            return oidc_fail(error, OIDC_E_USAGE, "the identity's %s is longer than %zu bytes",
                             texts[i].name, texts[i].max);
        if (!utf8_text_is_clean(text))
            return oidc_fail(error, OIDC_E_USAGE,
                             "the identity's %s has control characters or is not UTF-8",
                             texts[i].name);
        *room += size + 1;
    }
    return OIDC_OK;
}

static void copy_identity(const oidc_identity *identity, oidc_session *session)
{
    char *end = session->texts;

    session->identity = *identity;
    for (size_t i = 0; i < TEXTS; i++) {
        size_t size = strlen(text_at(identity, i)) + 1;
        memcpy(end, text_at(identity, i), size);
        set_text(&session->identity, i, end);
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
    made = allocate(room);
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
    for (size_t i = 0; i < TEXTS; i++) {
        const char *text = text_at(&session->identity, i);
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

oidc_code oidc_session_seal(const oidc_session *session, oidc_keyring *keyring, char **text,
                            oidc_error *error)
{
    unsigned char plain[SESSION_PLAIN_MAX];
    size_t size = session_write(session, plain);
    oidc_code code = seal_text(keyring, SEAL_SESSION, plain, size, text, error);

    OPENSSL_cleanse(plain, sizeof plain);
    return code;
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* What is still to be read. Short of bytes, it turns bad and stays so. */
struct reader {
    const unsigned char *next;
    size_t left;
    bool bad;
};

static const unsigned char *take(struct reader *reader, size_t size)
{
    const unsigned char *bytes = reader->next;

    if (reader->bad || size > reader->left) {
        reader->bad = true;
        return NULL;
    }
    reader->next += size;
    reader->left -= size;
    return bytes;
}

static uint64_t take_number(struct reader *reader, unsigned bytes)
{
    const unsigned char *from = take(reader, bytes);
    uint64_t number = 0;

    for (unsigned i = 0; from && i < bytes; i++)
        number = number << 8 | from[i];
    return number;
}

/* A number of 64 bits that stands for a signed one; without relying on how the compiler converts.
 */
static int64_t take_time(struct reader *reader)
{
    uint64_t number = take_number(reader, 8);

    return number <= INT64_MAX ? (int64_t)number : -(int64_t)(UINT64_MAX - number) - 1;
}

static void take_millisecond(struct reader *reader, oidc_session *session)
{
    uint64_t millisecond = take_number(reader, 2);

    if (millisecond > MILLISECOND_MAX)
        reader->bad = true;
    session->millisecond = (unsigned)millisecond;
}

static void take_flags(struct reader *reader, oidc_identity *identity)
{
    uint64_t set = take_number(reader, 1);

    if (set >> FLAGS != 0)
        reader->bad = true;
    for (unsigned i = 0; i < FLAGS; i++)
        set_flag(identity, i, (set >> i & 1) != 0);
}

/* Too little for the texts makes the reader bad. */
static void take_texts(struct reader *reader, oidc_session *session)
{
    char *end = session->texts;

    for (size_t i = 0; i < TEXTS; i++) {
        size_t size = (size_t)take_number(reader, 2);
        const unsigned char *bytes = size <= texts[i].max ? take(reader, size) : NULL;
        if (!bytes || memchr(bytes, '\0', size)) {
            reader->bad = true;
            return;
        }
        memcpy(end, bytes, size);
        set_text(&session->identity, i, end);
        end += size + 1; /* calloc wrote the NUL */
    }
}

static void take_attachment(struct reader *reader, oidc_session *session)
{
    size_t size = (size_t)take_number(reader, 2);
    const unsigned char *bytes = size <= OIDC_SESSION_ATTACHMENT_MAX ? take(reader, size) : NULL;

    if (!bytes || size == 0) {
        reader->bad = true;
        return;
    }
    memcpy(session->attachment, bytes, size);
    session->attachment_size = size;
}

/* Reads what follows the version, to the session's end; what is left over, or too little, makes the
 * reader bad. */
static void take_session(struct reader *reader, uint64_t version, oidc_session *session)
{
    const unsigned char *id;

    take_flags(reader, &session->identity);
    id = take(reader, sizeof session->id);
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
    struct reader reader = {plain, size, size > SESSION_PLAIN_MAX};
    uint64_t version = take_number(&reader, 1);
    oidc_session *read;

    *session = NULL;
    if (version != VERSION_PLAIN && version != VERSION_ATTACHED)
        reader.bad = true;
    if (reader.bad)
        return oidc_fail(error, OIDC_E_SESSION_INVALID, "the session is of no form that we write");
    /* Each text is preceded by its size, which makes up for the NUL behind it. */
    read = allocate(size);
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

oidc_code oidc_session_open(oidc_keyring *keyring, const char *text, size_t size, int64_t now,
                            oidc_session **session, oidc_error *error)
{
    void *plain = NULL;
    size_t plain_size = 0;
    oidc_session *opened = NULL;
    oidc_code code;

    *session = NULL;
    OIDC_TRY(seal_open(keyring, SEAL_SESSION, text, size, OIDC_E_SESSION_INVALID, &plain,
                       &plain_size, error));
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
    session->millisecond = millisecond <= MILLISECOND_MAX ? millisecond : MILLISECOND_MAX;
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
