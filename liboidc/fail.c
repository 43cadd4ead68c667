/* How a function of liboidc fails: the words are made fit for one line of a log. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "props/utf8.h"

/* Copies text, with '?' for what is no plain character; cut at a character when it does not fit. */
static void copy_plain(const char *text, char *line, size_t room)
{
    size_t left = strlen(text);
    size_t used = 0;

    while (left > 0) {
        uint32_t character;
        size_t size = utf8_read(text, left, &character);
        bool keep = size > 0 && utf8_is_plain(character);
        size_t added = keep ? size : 1;
        if (used + added >= room)
            break;
        if (keep)
            memcpy(line + used, text, size);
        else
            line[used] = '?';
        used += added;
        text += size > 0 ? size : 1;
        left -= size > 0 ? size : 1;
    }
    line[used] = '\0';
}

oidc_code oidc_fail(oidc_error *error, oidc_code code, const char *format, ...)
{
    /* Room for one whole character behind the last that can be kept, so that a text which is cut
     * here is cut again, at a character, by copy_plain. An argument may lie in error->detail. */
    char text[OIDC_DETAIL_SIZE + 4];
    va_list arguments;

    if (!error)
        return code;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error->code = code;
    error->seconds_off = 0;
    copy_plain(size < 0 ? oidc_code_name(code) : text, error->detail, sizeof error->detail);
    OPENSSL_cleanse(text, sizeof text); /* a provider's words can be somebody's secret */
    return code;
}
