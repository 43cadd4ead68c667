/* Writes every page there is into a folder, for tests/interop/test_accessibility.py: the kinds of
 * refusals and the others, the style sheet, and the policies that they are served under. Arguments:
 * the folder, and for a site's own look its name, contact, logo, footer, accent colour and
 * catalogue, or nothing. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/pages.h"
#include "server/palette.h"

enum { FOLDER = 1, NAME, CONTACT, LOGO, FOOTER, ACCENT, ARGUMENTS };

static bool write_file(const char *folder, const char *name, char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = text ? fopen(path, "w") : NULL;
    const bool written = file && fputs(text, file) >= 0;
    if (file && fclose(file) != 0)
        perror(path);
    free(text);
    return written;
}

static bool write_refusals(const char *folder, const struct page_site *site)
{
    bool written[PAGE_KIND_COUNT] = {false};
    for (size_t row = 0; page_kind_reason(row); row++) {
        const char *reason = page_kind_reason(row);
        enum page_kind kind;
        if (!page_kind_of(reason, &kind) || written[kind])
            continue;
        written[kind] = true;
        const bool clock = strcmp(reason, "id_token_expired") == 0;
        const struct page_error page = {site,
                                        reason,
                                        "0123456789abcdef",
                                        1767225600,
                                        clock ? 7300 : 0,
                                        "/oidc/sign-in",
                                        "/app/template/Login.vm?xnat-account"};
        char name[64];
        snprintf(name, sizeof name, "refused-%s.html", reason);
        if (!write_file(folder, name, page_error(&page)))
            return false;
    }
    return true;
}

static bool write_others(const char *folder, const struct page_site *site)
{
    const struct page_button buttons[] = {
        {"Australian Access Federation (AAF)", "/openid-login?providerId=aaf"},
        {"Google", "/openid-login?providerId=google"}};
    const struct page_sign_in sign_in = {site, buttons, 2, "/app/template/Login.vm?xnat-account"};
    const struct page_sign_in none = {site, buttons, 0, NULL};
    const struct page_signed_out here = {site, "AAF", false, "/oidc/sign-in", NULL};
    const struct page_signed_out both = {site, "Keycloak", true, "/oidc/sign-in", "/goodbye"};
    const struct page_signed_out nobody = {site, NULL, false, "/oidc/sign-in", NULL};
    const struct page_confirm_sign_out confirm = {site, "/oidc/sign-out", "/"};
    return write_file(folder, "sign-in.html", page_sign_in(&sign_in)) &&
           write_file(folder, "sign-in-none.html", page_sign_in(&none)) &&
           write_file(folder, "signed-out-here.html", page_signed_out(&here)) &&
           write_file(folder, "signed-out-both.html", page_signed_out(&both)) &&
           write_file(folder, "signed-out-nobody.html", page_signed_out(&nobody)) &&
           write_file(folder, "confirm.html", page_confirm_sign_out(&confirm));
}

int main(int argc, char *argv[])
{
    const bool own = argc == ARGUMENTS;
    struct messages messages;
    struct text style = {0};
    struct page_site site = {.messages = &messages,
                             .url = "https://xnat.imaging-facility.example.edu.au",
                             .style_href = "style.css"};
    messages_english(&messages);
    if (argc != FOLDER + 1 && !own)
        return 2;
    if (own) {
        site.name = argv[NAME];
        site.contact = site.contact_href = argv[CONTACT];
        site.logo_href = argv[LOGO];
        site.footer_text = argv[FOOTER];
        site.footer_href = "https://www.example.edu.au/privacy";
    }
    text_adds(&style, pages_style);
    palette_add(&style, own ? argv[ACCENT] : NULL, NULL);
    return !(write_file(argv[FOLDER], "policy", strdup(pages_security_policy)) &&
             write_file(argv[FOLDER], "policy-sign-in", strdup(pages_sign_in_policy)) &&
             write_file(argv[FOLDER], "style.css", text_steal(&style)) &&
             write_refusals(argv[FOLDER], &site) && write_others(argv[FOLDER], &site));
}
