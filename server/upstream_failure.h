/* What a person, and the log, are told when the upstream gives no answer. */
#ifndef SERVER_UPSTREAM_FAILURE_H
#define SERVER_UPSTREAM_FAILURE_H

#include <curl/curl.h>

#include "request.h"

/** Answers with a page, or with a short text for a client that shows no pages. @param result why
 * the upstream gave no answer. */
enum MHD_Result upstream_failure_show(struct request *request, CURLcode result);

#endif
