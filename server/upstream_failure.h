/* What a person, and the log, are told when the upstream gives no answer. */
#ifndef SERVER_UPSTREAM_FAILURE_H
#define SERVER_UPSTREAM_FAILURE_H

#include <curl/curl.h>

#include "request.h"
#include "upstream_note.h"

/** Answers with a page, or with a short text for a client that shows no pages; and tells it. @param
 * result why the upstream gave no answer. @param note what more is known of it. */
enum MHD_Result upstream_failure_show(struct request *request, CURLcode result,
                                      const struct upstream_note *note);

/** Tells it to the log and the counters alone: the answer is on its way already. */
void upstream_failure_tell(struct request *request, CURLcode result,
                           const struct upstream_note *note);

#endif
