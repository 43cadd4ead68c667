/* Colours, and whether they can be told apart (WCAG 2.2, relative luminance and contrast ratio). */
#ifndef SERVER_COLOUR_H
#define SERVER_COLOUR_H

#include <stdbool.h>

struct colour {
    unsigned char red, green, blue;
};

/** Characters of "#rrggbb", with the NUL. */
#define COLOUR_TEXT_SIZE 8

/** WCAG 2.2, 1.4.3 (level AA): the least contrast of text. */
#define COLOUR_CONTRAST_TEXT 4.5

/** #rgb or #rrggbb. */
bool colour_parse(const char *text, struct colour *colour);
void colour_text(struct colour colour, char text[COLOUR_TEXT_SIZE]);

/** From 1 (the same) to 21 (black on white). */
double colour_contrast(struct colour one, struct colour other);

/** A colour between two. @param percent of the second. */
struct colour colour_mix(struct colour one, struct colour other, unsigned percent);

#endif
