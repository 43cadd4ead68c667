/* Whether something is there at an endpoint, and speaks HTTP over TLS that can be trusted; and
 * whether it is the one that the provider publishes. No question carries anything of the site's:
 * what a provider says to an empty one is enough. */
#include "look.h"

#include <string.h>

#include "props/families.h"

const struct look_endpoint look_endpoints[LOOK_ENDPOINTS + 1] = {
    {KEY_AUTHORIZATION_ENDPOINT, "authorization_endpoint", "authorization endpoint", "GET",
     offsetof(struct props_provider, authorization_endpoint)},
    {KEY_TOKEN_ENDPOINT, "token_endpoint", "token endpoint", "POST",
     offsetof(struct props_provider, token_endpoint)},
    {KEY_USERINFO_ENDPOINT, "userinfo_endpoint", "user-info endpoint", "GET",
     offsetof(struct props_provider, userinfo_endpoint)},
    {KEY_JWKS_URI, "jwks_uri", "JWKS", NULL, offsetof(struct props_provider, jwks_uri)},
    {KEY_LOGOUT_URI, "end_session_endpoint", "end-session endpoint", "GET",
     offsetof(struct props_provider, end_session_endpoint)},
    {.member = NULL},
};

const char *look_configured(const struct look *look, const struct look_endpoint *endpoint)
{
    const char *url = NULL;
    memcpy(&url, (const char *)look->provider + endpoint->field, sizeof url);
    return url;
}

static const char *published(const struct look *look, const struct look_endpoint *endpoint)
{
    return json_string_value(json_object_get(look->document, endpoint->member));
}

/* --- asking -------------------------------------------------------------------------------------
 */

static bool ask_endpoint(struct look *look, size_t index, const char *url)
{
    /* Answers longer than this are pages, and prove as much. */
    static const size_t enough = (size_t)64 * 1024;
    static const oidc_header form = {"Content-Type", "application/x-www-form-urlencoded"};
    const struct look_endpoint *endpoint = &look_endpoints[index];
    bool post = strcmp(endpoint->method, "POST") == 0;
    const oidc_http_request request = {
        .purpose = endpoint->role,
        .method = endpoint->method,
        .url = url,
        .headers = &form,
        .header_count = post ? 1 : 0,
        .body = post ? "" : NULL,
        .answer_limit = enough,
        .time_limit = ASK_TIME_LIMIT,
    };
    struct ask_answer answer;
    if (!ask_send(look->ask, &request, &answer))
        return false;
    if (answer.asked)
        look->records[index] = look->ask->count;
    return true;
}

bool look_ask_endpoints(struct look *look, bool configured)
{
    for (size_t i = 0; i < LOOK_ENDPOINTS; i++) {
        const struct look_endpoint *endpoint = &look_endpoints[i];
        const char *own = look_configured(look, endpoint);
        const char *url = own != NULL ? own : published(look, endpoint);
        if (endpoint->method == NULL || url == NULL || (own != NULL) != configured ||
            !look_may_ask(url))
            continue;
        if (!ask_endpoint(look, i, url))
            return false;
    }
    return true;
}

/* --- judging ------------------------------------------------------------------------------------
 */

/* The address that the provider publishes and the file does not name; NULL: there is none. */
static const char *other_address(const struct look *look, const struct look_endpoint *endpoint)
{
    const char *own = look_configured(look, endpoint);
    const char *other = published(look, endpoint);
    return own == NULL || other == NULL || strcmp(own, other) == 0 ? NULL : other;
}

static void advise_address(const struct look *look, const struct look_endpoint *endpoint,
                           const char *otherwise)
{
    struct keys_name name;
    const char *other = other_address(look, endpoint);
    (void)keys_name(&name, endpoint->key, KEYS_SHARED, look->provider->id);
    if (other == NULL)
        advise(look->findings, "%s", otherwise);
    else
        advise(look->findings, "write %s=%s, which the provider publishes", name.text,
               QUOTE(slice_of(other)));
}

static bool report_absent(const struct look *look, const struct look_endpoint *endpoint,
                          const struct ask_record *record)
{
    enum { NOT_FOUND = 404, NO_METHOD = 405, GONE = 410 };
    if (record->status != NOT_FOUND && record->status != NO_METHOD && record->status != GONE)
        return false;
    struct report_at at = look_at(look, RULE_ENDPOINT_ABSENT, endpoint->key);
    struct impact impact = look_impact(look, RULE_ENDPOINT_ABSENT, endpoint->key);
    report_as(look->findings, RULE_ENDPOINT_ABSENT, &impact, &at,
              "there is no %s at %s: the provider answers a %s with HTTP %d", endpoint->role,
              QUOTE(slice_of(record->url)), record->method, record->status);
    advise_address(look, endpoint, "copy the address from the provider's documentation");
    return true;
}

static bool report_broken(const struct look *look, const struct look_endpoint *endpoint,
                          const struct ask_record *record)
{
    enum { BROKEN = 500 };
    if (record->status < BROKEN)
        return false;
    struct report_at at = look_at(look, RULE_ENDPOINT_BROKEN, endpoint->key);
    struct impact impact = look_impact(look, RULE_ENDPOINT_BROKEN, endpoint->key);
    report_as(look->findings, RULE_ENDPOINT_BROKEN, &impact, &at,
              "the %s %s answers a %s with HTTP %d: it may be out of order", endpoint->role,
              QUOTE(slice_of(record->url)), record->method, record->status);
    advise_address(look, endpoint, "ask again later; if it stays so, ask the provider's operator");
    return true;
}

static bool report_unreachable(const struct look *look, const struct look_endpoint *endpoint,
                               const struct ask_record *record)
{
    if (record->transport == OIDC_TRANSPORT_OK || record->transport == OIDC_TRANSPORT_TOO_LARGE)
        return false;
    look_report_transport(look, endpoint->key, record);
    return true;
}

/* An older address of a known provider has been told of. */
static bool is_legacy(const char *text)
{
    struct value_url url;
    return value_url(slice_of(text), &url) == URL_OK && families_look(&url).legacy;
}

static void report_other(const struct look *look, const struct look_endpoint *endpoint)
{
    const char *other = other_address(look, endpoint);
    if (other == NULL || is_legacy(look_configured(look, endpoint)))
        return;
    struct report_at at = look_at(look, RULE_ENDPOINT_DIFFERS, endpoint->key);
    struct impact impact = look_impact(look, RULE_ENDPOINT_DIFFERS, endpoint->key);
    report_as(look->findings, RULE_ENDPOINT_DIFFERS, &impact, &at,
              "the provider publishes another %s than this. The one in the file is used, and "
              "sign-in fails when the provider stops serving it",
              endpoint->role);
    advise_address(look, endpoint, "");
}

void look_judge_endpoints(const struct look *look)
{
    for (size_t i = 0; i < LOOK_ENDPOINTS; i++) {
        const struct look_endpoint *endpoint = &look_endpoints[i];
        const struct ask_record *record =
            look->records[i] == 0 ? NULL : &look->ask->records[look->records[i] - 1];
        if (record != NULL &&
            (report_unreachable(look, endpoint, record) || report_absent(look, endpoint, record) ||
             report_broken(look, endpoint, record)))
            continue;
        report_other(look, endpoint);
    }
}
