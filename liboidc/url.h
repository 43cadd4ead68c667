/* Absolute http and https URLs (RFC 3986), strictly, and which of them a provider may be asked at.
 */
#ifndef LIBOIDC_URL_H
#define LIBOIDC_URL_H

#include <stdbool.h>
#include <stddef.h>

/** Most bytes of a URL that is taken from a file or from a provider: no real one comes near it. */
#define URL_MAX 2048

/** Most bytes of an address that a browser is sent to; servers commonly stop at 8 KiB. */
#define REQUEST_URL_MAX 8000

/** Part of a text that lives elsewhere. */
struct span {
    const char *data;
    size_t size;
};

/** The parts of a URL, as they are written. They borrow the text. */
struct url {
    bool https;
    struct span host; /* a name or an address; an IPv6 address without its brackets */
    bool ipv6;
    unsigned port;     /* the scheme's where none is written */
    struct span path;  /* "" or begins with a slash */
    struct span query; /* what follows the '?' */
    bool has_query;
};

/**
 * Takes a URL apart. It must be absolute, of scheme http or https, with a host, in printable ASCII.
 * User names, fragments, backslashes and percent-encoded hosts are refused: what one reader takes
 * for the host, another does not.
 */
bool url_parse(const char *text, struct url *url);

/** Whether the host is this machine, by its spelling alone: localhost, 127.0.0.0/8 or ::1. */
bool url_is_loopback(const struct url *url);

/** Whether what is sent there is safe on the way: https, or http that leaves no machine. */
bool url_is_secure(const struct url *url);

/** Whether scheme, host and port are the same (RFC 6454, 4). */
bool url_same_origin(const struct url *a, const struct url *b);

struct buf;

/** Appends scheme, host and port, in lower case and without a default port (RFC 6454, 6.2).
 */
void url_add_origin(struct buf *buf, const struct url *url);

#endif
