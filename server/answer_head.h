/* The head of the upstream's answer: its status, and its fields one after the other. */
#ifndef SERVER_ANSWER_HEAD_H
#define SERVER_ANSWER_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

#include "text.h"

/** Begins as {0}. */
struct answer_head {
    long status;
    struct text fields; /* name NUL value NUL … */
};

/** Forgets the fields, of this head or of one before it. */
void answer_head_clear(struct answer_head *head);
void answer_head_free(struct answer_head *head);

/** Takes a line that is no status line. Where memory is short, fields.bad says so.
 * @return false for a Content-Length that is no length: half of that answer would look whole. */
bool answer_head_add(struct answer_head *head, const char *line, size_t size);

/** Steps through the fields; both begin as NULL. False at the end. */
bool answer_head_next(const struct answer_head *head, const char **name, const char **value);

/** The value of the first field of that name, or NULL. */
const char *answer_head_field(const struct answer_head *head, const char *wanted);

/** Where a redirect leads (302, its Location), if that is a path of any origin, whatever follows it
 * there; NULL otherwise. */
const char *answer_head_redirect(const struct answer_head *head, const char *path);

/** What Content-Length says; MHD_SIZE_UNKNOWN where there is none. */
uint64_t answer_head_length(const struct answer_head *head);

/** Whether the answer is a page, or data that a page's script loads (HTML, JSON, XML), and no
 * script, style or picture. */
bool answer_head_is_document(const struct answer_head *head);

/** Adds the fields to a response, without what is for this hop alone, and without names and values
 * that are none (RFC 9110, 5.1 and 5.5): those have no one reading. False when memory is
 * short: an answer without one of its fields could be read otherwise.
 * @param may_be_kept false: nothing that lets a cache keep the answer goes on, and no-store does.
 */
bool answer_head_copy(const struct answer_head *head, bool may_be_kept,
                      struct MHD_Response *response);

#endif
