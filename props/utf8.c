/* UTF-8 (RFC 3629): a table of the four lengths, and the characters that a line does not take. */
#include "utf8.h"

#include <string.h>

/* The first bytes of a length, and the first character that needs it: a smaller one written so
 * long is another spelling of it, which RFC 3629, 3, forbids. */
static const struct form {
    size_t size;
    uint32_t first;
    unsigned char mask;
    unsigned char lead;
} forms[] = {
    {1, 0x0, 0x80, 0x00},
    {2, 0x80, 0xe0, 0xc0},
    {3, 0x800, 0xf0, 0xe0},
    {4, 0x10000, 0xf8, 0xf0},
};

static const struct form *form_of(unsigned char lead)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if ((lead & forms[i].mask) == forms[i].lead)
            return &forms[i];
    return NULL;
}

size_t utf8_read(const void *bytes, size_t size, uint32_t *character)
{
    const unsigned char *p = bytes;
    const struct form *form = size > 0 ? form_of(p[0]) : NULL;

    if (!form || form->size > size)
        return 0;
    uint32_t value = p[0] & (unsigned char)~form->mask;
    for (size_t i = 1; i < form->size; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (p[i] & 0x3f);
    }
    if (value < form->first || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *character = value;
    return form->size;
}

bool utf8_is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character <= 0x9f);
}

bool utf8_is_plain(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } refused[] = {
        {0x061c, 0x061c}, /* marks of direction */
        {0x200e, 0x200f},
        {0x2028, 0x202e},   /* line and paragraph separator, embeddings and overrides */
        {0x2066, 0x2069},   /* isolates */
        {0xfeff, 0xfeff},   /* byte order mark */
        {0xfff9, 0xfffb},   /* interlinear annotation */
        {0xe0000, 0xe007f}, /* tags */
    };

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (character >= refused[i].first && character <= refused[i].last)
            return false;
    return !utf8_is_control(character);
}

bool utf8_text_is_clean(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        uint32_t character;
        size_t size = utf8_read(text, left, &character);
        if (size == 0 || utf8_is_control(character))
            return false;
        text += size;
        left -= size;
    }
    return true;
}
