/* The escapes of java.util.Properties. */
#include "escape.h"

#include <stdint.h>

#include "hex.h"
#include "utf16.h"

enum { HEX_DIGITS = 4 };

/* The unit that exactly four digits stand for. */
static bool read_unit(const char *digits, size_t size, uint16_t *unit)
{
    if (size < HEX_DIGITS)
        return false;
    unsigned value = 0;
    for (size_t i = 0; i < HEX_DIGITS; i++) {
        int digit = hex_value(digits[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    *unit = (uint16_t)value;
    return true;
}

static uint16_t escaped(char c)
{
    switch (c) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'f':
        return '\f';
    default:
        return (unsigned char)c;
    }
}

bool escape_decode(const char *written, size_t size, char *to, size_t *bad_at)
{
    struct utf16_writer writer = {0};
    writer.text = to;
    for (size_t i = 0; i < size; i++) {
        uint16_t unit = (unsigned char)written[i];
        /* A backslash is never the last byte: it would have continued the line. */
        if (written[i] == '\\' && i + 1 < size) {
            size_t backslash = i++;
            unit = escaped(written[i]);
            if (written[i] == 'u') {
                if (!read_unit(written + i + 1, size - i - 1, &unit)) {
                    utf16_finish(&writer);
                    *bad_at = backslash;
                    return false;
                }
                i += HEX_DIGITS;
            }
        }
        utf16_put(&writer, unit);
    }
    utf16_finish(&writer);
    return true;
}
