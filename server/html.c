/* HTML from templates in which every inserted text is escaped. */
#include "html.h"

#include <stdarg.h>
#include <string.h>

#include <oidc/text.h>

/* What a character is written as where it must not stand for itself; NULL where it may. */
static const char *escape(uint32_t character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case OIDC_TEXT_REPLACEMENT:
        return "\xEF\xBF\xBD";
    default:
        return oidc_text_is_steering(character) ? "\xEF\xBF\xBD" : NULL;
    }
}

void html_add_text(struct text *page, const char *string, size_t size)
{
    while (size > 0) {
        uint32_t character;
        const size_t step = oidc_text_next(string, size, &character);
        const char *escaped = escape(character);
        if (escaped)
            text_adds(page, escaped);
        else
            text_add(page, string, step);
        string += step;
        size -= step;
    }
}

void html_add(struct text *page, const char *html, ...)
{
    va_list inserted;
    va_start(inserted, html);
    for (const char *next; (next = strstr(html, "%s")); html = next + 2) {
        text_add(page, html, (size_t)(next - html));
        const char *string = va_arg(inserted, const char *);
        html_add_text(page, string, strlen(string));
    }
    text_adds(page, html);
    va_end(inserted);
}
