/* The sign-in page: a button for every provider. */
#include <config.h>

#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "respond.h"
#include "silent.h"
#include "site.h"
#include "to_sign_in.h"

/* What the page shows, in memory of its own. */
struct choice {
    struct page_button *buttons;
    char **hrefs;
    size_t count;
};

static void choice_free(struct choice *choice)
{
    for (size_t i = 0; i < choice->count; i++)
        free(choice->hrefs[i]);
    free(choice->hrefs);
    free(choice->buttons);
}

static bool add_button(struct choice *choice, const struct site *site,
                       const oidc_provider_info *provider, const char *rd)
{
    char *id = query_escaped(provider->id);
    char *href = NULL;

    if (!id || asprintf(&href, "%s?providerId=%s&rd=%s", site->paths.redirect, id, rd) < 0)
        href = NULL;
    free(id);
    if (!href)
        return false;
    choice->hrefs[choice->count] = href;
    choice->buttons[choice->count] =
        (struct page_button){.label = provider->display_name, .href = href};
    choice->count++;
    return true;
}

static bool choice_make(struct choice *choice, const struct site *site, const char *return_to)
{
    size_t count = oidc_config_provider_count(site->config);
    char *rd = query_escaped(return_to);
    bool made = rd != NULL;

    choice->buttons = calloc(count ? count : 1, sizeof(*choice->buttons));
    choice->hrefs = calloc(count ? count : 1, sizeof(*choice->hrefs));
    made = made && choice->buttons && choice->hrefs;
    for (size_t i = 0; made && i < count; i++) {
        const oidc_provider_info *provider = oidc_config_provider(site->config, i);

        if (provider->visible)
            made = add_button(choice, site, provider, rd);
    }
    free(rd);
    return made;
}

static enum MHD_Result show_choice(struct request *request, const char *return_to)
{
    const struct site *site = request->worker->site;
    struct choice choice = {0};
    char *html = NULL;

    if (choice_make(&choice, site, return_to)) {
        const struct page_sign_in page = {
            .site = &site->look.page,
            .buttons = choice.buttons,
            .button_count = choice.count,
            .xnat_login_href = site->paths.xnat_login,
        };

        html = page_sign_in(&page);
    }
    choice_free(&choice);
    return respond_page(request, MHD_HTTP_OK, pages_sign_in_policy, html);
}

enum MHD_Result handle_sign_in(struct request *request)
{
    char *rd = NULL;
    char *return_to = NULL;
    enum MHD_Result result = MHD_NO;

    if (target_parameter(&request->target, "rd", &rd))
        return_to = site_return_path(request->worker->site, rd);
    if (return_to && !silent_try(request, return_to, &result))
        result = show_choice(request, return_to);
    free(return_to);
    free(rd);
    return result;
}
