/* Fuzzes the scanner of the HTML in a file's links: it ends, and what it tells lies inside the
 * text. */
#include <stdint.h>

#include "props/html.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct slice piece, const char *text, size_t size)
{
    require(piece.size == 0 || (piece.at >= text && piece.at + piece.size <= text + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct html html;
    enum html_event event;
    bool in_tag = false;

    html_init(&html, (struct slice){text, size});
    /* An event takes a character at least, or is the last. */
    for (size_t events = 0;; events++) {
        require(events <= size + 1);
        event = html_next(&html);
        if (event == HTML_END || event == HTML_UNFINISHED)
            break;
        require(event != HTML_ATTRIBUTE || in_tag);
        in_tag = event == HTML_OPEN || event == HTML_CLOSE || (in_tag && event == HTML_ATTRIBUTE);
        if (event == HTML_OPEN || event == HTML_CLOSE || event == HTML_ATTRIBUTE)
            check_inside(html.name, text, size);
        if (event == HTML_ATTRIBUTE)
            check_inside(html.value, text, size);
    }
    return 0;
}
