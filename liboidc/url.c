/* Absolute http and https URLs, strictly. See url.h. */
#include "url.h"

#include <string.h>
#include <strings.h>

#include "buf.h"

#include "props/ascii.h"
#include "props/hex.h"

#define HTTP_PORT 80
#define HTTPS_PORT 443
#define PORT_MAX 65535

static bool is_name_character(char c)
{
    return ascii_is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
}

/* RFC 3986, 2: printable ASCII without the characters that stand for themselves nowhere; and
 * of '%' only a whole escape. */
static bool is_url_text(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}#", *p) != NULL)
            return false;
        if (*p == '%' && !(hex_value(p[1]) >= 0 && hex_value(p[2]) >= 0))
            return false;
    }
    return true;
}

static bool take_scheme(const char **text, struct url *url)
{
    static const char http[] = "http://";
    static const char https[] = "https://";

    url->https = strncasecmp(*text, https, sizeof https - 1) == 0;
    if (!url->https && strncasecmp(*text, http, sizeof http - 1) != 0)
        return false;
    *text += url->https ? sizeof https - 1 : sizeof http - 1;
    return true;
}

static bool take_ipv6(const char **text, struct url *url)
{
    const char *begin = *text + 1;
    size_t size = strspn(begin, "0123456789abcdefABCDEF:.");

    if (size == 0 || memchr(begin, ':', size) == NULL || begin[size] != ']')
        return false;
    url->ipv6 = true;
    url->host = (struct span){begin, size};
    *text = begin + size + 1;
    return true;
}

static bool take_host(const char **text, struct url *url)
{
    const char *p = *text;

    if (*p == '[')
        return take_ipv6(text, url);
    while (is_name_character(*p))
        p++;
    url->host = (struct span){*text, (size_t)(p - *text)};
    *text = p;
    return url->host.size > 0 && url->host.data[0] != '.' && url->host.data[0] != '-';
}

static bool take_port(const char **text, struct url *url)
{
    const char *p = *text;

    url->port = url->https ? HTTPS_PORT : HTTP_PORT;
    if (*p != ':')
        return true;
    p++;
    if (!ascii_is_digit(*p))
        return false;
    for (url->port = 0; ascii_is_digit(*p); p++) {
        url->port = url->port * 10 + (unsigned)(*p - '0');
        if (url->port > PORT_MAX)
            return false;
    }
    *text = p;
    return url->port > 0;
}

static bool take_path_and_query(const char *text, struct url *url)
{
    size_t path = strcspn(text, "?");

    if (path > 0 && text[0] != '/')
        return false;
    url->path = (struct span){text, path};
    url->has_query = text[path] == '?';
    text += path + (url->has_query ? 1 : 0);
    url->query = (struct span){text, strlen(text)};
    return true;
}

bool url_parse(const char *text, struct url *url)
{
    *url = (struct url){0};
    if (strlen(text) > URL_MAX || !is_url_text(text))
        return false;
    return take_scheme(&text, url) && take_host(&text, url) && take_port(&text, url) &&
           take_path_and_query(text, url);
}

static bool host_is(const struct url *url, const char *name)
{
    return url->host.size == strlen(name) && strncasecmp(url->host.data, name, url->host.size) == 0;
}

/* Exactly four decimal numbers, the first of them 127. Short and octal spellings are not taken for
 * loopback: programs do not agree on what they mean. */
static bool is_loopback_ipv4(const struct span *host)
{
    unsigned value = 0;
    size_t digits = 0;
    size_t numbers = 0;

    for (size_t i = 0; i <= host->size; i++) {
        if (i < host->size && ascii_is_digit(host->data[i])) {
            value = value * 10 + (unsigned)(host->data[i] - '0');
            if (++digits > 3)
                return false;
            continue;
        }
        if (i < host->size && host->data[i] != '.')
            return false;
        if (digits == 0 || value > 255 || (numbers == 0 && value != 127))
            return false;
        if (digits > 1 && host->data[i - digits] == '0')
            return false;
        numbers++;
        value = 0;
        digits = 0;
    }
    return numbers == 4;
}

bool url_is_loopback(const struct url *url)
{
    if (url->ipv6)
        return host_is(url, "::1");
    return host_is(url, "localhost") || is_loopback_ipv4(&url->host);
}

bool url_is_secure(const struct url *url)
{
    return url->https || url_is_loopback(url);
}

bool url_same_origin(const struct url *a, const struct url *b)
{
    return a->https == b->https && a->port == b->port && a->ipv6 == b->ipv6 &&
           a->host.size == b->host.size &&
           strncasecmp(a->host.data, b->host.data, a->host.size) == 0;
}

static void add_lower_case(struct buf *buf, const struct span *text)
{
    for (size_t i = 0; i < text->size; i++) {
        char c = ascii_lower(text->data[i]);

        buf_add(buf, &c, 1);
    }
}

void url_add_origin(struct buf *buf, const struct url *url)
{
    buf_adds(buf, url->https ? "https://" : "http://");
    if (url->ipv6)
        buf_adds(buf, "[");
    add_lower_case(buf, &url->host);
    if (url->ipv6)
        buf_adds(buf, "]");
    if (url->port != (url->https ? HTTPS_PORT : HTTP_PORT))
        buf_addf(buf, ":%u", url->port);
}
