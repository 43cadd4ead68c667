/* After sign-out. See signed_out.h. */
#include <config.h>

#include "signed_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/rand.h>

#include "handlers.h"
#include "log.h"
#include "pages.h"
#include "respond.h"
#include "site.h"
#include "visitor.h"

/* Seconds that a person may take at the provider, which may ask them whether they mean it. */
#define EXPECT_TTL 600

/* Most bytes of the escaped path in the cookie: with name and state far below the 4 kB of a cookie
 * that browsers keep. A longer one is forgotten. */
#define RETURN_TO_MAX 2000

#define STATE_LENGTH (SIGNED_OUT_STATE_SIZE - 1)

char *signed_out_uri(const struct site *site)
{
    char *uri;

    return asprintf(&uri, "%s%s", site->url, site->paths.signed_out) < 0 ? NULL : uri;
}

static bool draw_state(char state[SIGNED_OUT_STATE_SIZE])
{
    unsigned char bytes[STATE_LENGTH / 2];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(state + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/* --- the cookie: state, provider and, escaped, the path ----------------------------------------
 */

/* Between them: of what a cookie may have in it (RFC 6265, 4.1.1), one that none of the three has.
 * Ids of providers have dots. */
#define BETWEEN '!'

bool signed_out_expect(struct request *request, const char *provider_id, const char *return_to,
                       char state[SIGNED_OUT_STATE_SIZE])
{
    char *escaped = curl_easy_escape(NULL, return_to, 0);
    char *value = NULL;
    bool given = false;

    if (escaped && draw_state(state) &&
        asprintf(&value, "%s%c%s%c%s", state, BETWEEN, provider_id, BETWEEN,
                 strlen(escaped) <= RETURN_TO_MAX ? escaped : "") < 0)
        value = NULL;
    if (value)
        given = request_set_cookie(request, request->worker->site->cookies.signed_out, value,
                                   EXPECT_TTL);
    curl_free(escaped);
    free(value);
    return given;
}

/* What was expected. In memory of its own; the strings are in it. */
struct expected {
    char *text;
    const char *state;
    const char *provider_id;
    const char *return_to; /* still escaped */
};

/* Nobody but this browser can have written it; still, no more is believed than is checked anew. */
static bool read_expected(const struct request *request, struct expected *expected)
{
    struct cookie cookie;
    char *first;
    char *second;

    *expected = (struct expected){0};
    if (!request_cookie(request, request->worker->site->cookies.signed_out, &cookie))
        return false;
    expected->text = strndup(cookie.value, cookie.value_size);
    first = expected->text ? strchr(expected->text, BETWEEN) : NULL;
    second = first ? strchr(first + 1, BETWEEN) : NULL;
    if (!second)
        return false;
    *first = *second = '\0';
    expected->state = expected->text;
    expected->provider_id = first + 1;
    expected->return_to = second + 1;
    return site_keeper(request->worker->site, expected->provider_id) != NULL;
}

/* --- pages --------------------------------------------------------------------------------------
 */

enum MHD_Result signed_out_show(struct request *request, const char *provider, bool at_provider,
                                const char *return_to)
{
    const struct site *site = request->worker->site;
    const struct page_signed_out page = {
        .site = &site->look.page,
        .provider = provider,
        .at_provider = at_provider,
        .sign_in_href = site->paths.sign_in,
        .continue_href = strcmp(return_to, "/") != 0 ? return_to : NULL,
    };

    return respond_text(request, MHD_HTTP_OK, "text/html; charset=utf-8", page_signed_out(&page));
}

enum MHD_Result signed_out_ask(struct request *request, const char *return_to)
{
    const struct site *site = request->worker->site;
    char *rd = curl_easy_escape(NULL, return_to, 0);
    char *href = NULL;
    char *html = NULL;

    if (rd && asprintf(&href, "%s?rd=%s", site->paths.sign_out, rd) < 0)
        href = NULL;
    if (href) {
        const struct page_confirm_sign_out page = {
            .site = &site->look.page,
            .sign_out_href = href,
            .stay_href = return_to,
        };

        html = page_confirm_sign_out(&page);
    }
    curl_free(rd);
    free(href);
    return respond_text(request, MHD_HTTP_OK, "text/html; charset=utf-8", html);
}

/* Somebody who just comes by. */
static enum MHD_Result show_what_is(struct request *request)
{
    return visitor_of(request) ? signed_out_ask(request, "/")
                               : signed_out_show(request, NULL, false, "/");
}

/* --- the way back -------------------------------------------------------------------------------
 */

static enum MHD_Result go_on(struct request *request, const struct expected *expected)
{
    const struct site *site = request->worker->site;
    char *rd = curl_easy_unescape(NULL, expected->return_to, 0, NULL);
    char *path = rd ? site_return_path(site, rd) : NULL;
    enum MHD_Result result = MHD_NO;

    curl_free(rd);
    if (path && strcmp(path, "/") == 0)
        result =
            signed_out_show(request, site_provider_name(site, expected->provider_id), true, path);
    else if (path)
        result = respond_redirect_within(request, path);
    free(path);
    return result;
}

/* RP-Initiated Logout 1.0, 3: the state that comes back is the one that was sent. */
static enum MHD_Result come_back(struct request *request, const char *state)
{
    const struct site *site = request->worker->site;
    struct expected expected;
    enum MHD_Result result;

    if (read_expected(request, &expected) && strcmp(expected.state, state) == 0) {
        request_set_cookie(request, site->cookies.signed_out, "", 0);
        log_event(LOG_INFO, "sign_out_returned", LOG_TEXT("provider", expected.provider_id),
                  LOG_TEXT("request_id", request_reference(request)));
        result = visitor_of(request) ? show_what_is(request) : go_on(request, &expected);
    } else {
        log_event(LOG_WARNING, "sign_out_refused", LOG_TEXT("reason", "sign_out_state"),
                  LOG_TEXT("request_id", request_reference(request)));
        result = respond_error(request, MHD_HTTP_BAD_REQUEST, "sign_out_state", 0);
    }
    free(expected.text);
    return result;
}

enum MHD_Result handle_signed_out(struct request *request)
{
    char *state = NULL;
    enum MHD_Result result = MHD_NO;

    if (visitor_is_in_doubt(request))
        return respond_short_of_memory(request);
    if (target_parameter(&request->target, "state", &state))
        result = state ? come_back(request, state) : show_what_is(request);
    free(state);
    return result;
}
