/* Sign-out: here, in XNAT, and at the provider where it offers a way. */
#include <config.h>

#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "keeper.h"
#include "log.h"
#include "pages.h"
#include "respond.h"
#include "site.h"
#include "transfers.h"
#include "upstream_head.h"
#include "visitor.h"

/* Seconds XNAT gets to end its session; after that the person is signed out here all the same. */
#define XNAT_LIMIT 10L

struct sign_out {
    struct transfer transfer; /* first: XNAT's own logout */
    struct request *request;
    struct curl_slist *head;
    char *url;
    char *provider_name;
    char *provider_logout; /* where to send the browser, or NULL */
    bool over;
};

static const char *display_name(const struct site *site, const char *id)
{
    for (size_t i = 0; i < oidc_config_provider_count(site->config); i++) {
        const oidc_provider_info *provider = oidc_config_provider(site->config, i);

        if (strcmp(provider->id, id) == 0)
            return provider->display_name;
    }
    return id;
}

/* RP-Initiated Logout 1.0, 2: the client identifier tells the provider who asks. */
static char *provider_logout(const oidc_provider *provider)
{
    const char *endpoint = oidc_provider_end_session_endpoint(provider);
    char *client_id;
    char *url;

    if (!endpoint)
        return NULL;
    client_id = curl_easy_escape(NULL, oidc_provider_client_id(provider), 0);
    if (!client_id || asprintf(&url, "%s%cclient_id=%s", endpoint,
                               strchr(endpoint, '?') ? '&' : '?', client_id) < 0)
        url = NULL;
    curl_free(client_id);
    return url;
}

static void note_provider(struct sign_out *work)
{
    struct site *site = work->request->worker->site;
    struct session_entry *entry = visitor_of(work->request);
    const oidc_identity *identity;
    oidc_provider *provider;

    if (!entry)
        return;
    identity = oidc_session_identity(entry->session);
    provider = keeper_provider(site_keeper(site, identity->provider));
    work->provider_name = strdup(display_name(site, identity->provider));
    work->provider_logout = provider_logout(provider);
    oidc_provider_unref(&provider);
    log_event(LOG_INFO, "sign_out", LOG_TEXT("provider", identity->provider),
              LOG_TEXT("username", identity->username),
              LOG_TEXT("request_id", request_reference(work->request)));
}

static enum MHD_Result answer(struct sign_out *work)
{
    struct request *request = work->request;
    const struct site *site = request->worker->site;
    const struct page_signed_out page = {
        .style_href = site->paths.style,
        .site_url = site->url,
        .provider = work->provider_name,
        .sign_in_href = site->paths.sign_in,
    };

    if (work->provider_logout) {
        char *location = work->provider_logout;

        work->provider_logout = NULL;
        return respond_redirect(request, location);
    }
    return respond_text(request, MHD_HTTP_OK, "text/html; charset=utf-8", page_signed_out(&page));
}

/* --- XNAT's session -----------------------------------------------------------------------------
 */

static void on_over(struct transfer *transfer, CURLcode result)
{
    struct sign_out *work = (struct sign_out *)(void *)transfer;

    work->over = true;
    if (result != CURLE_OK)
        log_event(LOG_WARNING, "upstream_logout_failed",
                  LOG_TEXT("detail", curl_easy_strerror(result)),
                  LOG_TEXT("effect", "the browser's XNAT cookie is removed; XNAT's session ends by "
                                     "its own time-out"),
                  LOG_TEXT("request_id", request_reference(work->request)));
    request_wake(work->request);
}

/* libcurl's type of function, which may change the bytes. */
static size_t drop(char *bytes /* NOLINT(readability-non-const-parameter) */, size_t one,
                   size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return one * count;
}

/* Asks XNAT to end the session of this browser's JSESSIONID. False when it cannot be asked. */
static bool ask_xnat(struct sign_out *work)
{
    struct request *request = work->request;
    const struct site *site = request->worker->site;
    CURL *easy;

    if (!site->options.upstream || !visitor_has_xnat_session(request))
        return false;
    if (asprintf(&work->url, "%s%s", site->options.upstream, site->options.logout_path) < 0) {
        work->url = NULL;
        return false;
    }
    work->head = upstream_head(request, NULL, 0, false);
    easy = work->transfer.easy = worker_take_easy(request->worker);
    if (!work->head || !easy)
        return false;
    work->transfer.done = on_over;
    curl_easy_setopt(easy, CURLOPT_URL, work->url);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* never wait for a slow name look-up */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, XNAT_LIMIT);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, work->head);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    oidc_trust_apply(site->trust, easy);
    return transfers_start(request->worker->transfers, &work->transfer);
}

static enum MHD_Result advance(struct request *request, const char *body, size_t *size)
{
    struct sign_out *work = request->work;

    (void)body;
    *size = 0;
    if (request->answered)
        return MHD_YES;
    if (work->over)
        return answer(work);
    request_wait(request); /* the end of a body that nobody needs, while XNAT is being asked */
    return MHD_YES;
}

static void end(struct request *request)
{
    struct sign_out *work = request->work;

    transfers_cancel(request->worker->transfers, &work->transfer);
    worker_give_easy(request->worker, work->transfer.easy);
    curl_slist_free_all(work->head);
    free(work->url);
    free(work->provider_name);
    free(work->provider_logout);
    free(work);
}

static const struct job sign_out_job = {.advance = advance, .end = end};

enum MHD_Result handle_sign_out(struct request *request)
{
    struct sign_out *work = calloc(1, sizeof(*work));

    if (!work)
        return MHD_NO;
    work->request = request;
    request->job = &sign_out_job;
    request->work = work;
    note_provider(work);
    visitor_sign_out(request);
    work->over = !ask_xnat(work);
    if (work->over)
        return answer(work);
    request_wait(request);
    return MHD_YES;
}
