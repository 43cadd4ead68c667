/* The accent colours of a site. See palette.h. */
#include "palette.h"

#include <stdio.h>

#include "colour.h"

/* What pages_style says: the grounds that text of the accent's colour stands on, the two colours
 * that text on it may have, and where hovering leads. */
static const struct scheme {
    const char *name;
    struct {
        const char *name;
        struct colour colour;
    } grounds[2];
    struct colour towards; /* hovered, it goes away from the ground */
} schemes[] = {
    [PALETTE_LIGHT] = {"light",
                       {{"the page's card", {0xff, 0xff, 0xff}},
                        {"the page's ground", {0xee, 0xf2, 0xf5}}},
                       {0x00, 0x00, 0x00}},
    [PALETTE_DARK] = {"dark",
                      {{"the page's card", {0x19, 0x23, 0x2c}},
                       {"the page's ground", {0x0f, 0x16, 0x1c}}},
                      {0xff, 0xff, 0xff}},
};

static const struct colour white = {0xff, 0xff, 0xff};
static const struct colour ink = {0x0b, 0x17, 0x22};

/* Percent that hovering changes: enough to be seen. */
#define HOVER 25

static struct colour on_accent(struct colour accent)
{
    return colour_contrast(white, accent) >= colour_contrast(ink, accent) ? white : ink;
}

/* The ground on which a colour is read worst; its ratio. */
static double worst(const struct scheme *scheme, struct colour colour, const char **name)
{
    const double first = colour_contrast(colour, scheme->grounds[0].colour);
    const double second = colour_contrast(colour, scheme->grounds[1].colour);
    const size_t which = first <= second ? 0 : 1;

    *name = scheme->grounds[which].name;
    return which == 0 ? first : second;
}

bool palette_check(enum palette_scheme which, const char *text, char problem[PALETTE_PROBLEM_SIZE])
{
    const struct scheme *scheme = &schemes[which];
    struct colour colour;
    const char *ground;
    double ratio;

    if (!colour_parse(text, &colour)) {
        snprintf(problem, PALETTE_PROBLEM_SIZE, "\"%.40s\" is no colour of the form #rrggbb", text);
        return false;
    }
    ratio = worst(scheme, colour, &ground);
    if (ratio >= COLOUR_CONTRAST_TEXT)
        return true;
    snprintf(problem, PALETTE_PROBLEM_SIZE,
             "has a contrast of %.2f:1 to %s in the %s scheme, and text needs %.1f:1 (WCAG 2.2 "
             "level AA)",
             (int)(ratio * 100) / 100.0, ground, scheme->name, COLOUR_CONTRAST_TEXT);
    return false;
}

/* As light as it takes in the dark scheme. */
static struct colour lightened(struct colour colour)
{
    const char *ground;
    unsigned percent = 0;
    struct colour light = colour;

    while (percent < 100 && worst(&schemes[PALETTE_DARK], light, &ground) < COLOUR_CONTRAST_TEXT)
        light = colour_mix(colour, white, percent += 5);
    return light;
}

static void add_scheme(struct text *style, enum palette_scheme which, struct colour accent)
{
    char plain[COLOUR_TEXT_SIZE];
    char over[COLOUR_TEXT_SIZE];
    char on[COLOUR_TEXT_SIZE];

    colour_text(accent, plain);
    colour_text(colour_mix(accent, schemes[which].towards, HOVER), over);
    colour_text(on_accent(accent), on);
    text_addf(style, ":root{--accent:%s;--accent-over:%s;--on-accent:%s}", plain, over, on);
}

void palette_add(struct text *style, const char *light, const char *dark)
{
    struct colour colour = {0};
    struct colour other = {0};

    if (light && colour_parse(light, &colour))
        add_scheme(style, PALETTE_LIGHT, colour);
    if (!light && !dark)
        return;
    other = dark && colour_parse(dark, &other) ? other : lightened(colour);
    text_adds(style, "\n@media (prefers-color-scheme:dark){");
    add_scheme(style, PALETTE_DARK, other);
    text_adds(style, "}\n");
}
