/*
 * Requests with `Authorization: Bearer` (RFC 6750). Where no provider's tokens are accepted they
 * are XNAT's business, as all credentials are. Where some are, such a request is judged by its
 * token alone, whatever session comes with it; it starts no session, and is never redirected.
 */
#ifndef SERVER_BEARER_H
#define SERVER_BEARER_H

#include "pass.h"
#include "request.h"

/** Where a request goes whose token was accepted, and what refusals it knows. */
struct bearer_way {
    /** @param pass has a hand-off; borrowed. */
    enum MHD_Result (*go_on)(struct request *request, struct pass *pass);
    bool question; /* forward-auth: answered with 200, 401 or 403 and nothing else */
};

/** Whether a request brings a bearer token that is ours to judge. */
bool bearer_is_brought(const struct request *request);

/** Judges the token, now or when the provider's newer keys are there; then goes on, or refuses. */
enum MHD_Result bearer_judge(struct request *request, const struct bearer_way *way);

/** 401 for a request without session or token, with the challenge where tokens are accepted. */
enum MHD_Result bearer_ask(struct request *request);

#endif
