/* HTML from templates in which every inserted text is escaped: there is no other way to insert one.
 */
#ifndef SERVER_HTML_H
#define SERVER_HTML_H

#include "text.h"

/**
 * Adds a template, in which each %s (and no other conversion) stands for a text. Inserted texts are
 * escaped so that they are safe between tags and inside quoted attributes; malformed UTF-8 and
 * characters that control how text is shown become U+FFFD.
 */
__attribute__((format(printf, 2, 3))) void html_add(struct text *page, const char *html, ...);

/** Adds a text, escaped in the same way. */
void html_add_text(struct text *page, const char *string, size_t size);

#endif
