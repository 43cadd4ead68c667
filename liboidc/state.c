/*
 * What the browser keeps between the legs. See state.h.
 *
 * The text that is sealed: version, flags, time (8 bytes, big-endian), state, nonce, verifier if
 * the flags say so; then provider, issuer and return_to, each behind its length in two bytes.
 * Nothing behind that.
 */
#include "state.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "byte_reader.h"
#include "fail.h"
#include "sealing.h"
#include "secret.h"

#define VERSION 1
#define FLAG_PKCE 1U
#define FLAG_SILENT 2U

static void add_number(struct buf *buf, uint64_t number, size_t bytes)
{
    while (bytes-- > 0) {
        unsigned char byte = (unsigned char)(number >> (8 * bytes));

        buf_add(buf, &byte, 1);
    }
}

static void add_text(struct buf *buf, const char *text)
{
    size_t size = strlen(text);

    if (size > UINT16_MAX)
        buf->bad = true;
    add_number(buf, size, 2);
    buf_add(buf, text, size);
}

oidc_code login_state_seal(const struct login_state *state, oidc_keyring *ring, char **text,
                           oidc_error *error)
{
    struct buf plain;
    oidc_code code;

    *text = NULL;
    buf_init(&plain, OIDC_SEAL_PLAIN_MAX);
    add_number(&plain, VERSION, 1);
    add_number(&plain, (state->pkce ? FLAG_PKCE : 0) | (state->silent ? FLAG_SILENT : 0), 1);
    add_number(&plain, (uint64_t)state->issued_at, 8);
    buf_add(&plain, state->id, sizeof state->id);
    buf_add(&plain, state->nonce, sizeof state->nonce);
    if (state->pkce)
        buf_add(&plain, state->verifier, sizeof state->verifier);
    add_text(&plain, state->provider);
    add_text(&plain, state->issuer);
    add_text(&plain, state->return_to);
    if (buf_ok(&plain))
        code = seal_text(ring, SEAL_STATE, plain.data, plain.size, text, error);
    else
        code = oidc_fail_memory(error);
    buf_free(&plain);
    return code;
}

static void take_bytes(struct byte_reader *reader, void *out, size_t size)
{
    const unsigned char *bytes = byte_reader_take(reader, size);

    if (bytes)
        memcpy(out, bytes, size);
}

/* Sets *text to new memory, or leaves it NULL. */
static oidc_code take_text(struct byte_reader *reader, char **text)
{
    size_t size = (size_t)byte_reader_number(reader, 2);
    const unsigned char *bytes = byte_reader_take(reader, size);

    if (!bytes || memchr(bytes, '\0', size)) {
        reader->bad = true;
        return OIDC_OK;
    }
    *text = malloc(size + 1);
    if (!*text)
        return OIDC_E_MEMORY;
    memcpy(*text, bytes, size);
    (*text)[size] = '\0';
    return OIDC_OK;
}

static oidc_code read_plain(struct byte_reader *reader, struct login_state *state)
{
    oidc_code code;
    uint64_t version = byte_reader_number(reader, 1);
    uint64_t flags = byte_reader_number(reader, 1);

    if (version != VERSION || (flags & ~(uint64_t)(FLAG_PKCE | FLAG_SILENT)) != 0)
        reader->bad = true;
    state->pkce = (flags & FLAG_PKCE) != 0;
    state->silent = (flags & FLAG_SILENT) != 0;
    state->issued_at = (int64_t)byte_reader_number(reader, 8);
    take_bytes(reader, state->id, sizeof state->id);
    take_bytes(reader, state->nonce, sizeof state->nonce);
    if (state->pkce)
        take_bytes(reader, state->verifier, sizeof state->verifier);
    OIDC_TRY(take_text(reader, &state->provider));
    OIDC_TRY(take_text(reader, &state->issuer));
    OIDC_TRY(take_text(reader, &state->return_to));
    if (reader->bad || reader->left > 0)
        code = OIDC_E_STATE_INVALID;
out:
    return code;
}

oidc_code login_state_open(oidc_keyring *ring, const char *text, size_t size,
                           struct login_state **state, oidc_error *error)
{
    void *plain = NULL;
    size_t plain_size = 0;
    struct byte_reader reader;
    oidc_code code = seal_open(ring, SEAL_STATE, text, size, &plain, &plain_size, error);

    *state = NULL;
    if (code != OIDC_OK)
        return code;
    *state = calloc(1, sizeof **state);
    reader = (struct byte_reader){plain, plain_size, false};
    code = *state ? read_plain(&reader, *state) : OIDC_E_MEMORY;
    secret_free(plain, plain_size);
    if (code == OIDC_OK)
        return OIDC_OK;
    login_state_free(state);
    if (code == OIDC_E_MEMORY)
        return oidc_fail_memory(error);
    return oidc_fail(error, code, "the sealed state is malformed or of another version");
}

void login_state_free(struct login_state **state)
{
    struct login_state *gone = *state;

    *state = NULL;
    if (!gone)
        return;
    free(gone->provider);
    free(gone->issuer);
    free(gone->return_to);
    secret_free(gone, sizeof *gone);
}
