/* Which requests a person is looking at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/navigation.h"

#define HTML "text/html,application/xhtml+xml,*/*;q=0.8"

/* A row: what was sent, and whether it is a navigation. */
static const struct {
    const char *about;
    struct navigation_signs signs;
    bool expected;
} rows[] = {
    {"a browser", {"GET", "navigate", "document", HTML, NULL, NULL}, true},
    {"its words in capitals", {"GET", "Navigate", "Document", HTML, NULL, NULL}, true},
    {"a browser that accepts anything", {"GET", "navigate", "document", "*/*", NULL, NULL}, true},
    {"an Android application's view", {"GET", "navigate", "document", HTML, "org.app", NULL}, true},
    {"a frame", {"GET", "navigate", "iframe", HTML, NULL, NULL}, false},
    {"a script", {"GET", "cors", "empty", HTML, NULL, NULL}, false},
    {"an image", {"GET", "no-cors", "image", "image/*", NULL, NULL}, false},
    {"a mode without a destination", {"GET", "navigate", NULL, HTML, NULL, NULL}, false},
    {"a destination without a mode", {"GET", NULL, "document", HTML, NULL, NULL}, false},
    {"a posted form", {"POST", "navigate", "document", HTML, NULL, NULL}, false},
    {"HEAD", {"HEAD", "navigate", "document", HTML, NULL, NULL}, false},
    {"a small get", {"get", "navigate", "document", HTML, NULL, NULL}, false},
    {"no method", {NULL, "navigate", "document", HTML, NULL, NULL}, false},
    {"credentials", {"GET", "navigate", "document", HTML, NULL, "Basic YTpi"}, false},
    {"empty credentials", {"GET", "navigate", "document", HTML, NULL, ""}, false},
    {"an old browser", {"GET", NULL, NULL, HTML, NULL, NULL}, true},
    {"an old browser's XMLHttpRequest", {"GET", NULL, NULL, HTML, "XMLHttpRequest", NULL}, false},
    {"the same in small letters", {"GET", NULL, NULL, HTML, "xmlhttprequest", NULL}, false},
    {"a probe of Kubernetes", {"GET", NULL, NULL, "*/*", NULL, NULL}, false},
    {"curl", {"GET", NULL, NULL, NULL, NULL, NULL}, false},
    {"a client of the REST interface", {"GET", NULL, NULL, "application/json", NULL, NULL}, false},
    {"html with a weight", {"GET", NULL, NULL, "text/plain, text/html;q=0.3", NULL, NULL}, true},
    {"html in capitals", {"GET", NULL, NULL, "Text/HTML ; charset=x", NULL, NULL}, true},
    {"html that is not wanted", {"GET", NULL, NULL, "text/html;q=0, */*", NULL, NULL}, false},
    {"the same, at length", {"GET", NULL, NULL, "text/html; level=1 ; Q=0.000", NULL, NULL}, false},
    {"hardly wanted", {"GET", NULL, NULL, "text/html;q=0.001", NULL, NULL}, true},
    {"html as part of a name", {"GET", NULL, NULL, "text/html5, xtext/html", NULL, NULL}, false},
    {"nothing accepted", {"GET", NULL, NULL, "", NULL, NULL}, false},
    {"commas", {"GET", NULL, NULL, ",,;,;q=0", NULL, NULL}, false},
};

static void only_navigations_are_navigations(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (navigation_is(&rows[i].signs) != rows[i].expected)
            fail_msg("%s", rows[i].about);
}

/* Who would take a sign-in page for what it asked for. */
static const struct {
    const char *about;
    struct navigation_signs signs;
    bool expected;
} askers[] = {
    {"fetch", {"GET", "cors", "empty", "*/*", NULL, NULL}, true},
    {"fetch of this origin alone", {"POST", "same-origin", "Empty", "*/*", NULL, NULL}, true},
    {"fetch that wants a page", {"GET", "cors", "empty", HTML, NULL, NULL}, true},
    {"an old browser's XMLHttpRequest", {"GET", NULL, NULL, HTML, "XMLHttpRequest", NULL}, true},
    {"the same that posts", {"POST", NULL, NULL, "*/*", "xmlhttprequest", NULL}, true},
    {"with credentials", {"GET", "cors", "empty", "*/*", NULL, "Basic YTpi"}, false},
    {"the same, old", {"GET", NULL, NULL, HTML, "XMLHttpRequest", "Basic YTpi"}, false},
    {"a navigation", {"GET", "navigate", "document", HTML, NULL, NULL}, false},
    {"a navigation to nowhere", {"GET", "navigate", "empty", HTML, NULL, NULL}, false},
    {"a view that names its application",
     {"GET", "navigate", "document", HTML, "org.app", NULL},
     false},
    {"a frame", {"GET", "navigate", "iframe", HTML, NULL, NULL}, false},
    {"an image", {"GET", "no-cors", "image", "image/*", NULL, NULL}, false},
    {"a style sheet", {"GET", "no-cors", "style", "text/css", "XMLHttpRequest", NULL}, false},
    {"a program", {"GET", NULL, NULL, "application/json", NULL, NULL}, false},
    {"an old browser", {"GET", NULL, NULL, HTML, NULL, NULL}, false},
};

static void only_scripts_are_scripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof askers / sizeof askers[0]; i++)
        if (navigation_is_script(&askers[i].signs) != askers[i].expected)
            fail_msg("%s", askers[i].about);
}

/* What Sec-Fetch-Site says, and whether another site is behind it. What is new to us is. */
static const struct {
    const char *sec_fetch_site;
    bool expected;
} sites[] = {
    {"cross-site", true}, {"same-site", true},    {"", true},      {"new-word", true},
    {"None", true},       {"same-origin", false}, {"none", false}, {NULL, false},
};

static void only_other_sites_are_foreign(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++)
        if (navigation_is_foreign(sites[i].sec_fetch_site) != sites[i].expected)
            fail_msg("%s", sites[i].sec_fetch_site ? sites[i].sec_fetch_site : "(absent)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_navigations_are_navigations),
                                       cmocka_unit_test(only_scripts_are_scripts),
                                       cmocka_unit_test(only_other_sites_are_foreign)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
