/* Addresses: what to listen on, whom to trust. */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

#define PORT_MAX 65535u
#define IPV4_BITS 32u
#define IPV6_BITS 128u

/* The first twelve bytes of an IPv4 address in IPv6's clothes (RFC 4291, 2.5.5.2). */
static const unsigned char mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/* A whole number of digits alone, at most `max`. */
static bool read_number(const char *text, unsigned max, unsigned *number)
{
    int64_t value;
    const char *end;
    if (!number_read(text, max, &value, &end) || *end)
        return false;
    *number = (unsigned)value;
    return true;
}

static bool parse_unix(const char *path, struct listen_address *address)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&address->address;
    const size_t size = strlen(path);
    if (path[0] != '/' || size >= sizeof(un->sun_path))
        return false;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path, size + 1);
    address->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + 1);
    return true;
}

static bool parse_ipv6(const char *host, unsigned port, struct listen_address *address)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address->address;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons((uint16_t)port);
    address->size = sizeof(*in6);
    return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
}

static bool parse_ipv4(const char *host, unsigned port, struct listen_address *address)
{
    struct sockaddr_in *in = (struct sockaddr_in *)&address->address;
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)port);
    address->size = sizeof(*in);
    return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &in->sin_addr) ==
           1;
}

bool listen_address_parse(const char *text, struct listen_address *address)
{
    static const char unix_scheme[] = "unix:";
    memset(address, 0, sizeof(*address));
    const size_t size = strlen(text);
    if (size >= sizeof(address->text))
        return false;
    memcpy(address->text, text, size + 1);
    if (strncmp(text, unix_scheme, sizeof(unix_scheme) - 1) == 0)
        return parse_unix(text + sizeof(unix_scheme) - 1, address);

    char host[sizeof(address->text)];
    unsigned port;
    const char *colon = strrchr(text, ':');
    if (!colon || !read_number(colon + 1, PORT_MAX, &port))
        return false;
    const size_t host_size = (size_t)(colon - text);
    const bool bracketed = host_size >= 2 && text[0] == '[' && colon[-1] == ']';
    memcpy(host, text + (bracketed ? 1 : 0), host_size);
    host[bracketed ? host_size - 2 : host_size] = '\0';
    return bracketed ? parse_ipv6(host, port, address) : parse_ipv4(host, port, address);
}

static in_port_t port_of(const struct listen_address *address)
{
    if (address->address.ss_family == AF_INET)
        return ((const struct sockaddr_in *)&address->address)->sin_port;
    if (address->address.ss_family == AF_INET6)
        return ((const struct sockaddr_in6 *)&address->address)->sin6_port;
    return 0;
}

/* Where an origin leads, as an address that could be listened on. */
static bool parse_origin(const char *origin, struct listen_address *address)
{
    static const char http[] = "http://", https[] = "https://";
    const bool secure = strncmp(origin, https, sizeof(https) - 1) == 0;
    const char *host = origin + (secure ? sizeof(https) : sizeof(http)) - 1;
    const char *after = strrchr(host, ']');
    char text[sizeof(address->text)];

    if (!secure && strncmp(origin, http, sizeof(http) - 1) != 0)
        return false;
    const char *port = strchr(after ? after : host, ':') ? "" : secure ? ":443" : ":80";
    const int size = snprintf(text, sizeof(text), "%s%s", host, port);
    return size > 0 && (size_t)size < sizeof(text) && listen_address_parse(text, address);
}

/* Where somebody arrives who connects to another address than the one that is listened on. */
static const struct {
    const char *listening;
    const char *connecting;
} also_reached[] = {
    {"0.0.0.0", "127.0.0.0/8"}, {"::", "127.0.0.0/8"}, {"::", "::1"},
    {"127.0.0.1", "0.0.0.0"},   {"::", "0.0.0.0"},     {"::1", "::"},
};

static bool lies_in(const struct listen_address *address, const char *block)
{
    struct cidr cidr;
    return cidr_parse(block, &cidr) &&
           cidr_contains(&cidr, (const struct sockaddr *)&address->address);
}

static bool is_reached(const struct listen_address *listening,
                       const struct listen_address *connecting)
{
    char host[ADDRESS_TEXT_SIZE];
    if (port_of(listening) == 0 || port_of(listening) != port_of(connecting))
        return false;
    address_text((const struct sockaddr *)&listening->address, host);
    for (size_t i = 0; i < sizeof(also_reached) / sizeof(also_reached[0]); i++)
        if (strcmp(host, also_reached[i].listening) == 0 &&
            lies_in(connecting, also_reached[i].connecting))
            return true;
    return lies_in(connecting, host);
}

bool listen_address_answers(const struct listen_address *address, const char *origin)
{
    static const char name[] = "://localhost";
    struct listen_address to;
    if (!parse_origin(origin, &to))
        return false;
    if (is_reached(address, &to))
        return true;
    /* A name of two addresses, of which listening takes one. */
    const char *at = strstr(origin, name);
    if (!at || (at[sizeof(name) - 1] && at[sizeof(name) - 1] != ':'))
        return false;
    struct sockaddr_in6 loopback = {
        .sin6_family = AF_INET6, .sin6_port = port_of(&to), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    memcpy(&to.address, &loopback, sizeof(loopback));
    return is_reached(address, &to);
}

/* A mapped block of at least the mapped prefix is a block of IPv4. */
static void unmap(struct cidr *cidr)
{
    if (cidr->family != AF_INET6 || cidr->bits < IPV6_BITS - IPV4_BITS ||
        memcmp(cidr->bytes, mapped_prefix, sizeof(mapped_prefix)) != 0)
        return;
    memmove(cidr->bytes, cidr->bytes + sizeof(mapped_prefix), 4);
    memset(cidr->bytes + 4, 0, sizeof(cidr->bytes) - 4);
    cidr->family = AF_INET;
    cidr->bits -= IPV6_BITS - IPV4_BITS;
}

bool cidr_parse(const char *text, struct cidr *cidr)
{
    char host[INET6_ADDRSTRLEN];
    memset(cidr, 0, sizeof(*cidr));
    if (strcmp(text, "unix") == 0) {
        cidr->family = AF_UNIX;
        return true;
    }
    const size_t size = strcspn(text, "/");
    if (size >= sizeof(host))
        return false;
    memcpy(host, text, size);
    host[size] = '\0';

    cidr->family = strchr(host, ':') ? AF_INET6 : AF_INET;
    const unsigned most = cidr->family == AF_INET6 ? IPV6_BITS : IPV4_BITS;
    cidr->bits = most;
    if (inet_pton(cidr->family, host, cidr->bytes) != 1)
        return false;
    if (text[size] == '/' && !read_number(text + size + 1, most, &cidr->bits))
        return false;
    unmap(cidr);
    return true;
}

/* The bytes of an address and their family, a mapped one as IPv4; NULL where it has none. */
static const unsigned char *address_bytes(const struct sockaddr *address, int *family)
{
    if (address->sa_family == AF_INET) {
        *family = AF_INET;
        return (const unsigned char *)&((const struct sockaddr_in *)address)->sin_addr;
    }
    if (address->sa_family != AF_INET6)
        return NULL;
    const unsigned char *bytes =
        (const unsigned char *)&((const struct sockaddr_in6 *)address)->sin6_addr;
    const bool mapped = memcmp(bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
    *family = mapped ? AF_INET : AF_INET6;
    return mapped ? bytes + sizeof(mapped_prefix) : bytes;
}

bool cidr_contains(const struct cidr *cidr, const struct sockaddr *address)
{
    int family;
    if (cidr->family == AF_UNIX)
        return address->sa_family == AF_UNIX;
    const unsigned char *bytes = address_bytes(address, &family);
    if (!bytes || family != cidr->family)
        return false;
    const unsigned whole = cidr->bits / 8, odd = cidr->bits % 8;
    if (memcmp(bytes, cidr->bytes, whole) != 0)
        return false;
    if (odd == 0)
        return true;
    const unsigned mask = 0xFFu << (8 - odd) & 0xFFu;
    return (bytes[whole] & mask) == (cidr->bytes[whole] & mask);
}

bool cidrs_contain(const struct cidr *blocks, size_t count, const struct sockaddr *address)
{
    for (size_t i = 0; i < count; i++) {
        if (cidr_contains(&blocks[i], address))
            return true;
    }
    return false;
}

void address_text(const struct sockaddr *address, char text[ADDRESS_TEXT_SIZE])
{
    int family;
    const unsigned char *bytes = address_bytes(address, &family);
    if (!bytes)
        snprintf(text, ADDRESS_TEXT_SIZE, "%s", address->sa_family == AF_UNIX ? "unix" : "unknown");
    else if (!inet_ntop(family, bytes, text, ADDRESS_TEXT_SIZE))
        text[0] = '\0';
}
