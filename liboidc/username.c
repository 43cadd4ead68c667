/* The XNAT user name of an identity. See username.h. */
#include "username.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "fail.h"
#include "props/ascii.h"
#include "props/utf8.h"

#define PROVIDER_ID "providerId"

/* Most bytes of a claim's name in a pattern. A longer one is a claim that nobody sends. */
#define CLAIM_NAME_MAX 128

/* First code point that takes two UTF-16 code units. */
#define SUPPLEMENTARY 0x10000

static bool is_allowed(char c)
{
    return ascii_is_alphanumeric(c) || c == '-' || c == '_' || c == '\'' || c == '.';
}

bool username_is_valid(const char *text)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size; i++)
        if (!is_allowed(text[i]))
            return false;
    return ascii_is_letter(text[0]) && size <= OIDC_USERNAME_MAX;
}

/* A name that grows to its limit and remembers when more was to come. */
struct name {
    char *text;
    size_t size;
    bool too_long;
};

static void add_character(struct name *name, char c)
{
    if (name->size == OIDC_USERNAME_MAX) {
        name->too_long = true;
        return;
    }
    name->text[name->size++] = c;
    name->text[name->size] = '\0';
}

static void add_sanitised(struct name *name, const char *text, size_t size)
{
    while (size > 0 && !name->too_long) {
        uint32_t character = 0;
        size_t bytes = utf8_read(text, size, &character);

        if (bytes == 1 && is_allowed(*text)) {
            add_character(name, *text);
        } else {
            add_character(name, '_');
            if (character >= SUPPLEMENTARY)
                add_character(name, '_');
        }
        bytes = bytes > 0 ? bytes : 1;
        text += bytes;
        size -= bytes;
    }
}

/* The next piece of a pattern: text as it stands, or what stands in brackets. Brackets that do not
 * match or are empty are text. */
struct piece {
    const char *text;
    size_t size;
    bool is_claim;
};

static const char *next_piece(const char *pattern, struct piece *piece)
{
    size_t text = strcspn(pattern, "[");
    size_t name;

    *piece = (struct piece){pattern, text, false};
    if (text > 0)
        return pattern + text;
    name = strcspn(pattern + 1, "[]");
    if (name > 0 && pattern[1 + name] == ']') {
        *piece = (struct piece){pattern + 1, name, true};
        return pattern + name + 2;
    }
    piece->size = 1;
    return pattern + 1;
}

static bool piece_is(const struct piece *piece, const char *name)
{
    return piece->size == strlen(name) && memcmp(piece->text, name, piece->size) == 0;
}

/* The name of a piece's claim as a string. */
static void name_claim(const struct piece *piece, char claim[CLAIM_NAME_MAX + 1])
{
    size_t size = piece->size < CLAIM_NAME_MAX ? piece->size : CLAIM_NAME_MAX;

    memcpy(claim, piece->text, size);
    claim[size] = '\0';
}

static oidc_code add_claim(struct name *name, const struct piece *piece, const json_t *claims,
                           oidc_error *error)
{
    char claim[CLAIM_NAME_MAX + 1];
    char *text = NULL;

    name_claim(piece, claim);
    if (claims_text(claims, claim, &text) != OIDC_OK)
        return oidc_fail_memory(error);
    if (!text)
        return oidc_fail(error, OIDC_E_CLAIM_MISSING,
                         "the provider says nothing of %s, which usernamePattern needs", claim);
    add_sanitised(name, text, strlen(text));
    free(text);
    return OIDC_OK;
}

oidc_code username_make(const char *pattern, const char *provider, const json_t *claims,
                        char username[OIDC_USERNAME_MAX + 1], oidc_error *error)
{
    struct name name = {.text = username};
    struct piece piece;

    username[0] = '\0';
    while (*pattern != '\0') {
        oidc_code code = OIDC_OK;

        pattern = next_piece(pattern, &piece);
        if (!piece.is_claim)
            add_sanitised(&name, piece.text, piece.size);
        else if (piece_is(&piece, PROVIDER_ID))
            add_sanitised(&name, provider, strlen(provider));
        else
            code = add_claim(&name, &piece, claims, error);
        if (code != OIDC_OK)
            return code;
    }
    if (name.too_long)
        return oidc_fail(error, OIDC_E_USERNAME_INVALID,
                         "usernamePattern gives more than XNAT's %d characters: %s…",
                         OIDC_USERNAME_MAX, username);
    if (!username_is_valid(username))
        return oidc_fail(error, OIDC_E_USERNAME_INVALID,
                         "usernamePattern gives '%s', which is not a valid XNAT user name",
                         username);
    return OIDC_OK;
}

bool username_is_covered(const char *pattern, const json_t *claims)
{
    char claim[CLAIM_NAME_MAX + 1];
    struct piece piece;

    while (*pattern != '\0') {
        pattern = next_piece(pattern, &piece);
        if (!piece.is_claim || piece_is(&piece, PROVIDER_ID))
            continue;
        name_claim(&piece, claim);
        if (!claims_have(claims, claim))
            return false;
    }
    return true;
}

static bool is_kept(const char *text)
{
    while (is_allowed(*text))
        text++;
    return *text == '\0';
}

bool username_is_of_subject(const char *pattern, const char *subject)
{
    struct piece piece;
    bool has_provider = false;
    bool has_subject = false;

    while (*pattern != '\0') {
        pattern = next_piece(pattern, &piece);
        if (!piece.is_claim)
            continue;
        if (piece_is(&piece, PROVIDER_ID))
            has_provider = true;
        else if (piece_is(&piece, "sub"))
            has_subject = true;
        else
            return false;
    }
    return has_provider && has_subject && is_kept(subject);
}

/* What is the same in all user names of a provider. */
struct frame {
    char front[OIDC_USERNAME_MAX + 1]; /* before the first claim */
    char back[OIDC_USERNAME_MAX + 1];  /* behind the last one */
};

static void take_frame(const char *pattern, const char *provider, struct frame *frame)
{
    struct name name = {.text = frame->front};
    struct piece piece;

    frame->front[0] = frame->back[0] = '\0';
    while (*pattern != '\0') {
        pattern = next_piece(pattern, &piece);
        if (!piece.is_claim) {
            add_sanitised(&name, piece.text, piece.size);
        } else if (piece_is(&piece, PROVIDER_ID)) {
            add_sanitised(&name, provider, strlen(provider));
        } else {
            name = (struct name){.text = frame->back};
            frame->back[0] = '\0';
        }
    }
}

static bool is_bare(const struct frame *frame)
{
    return frame->front[0] == '\0' && frame->back[0] == '\0';
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool username_may_be_anothers(const char *pattern, const char *provider, const char *other_pattern,
                              const char *other_provider)
{
    struct frame own, other;
    size_t back, other_back, ends;

    take_frame(pattern, provider, &own);
    take_frame(other_pattern, other_provider, &other);
    if (is_bare(&own) || is_bare(&other))
        return false;
    back = strlen(own.back);
    other_back = strlen(other.back);
    ends = smaller(back, other_back);
    return strncmp(own.front, other.front, smaller(strlen(own.front), strlen(other.front))) == 0 &&
           strcmp(own.back + back - ends, other.back + other_back - ends) == 0;
}
