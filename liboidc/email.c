/* E-mail addresses. See email.h. */
#include "email.h"

#include <string.h>

#include <oidc/identity.h>

/* RFC 5321, 4.5.3.1.1; RFC 1035, 2.3.4. */
#define LOCAL_MAX 64
#define LABEL_MAX 63
#define TOP_MIN 2

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define ATEXT LETTERS DIGITS "!#$%&'*+/=?^_`{|}~-"

/* Atoms with single dots between them (RFC 5322, 3.2.3, dot-atom). */
static bool is_local_part(const char *text, size_t size)
{
    size_t at = 0;

    if (size > LOCAL_MAX)
        return false;
    for (;;) {
        size_t atom = strspn(text + at, ATEXT);

        if (atom == 0)
            return false;
        at += atom;
        if (at == size)
            return true;
        if (text[at] != '.')
            return false;
        at++;
    }
}

static bool is_label(const char *text, size_t size)
{
    return size > 0 && size <= LABEL_MAX && text[0] != '-' && text[size - 1] != '-';
}

static bool is_domain(const char *text)
{
    size_t labels = 0;

    for (;;) {
        size_t size = strspn(text, LETTERS DIGITS "-");

        if (!is_label(text, size))
            return false;
        labels++;
        if (text[size] == '\0')
            return labels >= 2 && size >= TOP_MIN && strspn(text, LETTERS) == size;
        if (text[size] != '.')
            return false;
        text += size + 1;
    }
}

bool email_is_valid(const char *text)
{
    const char *at = strchr(text, '@');

    return at && strlen(text) <= OIDC_EMAIL_MAX && !strchr(at + 1, '@') &&
           is_local_part(text, (size_t)(at - text)) && is_domain(at + 1);
}

const char *email_domain(const char *address)
{
    return strchr(address, '@') + 1;
}
