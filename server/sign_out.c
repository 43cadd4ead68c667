/* Sign-out: here, in XNAT, and at the provider where it offers a way. */
#include <config.h>

#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "container.h"
#include "keeper.h"
#include "log.h"
#include "respond.h"
#include "signed_out.h"
#include "site.h"
#include "transfers.h"
#include "upstream_easy.h"
#include "upstream_head.h"
#include "visitor.h"

/* Seconds XNAT gets to end its session; after that the person is signed out here all the same. */
#define XNAT_LIMIT 10L

struct sign_out {
    struct transfer transfer; /* first: XNAT's own logout */
    struct request *request;
    struct upstream_note note;
    struct curl_slist *head;
    char *url;
    char *return_to; /* where to go on afterwards; "/" where nobody said */
    char *provider_name;
    char *provider_logout; /* where to send the browser, or NULL */
    bool over;
};

/* RP-Initiated Logout 1.0, 2. NULL where the provider has no way, or none that is usable; then
 * the page says that the session there may live on. */
static char *provider_logout(struct sign_out *work, struct keeper *keeper)
{
    struct request *request = work->request;
    oidc_provider *provider = keeper_provider(keeper);
    char state[SIGNED_OUT_STATE_SIZE];
    oidc_sign_out sign_out = {.state = state};
    oidc_error error = {0};
    char *return_uri = signed_out_uri(request->worker->site);
    char *url = NULL;

    sign_out.return_uri = return_uri;
    if (!oidc_provider_end_session_endpoint(provider))
        goto out;
    if (!return_uri || !signed_out_expect(request, keeper->id, work->return_to, state))
        goto out;
    if (oidc_provider_sign_out_url(provider, &sign_out, &url, &error) != OIDC_OK)
        log_event(LOG_WARNING, "provider_logout_failed", LOG_TEXT("provider", keeper->id),
                  LOG_TEXT("reason", oidc_code_name(error.code)), LOG_TEXT("detail", error.detail),
                  LOG_TEXT("request_id", request_reference(request)));
out:
    free(return_uri);
    oidc_provider_unref(&provider);
    return url;
}

static void note_provider(struct sign_out *work)
{
    struct site *site = work->request->worker->site;
    struct session_entry *entry = visitor_of(work->request);
    const oidc_identity *identity;

    if (!entry)
        return;
    identity = oidc_session_identity(entry->session);
    work->provider_name = strdup(site_provider_name(site, identity->provider));
    work->provider_logout = provider_logout(work, site_keeper(site, identity->provider));
}

static enum MHD_Result answer(struct sign_out *work)
{
    char *location = work->provider_logout;

    work->provider_logout = NULL;
    if (location)
        return respond_redirect(work->request, location);
    return signed_out_show(work->request, work->provider_name, false, work->return_to);
}

/* --- XNAT's session -----------------------------------------------------------------------------
 */

static void on_over(struct transfer *transfer, CURLcode result)
{
    struct sign_out *work = CONTAINER_OF(transfer, struct sign_out, transfer);

    work->over = true;
    if (result != CURLE_OK)
        log_event(LOG_WARNING, "upstream_logout_failed",
                  LOG_TEXT("detail", upstream_note_text(&work->note, result)),
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
    request->credentials_taken = true; /* whose session it is says its cookie, nothing else */
    work->head = upstream_head(request, NULL, 0, false);
    easy = work->transfer.easy = curl_easy_init();
    if (!work->head || !easy)
        return false;
    work->transfer.done = on_over;
    if (!upstream_easy_prepare(easy, site, work->url, &work->note))
        return false;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, XNAT_LIMIT);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, work->head);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
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
    curl_easy_cleanup(work->transfer.easy);
    curl_slist_free_all(work->head);
    free(work->url);
    free(work->return_to);
    free(work->provider_name);
    free(work->provider_logout);
    free(work);
}

static const struct job sign_out_job = {.advance = advance, .end = end};

/* Nobody is signed out by a page that they only look at: they are asked, and the link that they
 * follow then is one of this site's. An image or a frame elsewhere gets the same page, and takes
 * nothing away. */
static enum MHD_Result ask_first(struct request *request, const char *return_to)
{
    if (visitor_of(request) || visitor_has_xnat_session(request))
        return signed_out_ask(request, return_to);
    return signed_out_show(request, NULL, false, return_to);
}

static enum MHD_Result begin(struct request *request, char *return_to)
{
    struct sign_out *work = calloc(1, sizeof(*work));

    if (!work) {
        free(return_to);
        return MHD_NO;
    }
    work->request = request;
    work->return_to = return_to;
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

enum MHD_Result handle_sign_out(struct request *request)
{
    char *rd = NULL;
    char *return_to = NULL;
    enum MHD_Result result = MHD_NO;

    if (target_parameter(&request->target, "rd", &rd))
        return_to = site_return_path(request->worker->site, rd);
    free(rd);
    if (!return_to)
        return MHD_NO;
    if (!request_is_foreign(request) && !visitor_is_in_doubt(request))
        return begin(request, return_to);
    result = visitor_is_in_doubt(request) ? respond_short_of_memory(request)
                                          : ask_first(request, return_to);
    free(return_to);
    return result;
}
