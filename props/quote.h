/* Which values may be quoted. A secret can stand in the wrong place: under another key, in a key,
 * in quotation marks. So nothing is quoted that could be one. */
#ifndef PROPS_QUOTE_H
#define PROPS_QUOTE_H

#include <stdbool.h>

#include "properties.h"
#include "report.h"
#include "show.h"
#include "values.h"

/** Shortest text that could be a secret; a shorter one protects nothing. */
#define QUOTE_SECRET_MIN 10

/** Whether a value may be shown: it neither looks like a secret nor is a URL with one in it. */
bool quote_allows(const char *value);

/** Whether a key that is not in the table may be shown: it is near one that is, or does not look
 * like a secret that has lost its key. */
bool quote_allows_key(const char *key);

/** Whether a client id may be shown: the secret is where it belongs, and is another. */
bool quote_allows_client_id(const char *client_id, const char *client_secret);

/** The value for a message: "***" when it could be a secret, or a URL with one in it. @return
 * shown->text, or a constant. */
const char *quote_value(struct shown *shown, struct slice value);

/** quote_value() into a buffer that lives as long as the enclosing block. */
#define QUOTE(value) quote_value(&(struct shown){{0}}, (value))

/** Whether the entry's value is a secret: by its key, or by what its key was probably meant to be.
 */
bool quote_is_secret(const struct properties_entry *entry);

/** Takes every secret of the document out of the findings, should one have slipped in. */
void quote_hide_secrets(struct props_findings *findings, const struct properties *document);

#endif
