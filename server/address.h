/* Addresses: what to listen on, whom to trust. */
#ifndef SERVER_ADDRESS_H
#define SERVER_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

/** Where to listen. */
struct listen_address {
    struct sockaddr_storage address; /* IPv4, IPv6 or UNIX */
    socklen_t size;
    /* as it was written, for messages */
    char text[sizeof(((struct sockaddr_un *)0)->sun_path) + 8];
};

/** Reads `host:port`, `[v6]:port` (numeric, or `localhost`; port 0 lets the system choose) or
 * `unix:/path`. */
bool listen_address_parse(const char *text, struct listen_address *address);

/** Whether who connects to an origin (`http://host:port`) arrives at what listens there. That can
 * be told of numeric hosts and of `localhost`; nobody is asked about names. */
bool listen_address_answers(const struct listen_address *address, const char *origin);

/** A block of addresses, or all UNIX sockets, which have none. */
struct cidr {
    int family; /* AF_INET, AF_INET6 or AF_UNIX */
    unsigned char bytes[16];
    unsigned bits;
};

/** Reads `192.0.2.0/24`, `2001:db8::/32`, a single address, or `unix`. */
bool cidr_parse(const char *text, struct cidr *cidr);

/** Whether an address lies in the block; IPv4-mapped IPv6 counts as IPv4, and whoever connects to a
 * UNIX socket lies in `unix` alone. Published for its test. */
bool cidr_contains(const struct cidr *cidr, const struct sockaddr *address);

/** Whether an address lies in one of the blocks. */
bool cidrs_contain(const struct cidr *blocks, size_t count, const struct sockaddr *address);

/** Writes the numeric address without port; "unix" for a UNIX socket. */
#define ADDRESS_TEXT_SIZE 64
void address_text(const struct sockaddr *address, char text[ADDRESS_TEXT_SIZE]);

#endif
