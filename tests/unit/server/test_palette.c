/* A site's colours and logo: what is taken, and that what is made of it can be read. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/colour.h"
#include "server/logo.h"
#include "server/pages.h"
#include "server/palette.h"

static struct colour colour_of(const char *text)
{
    struct colour colour;
    assert_true(colour_parse(text, &colour));
    return colour;
}

static void colours_are_read_and_written(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    "#",      "#12",     "#12345", "#1234567",  "#ggg",
                                        "red", "112233", "#12 456", "#fff;}", "rgb(1,2,3)"};
    struct colour colour;
    char text[COLOUR_TEXT_SIZE];
    colour_text(colour_of("#aBc"), text);
    assert_string_equal(text, "#aabbcc");
    colour_text(colour_of("#0a5AA8"), text);
    assert_string_equal(text, "#0a5aa8");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(colour_parse(wrong[i], &colour));
}

static void assert_ratio(double ratio, double expected)
{
    if (fabs(ratio - expected) > 0.001)
        fail_msg("%.4f is not %.4f", ratio, expected);
}

/* Worked out by hand from WCAG 2.2. */
static void contrast_is_what_wcag_says(void **state)
{
    (void)state;
    assert_ratio(colour_contrast(colour_of("#fff"), colour_of("#000")), 21.0);
    assert_ratio(colour_contrast(colour_of("#777"), colour_of("#fff")), 4.478);
    assert_ratio(colour_contrast(colour_of("#fff"), colour_of("#767676")), 4.542);
    assert_ratio(colour_contrast(colour_of("#00f"), colour_of("#00f")), 1.0);
}

static void a_colour_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    char problem[PALETTE_PROBLEM_SIZE];
    assert_true(palette_check(PALETTE_LIGHT, "#0a5aa8", problem));
    assert_false(palette_check(PALETTE_DARK, "#0a5aa8", problem));
    assert_true(palette_check(PALETTE_DARK, "#79b8f8", problem));
    assert_false(palette_check(PALETTE_LIGHT, "#777777", problem));
    assert_non_null(strstr(problem, "a contrast of 3.97:1 to the page's ground"));
    assert_non_null(strstr(problem, "4.5:1 (WCAG 2.2 level AA)"));
    assert_false(palette_check(PALETTE_LIGHT, "blue", problem));
    assert_non_null(strstr(problem, "\"blue\" is no colour of the form #rrggbb"));
}

/* The colour that a rule gives a variable, behind a place in the style sheet. */
static struct colour variable(const char *at, const char *name)
{
    char text[COLOUR_TEXT_SIZE] = "";
    at = strstr(at, name);
    assert_non_null(at);
    memcpy(text, at + strlen(name), COLOUR_TEXT_SIZE - 1);
    return colour_of(text);
}

/* Every colour that the light scheme takes gives buttons and links that can be read in both. */
static void what_is_taken_can_be_read_everywhere(void **state)
{
    (void)state;
    static const char *const taken[] = {"#000",    "#0a5aa8", "#8a1538", "#006838",
                                        "#5a2d81", "#00f",    "#a00",    "#6b6b6b"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        char problem[PALETTE_PROBLEM_SIZE], text[COLOUR_TEXT_SIZE];
        struct text style = {0};
        assert_true(palette_check(PALETTE_LIGHT, taken[i], problem));
        palette_add(&style, taken[i], NULL);
        char *css = text_steal(&style);
        const char *places[] = {css, strstr(css, "prefers-color-scheme:dark")};
        for (size_t scheme = PALETTE_LIGHT; scheme <= PALETTE_DARK; scheme++) {
            static const char *const names[] = {"--accent:", "--accent-over:"};
            for (size_t n = 0; n < 2; n++) {
                const struct colour accent = variable(places[scheme], names[n]);
                colour_text(accent, text);
                assert_true(palette_check((enum palette_scheme)scheme, text, problem));
                assert_true(colour_contrast(variable(places[scheme], "--on-accent:"), accent) >=
                            COLOUR_CONTRAST_TEXT);
            }
        }
        free(css);
    }
}

/* The grounds that colours are measured against are the style sheet's. */
static void the_grounds_are_the_style_sheets(void **state)
{
    (void)state;
    assert_non_null(strstr(pages_style, "--ground:#eef2f5;--card:#fff;"));
    assert_non_null(strstr(pages_style, "--ground:#0f161c;--card:#19232c;"));
}

static void without_colours_nothing_is_added(void **state)
{
    (void)state;
    struct text style = {0};
    palette_add(&style, NULL, NULL);
    assert_int_equal(style.size, 0);
    palette_add(&style, NULL, "#79b8f8");
    char *css = text_steal(&style);
    assert_non_null(strstr(css, "dark){:root{--accent:#79b8f8;"));
    free(css);
}

static const char *type_of(const char *bytes)
{
    return logo_type(bytes, strlen(bytes));
}

static void a_logo_is_told_by_its_bytes(void **state)
{
    (void)state;
    static const char png[] = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
    assert_string_equal(logo_type(png, sizeof png - 1), "image/png");
    assert_string_equal(type_of("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "image/svg+xml");
    assert_string_equal(type_of("\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- <svg> -->"
                                "<!DOCTYPE svg>\n<svg>"),
                        "image/svg+xml");
    assert_null(type_of("<html><svg>"));
    assert_null(type_of("<svgx>"));
    assert_null(type_of("<!-- <svg>"));
    assert_null(type_of("<?xml"));
    assert_null(type_of("GIF89a"));
    assert_null(type_of(""));
    assert_null(logo_type("<svg>\0<script>", 14));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_are_read_and_written),
        cmocka_unit_test(contrast_is_what_wcag_says),
        cmocka_unit_test(a_colour_that_cannot_be_read_is_refused),
        cmocka_unit_test(what_is_taken_can_be_read_everywhere),
        cmocka_unit_test(the_grounds_are_the_style_sheets),
        cmocka_unit_test(without_colours_nothing_is_added),
        cmocka_unit_test(a_logo_is_told_by_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
