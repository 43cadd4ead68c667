/* URLs of endpoints and of the site: RFC 3986, as strictly as an endpoint deserves. */
#include "values.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "ascii.h"
#include "hex.h"

/* Longest text that inet_pton takes, and longest host name (RFC 1035, 2.3.4). */
enum { ADDRESS_ROOM = 64, HOST_MAX = 253, LABEL_MAX = 63, PORT_DIGITS = 5, PORT_MAX = 65535 };

/* RFC 3986, appendix A: unreserved, reserved, and whole percent-escapes. */
static bool has_foreign_character(struct slice value)
{
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        if (c == '%') {
            if (i + 2 >= value.size || hex_value(value.at[i + 1]) < 0 ||
                hex_value(value.at[i + 2]) < 0)
                return true;
        } else if (!ascii_is_alphanumeric(c) &&
                   (c == '\0' || strchr("-._~:/?#[]@!$&'()*+,;=", c) == NULL)) {
            return true;
        }
    }
    return false;
}

/* Takes what stands in front of "://". */
static bool take_scheme(struct slice *rest, struct slice *scheme)
{
    size_t size = 0;
    while (size < rest->size && (ascii_is_letter(rest->at[size]) ||
                                 (size > 0 && (ascii_is_digit(rest->at[size]) ||
                                               strchr("+-.", rest->at[size]) != NULL))))
        size++;
    if (size == 0 || rest->size < size + 3 || memcmp(rest->at + size, "://", 3) != 0)
        return false;
    *scheme = (struct slice){rest->at, size};
    rest->at += size + 3;
    rest->size -= size + 3;
    return true;
}

/* Takes what stands in front of the first of the characters, or all. */
static struct slice take_until(struct slice *rest, const char *stops)
{
    size_t size = 0;
    while (size < rest->size && strchr(stops, rest->at[size]) == NULL)
        size++;
    struct slice taken = {rest->at, size};
    rest->at += size;
    rest->size -= size;
    return taken;
}

static bool to_address(struct slice host, int family, unsigned char *address)
{
    char text[ADDRESS_ROOM];
    if (host.size >= sizeof text)
        return false;
    memcpy(text, host.at, host.size);
    text[host.size] = '\0';
    return inet_pton(family, text, address) == 1;
}

/* RFC 1123, 2.1, with the underscore that containers' names have; a dot at the end is fine. */
static bool is_host_name(struct slice host)
{
    size_t label = 0;
    for (size_t i = 0; i < host.size; i++) {
        char c = host.at[i];
        if (c == '.') {
            if (label == 0)
                return false;
            label = 0;
        } else if (ascii_is_alphanumeric(c) || c == '-' || c == '_') {
            label++;
        } else {
            return false;
        }
        if (label > LABEL_MAX)
            return false;
    }
    return host.size > 0 && host.size <= HOST_MAX;
}

static enum value_url_problem check_port(struct slice port)
{
    unsigned long number = 0;
    if (port.size == 0 || port.size > PORT_DIGITS)
        return URL_PORT;
    for (size_t i = 0; i < port.size; i++) {
        if (!ascii_is_digit(port.at[i]))
            return URL_PORT;
        number = number * 10 + (unsigned long)(port.at[i] - '0');
    }
    return number >= 1 && number <= PORT_MAX ? URL_OK : URL_PORT;
}

/* Takes host and port; knows loopback addresses. */
static enum value_url_problem read_authority(struct slice authority, struct value_url *url)
{
    unsigned char address[sizeof(struct in6_addr)];
    if (memchr(authority.at, '@', authority.size) != NULL)
        return URL_USERINFO;
    if (authority.size > 0 && authority.at[0] == '[') {
        authority.at++;
        authority.size--;
        url->host = take_until(&authority, "]");
        if (authority.size == 0 || !to_address(url->host, AF_INET6, address))
            return URL_HOST;
        authority.at++;
        authority.size--;
        url->loopback = memcmp(address, &in6addr_loopback, sizeof in6addr_loopback) == 0;
        if (authority.size > 0 && authority.at[0] != ':')
            return URL_HOST;
    } else {
        url->host = take_until(&authority, ":");
        if (!is_host_name(url->host))
            return URL_HOST;
        url->loopback = slice_equals_folded(url->host, "localhost") ||
                        (to_address(url->host, AF_INET, address) && address[0] == 127);
    }
    url->port = (struct slice){authority.at, 0};
    if (authority.size == 0)
        return URL_OK;
    url->port = (struct slice){authority.at + 1, authority.size - 1};
    return check_port(url->port);
}

enum value_url_problem value_url(struct slice value, struct value_url *url)
{
    struct slice rest = value;
    *url = (struct value_url){0};
    if (value.size == 0)
        return URL_EMPTY;
    if (has_foreign_character(value))
        return URL_CHARACTER;
    if (!take_scheme(&rest, &url->scheme))
        return URL_RELATIVE;
    url->https = slice_equals_folded(url->scheme, "https");
    if (!url->https && !slice_equals_folded(url->scheme, "http"))
        return URL_SCHEME;
    enum value_url_problem problem = read_authority(take_until(&rest, "/?#"), url);
    url->origin = (struct slice){value.at, (size_t)(rest.at - value.at)};
    url->path = take_until(&rest, "?#");
    url->query = take_until(&rest, "#");
    if (problem == URL_OK && rest.size > 0)
        return URL_FRAGMENT;
    return problem;
}
