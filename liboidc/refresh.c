/*
 * One look at a provider: the discovery document, then the keys.
 *
 * A look either succeeds as a whole or leaves what was known before, with the time of the next look
 * moved on. The one exception is made for a file that says everything itself: such a provider needs
 * no discovery document.
 */
#include <stdlib.h>
#include <string.h>

#include <oidc/identity.h>

#include "exchange.h"
#include "fail.h"
#include "provider.h"
#include "url.h"

#define ACCEPT_JSON "application/json"
#define ACCEPT_KEYS "application/jwk-set+json, application/json"

enum refresh_step { STEP_DISCOVERY, STEP_KEYS, STEP_OVER };

struct oidc_refresh {
    oidc_refresh_kind kind;
    enum refresh_step step;
    oidc_provider *next; /* a copy of what was known; handed out when over */
    struct exchange exchange;
    struct metadata *metadata; /* learnt in this look, and kept only if the keys come too */
    int64_t interval;          /* until the next look, if this one succeeds */
    bool needs_issuer;
    bool doubts_issuer;
    oidc_error error;
};

static struct metadata_source source_of(const oidc_provider *provider)
{
    return (struct metadata_source){.issuer = provider->issuer,
                                    .derived = provider->issuer_source != ISSUER_CONFIGURED};
}

static const char *jwks_uri(const oidc_refresh *refresh)
{
    const struct metadata *metadata =
        refresh->metadata ? refresh->metadata : refresh->next->metadata;

    return metadata->jwks_uri;
}

/* After a failed look the next one comes soon, whatever kind this one was. */
static void end_failed(oidc_refresh *refresh, int64_t now)
{
    oidc_provider *next = refresh->next;
    int64_t again = now + next->retry_after;

    exchange_clear(&refresh->exchange);
    metadata_unref(&refresh->metadata);
    refresh->step = STEP_OVER;
    if (refresh->kind == OIDC_REFRESH_ALL || next->refresh_at > again)
        next->refresh_at = again;
    next->retry_after *= 2;
    if (next->retry_after > OIDC_RETRY_INTERVAL)
        next->retry_after = OIDC_RETRY_INTERVAL;
}

static void end_well(oidc_refresh *refresh, struct provider_keys *keys, int64_t now)
{
    oidc_provider *next = refresh->next;

    exchange_clear(&refresh->exchange);
    refresh->step = STEP_OVER;
    if (refresh->metadata)
        provider_set_metadata(next, refresh->metadata);
    refresh->metadata = NULL;
    provider_set_keys(next, keys);
    next->retry_after = OIDC_RETRY_FIRST;
    if (refresh->kind == OIDC_REFRESH_ALL)
        next->refresh_at = now + refresh->interval;
}

static oidc_code check_issuer_url(const oidc_provider *provider, oidc_error *error)
{
    struct url url;

    if (!provider->issuer)
        return oidc_fail(error, OIDC_E_CONFIG,
                         "openid.%s.issuer is needed: nothing else says who "
                         "the provider is",
                         provider->settings->id);
    if (strlen(provider->issuer) > OIDC_ISSUER_MAX || !url_parse(provider->issuer, &url) ||
        url.has_query)
        return oidc_fail(error, OIDC_E_CONFIG, "openid.%s.issuer is not an issuer identifier: %s",
                         provider->settings->id, provider->issuer);
    if (!url_is_secure(&url))
        return oidc_fail(error, OIDC_E_ENDPOINT_INSECURE,
                         "the issuer is plain http, which is for loopback only: %s",
                         provider->issuer);
    return OIDC_OK;
}

static oidc_code begin_discovery(oidc_refresh *refresh, oidc_error *error)
{
    oidc_code code = check_issuer_url(refresh->next, error);
    char *url;

    if (code != OIDC_OK)
        return code;
    url = metadata_url(refresh->next->issuer);
    if (!url)
        return oidc_fail_memory(error);
    refresh->step = STEP_DISCOVERY;
    code = exchange_get(&refresh->exchange, "discovery", url, ACCEPT_JSON, error);
    free(url);
    return code;
}

static oidc_code begin_keys(oidc_refresh *refresh, oidc_error *error)
{
    refresh->step = STEP_KEYS;
    exchange_clear(&refresh->exchange);
    return exchange_get(&refresh->exchange, "keys", jwks_uri(refresh), ACCEPT_KEYS, error);
}

/* Fetching the keys for an unknown one counts when it begins, so that failures are throttled too.
 */
static oidc_code begin(oidc_refresh *refresh, int64_t now, oidc_error *error)
{
    if (refresh->kind == OIDC_REFRESH_ALL)
        return begin_discovery(refresh, error);
    refresh->next->keys_were_fetched = true;
    refresh->next->keys_fetched_at = now;
    if (!refresh->next->metadata)
        return oidc_fail(error, OIDC_E_PROVIDER_NOT_READY,
                         "where %s publishes its keys is not known yet",
                         refresh->next->settings->id);
    return begin_keys(refresh, error);
}

oidc_code oidc_refresh_new(oidc_provider *current, oidc_refresh_kind kind, int64_t now,
                           oidc_refresh **refresh, oidc_error *error)
{
    oidc_refresh *made = calloc(1, sizeof *made);
    oidc_code code;

    *refresh = NULL;
    if (!made)
        return oidc_fail_memory(error);
    made->kind = kind;
    made->interval = OIDC_REFRESH_INTERVAL;
    OIDC_TRY(provider_copy(current, &made->next, error));
    code = begin(made, now, &made->error);
    if (code == OIDC_E_MEMORY) {
        code = oidc_fail_memory(error);
        goto out;
    }
    if (code != OIDC_OK) {
        made->needs_issuer = code == OIDC_E_CONFIG;
        end_failed(made, now);
    }
    *refresh = made;
    return OIDC_OK;
out:
    oidc_refresh_free(&made);
    return code;
}

void oidc_refresh_free(oidc_refresh **refresh)
{
    oidc_refresh *gone = *refresh;

    *refresh = NULL;
    if (!gone)
        return;
    exchange_clear(&gone->exchange);
    metadata_unref(&gone->metadata);
    oidc_provider_unref(&gone->next);
    free(gone);
}

/* Whether the answer says for good that there is no such document: it is elsewhere (OpenID
 * Connect Discovery 1.0, 4.3 knows no redirects), or nowhere. 408 and 429 mean "later". */
static bool is_definitive(const oidc_http_response *response)
{
    return response->transport == OIDC_TRANSPORT_OK && response->status >= 300 &&
           response->status <= 499 && response->status != 408 && response->status != 429;
}

/* Whether a guess is wrong for good: what is there is somebody else's, or nothing. A redirect or a
 * refusal may be maintenance, and says nothing about the guess. */
static bool is_wrong_guess(const oidc_http_response *response, oidc_code code)
{
    return code == OIDC_E_DISCOVERY_ISSUER ||
           (code == OIDC_E_ANSWER_STATUS && (response->status == 404 || response->status == 410));
}

static oidc_code read_document(const oidc_http_response *response, json_t **document,
                               oidc_error *error)
{
    oidc_code code = exchange_check(response, "discovery", error);

    *document = NULL;
    if (code == OIDC_OK)
        code = exchange_read_json(response, "discovery", document, error);
    return code;
}

/* An answer that is no document, for a provider that can do without one. What a document said
 * earlier is worth more, and a provider that is out of reach may have one. */
static bool can_do_without(const oidc_refresh *refresh, oidc_code code)
{
    const oidc_provider *next = refresh->next;

    return (code == OIDC_E_ANSWER_STATUS || code == OIDC_E_ANSWER_REDIRECT ||
            code == OIDC_E_ANSWER_MALFORMED) &&
           metadata_is_in_file(next->settings) && !(next->metadata && next->metadata->documented);
}

static oidc_code take_document(oidc_refresh *refresh, const oidc_http_response *response,
                               oidc_error *error)
{
    const struct metadata_source source = source_of(refresh->next);
    bool guessed = refresh->next->issuer_source == ISSUER_GUESSED;
    json_t *document = NULL;
    oidc_code code = read_document(response, &document, error);

    if (code != OIDC_OK && can_do_without(refresh, code)) {
        if (!is_definitive(response))
            refresh->interval = OIDC_RETRY_INTERVAL;
        code = OIDC_OK;
    }
    if (code == OIDC_OK)
        code = metadata_read(document, refresh->next->settings, &source, &refresh->metadata, error);
    json_decref(document);
    refresh->needs_issuer = guessed && is_wrong_guess(response, code);
    refresh->doubts_issuer = guessed && code != OIDC_OK;
    return code == OIDC_OK ? begin_keys(refresh, error) : code;
}

static oidc_code take_keys(oidc_refresh *refresh, const oidc_http_response *response, int64_t now,
                           oidc_error *error)
{
    struct jwks *set = NULL;
    struct provider_keys *keys = NULL;
    oidc_code code;

    OIDC_TRY(exchange_check(response, "keys", error));
    OIDC_TRY(jwks_parse(response->body, response->body_size, &set, error));
    OIDC_TRY(provider_keys_new(set, &keys, error));
    end_well(refresh, keys, now);
out:
    return code;
}

void oidc_refresh_answer(oidc_refresh *refresh, const oidc_http_response *response, int64_t now)
{
    oidc_error error = {.code = OIDC_OK};
    oidc_code code = OIDC_OK;

    switch (refresh->step) {
    case STEP_DISCOVERY:
        code = take_document(refresh, response, &error);
        break;
    case STEP_KEYS:
        code = take_keys(refresh, response, now, &error);
        break;
    case STEP_OVER:
        return;
    }
    if (code == OIDC_OK)
        return;
    refresh->error = error;
    end_failed(refresh, now);
}

const oidc_http_request *oidc_refresh_request(const oidc_refresh *refresh)
{
    return refresh->step == STEP_OVER ? NULL : exchange_request(&refresh->exchange);
}

oidc_provider *oidc_refresh_provider(const oidc_refresh *refresh)
{
    return refresh->step == STEP_OVER ? oidc_provider_ref(refresh->next) : NULL;
}

const oidc_error *oidc_refresh_error(const oidc_refresh *refresh)
{
    return refresh->error.code != OIDC_OK ? &refresh->error : NULL;
}

bool oidc_refresh_needs_issuer(const oidc_refresh *refresh)
{
    return refresh->needs_issuer;
}

bool oidc_refresh_doubts_issuer(const oidc_refresh *refresh)
{
    return refresh->doubts_issuer;
}
