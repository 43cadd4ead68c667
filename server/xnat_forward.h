/* Requests of a session on their way to XNAT with its alias token, where the site hands over by
 * tokens (--handoff xnat-token). */
#ifndef SERVER_XNAT_FORWARD_H
#define SERVER_XNAT_FORWARD_H

#include "request.h"
#include "session_cache.h"

/** Whether the site hands over by tokens. */
bool xnat_is_handed_tokens(const struct site *site);

/** Forwards a request with the session's token, now or when there is one. */
enum MHD_Result xnat_forward(struct request *request, struct session_entry *entry);

/** What a question about a request is answered with, when the session has a token; else refused. */
typedef enum MHD_Result xnat_go_on(struct request *request, struct session_entry *entry);

/** Goes on when the session has a token; at once, or when there is one. @param refuse where there
 * is none. */
enum MHD_Result xnat_with_token(struct request *request, struct session_entry *entry,
                                xnat_go_on *go_on, xnat_go_on *refuse);

/** Wakes requests that have waited for long, to look again. Called once a second. */
void xnat_holds_look(struct worker *worker);

#endif
