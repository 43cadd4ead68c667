/* The paths and the action by which XNAT takes a password, however they are spelt. See
 * password_login.h. */
#include <config.h>

#include "password_login.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "log.h"
#include "respond.h"
#include "site.h"
#include "to_sign_in.h"

/* XNAT's form is sent to the first; the others take a user name and password from a form and answer
 * with a session. */
static const char *const servlets[] = {"/login", "/data/services/auth", "/REST/services/auth"};
static const char pages[] = "/app";

/* The action of older forms, which still is there. It can be asked for in a path, with others
 * around it, in a query and in a form's body. */
static const char action[] = "XDATLoginUser";
static const char action_path[] = "/action/XDATLoginUser";

static const char reason[] = "password_login_off";

static bool ends_segment(const char *at)
{
    return *at == '/' || *at == '\0';
}

/* XNAT's pages and actions are below /app; its servlets beside that. NULL: outside of XNAT. */
static const char *path_in_xnat(const struct site *site, const char *path)
{
    const char *app = strstr(site->options.login_page, "/app/");
    const size_t context = app ? (size_t)(app - site->options.login_page) : 0;

    return strncmp(path, site->options.login_page, context) == 0 ? path + context : NULL;
}

static bool is_within(const char *path, const char *top)
{
    const size_t size = strlen(top);

    return strncasecmp(path, top, size) == 0 && ends_segment(path + size);
}

static bool is_servlet(const struct site *site, const char *path)
{
    const char *inner = path_in_xnat(site, path);
    bool is = false;

    for (size_t i = 0; inner && i < sizeof(servlets) / sizeof(servlets[0]); i++)
        is = is || is_within(inner, servlets[i]);
    return is;
}

static bool has_action(const char *path)
{
    const char *at = strcasestr(path, action_path);

    while (at && !ends_segment(at + sizeof(action_path) - 1))
        at = strcasestr(at + 1, action_path);
    return at != NULL;
}

/* Whatever the parameter is called and however often it is there: no other has that in it. */
static bool query_names_action(const struct target *target)
{
    char *plain = NULL;
    int size = 0;
    bool names = true; /* in doubt */

    if (!target->query || target->query_size == 0)
        return false;
    plain = curl_easy_unescape(NULL, target->query, (int)target->query_size, &size);
    if (plain) {
        for (int i = 0; i < size; i++) {
            if (plain[i] == '\0')
                plain[i] = ' ';
        }
        names = strcasestr(plain, action) != NULL;
    }
    curl_free(plain);
    return names;
}

bool password_login_is_barred(const struct request *request)
{
    const struct site *site = request->worker->site;
    const char *path = request->target.resolved;

    return site->password_login_disabled &&
           (is_servlet(site, path) || has_action(path) || query_names_action(&request->target));
}

bool password_login_may_hide_in(const struct request *request)
{
    const struct site *site = request->worker->site;
    const char *inner = path_in_xnat(site, request->target.resolved);

    return site->password_login_disabled && strcmp(request->method, MHD_HTTP_METHOD_POST) == 0 &&
           !request_brings_credentials(request) && inner && is_within(inner, pages);
}

enum MHD_Result password_login_refuse(struct request *request)
{
    if (request_is_navigation(request))
        return redirect_to_sign_in(request, "/");
    log_event(LOG_WARNING, "request_refused", LOG_TEXT("reason", reason),
              LOG_TEXT("detail", "a user name and password for XNAT's own login, which "
                                 "disableUsernamePasswordLogin=true switches off"),
              LOG_TEXT("request_id", request_reference(request)));
    return respond_error(request, MHD_HTTP_FORBIDDEN, reason, 0);
}
