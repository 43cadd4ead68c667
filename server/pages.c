/* The pages that people see. */
#include "pages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "html.h"

/* Nothing but our own style sheet and logo is loaded; no script, no form, no frame around us. */
#define POLICY                                                                                     \
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "                   \
    "base-uri 'none'; frame-ancestors 'none'"
const char pages_security_policy[] = POLICY;

/* What follows '#' stays in the browser: the sign-in page alone can hand it on, to the ways to sign
 * in, whose addresses end in `rd`. Without the script people get back to the page, not to the place
 * on it. */
const char pages_sign_in_script[] =
    "if(location.hash)"
    "document.querySelectorAll('a[href*=\"&rd=\"]').forEach(function(a){"
    "a.href+=encodeURIComponent(location.hash)})";

/* By its digest no other script is allowed (CSP Level 3, 2.3.1). */
const char pages_sign_in_policy[] =
    POLICY "; script-src 'sha256-DwQf7a6Ai0J84qMFixRbrZkdH5NlDLAOpSYDB18SGUs='";

/* A door, where a site has no logo. Hidden from readers of the page's text, for it says nothing. */
static const char mark[] =
    "<svg viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" "
    "stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\">"
    "<path d=\"M9.5 3.5h8.25a1.75 1.75 0 0 1 1.75 1.75v13.5a1.75 1.75 0 0 1-1.75 1.75H9.5\"/>"
    "<path d=\"M3.5 12h11M11 8l4 4-4 4\"/></svg>";

/* Host and port of an origin: what a person recognises a site by. */
static const char *host_of(const char *site_url)
{
    const char *host = strstr(site_url, "://");
    return host ? host + 3 : site_url;
}

/* What a page is built of: where it goes, and whose it is. */
struct sheet {
    struct text text;
    const struct page_site *site;
    struct message_value values[3]; /* the site, one more, and the end */
};

static void say(struct sheet *sheet, enum message message)
{
    message_add(&sheet->text, sheet->site->messages, message, sheet->values);
}

/* A message between two pieces of markup. */
static void put(struct sheet *sheet, const char *before, enum message message, const char *after)
{
    text_adds(&sheet->text, before);
    say(sheet, message);
    text_adds(&sheet->text, after);
}

static void put_paragraph(struct sheet *sheet, enum message message)
{
    put(sheet, "<p>", message, "</p>\n");
}

static void put_button(struct sheet *sheet, const char *href, enum message label)
{
    html_add(&sheet->text, "<li><a class=\"button\" href=\"%s\">", href);
    put(sheet, "", label, "</a></li>\n");
}

static void put_other(struct sheet *sheet, const char *href, enum message label)
{
    html_add(&sheet->text, "<p class=\"other\"><a href=\"%s\">", href);
    put(sheet, "", label, "</a></p>\n");
}

/* The head of every page: what the site is called, and the host, by which a person recognises it.
 */
static void put_banner(struct sheet *sheet, const char *host)
{
    const struct page_site *site = sheet->site;

    text_adds(&sheet->text, "<header>\n");
    if (site->logo_href)
        html_add(&sheet->text, "<img src=\"%s\" alt=\"\">", site->logo_href);
    else
        text_adds(&sheet->text, mark);
    html_add(&sheet->text,
             "\n<p><span class=\"product\">%s</span> <span class=\"host\">%s</span></p>\n"
             "</header>\n",
             site->name ? site->name : "XNAT", host);
}

static void open_page(struct sheet *sheet, const struct page_site *site, enum message heading)
{
    const char *host = host_of(site->url);

    sheet->site = site;
    sheet->values[0] = (struct message_value){"site", site->name ? site->name : host};
    html_add(&sheet->text, "<!DOCTYPE html>\n<html lang=\"%s\">\n",
             site->messages->texts[MESSAGE_LANGUAGE]);
    put(sheet,
        "<head>\n"
        "<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n"
        "<title>",
        heading, "");
    html_add(&sheet->text,
             " – %s</title>\n"
             "<link rel=\"stylesheet\" href=\"%s\">\n"
             "</head>\n"
             "<body>\n",
             sheet->values[0].value, site->style_href);
    put_banner(sheet, host);
    put(sheet, "<main>\n<h1>", heading, "</h1>\n");
}

static void put_contact(struct sheet *sheet)
{
    if (!sheet->site->contact)
        return;
    put(sheet, "<p>", MESSAGE_ERROR_CONTACT, "");
    html_add(&sheet->text, " <a href=\"%s\">%s</a></p>\n", sheet->site->contact_href,
             sheet->site->contact);
}

static void put_site_footer(struct sheet *sheet)
{
    const struct page_site *site = sheet->site;

    if (site->footer_text && site->footer_href)
        html_add(&sheet->text, "<p><a href=\"%s\">%s</a></p>\n", site->footer_href,
                 site->footer_text);
    else if (site->footer_text)
        html_add(&sheet->text, "<p>%s</p>\n", site->footer_text);
}

static char *close_page(struct sheet *sheet, bool with_help)
{
    text_adds(&sheet->text, "</main>\n");
    if (with_help || sheet->site->footer_text) {
        text_adds(&sheet->text, "<footer>\n");
        if (with_help) {
            put_paragraph(sheet, MESSAGE_SIGN_IN_HELP);
            put_contact(sheet);
        }
        put_site_footer(sheet);
        text_adds(&sheet->text, "</footer>\n");
    }
    text_adds(&sheet->text, "</body>\n</html>\n");
    return text_steal(&sheet->text);
}

/* --- sign in ------------------------------------------------------------------------------------
 */

static void put_providers(struct sheet *sheet, const struct page_sign_in *in)
{
    if (in->button_count == 0) {
        put_paragraph(sheet, MESSAGE_SIGN_IN_NONE);
        return;
    }
    put_paragraph(sheet, in->button_count == 1 ? MESSAGE_SIGN_IN_ONE : MESSAGE_SIGN_IN_SEVERAL);
    text_adds(&sheet->text, "<ul>\n");
    for (size_t i = 0; i < in->button_count; i++)
        html_add(&sheet->text, "<li><a class=\"button\" href=\"%s\">%s</a></li>\n",
                 in->buttons[i].href, in->buttons[i].label);
    text_adds(&sheet->text, "</ul>\n");
}

char *page_sign_in(const struct page_sign_in *in)
{
    struct sheet sheet = {0};

    open_page(&sheet, in->site, MESSAGE_SIGN_IN_HEADING);
    put_providers(&sheet, in);
    if (in->xnat_login_href)
        put_other(&sheet, in->xnat_login_href, MESSAGE_SIGN_IN_XNAT);
    text_adds(&sheet.text, "<script>");
    text_adds(&sheet.text, pages_sign_in_script);
    text_adds(&sheet.text, "</script>\n");
    return close_page(&sheet, true);
}

/* --- errors -------------------------------------------------------------------------------------
 */

/* Room for a count and for "1970-01-01 00:00:00 UTC" of any year. */
#define FACT_SIZE 48

/* How far clocks are apart, in the largest unit of which there are two at least. */
static void put_clock(struct sheet *sheet, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        enum message message;
    } units[] = {{86400, MESSAGE_DURATION_DAYS},
                 {3600, MESSAGE_DURATION_HOURS},
                 {60, MESSAGE_DURATION_MINUTES},
                 {1, MESSAGE_DURATION_SECONDS}};
    char count[FACT_SIZE];
    size_t unit = 0;

    if (seconds <= 0)
        return;
    while (units[unit].seconds > 1 && seconds < 2 * units[unit].seconds)
        unit++;
    snprintf(count, sizeof(count), "%" PRId64, seconds / units[unit].seconds);
    sheet->values[1] = (struct message_value){"count", count};
    put(sheet, "<dt>", MESSAGE_ERROR_CLOCK, "</dt><dd>");
    put(sheet, "", units[unit].message, "</dd>\n");
    sheet->values[1] = (struct message_value){0};
}

static void put_fact(struct sheet *sheet, enum message label, const char *value)
{
    put(sheet, "<dt>", label, "</dt>");
    html_add(&sheet->text, "<dd>%s</dd>\n", value);
}

static void put_time(struct sheet *sheet, int64_t seconds)
{
    const time_t moment = (time_t)seconds;
    char text[FACT_SIZE];
    struct tm utc;

    if (gmtime_r(&moment, &utc) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &utc) > 0)
        put_fact(sheet, MESSAGE_ERROR_TIME, text);
}

/* Whom to ask, and with which words they will find it in the log. */
static void put_reference(struct sheet *sheet, const struct page_error *error, enum page_ask ask)
{
    put(sheet, "<h2>", MESSAGE_ERROR_ASK, "</h2>\n");
    put_paragraph(sheet,
                  ask == PAGE_ASK_SITE ? MESSAGE_ERROR_ASK_SITE : MESSAGE_ERROR_ASK_ORGANISATION);
    text_adds(&sheet->text, "<dl>\n");
    put_fact(sheet, MESSAGE_ERROR_REASON, error->reason);
    put_fact(sheet, MESSAGE_ERROR_REFERENCE, error->reference);
    put_time(sheet, error->time);
    put_clock(sheet, error->seconds_off);
    text_adds(&sheet->text, "</dl>\n");
    put_contact(sheet);
}

/* Where the person can go on from here, if anywhere. */
static void put_offer(struct sheet *sheet, const struct page_error *error, enum page_offer offer)
{
    if (offer == PAGE_OFFER_AGAIN && error->retry_href) {
        text_adds(&sheet->text, "<ul>\n");
        put_button(sheet, error->retry_href, MESSAGE_SIGN_IN_AGAIN);
        text_adds(&sheet->text, "</ul>\n");
    }
    if (offer == PAGE_OFFER_XNAT_LOGIN && error->xnat_login_href) {
        put_paragraph(sheet, MESSAGE_ERROR_XNAT);
        put_other(sheet, error->xnat_login_href, MESSAGE_SIGN_IN_XNAT);
    }
}

char *page_error(const struct page_error *error)
{
    struct sheet sheet = {0};
    enum page_kind kind;

    page_kind_of(error->reason, &kind);
    open_page(&sheet, error->site, message_of_kind(kind, MESSAGE_HEADING));
    put_paragraph(&sheet, message_of_kind(kind, MESSAGE_HAPPENED));
    put(&sheet, "<h2>", MESSAGE_ERROR_TODO, "</h2>\n");
    put_paragraph(&sheet, message_of_kind(kind, MESSAGE_TODO));
    put_offer(&sheet, error, page_kind_offer(kind));
    put_reference(&sheet, error, page_kind_ask(kind));
    return close_page(&sheet, false);
}

/* --- signed out ---------------------------------------------------------------------------------
 */

/* A provider may let the person choose, and says the same to us either way. */
static void put_provider_session(struct sheet *sheet, const struct page_signed_out *out)
{
    sheet->values[1] = (struct message_value){"provider", out->provider};
    if (out->at_provider) {
        put_paragraph(sheet, MESSAGE_SIGNED_OUT_BOTH);
        return;
    }
    put_paragraph(sheet, MESSAGE_SIGNED_OUT_HERE);
    put(sheet, "<div class=\"note\">\n<p><strong>", MESSAGE_SIGNED_OUT_STILL, "</strong> ");
    put(sheet, "", MESSAGE_SIGNED_OUT_SHARED, "</p>\n</div>\n");
}

char *page_signed_out(const struct page_signed_out *out)
{
    struct sheet sheet = {0};

    open_page(&sheet, out->site, MESSAGE_SIGNED_OUT_HEADING);
    if (out->provider)
        put_provider_session(&sheet, out);
    else
        put_paragraph(&sheet, MESSAGE_SIGNED_OUT_NOBODY);
    text_adds(&sheet.text, "<ul>\n");
    if (out->continue_href)
        put_button(&sheet, out->continue_href, MESSAGE_SIGNED_OUT_CONTINUE);
    put_button(&sheet, out->sign_in_href, MESSAGE_SIGN_IN_AGAIN);
    text_adds(&sheet.text, "</ul>\n");
    return close_page(&sheet, false);
}

char *page_confirm_sign_out(const struct page_confirm_sign_out *confirm)
{
    struct sheet sheet = {0};

    open_page(&sheet, confirm->site, MESSAGE_SIGN_OUT_HEADING);
    put_paragraph(&sheet, MESSAGE_SIGN_OUT_QUESTION);
    text_adds(&sheet.text, "<ul>\n");
    put_button(&sheet, confirm->sign_out_href, MESSAGE_SIGN_OUT_YES);
    text_adds(&sheet.text, "</ul>\n");
    put_other(&sheet, confirm->stay_href, MESSAGE_SIGN_OUT_NO);
    return close_page(&sheet, false);
}
