/* A scanner of small pieces of HTML (WHATWG HTML, 13.2.5, as far as it matters for a link). */
#include "html.h"

#include <string.h>

#include "ascii.h"
#include "find.h"

void html_init(struct html *html, struct slice text)
{
    *html = (struct html){.at = text.at, .end = text.at + text.size};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Takes characters up to one of `stops`, or a blank. */
static struct slice take_word(struct html *html, const char *stops)
{
    const char *start = html->at;
    while (html->at < html->end && !is_blank(*html->at) &&
           (*html->at == '\0' || strchr(stops, *html->at) == NULL))
        html->at++;
    return (struct slice){start, (size_t)(html->at - start)};
}

static void skip_blanks(struct html *html)
{
    while (html->at < html->end && is_blank(*html->at))
        html->at++;
}

static bool begins(const struct html *html, const char *word)
{
    size_t size = strlen(word);
    return (size_t)(html->end - html->at) >= size && memcmp(html->at, word, size) == 0;
}

/* False when it has no end. */
static bool skip_comment(struct html *html)
{
    static const char tail[] = "-->";
    size_t at = find_bytes(html->at, (size_t)(html->end - html->at), tail, sizeof tail - 1);
    if (at == FIND_NONE)
        return false;
    html->at += at + sizeof tail - 1;
    return true;
}

static enum html_event next_outside(struct html *html)
{
    while (html->at < html->end) {
        if (begins(html, "<!--")) {
            if (!skip_comment(html))
                break;
            continue;
        }
        bool closes = begins(html, "</");
        size_t lead = closes ? 2 : 1;
        bool tag = *html->at == '<' && (size_t)(html->end - html->at) > lead &&
                   ascii_is_letter(html->at[lead]);
        if (!tag) {
            html->at++;
            continue;
        }
        html->at += lead;
        html->name = take_word(html, ">/");
        html->in_tag = true;
        return closes ? HTML_CLOSE : HTML_OPEN;
    }
    bool comment = html->at < html->end;
    html->at = html->end;
    return comment ? HTML_UNFINISHED : HTML_END;
}

/* The value after an equals sign. False when its quotation mark is never closed. */
static bool take_value(struct html *html)
{
    skip_blanks(html);
    html->value = (struct slice){html->at, 0};
    if (html->at == html->end)
        return true;
    char mark = *html->at;
    if (mark != '"' && mark != '\'') {
        html->value = take_word(html, ">");
        return true;
    }
    const char *start = ++html->at;
    const char *close = memchr(start, mark, (size_t)(html->end - start));
    if (close == NULL)
        return false;
    html->value = (struct slice){start, (size_t)(close - start)};
    html->at = close + 1;
    return true;
}

static enum html_event next_in_tag(struct html *html)
{
    /* Slashes, and equals signs without a name, mean nothing here. */
    while (html->at < html->end && (is_blank(*html->at) || *html->at == '/' || *html->at == '='))
        html->at++;
    html->in_tag = false;
    if (html->at == html->end)
        return HTML_UNFINISHED;
    if (*html->at == '>') {
        html->at++;
        return HTML_TAG_DONE;
    }
    html->name = take_word(html, "=>/");
    html->value = (struct slice){html->at, 0};
    skip_blanks(html);
    if (html->at < html->end && *html->at == '=') {
        html->at++;
        if (!take_value(html)) {
            html->at = html->end;
            return HTML_UNFINISHED;
        }
    }
    html->in_tag = true;
    return HTML_ATTRIBUTE;
}

enum html_event html_next(struct html *html)
{
    return html->in_tag ? next_in_tag(html) : next_outside(html);
}
