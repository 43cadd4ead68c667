/* UTF-16 code units to bytes and back. */
#include "utf16.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static void put_byte(struct utf16_writer *writer, uint32_t byte)
{
    writer->text[writer->size++] = (char)(unsigned char)byte;
}

static void put_character(struct utf16_writer *writer, uint32_t c)
{
    if (c != 0 && c < 0x80) {
        put_byte(writer, c);
    } else if (c < 0x800) {
        put_byte(writer, 0xC0 | c >> 6);
        put_byte(writer, 0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put_byte(writer, 0xE0 | c >> 12);
        put_byte(writer, 0x80 | (c >> 6 & 0x3F));
        put_byte(writer, 0x80 | (c & 0x3F));
    } else {
        put_byte(writer, 0xF0 | c >> 18);
        put_byte(writer, 0x80 | (c >> 12 & 0x3F));
        put_byte(writer, 0x80 | (c >> 6 & 0x3F));
        put_byte(writer, 0x80 | (c & 0x3F));
    }
}

void utf16_put(struct utf16_writer *writer, uint16_t unit)
{
    uint32_t high = writer->pending;
    writer->pending = 0;
    if (high != 0 && is_low(unit)) {
        put_character(writer, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00U));
        return;
    }
    if (high != 0)
        put_character(writer, high);
    if (is_high(unit))
        writer->pending = unit;
    else
        put_character(writer, unit);
}

void utf16_finish(struct utf16_writer *writer)
{
    if (writer->pending != 0)
        put_character(writer, writer->pending);
    writer->pending = 0;
    writer->text[writer->size] = '\0';
}

uint32_t utf16_next(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    size_t more = at[0] < 0x80 ? 0 : at[0] < 0xE0 ? 1 : at[0] < 0xF0 ? 2 : 3;
    static const unsigned char mask[] = {0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = at[0] & mask[more];
    for (size_t i = 1; i <= more; i++)
        c = c << 6 | (at[i] & 0x3F);
    *text += 1 + more;
    return c;
}

bool utf16_is_unmeant(uint32_t character)
{
    return utf8_is_control(character) || is_high(character) || is_low(character);
}

static bool is_foreign(uint32_t c)
{
    return c == 0 || is_high(c) || is_low(c);
}

bool utf16_is_clean(const char *text, size_t size)
{
    for (const char *at = text; at < text + size;)
        if (is_foreign(utf16_next(&at)))
            return false;
    return true;
}

char *utf16_clean(const char *text, size_t size)
{
    /* The worst case is the two bytes of NUL, which become three. */
    char *clean = malloc(size + size / 2 + 1);
    if (clean == NULL)
        return NULL;
    struct utf16_writer writer = {.text = clean};
    for (const char *at = text; at < text + size;) {
        uint32_t c = utf16_next(&at);
        put_character(&writer, is_foreign(c) ? 0xFFFD : c);
    }
    utf16_finish(&writer);
    return clean;
}
