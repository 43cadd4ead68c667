/* What every libcurl handle that asks the upstream has in common: where it goes, and which
 * connections it takes. */
#ifndef SERVER_UPSTREAM_EASY_H
#define SERVER_UPSTREAM_EASY_H

#include <stdbool.h>

#include <curl/curl.h>

#include "site.h"
#include "upstream_note.h"

/** Copies a text into a handle, which can fail: without it, another server or another request would
 * be meant. */
bool upstream_easy_set_text(CURL *easy, CURLoption option, const char *text);

/** Prepares a new handle; time-outs, fields and callbacks are its owner's. @param url borrowed.
 * @param note of what goes wrong; outlives the handle.
 * @return false when memory is short: the handle must not be used. */
bool upstream_easy_prepare(CURL *easy, const struct site *site, const char *url,
                           struct upstream_note *note);

#endif
