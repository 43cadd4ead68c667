/*
 * Names and values in query strings and bodies: application/x-www-form-urlencoded (RFC 6749
 * appendix B), written and, strictly, read.
 */
#ifndef LIBOIDC_FORM_H
#define LIBOIDC_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/error.h>

struct buf;

/** Most fields that are read: an authorization response has a handful. */
#define FORM_FIELDS_MAX 32

/** Appends text with every byte but the unreserved characters (RFC 3986, 2.3) as %XX. Such
 * text reads the same as a query, as a form and in a path; no '+' for a blank, which only forms
 * know. */
void form_encode(struct buf *buf, const char *text);

/** Appends `name=value`, after an '&' unless it comes first: when the buffer is empty or ends in
 * '?' or '&'. The name is written as it is. */
void form_add(struct buf *buf, const char *name, const char *value);

/** Fields as they were read. No name occurs twice. Freed with their values cleansed. */
struct form {
    struct {
        char *name;
        char *value;
    } fields[FORM_FIELDS_MAX];
    size_t count;
};

/**
 * Reads a query string.
 *
 * RFC 6749, 3.1: a parameter may not come twice; it makes the whole text malformed, so that
 * no two readers can disagree on which one counts. So do broken escapes, raw bytes outside
 * printable ASCII, NUL and more than FORM_FIELDS_MAX fields. Empty pieces between two '&' are
 * skipped.
 *
 * @param form    freed by form_free whatever the result.
 * @param reason  a constant phrase for the log when the text is malformed.
 * @return OIDC_OK, OIDC_E_RESPONSE_MALFORMED, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code form_read(const char *text, size_t size, struct form *form,
                                 const char **reason);
void form_free(struct form *form);

/** The value of a field, or NULL. Borrowed. */
const char *form_get(const struct form *form, const char *name);

/** Takes the value out of the form; new, for secret_free_text. NULL where there is no such field.
 */
char *form_take(struct form *form, const char *name);

#endif
