/* Cookie text, both ways (RFC 6265). */
#include "cookie.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

#define SECURE_SESSION "__Host-oidc-session"
#define SECURE_STATE "__Host-oidc-state-"
#define SECURE_SILENT "__Host-oidc-silent"
#define SECURE_SIGNED_OUT "__Host-oidc-signed-out"
#define PLAIN_SESSION "oidc-session"
#define PLAIN_STATE "oidc-state-"
#define PLAIN_SILENT "oidc-silent"
#define PLAIN_SIGNED_OUT "oidc-signed-out"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The pair in a stretch between semicolons; false where it is none. */
static bool read_pair(const char *start, size_t size, struct cookie *cookie)
{
    const char *equals = memchr(start, '=', size);
    if (!equals)
        return false;
    cookie->name = start;
    cookie->name_size = (size_t)(equals - start);
    cookie->value = equals + 1;
    cookie->value_size = size - cookie->name_size - 1;
    field_trim(&cookie->name, &cookie->name_size);
    field_trim(&cookie->value, &cookie->value_size);
    return cookie->name_size > 0;
}

/* The stretch up to the next semicolon; steps *rest behind it, to NULL at the end. */
static size_t next_stretch(const char **rest)
{
    const size_t size = strcspn(*rest, ";");
    *rest = (*rest)[size] ? *rest + size + 1 : NULL;
    return size;
}

bool cookie_next(const char **rest, struct cookie *cookie)
{
    while (*rest) {
        const char *start = *rest;
        const size_t size = next_stretch(rest);
        if (read_pair(start, size, cookie))
            return true;
    }
    return false;
}

struct cookie_names cookie_names_for(bool https)
{
    if (https)
        return (struct cookie_names){SECURE_SESSION, SECURE_STATE, SECURE_SILENT, SECURE_SIGNED_OUT,
                                     true};
    return (struct cookie_names){PLAIN_SESSION, PLAIN_STATE, PLAIN_SILENT, PLAIN_SIGNED_OUT, false};
}

static bool name_is(const struct cookie *cookie, const char *name)
{
    return cookie->name_size == strlen(name) && memcmp(cookie->name, name, cookie->name_size) == 0;
}

static bool name_begins(const struct cookie *cookie, const char *prefix)
{
    const size_t size = strlen(prefix);
    return cookie->name_size >= size && memcmp(cookie->name, prefix, size) == 0;
}

bool cookie_is_ours(const struct cookie *cookie)
{
    static const char *const names[] = {SECURE_SESSION, PLAIN_SESSION,     SECURE_SILENT,
                                        PLAIN_SILENT,   SECURE_SIGNED_OUT, PLAIN_SIGNED_OUT};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (name_is(cookie, names[i]))
            return true;
    }
    return name_begins(cookie, SECURE_STATE) || name_begins(cookie, PLAIN_STATE);
}

bool cookie_without_ours(const char *header, const char *also, char **out)
{
    *out = NULL;
    if (!header)
        return true;
    char *kept = malloc(strlen(header) + 1);
    if (!kept)
        return false;

    /* What is not ours is the upstream's to judge: it is kept byte for byte, malformed or not. */
    size_t size = 0;
    bool first = true;
    for (const char *rest = header; rest;) {
        const char *start = rest;
        size_t stretch = next_stretch(&rest);
        struct cookie cookie;
        if (read_pair(start, stretch, &cookie) &&
            (cookie_is_ours(&cookie) || (also && name_is(&cookie, also))))
            continue;
        if (!first)
            kept[size++] = ';';
        for (; first && start != header && stretch > 0 && is_blank(*start); stretch--)
            start++;
        memcpy(kept + size, start, stretch);
        size += stretch;
        first = false;
    }
    kept[size] = '\0';

    if (kept[strspn(kept, "; \t")] == '\0') {
        free(kept);
        kept = NULL;
    }
    *out = kept;
    return true;
}

char *cookie_set(const struct cookie_names *names, const char *name, const char *value,
                 long long max_age)
{
    static const char format[] = "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s";
    char age[40] = "";
    if (max_age >= 0)
        snprintf(age, sizeof(age), "; Max-Age=%lld", max_age);
    const char *secure = names->secure ? "; Secure" : "";

    const size_t size =
        sizeof(format) + strlen(name) + strlen(value) + strlen(secure) + strlen(age);
    char *text = malloc(size);
    if (text)
        snprintf(text, size, format, name, value, secure, age);
    return text;
}
