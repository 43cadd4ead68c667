/* base64url without padding (RFC 4648 section 5): each value has exactly one spelling here. */
#include "base64url.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t base64url_encoded_size(size_t size)
{
    size_t rest = size % 3;

    return size / 3 * 4 + (rest > 0 ? rest + 1 : 0);
}

void base64url_encode(const void *bytes, size_t size, char *text)
{
    const unsigned char *in = bytes;
    uint32_t bits = 0;
    unsigned count = 0; /* of bits that wait */

    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | in[i];
        for (count += 8; count >= 6; count -= 6)
            *text++ = alphabet[bits >> (count - 6) & 63];
    }
    if (count > 0)
        *text++ = alphabet[bits << (6 - count) & 63];
    *text = '\0';
}

size_t base64url_decoded_size(size_t size)
{
    return size / 4 * 3 + size % 4 * 3 / 4;
}

/* The value of a character, or 64 for one outside the alphabet. */
static uint32_t value_of(char character)
{
    if (character >= 'A' && character <= 'Z')
        return (uint32_t)(character - 'A');
    if (character >= 'a' && character <= 'z')
        return (uint32_t)(character - 'a') + 26;
    if (character >= '0' && character <= '9')
        return (uint32_t)(character - '0') + 52;
    return character == '-' ? 62 : character == '_' ? 63 : 64;
}

bool base64url_decode(const char *text, size_t size, void *bytes, size_t *count)
{
    unsigned char *out = bytes;
    uint32_t bits = 0;
    unsigned waiting = 0;

    *count = 0;
    if (size % 4 == 1)
        return false;
    for (size_t i = 0; i < size; i++) {
        uint32_t value = value_of(text[i]);
        if (value > 63)
            return false;
        bits = bits << 6 | value;
        waiting += 6;
        if (waiting >= 8) {
            waiting -= 8;
            *out++ = (unsigned char)(bits >> waiting & 0xff);
        }
    }
    /* Bits behind the last byte must be zero, or two texts would stand for one value. */
    if ((bits & ((UINT32_C(1) << waiting) - 1)) != 0)
        return false;
    *count = base64url_decoded_size(size);
    return true;
}
