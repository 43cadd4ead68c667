/* Where Redis is. See redis_address.h. */
#include "redis_address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "ascii.h"
#include "hex.h"
#include "number.h"

#define PORT_STANDARD 6379
#define PORT_MOST 65535
#define DATABASE_MOST 65535

/* Longer hosts and paths are none (RFC 1035, 2.3.4; sun_path). */
#define HOST_MAX 255
#define PATH_MAX_SIZE 107

static const char host_characters[] = ASCII_ALPHANUMERIC ".-_";

/* Undoes %XX (RFC 3986, 2.1). What is left is no longer than before, and nothing is left behind it.
 */
static bool decode(char *text)
{
    char *to = text;
    size_t size = strlen(text);

    for (const char *from = text; *from; from++) {
        int byte;

        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        byte = hex_escaped(from, size - (size_t)(from - text));
        if (byte <= 0)
            return false;
        *to++ = (char)byte;
        from += 2;
    }
    OPENSSL_cleanse(to, size - (size_t)(to - text));
    return true;
}

/* A decoded copy; NULL for nothing. */
static enum redis_address_result take(const char *text, size_t size, char **copy)
{
    if (size == 0)
        return REDIS_ADDRESS_OK;
    *copy = strndup(text, size);
    if (!*copy)
        return REDIS_ADDRESS_MEMORY;
    return decode(*copy) ? REDIS_ADDRESS_OK : REDIS_ADDRESS_WRONG;
}

/* user, user:password, or :password */
static enum redis_address_result take_credentials(const char *text, size_t size,
                                                  struct redis_address *address)
{
    const char *colon = memchr(text, ':', size);
    size_t user_size = colon ? (size_t)(colon - text) : size;
    enum redis_address_result result = take(text, user_size, &address->user);

    if (result != REDIS_ADDRESS_OK)
        return result;
    if (colon)
        result = take(colon + 1, size - user_size - 1, &address->password);
    /* a user alone cannot be proven */
    return result == REDIS_ADDRESS_OK && !address->password ? REDIS_ADDRESS_WRONG : result;
}

static bool read_port(const char **at, struct redis_address *address)
{
    int64_t port = PORT_STANDARD;

    if (**at == ':' && (!number_read(*at + 1, PORT_MOST, &port, at) || port == 0))
        return false;
    address->port = (int)port;
    return true;
}

static bool read_database(const char *at, struct redis_address *address)
{
    int64_t number = 0;

    if (*at == '/' && *++at != '\0' && !number_read(at, DATABASE_MOST, &number, &at))
        return false;
    address->database = (unsigned)number;
    return *at == '\0';
}

static enum redis_address_result take_server(const char *text, struct redis_address *address)
{
    bool v6 = text[0] == '[';
    const char *host = text + v6;
    size_t size = strspn(host, v6 ? ASCII_IPV6 : host_characters);
    const char *at = host + size + v6;

    if (size == 0 || size > HOST_MAX || (v6 && host[size] != ']') || !read_port(&at, address) ||
        !read_database(at, address))
        return REDIS_ADDRESS_WRONG;
    address->host = strndup(host, size);
    snprintf(address->name, sizeof(address->name), v6 ? "[%.*s]:%d/%u" : "%.*s:%d/%u", (int)size,
             host, address->port, address->database);
    return address->host ? REDIS_ADDRESS_OK : REDIS_ADDRESS_MEMORY;
}

enum redis_address_result redis_address_parse(const char *text, struct redis_address *address)
{
    static const char tcp[] = "redis://";
    static const char local[] = "unix:";
    enum redis_address_result result = REDIS_ADDRESS_OK;
    const char *at;

    *address = (struct redis_address){0};
    if (strncmp(text, local, sizeof(local) - 1) == 0) {
        const char *path = text + sizeof(local) - 1;

        if (path[0] != '/' || strlen(path) > PATH_MAX_SIZE)
            return REDIS_ADDRESS_WRONG;
        snprintf(address->name, sizeof(address->name), "%s", text);
        address->path = strdup(path);
        return address->path ? REDIS_ADDRESS_OK : REDIS_ADDRESS_MEMORY;
    }
    if (strncmp(text, tcp, sizeof(tcp) - 1) != 0)
        return REDIS_ADDRESS_WRONG;
    text += sizeof(tcp) - 1;
    at = strrchr(text, '@');
    if (at)
        result = take_credentials(text, (size_t)(at - text), address);
    return result == REDIS_ADDRESS_OK ? take_server(at ? at + 1 : text, address) : result;
}

bool redis_address_is_given(const struct redis_address *address)
{
    return address->host || address->path;
}

static void forget(char *text)
{
    if (text)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
}

void redis_address_clear(struct redis_address *address)
{
    free(address->host);
    free(address->path);
    forget(address->user);
    forget(address->password);
    *address = (struct redis_address){0};
}
