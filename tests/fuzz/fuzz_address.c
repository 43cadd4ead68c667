/* Fuzzes the reading of addresses: where to listen, whom to trust, and how one is written. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int promise)
{
    if (!promise)
        abort();
}

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
    free(text);
    return 0;
}
