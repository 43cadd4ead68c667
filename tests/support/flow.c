/* A site, a provider and a browser in memory. See flow.h. */
#include "tests/support/flow.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

char *flow_text(const char *format, ...)
{
    va_list arguments;
    va_list again;
    char *text;
    int size;

    va_start(arguments, format);
    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, arguments);
    MUST(size >= 0);
    text = malloc((size_t)size + 1);
    MUST(text);
    (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

char *flow_file(const char *lines)
{
    return flow_text("auth.method=openid\n"
                     "type=openid\n"
                     "provider.id=openid\n"
                     "enabled=aaf\n"
                     "siteUrl=https://xnat.example\n"
                     "preEstablishedRedirUri=/openid-login\n"
                     "openid.aaf.clientId=xnat client\n"
                     "openid.aaf.clientSecret=%s\n"
                     "openid.aaf.accessTokenUri=" FLOW_ISSUER "/providers/op/token\n"
                     "openid.aaf.userAuthUri=" FLOW_ISSUER "/providers/op/authorize\n"
                     "openid.aaf.scopes=openid,profile,email\n"
                     "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">AAF</a>\n"
                     "openid.aaf.shouldFilterEmailDomains=false\n"
                     "openid.aaf.forceUserCreate=true\n"
                     "openid.aaf.userAutoEnabled=true\n"
                     "openid.aaf.userAutoVerified=false\n"
                     "openid.aaf.emailProperty=email\n"
                     "openid.aaf.givenNameProperty=given_name\n"
                     "openid.aaf.familyNameProperty=family_name\n%s",
                     FLOW_SECRET, lines ? lines : "");
}

/* The object with the members of changes in it; null takes a member away. */
static char *changed(json_t *object, const char *changes)
{
    json_t *patch = changes ? json_loads(changes, 0, NULL) : json_object();
    const char *name;
    json_t *value;
    char *text;

    MUST(object && patch);
    json_object_foreach(patch, name, value)
    {
        if (json_is_null(value))
            (void)json_object_del(object, name);
        else
            MUST(json_object_set(object, name, value) == 0);
    }
    text = json_dumps(object, JSON_COMPACT);
    MUST(text);
    json_decref(patch);
    json_decref(object);
    return text;
}

char *flow_metadata(const char *changes)
{
    return changed(json_pack("{s:s, s:s, s:s, s:s, s:[s], s:[s]}", "issuer", FLOW_ISSUER,
                             "authorization_endpoint", FLOW_ISSUER "/oidc/authorize",
                             "token_endpoint", FLOW_ISSUER "/oidc/token", "jwks_uri",
                             FLOW_ISSUER "/oidc/jwks", "response_types_supported", "code",
                             "id_token_signing_alg_values_supported", "RS256"),
                   changes);
}

oidc_http_response flow_json(const char *text)
{
    if (!text)
        return (oidc_http_response){.transport = OIDC_TRANSPORT_UNREACHABLE, .note = "refused"};
    return (oidc_http_response){.transport = OIDC_TRANSPORT_OK,
                                .status = 200,
                                .content_type = "application/json",
                                .body = text,
                                .body_size = strlen(text)};
}

void flow_serve(oidc_refresh *refresh, const char *document, const char *keys, int64_t now)
{
    const oidc_http_request *request;

    while ((request = oidc_refresh_request(refresh))) {
        oidc_http_response response =
            flow_json(strcmp(request->purpose, "keys") == 0 ? keys : document);

        oidc_refresh_answer(refresh, &response, now);
    }
}

void flow_begin(struct flow *flow, struct mint_key *key, const char *lines, const char *metadata)
{
    flow_begin_with_keys(flow, key, NULL, lines, metadata);
}

void flow_begin_with_keys(struct flow *flow, struct mint_key *key, oidc_decryption_keys *opening,
                          const char *lines, const char *metadata)
{
    char *file = flow_file(lines);
    char *document = flow_metadata(metadata);
    char *keys = mint_set(key, NULL);
    oidc_refresh *refresh;
    oidc_error error = {.code = OIDC_OK};

    *flow = (struct flow){.key = key};
    if (oidc_config_parse("site", file, strlen(file), &flow->config, &error) != OIDC_OK) {
        (void)fprintf(stderr, "%s\n", error.detail);
        abort();
    }
    MUST(oidc_keyring_generate(&flow->ring, NULL) == OIDC_OK);
    MUST(oidc_provider_new_with_keys(flow->config, "aaf", opening, &flow->provider, NULL) ==
         OIDC_OK);
    MUST(oidc_refresh_new(flow->provider, OIDC_REFRESH_ALL, FLOW_NOW, &refresh, NULL) == OIDC_OK);
    flow_serve(refresh, document, keys, FLOW_NOW);
    oidc_provider_unref(&flow->provider);
    flow->provider = oidc_refresh_provider(refresh);
    if (oidc_refresh_error(refresh)) {
        (void)fprintf(stderr, "%s\n", oidc_refresh_error(refresh)->detail);
        abort();
    }
    oidc_refresh_free(&refresh);
    free(keys);
    free(document);
    free(file);
}

void flow_end(struct flow *flow)
{
    oidc_login_free(&flow->login);
    oidc_authorization_free(&flow->authorization);
    oidc_provider_unref(&flow->provider);
    oidc_keyring_unref(&flow->ring);
    oidc_config_unref(&flow->config);
    free(flow->state);
    free(flow->nonce);
}

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF";
    const char *at = strchr(digits, c);

    MUST(at && c != '\0');
    return (int)(at - digits);
}

char *flow_parameter(const char *url, const char *name)
{
    char *pattern = flow_text("%s=", name);
    const char *at = strchr(url, '?');
    char *value = NULL;

    while (at && strncmp(at + 1, pattern, strlen(pattern)) != 0)
        at = strchr(at + 1, '&');
    if (at) {
        char *out;

        at += 1 + strlen(pattern);
        value = flow_text("%.*s", (int)strcspn(at, "&"), at);
        out = value;
        for (const char *in = value; *in != '\0'; in++) {
            char c = *in;

            if (c == '%') {
                c = (char)(hex(in[1]) * 16 + hex(in[2]));
                in += 2;
            }
            *out++ = c;
        }
        *out = '\0';
    }
    free(pattern);
    return value;
}

void flow_leave(struct flow *flow)
{
    const oidc_authorization_options options = {.return_to = "/data/projects?x=1"};

    flow_leave_as(flow, &options);
}

void flow_leave_as(struct flow *flow, const oidc_authorization_options *options)
{
    const char *url;

    free(flow->state);
    free(flow->nonce);
    oidc_authorization_free(&flow->authorization);
    MUST(oidc_authorization_new(flow->provider, flow->ring, options, FLOW_NOW, &flow->authorization,
                                NULL) == OIDC_OK);
    url = oidc_authorization_url(flow->authorization);
    flow->state = flow_parameter(url, "state");
    flow->nonce = flow_parameter(url, "nonce");
    MUST(flow->state && flow->nonce);
}

void flow_return(struct flow *flow, const char *query)
{
    const char *mark = strstr(query, "%s");
    char *text = mark ? flow_text("%.*s%s%s", (int)(mark - query), query, flow->state, mark + 2)
                      : flow_text("%s", query);

    oidc_login_free(&flow->login);
    MUST(oidc_login_new(text, strlen(text), &flow->login) == OIDC_OK);
    free(text);
}

void flow_go_to(struct flow *flow, oidc_action action)
{
    const char *sealed = oidc_authorization_sealed(flow->authorization);
    oidc_action next;

    while ((next = oidc_login_next(flow->login)) != action) {
        if (next == OIDC_ACTION_OPEN_STATE)
            oidc_login_open_state(flow->login, flow->ring, sealed, strlen(sealed), FLOW_NOW);
        else if (next == OIDC_ACTION_CLAIM_STATE)
            oidc_login_claim_state(flow->login, true);
        else if (next == OIDC_ACTION_NEED_PROVIDER)
            oidc_login_use_provider(flow->login, flow->provider, FLOW_NOW);
        else
            return;
    }
}

void flow_answer(struct flow *flow, int status, const char *body)
{
    oidc_http_response response = flow_json(body);

    response.status = status;
    oidc_login_answer(flow->login, &response, FLOW_NOW);
}

char *flow_claims(const struct flow *flow, const char *changes)
{
    return changed(json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s}", "iss", FLOW_ISSUER,
                             "sub", "person-1", "aud", "xnat client", "exp",
                             (json_int_t)(FLOW_NOW + 300), "iat", (json_int_t)FLOW_NOW, "nonce",
                             flow->nonce, "email", "ann@good.example", "given_name", "Ann",
                             "family_name", "Smith"),
                   changes);
}

char *flow_tokens_with(const char *id_token, const char *answer)
{
    return changed(json_pack("{s:s, s:s, s:s, s:i}", "access_token", FLOW_ACCESS_TOKEN,
                             "token_type", "Bearer", "id_token", id_token, "expires_in", 300),
                   answer);
}

char *flow_tokens(const struct flow *flow, const char *claims, const char *answer)
{
    char *text = flow_claims(flow, claims);
    char *token = mint_token(flow->key, "RS256", text);
    char *tokens = flow_tokens_with(token, answer);

    free(token);
    free(text);
    return tokens;
}
