/* Answers of our own: pages, redirects, JSON and plain text, with the headers all of them carry. */
#ifndef SERVER_RESPOND_H
#define SERVER_RESPOND_H

#include <oidc/error.h>

#include "request.h"

/** Adds a header to a response in the making. An answer that lacks one may mean something else:
 * there is all of it or none. @param response taken over; NULL stays NULL. @return it, or NULL: it
 * is gone, because memory was short. */
struct MHD_Response *respond_add(struct MHD_Response *response, const char *name,
                                 const char *value);

/**
 * Queues a text. Adds Cache-Control: no-store, X-Content-Type-Options, Referrer-Policy, the
 * Content-Security-Policy of pages, and the request's cookies.
 *
 * @param text  new; taken over, also on failure; NULL: memory was short, and the connection closes.
 */
enum MHD_Result respond_text(struct request *request, unsigned status, const char *content_type,
                             char *text);

/** The same of a page that has a Content-Security-Policy of its own. @param html as text. */
enum MHD_Result respond_page(struct request *request, unsigned status, const char *policy,
                             char *html);

/** A short text in plain words; constant. */
enum MHD_Result respond_plain(struct request *request, unsigned status, const char *text);

/** The same, and the connection is closed: what follows on it cannot be understood. */
enum MHD_Result respond_plain_and_close(struct request *request, unsigned status, const char *text);

/** 302. @param location absolute URL; new; taken over; NULL: memory was short. */
enum MHD_Result respond_redirect(struct request *request, char *location);

/** 302 within the site. @param path with its query; NULL: the front page. */
enum MHD_Result respond_redirect_within(struct request *request, const char *path);

/** A short text with a WWW-Authenticate: RFC 6750, 3. Both constant. */
enum MHD_Result respond_challenge(struct request *request, unsigned status, const char *challenge,
                                  const char *text);

/** What a program is told in place of an error page. */
struct refusal_text {
    const char *sentence;  /* constant */
    const char *reason;    /* stable word; NULL: for the log alone */
    const char *challenge; /* of WWW-Authenticate; constant; NULL: none */
};

/** A refusal for a program, which is in the log: the sentence, the reason, and the reference that
 * the log has. Where memory is short, the sentence alone. */
enum MHD_Result respond_refusal(struct request *request, unsigned status,
                                const struct refusal_text *refusal);

/** 405. @param allow value of Allow. */
enum MHD_Result respond_method_not_allowed(struct request *request, const char *allow);

/** The error page. @param reason stable word, of which page_kinds.h makes words for a person.
 * @param seconds_off by which clocks differ, where it is about that; else 0. */
enum MHD_Result respond_error(struct request *request, unsigned status, const char *reason,
                              int64_t seconds_off);

/** 503, the connection is closed: something could not be found out, or done, for lack of memory. */
enum MHD_Result respond_short_of_memory(struct request *request);

/** Queues a finished response, with the request's cookies, and drops the caller's reference. No
 * cache may keep one that has cookies, which is the caller's to say in it. */
enum MHD_Result respond_with(struct request *request, unsigned status,
                             struct MHD_Response *response);

/** Queues a response that the caller keeps; nothing is added to it. NULL closes the connection. */
enum MHD_Result respond_kept(struct request *request, unsigned status,
                             struct MHD_Response *response);

#endif
