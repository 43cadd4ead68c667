/* application/x-www-form-urlencoded, written and read. See form.h. */
#include "form.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "secret.h"

#include "props/ascii.h"
#include "props/hex.h"

static bool is_unreserved(char c)
{
    return ascii_is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void form_encode(struct buf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_unreserved(*text))
            buf_add(buf, text, 1);
        else
            buf_addf(buf, "%%%02X", (unsigned char)*text);
    }
}

void form_add(struct buf *buf, const char *name, const char *value)
{
    const char *last = buf->size > 0 ? &buf->data[buf->size - 1] : "?";

    if (*last != '?' && *last != '&')
        buf_adds(buf, "&");
    buf_adds(buf, name);
    buf_adds(buf, "=");
    form_encode(buf, value);
}

/* Decodes size bytes at text to out, which has room for as many and a NUL. Returns NULL, or why
 * not. */
static const char *decode(const char *text, size_t size, char *out)
{
    size_t i = 0;

    while (i < size) {
        char c = text[i++];

        if (c <= ' ' || c > '~')
            return "a character that must be percent-encoded";
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = size - i >= 2 ? hex_value(text[i]) : -1;
            int low = size - i >= 2 ? hex_value(text[i + 1]) : -1;

            if (high < 0 || low < 0)
                return "a broken percent-encoding";
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0')
            return "a NUL";
        *out++ = c;
    }
    *out = '\0';
    return NULL;
}

/* Decodes to new memory. NULL with *reason NULL when memory is out. */
static char *decode_new(const char *text, size_t size, const char **reason)
{
    char *out = malloc(size + 1);

    *reason = NULL;
    if (!out)
        return NULL;
    *reason = decode(text, size, out);
    if (*reason == NULL)
        return out;
    secret_free(out, size + 1);
    return NULL;
}

static oidc_code read_field(const char *text, size_t size, struct form *form, const char **reason)
{
    const char *equals = memchr(text, '=', size);
    size_t name_size = equals ? (size_t)(equals - text) : size;
    size_t value_at = equals ? name_size + 1 : size;
    char *name;
    char *value;

    if (form->count == FORM_FIELDS_MAX) {
        *reason = "too many parameters";
        return OIDC_E_RESPONSE_MALFORMED;
    }
    name = decode_new(text, name_size, reason);
    if (!name)
        return *reason ? OIDC_E_RESPONSE_MALFORMED : OIDC_E_MEMORY;
    value = decode_new(text + value_at, size - value_at, reason);
    if (!value) {
        free(name);
        return *reason ? OIDC_E_RESPONSE_MALFORMED : OIDC_E_MEMORY;
    }
    if (form_get(form, name)) {
        *reason = "a parameter that comes twice";
        free(name);
        secret_free_text(value);
        return OIDC_E_RESPONSE_MALFORMED;
    }
    form->fields[form->count].name = name;
    form->fields[form->count].value = value;
    form->count++;
    return OIDC_OK;
}

oidc_code form_read(const char *text, size_t size, struct form *form, const char **reason)
{
    oidc_code code = OIDC_OK;

    *form = (struct form){.count = 0};
    while (size > 0 && code == OIDC_OK) {
        const char *ampersand = memchr(text, '&', size);
        size_t piece = ampersand ? (size_t)(ampersand - text) : size;
        size_t step = ampersand ? piece + 1 : piece;

        if (piece > 0)
            code = read_field(text, piece, form, reason);
        text += step;
        size -= step;
    }
    return code;
}

void form_free(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        free(form->fields[i].name);
        secret_free_text(form->fields[i].value);
    }
    form->count = 0;
}

static size_t find(const struct form *form, const char *name)
{
    size_t i = 0;

    while (i < form->count && strcmp(form->fields[i].name, name) != 0)
        i++;
    return i;
}

const char *form_get(const struct form *form, const char *name)
{
    size_t i = find(form, name);

    return i < form->count ? form->fields[i].value : NULL;
}

char *form_take(struct form *form, const char *name)
{
    size_t i = find(form, name);
    char *value;

    if (i == form->count)
        return NULL;
    value = form->fields[i].value;
    form->fields[i].value = NULL;
    return value;
}
