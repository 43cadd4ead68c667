/* The file of sealing keys, line by line. Nothing of a line gets into an error: it may be a key. */
#include "keyfile.h"

#include <stdbool.h>
#include <string.h>
#include <openssl/crypto.h>

#include "base64url.h"
#include "fail.h"

/* Characters of a key without padding, and with it. */
#define KEY_TEXT_SIZE 43
#define KEY_TEXT_PADDED 44

struct line {
    const char *text;
    size_t size;
};

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r';
}

static struct line trim(struct line line)
{
    while (line.size > 0 && is_blank(line.text[0])) {
        line.text++;
        line.size--;
    }
    while (line.size > 0 && is_blank(line.text[line.size - 1]))
        line.size--;
    return line;
}

/* The line up to the next line feed, which is taken off the rest with it. */
static struct line next_line(struct line *rest)
{
    const char *end = memchr(rest->text, '\n', rest->size);
    struct line line = {rest->text, end ? (size_t)(end - rest->text) : rest->size};
    size_t taken = line.size + (end ? 1 : 0);

    rest->text += taken;
    rest->size -= taken;
    return line;
}

/* The same value in the URL alphabet. */
static char url_character(char character)
{
    switch (character) {
    case '+':
        return '-';
    case '/':
        return '_';
    default:
        return character;
    }
}

/* One key; the standard alphabet is turned into the URL's first. */
static bool read_key(struct line line, unsigned char key[KEYFILE_KEY_SIZE])
{
    char text[KEY_TEXT_SIZE];
    size_t size = 0;

    if (line.size == KEY_TEXT_PADDED && line.text[KEY_TEXT_SIZE] == '=')
        line.size--;
    if (line.size != KEY_TEXT_SIZE)
        return false;
    for (size_t i = 0; i < KEY_TEXT_SIZE; i++)
        text[i] = url_character(line.text[i]);
    bool good = base64url_decode(text, sizeof text, key, &size) && size == KEYFILE_KEY_SIZE;
    OPENSSL_cleanse(text, sizeof text);
    return good;
}

oidc_code keyfile_read(const char *text, size_t size, struct keyfile *file, oidc_error *error)
{
    struct line rest = {text, size};

    file->count = 0;
    for (size_t number = 1; rest.size > 0; number++) {
        struct line line = trim(next_line(&rest));
        if (line.size == 0 || line.text[0] == '#')
            continue;
        if (file->count == OIDC_KEYRING_MAX)
            return oidc_fail(error, OIDC_E_KEY_FILE, "line %zu: more than %d keys", number,
                             OIDC_KEYRING_MAX);
        if (!read_key(line, file->keys[file->count]))
            return oidc_fail(error, OIDC_E_KEY_FILE, "line %zu is not 32 bytes in base64", number);
        file->count++;
    }
    if (file->count == 0)
        return oidc_fail(error, OIDC_E_KEY_FILE, "there is no key in the file");
    return OIDC_OK;
}
