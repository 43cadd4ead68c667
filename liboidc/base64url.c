/* base64url without padding (RFC 4648, 5): each value has exactly one spelling here. */
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

/* One more than the value of a character; 0 for what is outside the alphabet. */
static const unsigned char values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64,
};

bool base64url_decode(const char *text, size_t size, void *bytes, size_t *count)
{
    unsigned char *out = bytes;
    uint32_t bits = 0;
    unsigned waiting = 0;

    *count = 0;
    if (size % 4 == 1)
        return false;
    for (size_t i = 0; i < size; i++) {
        uint32_t value = values[(unsigned char)text[i]];
        if (value == 0)
            return false;
        bits = bits << 6 | (value - 1);
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
