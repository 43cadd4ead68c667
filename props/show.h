/* Pieces of a file, as a message may show them. */
#ifndef PROPS_SHOW_H
#define PROPS_SHOW_H

#include <stddef.h>

/** Longest piece of a file that is shown in a message: enough for any real URL or key. */
#define SHOWN_MAX 200

struct shown {
    char text[SHOWN_MAX + sizeof "\xE2\x80\xA6"];
};

/**
 * A piece of a file (Java text) fit for a message: valid UTF-8, control characters shown as '?',
 * cut short with an ellipsis.
 *
 * @return shown->text.
 */
const char *show(struct shown *shown, const char *text, size_t size);

/** show() into a buffer that lives as long as the enclosing block. */
#define SHOW(text, size) show(&(struct shown){{0}}, (text), (size))

#endif
