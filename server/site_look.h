/* How a site's pages look: name, contact, logo, colours, footer and words, read at start. */
#ifndef SERVER_SITE_LOOK_H
#define SERVER_SITE_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "messages.h"
#include "pages.h"

struct site;

struct site_look {
    struct page_site page; /* what every page is given */
    struct messages messages;
    char *style; /* the style sheet, with the site's colours */
    char *logo;  /* NULL: none */
    size_t logo_size;
    const char *logo_type;
    char *contact_href;
};

/** Reads what the options name, once the site's paths are known. Complains when it is wrong.
 * @return false when the sidecar cannot start. */
bool site_look_open(struct site *site);
void site_look_close(struct site *site);

#endif
