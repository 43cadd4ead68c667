/* The reverse proxy: one request handed to the upstream, both bodies streamed with back-pressure.
 */
#ifndef SERVER_PROXY_H
#define SERVER_PROXY_H

#include <oidc/http.h>

#include "answer_head.h"
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

/** Answers in place of the upstream. */
typedef enum MHD_Result proxy_answer(struct request *request);

/** Called once for a request. @param head of the upstream's answer; borrowed for the length of the
 * call. NULL: none came, and none will. @return who answers in its place, or NULL. */
typedef proxy_answer *proxy_watch(struct request *request, const struct answer_head *head);

/** As proxy_begin, with somebody who watches; who is told also where the request does not even
 * begin. */
enum MHD_Result proxy_begin_watched(struct request *request, const oidc_header *identity,
                                    size_t identity_count, proxy_watch *watch);

#endif
