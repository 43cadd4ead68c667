/* What could forge or steer is replaced, and what is long cut short. */
#include "show.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "utf16.h"
#include "utf8.h"

/* Control characters could forge a line of a log or steer a terminal; the marks of writing
 * direction, and what has no width, could make a key look like another. */
static bool is_unfit(uint32_t c)
{
    bool no_width = c >= 0x200B && c <= 0x200D;
    return no_width || utf16_is_unmeant(c) || !utf8_is_plain(c);
}

const char *show(struct shown *shown, const char *text, size_t size)
{
    const char *at = text;
    size_t used = 0;
    while (at < text + size) {
        const char *start = at;
        uint32_t c = utf16_next(&at);
        size_t width = (size_t)(at - start);
        if (used + width > SHOWN_MAX) {
            static const char ellipsis[] = "\xE2\x80\xA6";
            memcpy(shown->text + used, ellipsis, sizeof ellipsis);
            return shown->text;
        }
        if (is_unfit(c)) {
            shown->text[used++] = '?';
        } else {
            memcpy(shown->text + used, start, width);
            used += width;
        }
    }
    shown->text[used] = '\0';
    return shown->text;
}
