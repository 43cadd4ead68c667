/*
 * The form of an attachment, numbers in network order:
 *
 *     version (1) | issued (8) | expires (8) | size (1) | alias | size (1) | secret
 */
#include <config.h>

#include "xnat_token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "ascii.h"

#define TOKEN_VERSION 1

#define HEAD_SIZE (1 + 8 + 8)
#define TOKEN_SIZE_MAX (HEAD_SIZE + 1 + XNAT_ALIAS_MAX + 1 + XNAT_SECRET_MAX)

_Static_assert(TOKEN_SIZE_MAX <= OIDC_SESSION_ATTACHMENT_MAX, "every token can be attached");

/* The part of a token's life that is left when it is renewed: long enough for several tries, and
 * for a cookie with the new one to reach the browser before the old one ends. */
#define RENEWAL_PART 4

bool xnat_token_is_word(const char *text, size_t max)
{
    size_t size = strspn(text, ASCII_ALPHANUMERIC "-");

    return size > 0 && size <= max && text[size] == '\0';
}

/* --- writing and reading ------------------------------------------------------------------------
 */

static unsigned char *put_time(unsigned char *to, int64_t time)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        *to++ = (unsigned char)((uint64_t)time >> shift & 0xff);
    return to;
}

static unsigned char *put_word(unsigned char *to, const char *word)
{
    size_t size = strlen(word);

    *to++ = (unsigned char)size;
    memcpy(to, word, size);
    return to + size;
}

oidc_code xnat_token_attach(const struct xnat_token *token, oidc_session *session,
                            oidc_error *error)
{
    unsigned char bytes[TOKEN_SIZE_MAX];
    unsigned char *end = bytes;
    oidc_code code;

    *end++ = TOKEN_VERSION;
    end = put_time(end, token->issued_at);
    end = put_time(end, token->expires_at);
    end = put_word(end, token->alias);
    end = put_word(end, token->secret);
    code = oidc_session_attach(session, bytes, (size_t)(end - bytes), error);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return code;
}

struct reader {
    const unsigned char *next;
    size_t left;
};

/* Times are written by us, and never negative. */
static bool take_time(struct reader *reader, int64_t *time)
{
    uint64_t number = 0;

    if (reader->left < 8)
        return false;
    for (int i = 0; i < 8; i++)
        number = number << 8 | reader->next[i];
    reader->next += 8;
    reader->left -= 8;
    *time = (int64_t)(number & INT64_MAX);
    return number <= INT64_MAX;
}

static bool take_word(struct reader *reader, char *word, size_t max)
{
    size_t size = reader->left > 0 ? reader->next[0] : 0;

    if (size == 0 || size > max || reader->left < 1 + size)
        return false;
    memcpy(word, reader->next + 1, size);
    word[size] = '\0';
    reader->next += 1 + size;
    reader->left -= 1 + size;
    return strlen(word) == size && xnat_token_is_word(word, max);
}

static bool read_token(struct reader reader, struct xnat_token *token)
{
    if (reader.left == 0 || reader.next[0] != TOKEN_VERSION)
        return false;
    reader.next++;
    reader.left--;
    return take_time(&reader, &token->issued_at) && take_time(&reader, &token->expires_at) &&
           take_word(&reader, token->alias, XNAT_ALIAS_MAX) &&
           take_word(&reader, token->secret, XNAT_SECRET_MAX) && reader.left == 0;
}

bool xnat_token_of(const oidc_session *session, struct xnat_token *token)
{
    size_t size = 0;
    const void *bytes = oidc_session_attachment(session, &size);

    *token = (struct xnat_token){.issued_at = 0};
    if (bytes && read_token((struct reader){bytes, size}, token))
        return true;
    xnat_token_clear(token);
    return false;
}

/* --- using --------------------------------------------------------------------------------------
 */

static char *basic_of(const char *pair, size_t size)
{
    static const char scheme[] = "Basic ";
    char *text = malloc(sizeof(scheme) + 4 * (size / 3 + 1));

    if (!text)
        return NULL;
    memcpy(text, scheme, sizeof(scheme));
    EVP_EncodeBlock((unsigned char *)text + sizeof(scheme) - 1, (const unsigned char *)pair,
                    (int)size);
    return text;
}

char *xnat_authorization(const char *user, const char *password)
{
    char *pair;
    char *text;
    int size = asprintf(&pair, "%s:%s", user, password);

    if (size < 0)
        return NULL;
    text = basic_of(pair, (size_t)size);
    OPENSSL_cleanse(pair, (size_t)size);
    free(pair);
    return text;
}

char *xnat_token_authorization(const struct xnat_token *token)
{
    return xnat_authorization(token->alias, token->secret);
}

void xnat_authorization_free(char *authorization)
{
    if (authorization)
        OPENSSL_cleanse(authorization, strlen(authorization));
    free(authorization);
}

int64_t xnat_token_renew_at(const struct xnat_token *token)
{
    return token->expires_at - (token->expires_at - token->issued_at) / RENEWAL_PART;
}

bool xnat_token_key(const struct xnat_token *token, unsigned char key[REGISTRY_KEY_SIZE])
{
    return registry_key(REGISTRY_TOKEN_GONE, token->alias, strlen(token->alias), key);
}

void xnat_token_clear(struct xnat_token *token)
{
    OPENSSL_cleanse(token, sizeof(*token));
}
