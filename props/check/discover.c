/* The discovery document and the keys of a provider, fetched as a relying party fetches them: by
 * liboidc's own machine, so that what passes here passes in the sidecar. */
#include "look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <oidc/provider.h>

#include "props/utf16.h"

/* --- a configuration to ask with -----------------------------------------------------------------
 */

/* java.util.Properties, from UTF-8. */
static void write_value(FILE *out, const char *text)
{
    while (*text != '\0') {
        uint32_t c = utf16_next(&text);
        if (c >= ' ' && c < 0x7F && c != '\\')
            (void)fputc((int)c, out);
        else if (c < 0x10000)
            (void)fprintf(out, "\\u%04x", (unsigned)c);
        else
            (void)fprintf(out, "\\u%04x\\u%04x", 0xD800 + (unsigned)((c - 0x10000) >> 10),
                          0xDC00 + (unsigned)((c - 0x10000) & 0x3FF));
    }
    (void)fputc('\n', out);
}

static void write_key(FILE *out, const struct look *look, enum keys_id key, const char *value)
{
    struct keys_name name;
    (void)fprintf(out, "%s=", keys_name(&name, key, KEYS_SHARED, look->provider->id));
    write_value(out, value);
}

/* The provider's addresses, and nothing else of the file: what the machine has not been told, it
 * cannot send. Addresses that nobody may be asked at have been told of. */
static void write_configuration(FILE *out, const struct look *look)
{
    const char *issuer = look->provider->issuer;
    (void)fputs("auth.method=openid\n"
                "siteUrl=https://relying-party.invalid\n"
                "preEstablishedRedirUri=/openid-login\n",
                out);
    write_key(out, look, KEY_PROVIDER_ID, look->provider->id);
    write_key(out, look, KEY_CLIENT_ID, "none");
    write_key(out, look, KEY_CLIENT_SECRET, "none");
    if (issuer != NULL && look_may_ask(issuer))
        write_key(out, look, KEY_ISSUER, issuer);
    for (const struct look_endpoint *row = look_endpoints; row->member != NULL; row++) {
        const char *url = look_configured(look, row);
        if (url != NULL && look_may_ask(url))
            write_key(out, look, row->key, url);
    }
}

/* @return OIDC_E_CONFIG where the file does not say enough to ask anybody, which has been told. */
static oidc_code read_configuration(const struct look *look, oidc_config **config)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    *config = NULL;
    if (out == NULL)
        return OIDC_E_MEMORY;
    write_configuration(out, look);
    oidc_code code =
        fclose(out) == 0 ? oidc_config_parse("provider", text, size, config, NULL) : OIDC_E_MEMORY;
    free(text);
    return code;
}

static oidc_code make_provider(const struct look *look, oidc_provider **provider)
{
    oidc_config *config = NULL;
    oidc_code code = read_configuration(look, &config);
    *provider = NULL;
    if (code == OIDC_OK)
        code = oidc_provider_new(config, look->provider->id, provider, NULL);
    oidc_config_unref(&config);
    return code;
}

/* --- the questions -------------------------------------------------------------------------------
 */

enum { HTTP_OK = 200, HTTP_TROUBLE = 500 };

/* How the last question went. */
struct course {
    bool keys; /* it was for the keys: the document is fine */
    char *url; /* NULL: there was none */
    struct ask_answer answer;
};

static bool ask(struct look *look, const oidc_http_request *request, struct course *course)
{
    const oidc_http_response *response = &course->answer.http;
    free(course->url);
    course->url = strdup(request->url);
    course->keys = strcmp(request->purpose, "keys") == 0;
    if (course->url == NULL || !ask_send(look->ask, request, &course->answer))
        return false;
    if (!course->keys && response->status == HTTP_OK)
        look->document =
            json_loadb(response->body, response->body_size, JSON_REJECT_DUPLICATES, NULL);
    return true;
}

static bool run(struct look *look, oidc_refresh *refresh, struct course *course)
{
    const oidc_http_request *request;
    while ((request = oidc_refresh_request(refresh)) != NULL) {
        if (!ask(look, request, course))
            return false;
        oidc_refresh_answer(refresh, &course->answer.http, (int64_t)time(NULL));
    }
    return true;
}

/* --- what came of them ---------------------------------------------------------------------------
 */

/* What the library says is for the log of a program: it begins small and has no full stop. */
static const char *detail_of(const oidc_error *error)
{
    return error->detail[0] == '\0' ? "it is of no use" : error->detail;
}

static void report_keys(const struct look *look, const oidc_error *error)
{
    struct report_at at = look_at(look, RULE_KEYS_UNUSABLE, KEY_JWKS_URI);
    report(look->findings, RULE_KEYS_UNUSABLE, &at,
           "the provider's keys cannot be used: %s. Without them no ID token can be verified, and "
           "the sidecar lets nobody in",
           SHOW(detail_of(error), strlen(detail_of(error))));
    advise(look->findings, "ask the provider's operator; the address is its jwks_uri");
}

static void report_issuer(const struct look *look, const oidc_error *error)
{
    struct keys_name name;
    struct report_at at = look_at(look, RULE_DISCOVERY_UNUSABLE, KEY_ISSUER);
    const char *issuer = json_string_value(json_object_get(look->document, "issuer"));
    (void)keys_name(&name, KEY_ISSUER, KEYS_SHARED, look->provider->id);
    if (issuer == NULL) {
        report(look->findings, RULE_DISCOVERY_UNUSABLE, &at, "%s. The sidecar lets nobody in",
               SHOW(detail_of(error), strlen(detail_of(error))));
        advise(look->findings, "ask the provider's operator");
        return;
    }
    report(look->findings, RULE_ISSUER_DIFFERS, &at,
           "the provider calls itself %s. The two must be the same to the last letter: the "
           "sidecar lets nobody in",
           QUOTE(slice_of(issuer)));
    advise(look->findings, "if that is the provider you mean, write %s=%s", name.text,
           QUOTE(slice_of(issuer)));
}

static void report_guess(const struct look *look)
{
    struct keys_name name;
    struct report_at at = look_at(look, RULE_DISCOVERY_UNREACHABLE, KEY_AUTHORIZATION_ENDPOINT);
    (void)keys_name(&name, KEY_ISSUER, KEYS_SHARED, look->provider->id);
    report(look->findings, RULE_DISCOVERY_UNREACHABLE, &at,
           "where the provider publishes its discovery document cannot be told from this "
           "address, and %s is not there to say it. The sidecar cannot verify ID tokens and does "
           "not start",
           name.text);
    advise(look->findings, "write %s=, with the issuer that the provider's documentation names",
           name.text);
}

/* What to do where there is no document. Trouble of the provider's says nothing about the file. */
static void advise_without_document(const struct look *look, int status)
{
    struct keys_name name;
    (void)keys_name(&name, KEY_ISSUER, KEYS_SHARED, look->provider->id);
    if (status >= HTTP_TROUBLE)
        advise(look->findings, "the provider is out of order, which the file cannot mend: wait, "
                               "and ask again; if it stays, ask the provider's operator");
    else if (look->provider->issuer == NULL)
        advise(look->findings,
               "if it stays, write %s=, with the issuer that the provider's documentation names: "
               "the address was made from an endpoint's",
               name.text);
    else
        advise(look->findings, "compare the issuer with the provider's documentation: its "
                               "discovery document must be at that address");
}

static void report_discovery(const struct look *look, const struct course *course,
                             const oidc_error *error)
{
    struct report_at at = look_at(look, RULE_DISCOVERY_UNUSABLE, KEY_ISSUER);
    bool had = look->document != NULL;
    report(look->findings, had ? RULE_DISCOVERY_UNUSABLE : RULE_DISCOVERY_UNREACHABLE, &at,
           "%s: %s. The sidecar lets nobody in", QUOTE(slice_of(course->url)),
           SHOW(detail_of(error), strlen(detail_of(error))));
    if (had)
        advise(look->findings, "ask the provider's operator");
    else
        advise_without_document(look, course->answer.http.status);
}

static void report_failure(struct look *look, const oidc_refresh *refresh,
                           const struct course *course)
{
    const oidc_error *error = oidc_refresh_error(refresh);
    bool failed = course->answer.http.transport != OIDC_TRANSPORT_OK;
    if (course->url == NULL || (failed && !course->answer.asked))
        return; /* nobody to ask, or no use in asking: both have been told of */
    if (course->keys)
        report_keys(look, error);
    else if (failed)
        look_report_transport(look, KEY_ISSUER, &look->ask->records[look->ask->count - 1]);
    else if (oidc_refresh_needs_issuer(refresh))
        report_guess(look);
    else if (error->code == OIDC_E_DISCOVERY_ISSUER)
        report_issuer(look, error);
    else
        report_discovery(look, course, error);
}

/* A document that was found by a guess and is another provider's says nothing of this one. */
static void judge(struct look *look, const oidc_refresh *refresh, const struct course *course)
{
    const oidc_error *error = oidc_refresh_error(refresh);
    if (oidc_refresh_needs_issuer(refresh) || !json_is_object(look->document)) {
        json_decref(look->document);
        look->document = NULL;
    }
    bool said = look->document != NULL && look_compare(look) && error != NULL &&
                error->code == OIDC_E_DISCOVERY_INCOMPLETE;
    look->usable = error == NULL || course->keys;
    if (error != NULL && !said)
        report_failure(look, refresh, course);
}

bool look_discover(struct look *look)
{
    oidc_provider *provider = NULL;
    oidc_refresh *refresh = NULL;
    struct course course = {0};
    oidc_code code = make_provider(look, &provider);
    if (code == OIDC_OK)
        code = oidc_refresh_new(provider, OIDC_REFRESH_ALL, (int64_t)time(NULL), &refresh, NULL);
    if (code == OIDC_OK && !run(look, refresh, &course))
        code = OIDC_E_MEMORY;
    if (code == OIDC_OK)
        judge(look, refresh, &course);
    free(course.url);
    oidc_refresh_free(&refresh);
    oidc_provider_unref(&provider);
    return code != OIDC_E_MEMORY;
}
