/* Fuzzes the reading of addresses: where to listen, whom to trust, how one is written, and whom a
 * front end says that it speaks for. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/address.h"
#include "server/forwarded_for.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sockaddr_storage address_of(const struct cidr *cidr)
{
    struct sockaddr_storage storage = {.ss_family = (sa_family_t)cidr->family};

    if (cidr->family == AF_INET)
        memcpy(&((struct sockaddr_in *)&storage)->sin_addr, cidr->bytes, 4);
    else
        memcpy(&((struct sockaddr_in6 *)&storage)->sin6_addr, cidr->bytes, 16);
    return storage;
}

/* A block holds its own first address, and none of the other half. */
static void check_block(const char *text)
{
    struct cidr cidr;

    if (!cidr_parse(text, &cidr))
        return;
    if (cidr.family == AF_UNIX) {
        require(strcmp(text, "unix") == 0);
        return;
    }
    require(cidr.family == AF_INET || cidr.family == AF_INET6);
    require(cidr.bits <= (cidr.family == AF_INET ? 32u : 128u));
    struct sockaddr_storage inside = address_of(&cidr);
    /* An IPv4 address in IPv6's clothes is none of a wider block of IPv6. */
    bool mapped = cidr.family == AF_INET6 &&
                  IN6_IS_ADDR_V4MAPPED(&((struct sockaddr_in6 *)&inside)->sin6_addr);
    require(cidr_contains(&cidr, (struct sockaddr *)&inside) == !mapped);
    if (cidr.bits > 0) {
        struct cidr other = cidr;
        other.bytes[(cidr.bits - 1) / 8] ^= (unsigned char)(0x80u >> ((cidr.bits - 1) % 8));
        struct sockaddr_storage outside = address_of(&other);
        require(!cidr_contains(&cidr, (struct sockaddr *)&outside));
    }
    char written[ADDRESS_TEXT_SIZE];
    struct cidr again;
    address_text((struct sockaddr *)&inside, written);
    require(cidr_parse(written, &again));
    require(cidr_contains(&again, (struct sockaddr *)&inside));
}

static void check_listen(const char *text)
{
    struct listen_address address;

    if (!listen_address_parse(text, &address))
        return;
    int family = address.address.ss_family;
    require(family == AF_INET || family == AF_INET6 || family == AF_UNIX);
    require(address.size > 0 && address.size <= sizeof address.address);
    require(strcmp(address.text, text) == 0);
}

/* Who is told is an address. */
static bool tell(const struct forwarded_for *said, char client[ADDRESS_TEXT_SIZE])
{
    struct cidr cidr;
    const bool told = forwarded_for_client(said, client);

    require(!told || (!strchr(client, '/') && cidr_parse(client, &cidr)));
    return told;
}

/* Whatever a client sends, the front end's word behind it counts: the client cannot become another
 * than the one that the front end saw. */
static void check_forwarded(const char *text)
{
    static const char seen[] = "203.0.113.9";
    struct cidr trusted;
    struct forwarded_for said = {.x_forwarded_for = text, .trusted = &trusted, .trusted_count = 1};
    char client[ADDRESS_TEXT_SIZE];
    const size_t room = strlen(text) + 64;
    char *list = malloc(room);

    if (!list)
        return;
    require(cidr_parse("10.0.0.0/8", &trusted));
    tell(&said, client);
    snprintf(list, room, "%s, %s, 10.0.0.2", text, seen);
    said.x_forwarded_for = list;
    require(tell(&said, client) && strcmp(client, seen) == 0);

    said = (struct forwarded_for){.forwarded = text, .trusted = &trusted, .trusted_count = 1};
    tell(&said, client);
    snprintf(list, room, "%s, for=\"%s:80\";proto=https, for=10.0.0.2", text, seen);
    said.forwarded = list;
    require(!tell(&said, client) || strcmp(client, seen) == 0);
    free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_block(text);
    check_listen(text);
    check_forwarded(text);
    free(text);
    return 0;
}
