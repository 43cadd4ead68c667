/* A site's logo. See logo.h. */
#include "logo.h"

#include <string.h>

/* Steps over one thing that may stand before an SVG's root element; NULL when there is none, or it
 * has no end. */
static const char *step_over(const char *at)
{
    static const struct {
        const char *begin;
        const char *end;
    } things[] = {{"<?", "?>"}, {"<!--", "-->"}, {"<!", ">"}};

    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        if (strncmp(at, things[i].begin, strlen(things[i].begin)) == 0) {
            const char *end = strstr(at, things[i].end);
            return end ? end + strlen(things[i].end) : NULL;
        }
    }
    return NULL;
}

static int is_svg(const char *at)
{
    if (strncmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    while (at) {
        at += strspn(at, " \t\r\n");
        if (strncmp(at, "<svg", 4) == 0)
            return at[4] && strchr(" \t\r\n>", at[4]) != NULL;
        at = step_over(at);
    }
    return 0;
}

const char *logo_type(const char *bytes, size_t size)
{
    static const char png[] = "\x89PNG\r\n\x1A\n";

    if (size > sizeof(png) && memcmp(bytes, png, sizeof(png) - 1) == 0)
        return "image/png";
    return strlen(bytes) == size && is_svg(bytes) ? "image/svg+xml" : NULL;
}
