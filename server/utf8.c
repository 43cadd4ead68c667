/* UTF-8, one character at a time. */
#include "utf8.h"

/* How many bytes follow a first byte, what bits it carries, and the least value that needs so many
 * (RFC 3629 section 3: the shortest form is the only one). */
static size_t tail_size(unsigned char first, uint32_t *bits, uint32_t *least)
{
    if (first >= 0xC2 && first <= 0xDF) {
        *bits = first & 0x1Fu;
        *least = 0x80;
        return 1;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        *bits = first & 0x0Fu;
        *least = 0x800;
        return 2;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        *bits = first & 0x07u;
        *least = 0x10000;
        return 3;
    }
    return 0;
}

size_t utf8_next(const char *bytes, size_t size, uint32_t *character)
{
    const unsigned char first = (unsigned char)bytes[0];
    *character = first;
    if (first < 0x80)
        return 1;

    *character = UTF8_REPLACEMENT;
    uint32_t value = 0, least = 0;
    const size_t tail = tail_size(first, &value, &least);
    if (tail == 0 || tail >= size)
        return 1;
    for (size_t i = 1; i <= tail; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        if ((byte & 0xC0u) != 0x80)
            return 1;
        value = value << 6 | (byte & 0x3Fu);
    }
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 1;
    *character = value;
    return tail + 1;
}

bool utf8_is_steering(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } controls[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200E, 0x200F},
        {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
    };
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
        if (character >= controls[i].first && character <= controls[i].last)
            return true;
    return false;
}
