/* Whom front ends say that they speak for. */
#include "forwarded_for.h"

#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "ascii.h"

/* A hop as it was written, without quotes. The longest that can be read is an IPv6 address in
 * brackets with a port. */
struct node {
    char text[ADDRESS_TEXT_SIZE];
    size_t size;
    bool too_long;
    bool named;
};

/* What is known of the client while a list is read from its left end to its right. */
struct walk {
    const struct forwarded_for *said;
    struct sockaddr_storage client;
    bool begun;
    bool known;
};

static void node_add(struct node *node, char c)
{
    if (node->size + 1 == sizeof(node->text)) {
        node->too_long = true;
        return;
    }
    node->text[node->size++] = c;
    node->text[node->size] = '\0';
}

/* --- one hop (RFC 7239, 6) ------------------------------------------------------------ */

/* A port, or a name made up for one: it is of no interest, but what is neither spoils the hop. */
static bool is_port(const char *text)
{
    static const char made_up[] = ASCII_ALPHANUMERIC "._-";
    const bool is_made_up = text[0] == '_';
    const size_t size = strspn(text, is_made_up ? made_up : ASCII_DIGITS);

    return text[size] == '\0' && size >= (is_made_up ? 2 : 1) && (is_made_up || size <= 5);
}

static bool read_ipv4(const char *host, struct sockaddr_storage *address)
{
    struct sockaddr_in *in = (struct sockaddr_in *)address;

    in->sin_family = AF_INET;
    return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

static bool read_ipv6(const char *host, struct sockaddr_storage *address)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;

    in6->sin6_family = AF_INET6;
    return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
}

/* `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]`, `[2001:db8::1]:80`, and the bare `2001:db8::1` that
 * X-Forwarded-For has. Takes the text apart. */
static bool read_node(struct node *node, struct sockaddr_storage *address)
{
    char *host = node->text;
    char *colon = strchr(host, ':');

    if (node->too_long)
        return false;
    memset(address, 0, sizeof(*address));
    if (host[0] == '[') {
        char *end = strchr(host, ']');
        if (!end || (end[1] != '\0' && (end[1] != ':' || !is_port(end + 2))))
            return false;
        *end = '\0';
        return read_ipv6(host + 1, address);
    }
    if (colon && strchr(colon + 1, ':'))
        return read_ipv6(host, address);
    if (colon) {
        if (!is_port(colon + 1))
            return false;
        *colon = '\0';
    }
    return read_ipv4(host, address);
}

/* Each hop was added by the one to its right: the last that is not trusted is the client, and what
 * stands before it is the client's own word. */
static void take_hop(struct walk *walk, struct node *node)
{
    struct sockaddr_storage address;
    const bool read = read_node(node, &address);

    if (walk->begun && read &&
        cidrs_contain(walk->said->trusted, walk->said->trusted_count,
                      (const struct sockaddr *)&address))
        return;
    walk->begun = true;
    walk->known = read;
    if (read)
        walk->client = address;
}

/* --- the lists -------------------------------------------------------------------------------- */

static const char *past_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static void read_x_forwarded_for(const char *list, struct walk *walk)
{
    for (list += strspn(list, " \t,"); *list; list += strspn(list, " \t,")) {
        struct node node = {0};
        size_t size = strcspn(list, ",");
        const char *next = list + size;

        while (list[size - 1] == ' ' || list[size - 1] == '\t')
            size--;
        for (size_t i = 0; i < size; i++)
            node_add(&node, list[i]);
        take_hop(walk, &node);
        list = next;
    }
}

/* RFC 9110, 5.6.4. NULL: it has no end. */
static const char *read_quoted(const char *at, struct node *node)
{
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\' && *++at == '\0')
            return NULL;
        if (node)
            node_add(node, *at);
    }
    return *at ? at + 1 : NULL;
}

static const char *read_token(const char *at, struct node *node)
{
    for (; *at && !strchr(" \t,;\"", *at); at++) {
        if (node)
            node_add(node, *at);
    }
    return at;
}

/* A parameter and its value, which is kept where it is the hop's. NULL: it is none. */
static const char *read_parameter(const char *at, struct node *node)
{
    const size_t size = strcspn(at, "= \t,;\"");
    const bool wanted = size == 3 && strncasecmp(at, "for", size) == 0;

    if (size == 0 || at[size] != '=' || (wanted && node->named))
        return NULL;
    node->named = node->named || wanted;
    at += size + 1;
    at = *at == '"' ? read_quoted(at, wanted ? node : NULL) : read_token(at, wanted ? node : NULL);
    if (!at)
        return NULL;
    at = past_blanks(at);
    return *at && !strchr(",;", *at) ? NULL : at;
}

/* RFC 7239, 4. False: what cannot be read may hide an end of a hop, so that none of it is
 * believed. */
static bool read_forwarded(const char *list, struct walk *walk)
{
    for (list += strspn(list, " \t,"); *list; list += strspn(list, " \t,")) {
        struct node node = {0};

        for (list += strspn(list, " \t;"); *list && *list != ','; list += strspn(list, " \t;")) {
            list = read_parameter(list, &node);
            if (!list)
                return false;
        }
        take_hop(walk, &node);
    }
    return true;
}

bool forwarded_for_client(const struct forwarded_for *said, char client[ADDRESS_TEXT_SIZE])
{
    struct walk walk = {.said = said};

    if (said->x_forwarded_for)
        read_x_forwarded_for(said->x_forwarded_for, &walk);
    else if (!said->forwarded || !read_forwarded(said->forwarded, &walk))
        return false;
    if (walk.known)
        address_text((const struct sockaddr *)&walk.client, client);
    return walk.known;
}
