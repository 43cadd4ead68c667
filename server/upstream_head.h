/* The head of the request that goes to the upstream. */
#ifndef SERVER_UPSTREAM_HEAD_H
#define SERVER_UPSTREAM_HEAD_H

#include <stdbool.h>

#include <curl/curl.h>
#include <oidc/http.h>

#include "request.h"

/**
 * Makes libcurl's header list for a forwarded request.
 *
 * @param chunked  the body has no known length.
 * @return new, for curl_slist_free_all; NULL when memory is short.
 */
struct curl_slist *upstream_head(struct request *request, const oidc_header *identity,
                                 size_t identity_count, bool chunked);

#endif
