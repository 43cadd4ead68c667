/* Fuzzes what is put into pages: whatever the text, it opens no tag, ends no attribute and shows
 * nothing but characters. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/text.h>

#include "server/html.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_entity(const char *text)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (strncmp(text, entities[i], strlen(entities[i])) == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct text page = {0};

    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    html_add(&page, "%s", text);
    char *html = text_steal(&page);
    require(html != NULL && strpbrk(html, "<>\"'") == NULL);
    for (const char *at = html; *at;) {
        uint32_t character;
        size_t step = oidc_text_next(at, strlen(at), &character);

        require(character != OIDC_TEXT_REPLACEMENT || step == 3); /* written out, not malformed */
        require(!oidc_text_is_steering(character));
        require(character != '&' || is_entity(at));
        at += step;
    }
    free(html);
    free(text);
    return 0;
}
