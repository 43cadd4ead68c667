/*
 * HTTP as plain data.
 *
 * liboidc opens no sockets. Its machines hand out an oidc_http_request to be sent and take an
 * oidc_http_response back. <oidc/curl.h> sends one with libcurl; any HTTP client can, as long as it
 *
 *   - follows no redirect, adds no credentials and no cookies;
 *   - verifies TLS certificates and host names, with no way to turn that off;
 *   - stops at answer_limit bytes of body and after time_limit seconds in all;
 *   - sends a request once: a repeated token request shows a spent code, for which the provider
 *     may revoke what it gave for the first (RFC 6749, 4.1.2).
 */
#ifndef OIDC_HTTP_H
#define OIDC_HTTP_H

#include <stddef.h>

/** Most bytes of body that are read from a provider's answer: no real answer comes near it. */
#define OIDC_ANSWER_LIMIT ((size_t)1024 * 1024)

/** Most seconds that one exchange with a provider may take, from name look-up to last byte. */
#define OIDC_TIME_LIMIT 30

/** One header field. Both strings are borrowed. */
typedef struct oidc_header {
    const char *name;
    const char *value;
} oidc_header;

/** A request to be sent. Every pointer is borrowed from the machine that made it and is good until
 * the machine is given the answer or freed. Body and headers may hold secrets: do not log them. */
typedef struct oidc_http_request {
    const char *purpose; /**< "discovery", "keys", "token" or "userinfo": for logs and metrics */
    const char *method;  /**< "GET" or "POST" */
    const char *url;     /**< absolute; https, or http to loopback */
    const oidc_header *headers;
    size_t header_count;
    const char *body; /**< NULL for GET */
    size_t body_size;
    size_t answer_limit; /**< bytes */
    unsigned time_limit; /**< seconds */
} oidc_http_request;

/** How the exchange went, below HTTP. */
typedef enum oidc_transport {
    OIDC_TRANSPORT_OK,          /**< a whole answer came; status and body are set */
    OIDC_TRANSPORT_UNREACHABLE, /**< no connection: name, route, refused */
    OIDC_TRANSPORT_TIMEOUT,     /**< time_limit passed */
    OIDC_TRANSPORT_TLS,         /**< certificate or handshake */
    OIDC_TRANSPORT_TOO_LARGE,   /**< answer_limit passed */
    OIDC_TRANSPORT_CUT_SHORT,   /**< the connection broke before the answer was whole */
} oidc_transport;

/** What came back. All pointers are borrowed for the length of the call it is passed to. */
typedef struct oidc_http_response {
    oidc_transport transport;
    int status;               /**< HTTP status, 100 to 599; 0 unless OIDC_TRANSPORT_OK */
    const char *content_type; /**< value of Content-Type, or NULL */
    const void *body;
    size_t body_size;
    const char *note; /**< the transport's own words on a failure, for the log; or NULL */
} oidc_http_response;

#endif
