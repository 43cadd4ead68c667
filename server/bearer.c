/* A job where newer keys have to be waited for, an answer at once where not. See bearer.h. */
#include <config.h>

#include "bearer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <oidc/bearer.h>

#include "bearer_cache.h"
#include "container.h"
#include "digest.h"
#include "email_withheld.h"
#include "lease.h"
#include "log.h"
#include "ownership.h"
#include "respond.h"
#include "site.h"

static const char scheme[] = "Bearer";

struct judgement {
    struct request *request;
    const struct bearer_way *way;
    unsigned char digest[DIGEST_SIZE];
    oidc_bearer *bearer;
    struct lease lease;
    bool head; /* begun with the head of a request whose body has not come yet */
};

/* --- the header ------------------------------------------------------------------------------- */

struct credentials {
    unsigned headers;  /* Authorization, of any scheme */
    bool bearer;       /* one of them is ours */
    const char *token; /* what it brings */
};

/* RFC 9110, 11.1: the scheme in any case of letters, blanks, then the token. */
static enum MHD_Result look(void *context, enum MHD_ValueKind kind, const char *name,
                            const char *value)
{
    struct credentials *credentials = context;
    const size_t size = sizeof(scheme) - 1;

    (void)kind;
    if (strcasecmp(name, "Authorization") != 0)
        return MHD_YES;
    credentials->headers++;
    if (!value || strncasecmp(value, scheme, size) != 0 ||
        (value[size] != ' ' && value[size] != '\t' && value[size] != '\0'))
        return MHD_YES;
    credentials->bearer = true;
    credentials->token = value + size + strspn(value + size, " \t");
    return MHD_YES;
}

static struct credentials credentials_of(const struct request *request)
{
    struct credentials credentials = {0};

    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, look, &credentials);
    return credentials;
}

bool bearer_is_brought(const struct request *request)
{
    return request->worker->site->takes_bearer && credentials_of(request).bearer;
}

/* --- refusals --------------------------------------------------------------------------------- */

/* RFC 6750, 3: a challenge has one parameter or more, and goes with each answer to a request whose
 * token does not let it in, or that has none. This one names no error. */
static const char ask_for_token[] = "Bearer realm=\"XNAT\"";

enum MHD_Result bearer_ask(struct request *request)
{
    static const char text[] = "Please sign in.\n";

    /* RFC 6750, 3.1: without a token, no error is named. */
    return request->worker->site->takes_bearer
               ? respond_challenge(request, MHD_HTTP_UNAUTHORIZED, ask_for_token, text)
               : respond_plain(request, MHD_HTTP_UNAUTHORIZED, text);
}

/* RFC 6750, 3.1. What exactly is wrong with a token is for the log: whoever tries out forgeries
 * learns nothing here. */
static const struct {
    unsigned status;
    const char *challenge;
    const char *text;
} refusals[] = {
    [OIDC_BEARER_ANSWER_INVALID_REQUEST] = {MHD_HTTP_BAD_REQUEST,
                                            "Bearer error=\"invalid_request\"",
                                            "A request brings one access token."},
    [OIDC_BEARER_ANSWER_INVALID_TOKEN] = {MHD_HTTP_UNAUTHORIZED, "Bearer error=\"invalid_token\"",
                                          "The access token is not valid here."},
    [OIDC_BEARER_ANSWER_INSUFFICIENT_SCOPE] = {MHD_HTTP_FORBIDDEN,
                                               "Bearer error=\"insufficient_scope\"",
                                               "The access token does not have what this site asks "
                                               "for."},
    [OIDC_BEARER_ANSWER_FORBIDDEN] = {MHD_HTTP_FORBIDDEN, ask_for_token,
                                      "This site does not admit the person that the access token "
                                      "stands for."},
    [OIDC_BEARER_ANSWER_UNAVAILABLE] = {MHD_HTTP_SERVICE_UNAVAILABLE, ask_for_token,
                                        "The access token cannot be verified at the moment."},
};

static void log_refusal(struct request *request, const char *provider, const oidc_error *error)
{
    struct request_client client;

    request_client(request, &client);
    metrics_count(&request->worker->metrics, METRIC_BEARER_REFUSED);
    log_event(LOG_WARNING, "bearer_refused", LOG_TEXT("reason", oidc_code_name(error->code)),
              LOG_TEXT("provider", provider), LOG_TEXT("detail", error->detail),
              LOG_TEXT("request_id", request_reference(request)), LOG_CLIENT(client));
}

static enum MHD_Result refuse(struct request *request, const struct bearer_way *way,
                              const char *provider, const oidc_error *error)
{
    oidc_bearer_answer answer = oidc_bearer_answer_to(error->code);
    unsigned status = refusals[answer].status;
    const char *challenge = refusals[answer].challenge;

    log_refusal(request, provider, error);
    if (way->question) {
        metrics_count(&request->worker->metrics, METRIC_AUTH_DENIED);
        if (status != MHD_HTTP_FORBIDDEN)
            status = MHD_HTTP_UNAUTHORIZED;
    }
    return respond_refusal(
        request, status,
        &(struct refusal_text){.sentence = refusals[answer].text, .challenge = challenge});
}

/* --- who it is -------------------------------------------------------------------------------- */

/* That a user name is somebody's is noted for as long as a session may live. A token may live
 * longer: after half of that time it is noted anew, before the note runs out. */
static bool keeps_username(struct request *request, struct bearer_entry *entry, oidc_error *error)
{
    struct worker *worker = request->worker;

    if (worker->now < entry->owned_until)
        return true;
    if (!owns_username(worker, oidc_bearer_identity(entry->bearer), error))
        return false;
    entry->owned_until = worker->now + worker->site->options.session_ttl / 2;
    return true;
}

static enum MHD_Result admit(struct request *request, const struct bearer_way *way,
                             struct bearer_entry *entry)
{
    struct worker *worker = request->worker;
    const oidc_identity *identity = oidc_bearer_identity(entry->bearer);
    oidc_error error = {0};

    if (!keeps_username(request, entry, &error)) {
        bearer_cache_remove(worker->bearers, entry);
        return refuse(request, way, identity->provider, &error);
    }
    if (!pass_handoff(worker, &entry->pass, identity))
        return MHD_NO;
    metrics_count(&worker->metrics, METRIC_BEARER_ACCEPTED);
    request->credentials_taken = true;
    return way->go_on(request, &entry->pass);
}

static void log_acceptance(struct request *request, const oidc_identity *identity)
{
    log_event(LOG_INFO, "bearer_accepted", LOG_TEXT("provider", identity->provider),
              LOG_TEXT("username", identity->username), LOG_TEXT("subject", identity->subject),
              LOG_TEXT("request_id", request_reference(request)));
    email_withheld_tell(identity, request_reference(request));
}

/* The verdict is there. */
static enum MHD_Result conclude(struct judgement *judgement)
{
    struct request *request = judgement->request;
    const oidc_error *error = oidc_bearer_error(judgement->bearer);
    struct bearer_entry *entry;
    enum MHD_Result result;

    if (error)
        return refuse(request, judgement->way, lease_provider_id(&judgement->lease), error);
    entry = bearer_cache_add(request->worker->bearers, judgement->digest, judgement->bearer,
                             request->worker->now);
    judgement->bearer = NULL;
    if (!entry)
        return MHD_NO;
    log_acceptance(request, oidc_bearer_identity(entry->bearer));
    result = admit(request, judgement->way, entry);
    bearer_entry_unref(entry);
    return result;
}

/* --- what the token asks for ------------------------------------------------------------------ */

static unsigned fit(const void *bearer, const oidc_provider *provider)
{
    return oidc_bearer_fit(bearer, provider);
}

static void use_provider(struct judgement *judgement)
{
    oidc_bearer_use_provider(judgement->bearer, lease_renew(&judgement->lease),
                             judgement->request->worker->now);
}

static void on_newer_keys(struct lease *lease)
{
    struct judgement *judgement = CONTAINER_OF(lease, struct judgement, lease);

    use_provider(judgement);
    request_wake(judgement->request);
}

/* Goes on until the verdict is there (true) or newer keys have to be waited for (false). */
static bool drive(struct judgement *judgement)
{
    struct worker *worker = judgement->request->worker;

    metrics_count(&worker->metrics, METRIC_BEARER_VERIFIED);
    if (oidc_bearer_next(judgement->bearer) == OIDC_BEARER_NEED_PROVIDER) {
        lease_choose(&judgement->lease, worker->site, fit, judgement->bearer);
        use_provider(judgement);
    }
    if (oidc_bearer_next(judgement->bearer) == OIDC_BEARER_RENEW_KEYS) {
        if (lease_await_keys(&judgement->lease, worker, on_newer_keys))
            return false;
        use_provider(judgement);
    }
    return true;
}

/* --- the job ---------------------------------------------------------------------------------- */

static void judgement_free(struct judgement *judgement)
{
    oidc_bearer_free(&judgement->bearer);
    lease_end(&judgement->lease);
    free(judgement);
}

static void end(struct request *request)
{
    judgement_free(request->work);
}

/* Newer keys are there. */
static enum MHD_Result advance(struct request *request, const char *body, size_t *size)
{
    struct judgement *judgement = request->work;
    enum MHD_Result result;

    request_resume(request, judgement->head);
    result = conclude(judgement);
    judgement_free(judgement);
    return request_hand_on(request, result, body, size);
}

static const struct job bearer_job = {.advance = advance, .end = end};

static enum MHD_Result judge_new(struct request *request, const struct bearer_way *way,
                                 const char *token, const unsigned char digest[DIGEST_SIZE])
{
    struct judgement *judgement = calloc(1, sizeof(*judgement));
    enum MHD_Result result;

    if (!judgement)
        return MHD_NO;
    judgement->request = request;
    judgement->way = way;
    judgement->head = !request->whole;
    memcpy(judgement->digest, digest, DIGEST_SIZE);
    if (oidc_bearer_new(token, strlen(token), &judgement->bearer) != OIDC_OK) {
        free(judgement);
        return MHD_NO;
    }
    if (drive(judgement)) {
        result = conclude(judgement);
        judgement_free(judgement);
        return result;
    }
    request->job = &bearer_job;
    request->work = judgement;
    request_wait(request);
    return MHD_YES;
}

enum MHD_Result bearer_judge(struct request *request, const struct bearer_way *way)
{
    const struct credentials credentials = credentials_of(request);
    struct worker *worker = request->worker;
    unsigned char digest[DIGEST_SIZE];
    struct bearer_entry *entry;
    enum MHD_Result result;

    if (credentials.headers != 1 || credentials.token[0] == '\0') {
        const oidc_error error = {
            .code = OIDC_E_BEARER_REQUEST,
            .detail = "the request has no bearer token, or more than one Authorization"};
        return refuse(request, way, NULL, &error);
    }
    if (!digest_make(worker->digester, credentials.token, strlen(credentials.token), digest))
        return MHD_NO;
    entry = bearer_cache_find(worker->bearers, digest, worker->now);
    if (!entry)
        return judge_new(request, way, credentials.token, digest);
    result = admit(request, way, entry);
    bearer_entry_unref(entry);
    return result;
}
