/* How a site's pages look. See site_look.h. */
#include <config.h>

#include "site_look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "colour.h"
#include "file.h"
#include "logo.h"
#include "numeral.h"
#include "palette.h"
#include "site.h"
#include "site_complaint.h"

/* Characters: longer ones do not fit a page's head and foot. */
#define NAME_MAX_BYTES 80
#define FOOTER_MAX_BYTES 400
#define URL_MAX_BYTES 500
#define ADDRESS_MAX_BYTES 254 /* RFC 5321, 4.5.3.1.3, without the brackets */

/* --- texts ----------------------------------------------------------------------------------- */

static bool is_label(const char *text, size_t most)
{
    return strlen(text) <= most && strspn(text, " \t") < strlen(text) && message_is_plain(text);
}

/* Printable ASCII, without blanks and what could end an attribute. */
static bool is_https_url(const char *text)
{
    const size_t scheme = strlen("https://");

    return strncmp(text, "https://", scheme) == 0 && strlen(text) <= URL_MAX_BYTES &&
           strchr(ASCII_ALPHANUMERIC "[", text[scheme]) && text[scheme] &&
           strspn(text, ASCII_ALPHANUMERIC "-._~:/?#[]@!$&()*+,;=%") == strlen(text);
}

static bool is_mail_address(const char *text)
{
    const char *at = strchr(text, '@');

    return at && at != text && strlen(text) <= ADDRESS_MAX_BYTES &&
           strspn(text, ASCII_ALPHANUMERIC "._%+-") == (size_t)(at - text) && at[1] &&
           strspn(at + 1, ASCII_ALPHANUMERIC ".-") == strlen(at + 1);
}

static bool check_texts(const struct site *site)
{
    const struct options *options = &site->options;
    const struct {
        const char *option;
        const char *value;
        size_t most;
    } labels[] = {{"--site-name", options->site_name, NAME_MAX_BYTES},
                  {"--footer-text", options->footer_text, FOOTER_MAX_BYTES}};

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        char cure[80];

        snprintf(cure, sizeof(cure), "write a line of plain text, of at most %zu bytes",
                 labels[i].most);
        if (labels[i].value && !is_label(labels[i].value, labels[i].most))
            return site_complain_with_cure(site, labels[i].option,
                                           "is too long, or no plain UTF-8 text", cure);
    }
    if (options->footer_link && !is_https_url(options->footer_link))
        return site_complain_with_cure(
            site, "--footer-link", "is no https URL",
            "write it whole, such as https://www.example.edu.au/privacy");
    if (options->footer_link && !options->footer_text)
        return site_complain_with_cure(site, "--footer-link", "has no text to stand under",
                                       "give --footer-text, too");
    return true;
}

static bool read_contact(struct site *site)
{
    const char *contact = site->options.contact;
    struct site_look *look = &site->look;

    if (!contact)
        return true;
    if (!is_mail_address(contact) && !is_https_url(contact))
        return site_complain_with_cure(site, "--contact", "is no mail address and no https URL",
                                       "write one, such as help@example.edu.au");
    if (asprintf(&look->contact_href, "%s%s", strchr(contact, ':') ? "" : "mailto:", contact) < 0) {
        look->contact_href = NULL;
        return site_complain(site, "start", "out of memory");
    }
    return true;
}

/* --- files ----------------------------------------------------------------------------------- */

static bool read_logo(struct site *site)
{
    const char *path = site->options.logo_file;
    struct site_look *look = &site->look;

    if (!path)
        return true;
    look->logo = file_read(path, LOGO_MAX_BYTES, &look->logo_size);
    if (!look->logo)
        return site_complain_with_cure(
            site, path,
            errno == EFBIG ? "the logo is larger than " NUMERAL(LOGO_MAX_KIB) " KiB"
                           : strerror(errno),
            "--logo-file names a readable SVG or PNG of at most " NUMERAL(LOGO_MAX_KIB) " KiB");
    look->logo_type = logo_type(look->logo, look->logo_size);
    return look->logo_type ||
           site_complain_with_cure(site, path, "the logo is neither SVG nor PNG",
                                   "save it in one of these formats; what counts is what the file "
                                   "holds, not its name");
}

struct catalogue {
    const struct site *site;
    const char *path;
};

static void complain_line(void *context, size_t line, const char *problem)
{
    const struct catalogue *catalogue = context;
    char *subject = NULL;

    if (asprintf(&subject, "%s:%zu", catalogue->path, line) < 0)
        subject = NULL;
    site_complain(catalogue->site, subject ? subject : catalogue->path, problem);
    free(subject);
}

static bool read_messages(struct site *site)
{
    struct catalogue catalogue = {.site = site, .path = site->options.messages_file};
    size_t size = 0;
    char *file;

    if (!catalogue.path)
        return true;
    file = file_read(catalogue.path, MESSAGES_MAX_BYTES, &size);
    if (!file)
        return site_complain_with_cure(
            site, catalogue.path,
            errno == EFBIG ? "the catalogue is larger than " NUMERAL(MESSAGES_MAX_KIB) " KiB"
                           : strerror(errno),
            "--messages names a readable file such as --print-messages writes");
    return messages_read(&site->look.messages, file, size, complain_line, &catalogue);
}

/* --- colours --------------------------------------------------------------------------------- */

static bool check_colour(const struct site *site, const char *option, enum palette_scheme scheme,
                         const char *colour)
{
    static const struct {
        const char *form, *contrast;
    } cures[] = {
        [PALETTE_LIGHT] = {"write a # and six hexadecimal digits, such as #1a5fb4",
                           "choose a darker colour, as #rrggbb"},
        [PALETTE_DARK] = {"write a # and six hexadecimal digits, such as #79b8f8",
                          "choose a lighter colour, as #rrggbb"},
    };
    char problem[PALETTE_PROBLEM_SIZE];
    struct colour read;

    if (!colour || palette_check(scheme, colour, problem))
        return true;
    return site_complain_with_cure(site, option, problem,
                                   colour_parse(colour, &read) ? cures[scheme].contrast
                                                               : cures[scheme].form);
}

static bool make_style(struct site *site)
{
    const struct options *options = &site->options;
    struct text style = {0};

    if (!check_colour(site, "--accent-colour", PALETTE_LIGHT, options->accent_colour) ||
        !check_colour(site, "--accent-colour-dark", PALETTE_DARK, options->accent_colour_dark))
        return false;
    text_adds(&style, pages_style);
    palette_add(&style, options->accent_colour, options->accent_colour_dark);
    site->look.style = text_steal(&style);
    return site->look.style || site_complain(site, "start", "out of memory");
}

/* --- the whole ------------------------------------------------------------------------------- */

bool site_look_open(struct site *site)
{
    struct site_look *look = &site->look;

    messages_english(&look->messages);
    if (!check_texts(site) || !read_contact(site) || !read_logo(site) || !read_messages(site) ||
        !make_style(site))
        return false;
    look->page = (struct page_site){
        .messages = &look->messages,
        .url = site->url,
        .style_href = site->paths.style,
        .logo_href = look->logo ? site->paths.logo : NULL,
        .name = site->options.site_name,
        .contact = site->options.contact,
        .contact_href = look->contact_href,
        .footer_text = site->options.footer_text,
        .footer_href = site->options.footer_link,
    };
    return true;
}

void site_look_close(struct site *site)
{
    struct site_look *look = &site->look;

    messages_free(&look->messages);
    free(look->style);
    free(look->logo);
    free(look->contact_href);
}
