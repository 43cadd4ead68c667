/* The reverse proxy: one request handed to the upstream, both bodies streamed with back-pressure.
 */
#ifndef SERVER_PROXY_H
#define SERVER_PROXY_H

#include <oidc/http.h>

#include "request.h"

/**
 * Forwards the request as its handler's answer. What goes up is the client's request without
 * hop-by-hop headers, without our cookies, and without anything that could be read as an identity
 * header; what comes down is the upstream's answer with the request's cookies added.
 *
 * @param identity        headers to set, or NULL. Copied.
 * @param identity_count  how many.
 */
enum MHD_Result proxy_begin(struct request *request, const oidc_header *identity,
                            size_t identity_count);

#endif
