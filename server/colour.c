/* Colours. See colour.h. */
#include "colour.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hex.h"

bool colour_parse(const char *text, struct colour *colour)
{
    unsigned char *const channels[] = {&colour->red, &colour->green, &colour->blue};
    const size_t size = strlen(text);
    const size_t width = size == 4 ? 1 : 2;

    if (text[0] != '#' || (size != 4 && size != 7))
        return false;
    for (size_t i = 0; i < 3; i++) {
        const int high = hex_value(text[1 + i * width]);
        const int low = hex_value(text[i * width + width]);

        if (high < 0 || low < 0)
            return false;
        *channels[i] = (unsigned char)(16 * high + low);
    }
    return true;
}

void colour_text(struct colour colour, char text[COLOUR_TEXT_SIZE])
{
    snprintf(text, COLOUR_TEXT_SIZE, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
}

static double channel(unsigned char value)
{
    const double part = value / 255.0;

    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour colour)
{
    return 0.2126 * channel(colour.red) + 0.7152 * channel(colour.green) +
           0.0722 * channel(colour.blue);
}

double colour_contrast(struct colour one, struct colour other)
{
    const double a = luminance(one);
    const double b = luminance(other);

    return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

static unsigned char between(unsigned char one, unsigned char other, unsigned percent)
{
    return (unsigned char)((one * (100 - percent) + other * percent) / 100);
}

struct colour colour_mix(struct colour one, struct colour other, unsigned percent)
{
    return (struct colour){between(one.red, other.red, percent),
                           between(one.green, other.green, percent),
                           between(one.blue, other.blue, percent)};
}
