/* A value that could break a header is none of XNAT's. See xnat_cookie.h. */
#include "xnat_cookie.h"

#include <string.h>
#include <strings.h>

#include "ascii.h"

const char xnat_cookie_name[] = "JSESSIONID";

/* Of a cookie's value (RFC 6265, 4.1.1) what Tomcat uses and no header can be broken with. */
static const char characters[] = ASCII_ALPHANUMERIC "-._!~";

bool xnat_cookie_is_session(const struct cookie *cookie)
{
    return cookie->name_size == sizeof(xnat_cookie_name) - 1 &&
           memcmp(cookie->name, xnat_cookie_name, cookie->name_size) == 0;
}

bool xnat_cookie_is_usable(const char *value, size_t size)
{
    if (size > XNAT_SESSION_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (value[i] == '\0' || !strchr(characters, value[i]))
            return false;
    }
    return true;
}

/* Whether an attribute ends the cookie at once. */
static bool is_over(const char *attributes)
{
    struct cookie attribute;

    while (attributes && cookie_next(&attributes, &attribute)) {
        if (attribute.name_size == 7 && strncasecmp(attribute.name, "Max-Age", 7) == 0)
            return attribute.value_size > 0 &&
                   (attribute.value[0] == '0' || attribute.value[0] == '-');
    }
    return false;
}

bool xnat_cookie_read(const char *set_cookie, char session[XNAT_SESSION_MAX + 1])
{
    const char *rest = set_cookie;
    struct cookie cookie;

    if (!cookie_next(&rest, &cookie) || !xnat_cookie_is_session(&cookie) ||
        !xnat_cookie_is_usable(cookie.value, cookie.value_size))
        return false;
    memcpy(session, cookie.value, cookie.value_size);
    session[is_over(rest) ? 0 : cookie.value_size] = '\0';
    return true;
}
