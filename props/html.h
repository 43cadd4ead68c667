/* A scanner of small pieces of HTML: tags and attributes, of any bytes. */
#ifndef PROPS_HTML_H
#define PROPS_HTML_H

#include <stdbool.h>

#include "values.h"

enum html_event {
    HTML_END,        /* of the text */
    HTML_OPEN,       /* <name */
    HTML_CLOSE,      /* </name */
    HTML_ATTRIBUTE,  /* of the tag opened last */
    HTML_TAG_DONE,   /* its > */
    HTML_UNFINISHED, /* the text ends within a tag, a quotation or a comment */
};

struct html {
    const char *at;
    const char *end;
    bool in_tag;

    /* of the last event */
    struct slice name;
    struct slice value; /* of an attribute, without its quotation marks */
};

void html_init(struct html *html, struct slice text);

enum html_event html_next(struct html *html);

#endif
