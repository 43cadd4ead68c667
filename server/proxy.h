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

/** The head of the upstream's answer. Borrowed for the length of the call. */
struct proxy_head {
    long status;
    const char *lines; /* name NUL value NUL … */
    size_t size;
};

/** Steps through the fields; both begin as NULL. False at the end. */
bool proxy_head_next(const struct proxy_head *head, const char **name, const char **value);

/** The value of the first field of that name, or NULL. */
const char *proxy_head_field(const struct proxy_head *head, const char *wanted);

/** Where a redirect leads (302, its Location), if that is a path of any origin, whatever follows it
 * there; NULL otherwise. */
const char *proxy_head_redirect(const struct proxy_head *head, const char *path);

/** Answers in place of the upstream. */
typedef enum MHD_Result proxy_answer(struct request *request);

/** Called once for a request. @param head NULL: none came, and none will. @return who answers in
 * its place, or NULL. */
typedef proxy_answer *proxy_watch(struct request *request, const struct proxy_head *head);

/** As proxy_begin, with somebody who watches; who is told also where the request does not even
 * begin. */
enum MHD_Result proxy_begin_watched(struct request *request, const oidc_header *identity,
                                    size_t identity_count, proxy_watch *watch);

#endif
