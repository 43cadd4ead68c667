/* One request to a provider, on the worker's own event loop. */
#ifndef SERVER_EXCHANGE_H
#define SERVER_EXCHANGE_H

#include <oidc/http.h>

struct worker;
struct exchange;

/** Called once with what came; borrowed for the length of the call. */
typedef void exchange_done(void *context, const oidc_http_response *response);

/** Sends. NULL when memory is short. The exchange frees itself after done. */
struct exchange *exchange_start(struct worker *worker, const oidc_http_request *request,
                                exchange_done *done, void *context);

/** Ends it early, without done. NULL is fine. */
void exchange_cancel(struct exchange *exchange);

#endif
