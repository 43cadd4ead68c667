/* The pages that people see. */
#include "pages.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"

/* Nothing but our own style sheet is loaded; no script, no form, no frame around us. */
const char pages_security_policy[] = "default-src 'none'; style-src 'self'; form-action 'none'; "
                                     "base-uri 'none'; frame-ancestors 'none'";

/* A door: the one picture. Hidden from readers of the page's text, for it says nothing. */
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

static void open_page(struct text *page, const char *style_href, const char *site_url,
                      const char *heading)
{
    const char *host = host_of(site_url);
    html_add(page,
             "<!DOCTYPE html>\n"
             "<html lang=\"en\">\n"
             "<head>\n"
             "<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n"
             "<meta name=\"robots\" content=\"noindex\">\n"
             "<title>%s – %s</title>\n"
             "<link rel=\"stylesheet\" href=\"%s\">\n"
             "</head>\n"
             "<body>\n"
             "<header>\n",
             heading, host, style_href);
    text_adds(page, mark);
    html_add(page,
             "\n<p><span class=\"product\">XNAT</span> <span class=\"host\">%s</span></p>\n"
             "</header>\n"
             "<main>\n"
             "<h1>%s</h1>\n",
             host, heading);
}

static char *close_page(struct text *page, const char *footer)
{
    text_adds(page, "</main>\n");
    if (footer)
        html_add(page, "<footer><p>%s</p></footer>\n", footer);
    text_adds(page, "</body>\n</html>\n");
    return text_steal(page);
}

static void add_button(struct text *page, const char *href, const char *label)
{
    html_add(page, "<li><a class=\"button\" href=\"%s\">%s</a></li>\n", href, label);
}

/* --- sign in ------------------------------------------------------------------------------------
 */

static void add_buttons(struct text *page, const struct page_sign_in *in)
{
    if (in->button_count == 0) {
        text_adds(page, "<p>No way to sign in is set up here at the moment. Please ask your XNAT "
                        "administrator.</p>\n");
        return;
    }
    text_adds(page, in->button_count == 1
                        ? "<p>You will be taken to your organisation to sign in, and brought back "
                          "here.</p>\n<ul>\n"
                        : "<p>Choose where you have an account. You will be taken there to sign "
                          "in, and brought back here.</p>\n<ul>\n");
    for (size_t i = 0; i < in->button_count; i++)
        add_button(page, in->buttons[i].href, in->buttons[i].label);
    text_adds(page, "</ul>\n");
}

char *page_sign_in(const struct page_sign_in *in)
{
    struct text page = {0};
    open_page(&page, in->style_href, in->site_url, "Sign in");
    add_buttons(&page, in);
    if (in->xnat_login_href)
        html_add(&page,
                 "<p class=\"other\"><a href=\"%s\">Sign in with an XNAT user name and "
                 "password</a></p>\n",
                 in->xnat_login_href);
    return close_page(&page, "Trouble signing in? Your XNAT administrator can help.");
}

/* --- errors -------------------------------------------------------------------------------------
 */

static const char *error_heading(int status)
{
    switch (status) {
    case 401:
        return "Please sign in";
    case 403:
        return "You do not have access";
    case 404:
        return "Nothing here";
    case 502:
    case 503:
    case 504:
        return "Not available right now";
    default:
        return status >= 500 ? "Something went wrong" : "That did not work";
    }
}

/* Whom to ask, and with which words they will find it in the log. */
static void add_reference(struct text *page, const struct page_error *error)
{
    html_add(page,
             "<h2>%s</h2>\n"
             "<p>Your XNAT administrator can find out why. Send them these two lines:</p>\n"
             "<dl>\n"
             "<dt>Reason</dt><dd>%s</dd>\n"
             "<dt>Reference</dt><dd>%s</dd>\n"
             "</dl>\n",
             error->retry_href ? "If it happens again" : "Whom to ask", error->reason,
             error->reference);
}

char *page_error(const struct page_error *error)
{
    struct text page = {0};
    open_page(&page, error->style_href, error->site_url, error_heading(error->status));
    html_add(&page, "<p>%s</p>\n", error->sentence);
    if (error->retry_href) {
        text_adds(&page, "<ul>\n");
        add_button(&page, error->retry_href, "Sign in again");
        text_adds(&page, "</ul>\n");
    }
    add_reference(&page, error);
    return close_page(&page, NULL);
}

/* --- signed out ---------------------------------------------------------------------------------
 */

/* A provider may let the person choose, and says the same to us either way. */
static void add_provider_session(struct text *page, const struct page_signed_out *out)
{
    if (out->at_provider)
        html_add(page,
                 "<p>Your session on this site has ended, and you come back from %s: you are "
                 "signed out there, too, unless you asked to stay signed in.</p>\n",
                 out->provider);
    else
        html_add(page,
                 "<p>Your session on this site has ended.</p>\n"
                 "<div class=\"note\">\n"
                 "<p><strong>You may still be signed in at %s,</strong> which offers no way to "
                 "sign out from here. On a computer that others use, close all windows of the "
                 "browser before you leave it.</p>\n"
                 "</div>\n",
                 out->provider);
}

char *page_signed_out(const struct page_signed_out *out)
{
    struct text page = {0};
    open_page(&page, out->style_href, out->site_url, "You are signed out");
    if (out->provider)
        add_provider_session(&page, out);
    else
        text_adds(&page, "<p>There is no session on this site in this browser.</p>\n");
    text_adds(&page, "<ul>\n");
    if (out->continue_href)
        add_button(&page, out->continue_href, "Continue");
    add_button(&page, out->sign_in_href, "Sign in again");
    text_adds(&page, "</ul>\n");
    return close_page(&page, NULL);
}

char *page_confirm_sign_out(const struct page_confirm_sign_out *confirm)
{
    struct text page = {0};
    open_page(&page, confirm->style_href, confirm->site_url, "Sign out?");
    text_adds(&page, "<p>You are signed in to this site. Do you want to sign out?</p>\n<ul>\n");
    add_button(&page, confirm->sign_out_href, "Sign out");
    html_add(&page,
             "</ul>\n"
             "<p class=\"other\"><a href=\"%s\">Stay signed in</a></p>\n",
             confirm->stay_href);
    return close_page(&page, NULL);
}
