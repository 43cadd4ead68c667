/* Pages: whole, escaped, helpful, and readable in both colour schemes. */
#include "tests/support/check.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "server/html.h"
#include "server/pages.h"
#include "tests/support/failalloc.h"

#define STYLE "/oidc/style.css"
#define SITE "https://xnat.example.edu.au"
#define HOSTILE "\"'><script>alert(1)</script>&\n\xFF\xE2\x80\xAE"
#define HOSTILE_ESCAPED                                                                            \
    "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/"                                                   \
    "script&gt;&amp;\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"

static void inserted_texts_are_escaped(void **state)
{
    (void)state;
    struct text page = {0};
    html_add(&page, "<a href=\"%s\">%s</a>%s.", "/?a=1&b=\"", HOSTILE, "\xC3\xA9 %s");
    char *html = text_steal(&page);
    assert_string_equal(html, "<a href=\"/?a=1&amp;b=&quot;\">" HOSTILE_ESCAPED "</a>\xC3\xA9 %s.");
    free(html);
}

/* A site without a look of its own, and one whose every text is hostile. */
static struct messages english;
static struct page_site plain_site = {.messages = &english, .url = SITE, .style_href = STYLE};
static struct page_site own_site = {.messages = &english,
                                    .url = SITE,
                                    .style_href = STYLE,
                                    .logo_href = "/oidc/logo",
                                    .name = HOSTILE,
                                    .contact = HOSTILE,
                                    .contact_href = HOSTILE,
                                    .footer_text = HOSTILE,
                                    .footer_href = HOSTILE};
static const struct page_site *site = &plain_site;

/* Counts how often a text stands in another. */
/* What every page owes its reader. */
static void assert_whole(const char *html)
{
    static const char end[] = "</body>\n</html>\n";
    assert_int_equal(strncmp(html, "<!DOCTYPE html>\n<html lang=\"en\">\n", 33), 0);
    assert_string_equal(html + strlen(html) - strlen(end), end);
    assert_int_equal(times_in(html, "<h1>"), 1);
    assert_int_equal(times_in(html, "<main>"), 1);
    assert_int_equal(times_in(html, "</main>"), 1);
    assert_int_equal(times_in(html, "<title>"), 1);
    assert_non_null(strstr(html, "<meta name=\"viewport\""));
    assert_non_null(strstr(html, "<link rel=\"stylesheet\" href=\"" STYLE "\">"));
    assert_non_null(strstr(html, ">xnat.example.edu.au<"));
    assert_null(strstr(html, "style=\""));
    assert_null(strstr(html, "<form"));
    assert_int_equal(times_in(html, "<script"), times_in(html, pages_sign_in_script));
    assert_int_equal(times_in(html, "<script"), strstr(html, "<title>Sign in –") ? 1 : 0);
}

static char *sign_in(const char *label, size_t count, const char *xnat_login)
{
    const struct page_button buttons[] = {{label, "/openid-login?providerId=aaf&rd=%2F"},
                                          {"Google", "/openid-login?providerId=google"}};
    const struct page_sign_in page = {site, buttons, count, xnat_login};
    return page_sign_in(&page);
}

static void the_sign_in_page_has_a_button_for_each(void **state)
{
    (void)state;
    char *html = sign_in("AAF", 2, "/app/template/Login.vm?x=1&y");
    assert_whole(html);
    assert_non_null(strstr(html, "href=\"/openid-login?providerId=aaf&amp;rd=%2F\">AAF</a>"));
    assert_non_null(strstr(html, "href=\"/openid-login?providerId=google\">Google</a>"));
    assert_non_null(strstr(html, "href=\"/app/template/Login.vm?x=1&amp;y\""));
    free(html);
}

static void the_way_to_xnats_login_can_be_closed(void **state)
{
    (void)state;
    char *html = sign_in("AAF", 1, NULL);
    assert_whole(html);
    assert_int_equal(times_in(html, "<a "), 1);
    assert_null(strstr(html, "password"));
    free(html);
}

static void a_page_without_buttons_says_whom_to_ask(void **state)
{
    (void)state;
    char *html = sign_in("", 0, NULL);
    assert_whole(html);
    assert_int_equal(times_in(html, "<a "), 0);
    assert_non_null(strstr(html, "ask your XNAT administrator"));
    free(html);
}

#define XNAT_LOGIN "/app/template/Login.vm?xnat-account"

static char *error(const char *reason, const char *reference, const char *retry)
{
    const struct page_error page = {site, reason, reference, 1767225600, 0, retry, XNAT_LOGIN};
    return page_error(&page);
}

static void the_error_page_says_what_happened_and_whom_to_ask(void **state)
{
    (void)state;
    char *html = error("state_expired", "ref-0123", "/oidc/sign-in");
    assert_whole(html);
    assert_non_null(strstr(html, "<h1>This link is too old</h1>"));
    assert_non_null(strstr(html, "within ten minutes"));
    assert_non_null(strstr(html, "<h2>What you can do</h2>"));
    assert_non_null(strstr(html, "<h2>Whom to ask</h2>"));
    assert_non_null(strstr(html, "<dd>state_expired</dd>"));
    assert_non_null(strstr(html, "<dd>ref-0123</dd>"));
    assert_non_null(strstr(html, "<dd>2026-01-01 00:00:00 UTC</dd>"));
    assert_non_null(strstr(html, "XNAT administrator"));
    assert_null(strstr(html, "Clocks differ"));
    assert_non_null(strstr(html, "href=\"/oidc/sign-in\">Sign in again</a>"));
    free(html);
}

static void trying_again_is_offered_where_it_can_help(void **state)
{
    (void)state;
    char *html = error("username_invalid", "x", "/oidc/sign-in");
    assert_whole(html);
    assert_null(strstr(html, "<a "));
    free(html);
    html = error("account_disabled", "x", NULL);
    assert_whole(html);
    assert_null(strstr(html, "<a "));
    free(html);
}

/* Why somebody is not connected with an account: all that is told of it, and of no other cause. */
static const struct {
    const char *reason;
    const char *cause;
    const char *way;
    bool has_account; /* which somebody may have the password of */
} unconnected[] = {
    {"account_is_administrator", "is an administrator&#39;s", "a second account", true},
    {"account_email_differs", "has another e-mail address than your organisation gives",
     "write your organisation&#39;s address there", true},
    {"account_name_shared", "has an account whose user name differs from yours in capital letters",
     "rename that account", true},
    {"username_taken", "is in use by somebody who signed in before", "in another way before",
     false},
};
#define UNCONNECTED (sizeof unconnected / sizeof unconnected[0])

static void who_is_not_connected_is_told_the_cause(void **state)
{
    (void)state;
    for (size_t i = 0; i < UNCONNECTED; i++) {
        char *html = error(unconnected[i].reason, "x", "/oidc/sign-in");
        assert_non_null(strstr(html, "<h1>Your account cannot be connected</h1>"));
        for (size_t j = 0; j < UNCONNECTED; j++) {
            assert_int_equal(strstr(html, unconnected[j].cause) != NULL, i == j);
            assert_int_equal(strstr(html, unconnected[j].way) != NULL, i == j);
        }
        assert_non_null(strstr(html, "XNAT administrator"));
        free(html);
    }
}

static bool has_account(const char *reason)
{
    for (size_t i = 0; i < UNCONNECTED; i++) {
        if (strcmp(unconnected[i].reason, reason) == 0)
            return unconnected[i].has_account;
    }
    return false;
}

/* An account that is not the identity's is still somebody's: to those who have its password, where
 * the site lets them use it. */
static void xnats_own_login_is_offered_where_there_is_an_account(void **state)
{
    (void)state;
    for (size_t row = 0; page_kind_reason(row); row++) {
        const char *reason = page_kind_reason(row);
        const struct page_error disabled = {
            .site = site, .reason = reason, .reference = "x", .retry_href = "/oidc/sign-in"};
        char *html = error(reason, "x", "/oidc/sign-in");
        assert_int_equal(strstr(html, "href=\"" XNAT_LOGIN "\"") != NULL, has_account(reason));
        assert_int_equal(strstr(html, "has an XNAT password") != NULL, has_account(reason));
        if (has_account(reason))
            assert_int_equal(times_in(html, "<a "), 1);
        free(html);
        if (!has_account(reason))
            continue;
        html = page_error(&disabled);
        assert_whole(html);
        assert_null(strstr(html, "<a "));
        assert_null(strstr(html, "assword"));
        free(html);
    }
}

/* In the largest unit of which there are two. */
static void a_wrong_clock_is_told_by_how_much(void **state)
{
    (void)state;
    static const struct {
        int64_t off;
        const char *text;
    } cases[] = {{1, "1 seconds"},
                 {119, "119 seconds"},
                 {120, "2 minutes"},
                 {7199, "119 minutes"},
                 {7200, "2 hours"},
                 {172799, "47 hours"},
                 {INT64_C(31536000), "365 days"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct page_error page = {site, "id_token_future", "x", 0, cases[i].off, NULL, NULL};
        char row[80];
        char *html = page_error(&page);
        snprintf(row, sizeof row, "<dt>Clocks differ by</dt><dd>%s</dd>", cases[i].text);
        assert_non_null(strstr(html, "<h1>A clock is wrong</h1>"));
        assert_non_null(strstr(html, row));
        free(html);
    }
}

static void every_kind_of_refusal_is_a_whole_page(void **state)
{
    (void)state;
    for (size_t row = 0; page_kind_reason(row); row++) {
        char *html = error(page_kind_reason(row), "ref-0123", "/oidc/sign-in");
        assert_whole(html);
        assert_null(strstr(html, "{"));
        assert_null(strstr(html, "<p></p>"));
        assert_null(strstr(html, "<h1></h1>"));
        assert_non_null(strstr(html, "<dd>ref-0123</dd>"));
        free(html);
    }
}

static void a_site_brings_its_own_look(void **state)
{
    (void)state;
    static const struct page_site own = {.messages = &english,
                                         .url = SITE,
                                         .style_href = STYLE,
                                         .logo_href = "/oidc/logo",
                                         .name = "Imaging & Co",
                                         .contact = "help@example.edu.au",
                                         .contact_href = "mailto:help@example.edu.au",
                                         .footer_text = "Privacy",
                                         .footer_href = "https://www.example.edu.au/p"};
    site = &own;
    char *html = error("email_domain", "x", NULL);
    site = &plain_site;
    assert_whole(html);
    assert_non_null(strstr(html, "<img src=\"/oidc/logo\" alt=\"\">"));
    assert_null(strstr(html, "<svg"));
    assert_non_null(strstr(html, "<span class=\"product\">Imaging &amp; Co</span>"));
    assert_non_null(strstr(html, " – Imaging &amp; Co</title>"));
    assert_non_null(strstr(html, "but Imaging &amp; Co admits only"));
    assert_non_null(strstr(html, "<a href=\"mailto:help@example.edu.au\">help@example.edu.au</a>"));
    assert_non_null(strstr(html, "<a href=\"https://www.example.edu.au/p\">Privacy</a>"));
    free(html);
}

static char *signed_out(const char *provider, bool at_provider, const char *onward)
{
    const struct page_signed_out page = {site, provider, at_provider, "/oidc/sign-in", onward};
    return page_signed_out(&page);
}

static char *confirm(const char *sign_out, const char *stay)
{
    const struct page_confirm_sign_out page = {site, sign_out, stay};
    return page_confirm_sign_out(&page);
}

static void the_signed_out_page_warns_of_the_provider(void **state)
{
    (void)state;
    char *html = signed_out("AAF", false, NULL);
    assert_whole(html);
    assert_non_null(strstr(html, "You may still be signed in at AAF,"));
    assert_null(strstr(html, "Continue"));
    free(html);
    html = signed_out(NULL, false, NULL);
    assert_whole(html);
    assert_null(strstr(html, "still be signed in"));
    free(html);
}

static void the_signed_out_page_tells_who_comes_back_from_there(void **state)
{
    (void)state;
    char *html = signed_out("AAF", true, "/goodbye");
    assert_whole(html);
    assert_null(strstr(html, "may still be signed in"));
    assert_non_null(strstr(html, "you come back from AAF"));
    assert_non_null(strstr(html, "href=\"/goodbye\">Continue</a>"));
    free(html);
}

static void whoever_is_asked_to_sign_out_can_stay(void **state)
{
    (void)state;
    char *html = confirm("/oidc/sign-out?rd=%2Fx", "/x");
    assert_whole(html);
    assert_non_null(strstr(html, "href=\"/oidc/sign-out?rd=%2Fx\">Sign out</a>"));
    assert_non_null(strstr(html, "href=\"/x\">Stay signed in</a>"));
    free(html);
}

static void nothing_from_outside_becomes_markup(void **state)
{
    (void)state;
    char *pages[] = {sign_in(HOSTILE, 2, HOSTILE), error(HOSTILE, HOSTILE, NULL),
                     signed_out(HOSTILE, false, HOSTILE), signed_out(HOSTILE, true, HOSTILE),
                     confirm(HOSTILE, HOSTILE)};
    static const size_t inserted[] = {2, 2, 2, 2, 2};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        assert_whole(pages[i]);
        assert_int_equal(times_in(pages[i], HOSTILE_ESCAPED), inserted[i]);
        free(pages[i]);
    }
}

static void nothing_of_a_sites_own_becomes_markup(void **state)
{
    (void)state;
    site = &own_site;
    char *pages[] = {sign_in("AAF", 1, NULL), error("email_domain", "x", NULL)};
    site = &plain_site;
    static const size_t inserted[] = {6, 7}; /* title, banner, contact and footer twice; the text */
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        assert_whole(pages[i]);
        assert_int_equal(times_in(pages[i], HOSTILE_ESCAPED), inserted[i]);
        free(pages[i]);
    }
}

static void the_policy_allows_our_style_sheet_alone(void **state)
{
    (void)state;
    assert_non_null(strstr(pages_security_policy, "default-src 'none'"));
    assert_non_null(strstr(pages_security_policy, "frame-ancestors 'none'"));
    assert_null(strstr(pages_security_policy, "unsafe"));
    assert_null(strstr(pages_security_policy, "script-src"));
}

/* Browsers compare the digest: with another one the script does not run. */
static void the_sign_in_page_may_run_its_script_and_no_other(void **state)
{
    (void)state;
    unsigned char digest[32], base64[45];
    char allowed[80];
    unsigned size = sizeof digest;
    assert_int_equal(EVP_Digest(pages_sign_in_script, strlen(pages_sign_in_script), digest, &size,
                                EVP_sha256(), NULL),
                     1);
    EVP_EncodeBlock(base64, digest, sizeof digest);
    snprintf(allowed, sizeof allowed, "; script-src 'sha256-%s'", (const char *)base64);
    const size_t every = strlen(pages_security_policy);
    assert_int_equal(strncmp(pages_sign_in_policy, pages_security_policy, every), 0);
    assert_string_equal(pages_sign_in_policy + every, allowed);
}

/* --- contrast (WCAG 2.2, 1.4.3 and 1.4.11) ------------------------------------------------------
 */

static double channel(unsigned value)
{
    const double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

/* The luminance of a colour that a scheme defines. */
static double luminance(const char *scheme, const char *name)
{
    const char *at = strstr(scheme, name);
    assert_non_null(at);
    at += strlen(name);
    assert_int_equal(at[0], ':');
    assert_int_equal(at[1], '#');
    char digits[7] = {0};
    const size_t size = strspn(at + 2, "0123456789abcdef");
    assert_true(size == 3 || size == 6);
    for (size_t i = 0; i < 6; i++)
        digits[i] = at[2 + (size == 3 ? i / 2 : i)];
    const unsigned long colour = strtoul(digits, NULL, 16);
    return 0.2126 * channel(colour >> 16 & 255) + 0.7152 * channel(colour >> 8 & 255) +
           0.0722 * channel(colour & 255);
}

static void assert_contrast(const char *scheme, const char *front, const char *back, double least)
{
    const double a = luminance(scheme, front), b = luminance(scheme, back);
    const double contrast = ((a > b ? a : b) + 0.05) / ((a > b ? b : a) + 0.05);
    if (contrast < least)
        fail_msg("%s on %s: %.2f", front, back, contrast);
}

static void colours_can_be_told_apart_in_both_schemes(void **state)
{
    (void)state;
    const char *const schemes[] = {strstr(pages_style, ":root{"),
                                   strstr(pages_style, "prefers-color-scheme:dark")};
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(schemes[i]);
        static const char *const grounds[] = {"--ground", "--card"};
        for (size_t g = 0; g < 2; g++) {
            assert_contrast(schemes[i], "--text", grounds[g], 4.5);
            assert_contrast(schemes[i], "--quiet", grounds[g], 4.5);
            assert_contrast(schemes[i], "--accent", grounds[g], 4.5);
            assert_contrast(schemes[i], "--accent-over", grounds[g], 4.5);
        }
        assert_contrast(schemes[i], "--on-accent", "--accent", 4.5);
        assert_contrast(schemes[i], "--on-accent", "--accent-over", 4.5);
    }
}

static void focus_can_be_seen(void **state)
{
    (void)state;
    assert_non_null(strstr(pages_style, "a:focus-visible{outline:3px solid"));
    assert_null(strstr(pages_style, "outline:none"));
    assert_null(strstr(pages_style, "outline:0"));
}

static bool work(void *context)
{
    (void)context;
    char *html = sign_in("AAF", 2, "/x");
    free(html);
    return html != NULL;
}

static void no_memory_is_said(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(work, NULL) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inserted_texts_are_escaped),
        cmocka_unit_test(the_sign_in_page_has_a_button_for_each),
        cmocka_unit_test(the_way_to_xnats_login_can_be_closed),
        cmocka_unit_test(a_page_without_buttons_says_whom_to_ask),
        cmocka_unit_test(the_error_page_says_what_happened_and_whom_to_ask),
        cmocka_unit_test(trying_again_is_offered_where_it_can_help),
        cmocka_unit_test(who_is_not_connected_is_told_the_cause),
        cmocka_unit_test(xnats_own_login_is_offered_where_there_is_an_account),
        cmocka_unit_test(a_wrong_clock_is_told_by_how_much),
        cmocka_unit_test(every_kind_of_refusal_is_a_whole_page),
        cmocka_unit_test(a_site_brings_its_own_look),
        cmocka_unit_test(the_signed_out_page_warns_of_the_provider),
        cmocka_unit_test(the_signed_out_page_tells_who_comes_back_from_there),
        cmocka_unit_test(whoever_is_asked_to_sign_out_can_stay),
        cmocka_unit_test(nothing_from_outside_becomes_markup),
        cmocka_unit_test(nothing_of_a_sites_own_becomes_markup),
        cmocka_unit_test(the_policy_allows_our_style_sheet_alone),
        cmocka_unit_test(the_sign_in_page_may_run_its_script_and_no_other),
        cmocka_unit_test(colours_can_be_told_apart_in_both_schemes),
        cmocka_unit_test(focus_can_be_seen),
        cmocka_unit_test(no_memory_is_said),
    };
    messages_english(&english);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
