/* What a browser says of a request. */
#include "navigation.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "fields.h"

static bool is(const char *value, const char *expected)
{
    return value && strcasecmp(value, expected) == 0;
}

/* A weight of zero ("q=0", "q=0.000") means: not this one (RFC 9110, 12.4.2). */
static bool is_zero_weight(const char *parameter, size_t size)
{
    field_trim(&parameter, &size);
    if (size < 3 || strncasecmp(parameter, "q=0", 3) != 0)
        return false;
    return strspn(parameter + 3, ".0") >= size - 3;
}

/* Whether one element of Accept is text/html with a weight above zero. */
static bool names_html(const char *element, size_t size)
{
    static const char html[] = "text/html";
    const char *end = memchr(element, ';', size);
    size_t type_size = end ? (size_t)(end - element) : size;
    const char *type = element;
    field_trim(&type, &type_size);
    if (type_size != sizeof(html) - 1 || strncasecmp(type, html, type_size) != 0)
        return false;

    const char *const stop = element + size;
    while (end && end < stop) {
        const char *parameter = end + 1;
        end = memchr(parameter, ';', (size_t)(stop - parameter));
        if (is_zero_weight(parameter, (size_t)((end ? end : stop) - parameter)))
            return false;
    }
    return true;
}

static bool accepts_html(const char *accept)
{
    while (accept) {
        const size_t size = strcspn(accept, ",");
        if (names_html(accept, size))
            return true;
        accept = accept[size] ? accept + size + 1 : NULL;
    }
    return false;
}

bool navigation_is(const struct navigation_signs *signs)
{
    if (!signs->method || strcmp(signs->method, "GET") != 0)
        return false;
    if (signs->authorization || is(signs->requested_with, "XMLHttpRequest"))
        return false;
    if (signs->sec_fetch_mode || signs->sec_fetch_dest)
        return is(signs->sec_fetch_mode, "navigate") && is(signs->sec_fetch_dest, "document");
    return accepts_html(signs->accept);
}

bool navigation_is_script(const struct navigation_signs *signs)
{
    if (signs->authorization)
        return false;
    if (signs->sec_fetch_mode || signs->sec_fetch_dest)
        return is(signs->sec_fetch_dest, "empty") && !is(signs->sec_fetch_mode, "navigate");
    return is(signs->requested_with, "XMLHttpRequest");
}

bool navigation_is_foreign(const char *sec_fetch_site)
{
    return sec_fetch_site && strcmp(sec_fetch_site, "same-origin") != 0 &&
           strcmp(sec_fetch_site, "none") != 0;
}
