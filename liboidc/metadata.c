/* Discovery documents and what the file says beside them. See metadata.h. */
#include "metadata.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fail.h"
#include "json.h"
#include "jws.h"
#include "url.h"

/* OpenID Connect Discovery 1.0, 4.1: a terminating slash goes before the well-known path is
 * appended. */
char *metadata_url(const char *issuer)
{
    size_t size = strlen(issuer);
    struct buf text;
    char *url;

    if (size > 0 && issuer[size - 1] == '/')
        size--;
    buf_init(&text, URL_MAX);
    buf_add(&text, issuer, size);
    buf_adds(&text, "/.well-known/openid-configuration");
    url = buf_steal(&text);
    buf_free(&text);
    return url;
}

bool metadata_is_in_file(const struct props_provider *settings)
{
    return settings->issuer && settings->jwks_uri && settings->authorization_endpoint &&
           settings->token_endpoint;
}

/* OpenID Connect Discovery 1.0, 4.3: the document's issuer is the one it was asked for under, as a
 * string. */
static oidc_code check_issuer(const json_t *document, const struct metadata_source *source,
                              oidc_error *error)
{
    const char *issuer = json_text(document, "issuer");

    if (!issuer)
        return oidc_fail(error, OIDC_E_DISCOVERY_ISSUER,
                         "the discovery document of %s names no issuer", source->issuer);
    if (strcmp(issuer, source->issuer) != 0)
        return oidc_fail(error, OIDC_E_DISCOVERY_ISSUER,
                         "the discovery document of %s is of another issuer, %s", source->issuer,
                         issuer);
    return OIDC_OK;
}

/* An issuer that was derived from the configured authorization endpoint is that endpoint's only if
 * its document sends browsers to the same origin. */
static oidc_code check_derivation(const json_t *document, const struct props_provider *settings,
                                  const struct metadata_source *source, oidc_error *error)
{
    const char *listed = json_text(document, "authorization_endpoint");
    struct url a;
    struct url b;

    if (listed && url_parse(listed, &a) && url_parse(settings->authorization_endpoint, &b) &&
        url_same_origin(&a, &b))
        return OIDC_OK;
    return oidc_fail(
        error, OIDC_E_DISCOVERY_ISSUER,
        "the discovery document of %s has no authorization_endpoint of the origin of %s",
        source->issuer, settings->authorization_endpoint);
}

/* Plain http is for loopback; and a provider elsewhere does not send us to our own machine, where
 * other things answer. */
static bool may_be_asked(const struct url *endpoint, bool configured, const char *issuer)
{
    struct url home;

    if (!url_is_secure(endpoint))
        return false;
    return endpoint->https || configured || (url_parse(issuer, &home) && url_is_loopback(&home));
}

static oidc_code take_endpoint(const char *name, const char *configured, const json_t *document,
                               const char *issuer, char **endpoint, oidc_error *error)
{
    const char *text = configured ? configured : json_text(document, name);
    struct url url;

    if (!text)
        return OIDC_OK;
    if (!url_parse(text, &url))
        return oidc_fail(error, OIDC_E_DISCOVERY_INCOMPLETE, "%s is not an absolute URL: %s", name,
                         text);
    if (!may_be_asked(&url, configured != NULL, issuer))
        return oidc_fail(error, OIDC_E_ENDPOINT_INSECURE,
                         "%s is plain http, which is for loopback only: %s", name, text);
    *endpoint = strdup(text);
    return *endpoint ? OIDC_OK : oidc_fail_memory(error);
}

static oidc_code take_endpoints(const json_t *document, const struct props_provider *settings,
                                const char *issuer, struct metadata *metadata, oidc_error *error)
{
    const struct {
        const char *name;
        const char *configured;
        char **endpoint;
        bool required;
    } endpoints[] = {
        {"authorization_endpoint", settings->authorization_endpoint,
         &metadata->authorization_endpoint, true},
        {"token_endpoint", settings->token_endpoint, &metadata->token_endpoint, true},
        {"jwks_uri", settings->jwks_uri, &metadata->jwks_uri, true},
        {"userinfo_endpoint", settings->userinfo_endpoint, &metadata->userinfo_endpoint, false},
        {"end_session_endpoint", settings->end_session_endpoint, &metadata->end_session_endpoint,
         false},
    };

    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        oidc_code code = take_endpoint(endpoints[i].name, endpoints[i].configured, document, issuer,
                                       endpoints[i].endpoint, error);

        if (code != OIDC_OK)
            return code;
        if (endpoints[i].required && !*endpoints[i].endpoint)
            return oidc_fail(error, OIDC_E_DISCOVERY_INCOMPLETE, "the discovery document has no %s",
                             endpoints[i].name);
    }
    return OIDC_OK;
}

/* The list of that name; NULL where nothing is listed. Sets *code when the member is no list. */
static const json_t *listed(const json_t *document, const char *name, oidc_code *code,
                            oidc_error *error)
{
    const json_t *list = json_object_get(document, name);

    if (!list || json_is_null(list))
        return NULL;
    if (!json_is_array(list)) {
        *code = oidc_fail(error, OIDC_E_DISCOVERY_INCOMPLETE, "%s is not a list", name);
        return NULL;
    }
    return json_array_size(list) > 0 ? list : NULL;
}

static bool has_word(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (text && strcmp(text, word) == 0)
            return true;
    }
    return false;
}

static oidc_code take_algorithms(const json_t *document, const char *name, unsigned fallback,
                                 unsigned *algorithms, oidc_error *error)
{
    oidc_code code = OIDC_OK;
    const json_t *list = listed(document, name, &code, error);

    *algorithms = list ? 0 : fallback;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *algorithm = json_string_value(json_array_get(list, i));

        if (algorithm)
            *algorithms |= jws_algorithm_bit(algorithm);
    }
    if (code == OIDC_OK && *algorithms == 0)
        return oidc_fail(error, OIDC_E_DISCOVERY_INCOMPLETE,
                         "%s has no algorithm that this library takes", name);
    return code;
}

/* OpenID Connect Discovery 1.0, 3: client_secret_basic where nothing is listed. It is preferred,
 * because a secret in a header is logged less often than one in a body. */
static oidc_code take_client_auth(const json_t *document, struct metadata *metadata,
                                  oidc_error *error)
{
    static const char name[] = "token_endpoint_auth_methods_supported";
    oidc_code code = OIDC_OK;
    const json_t *list = listed(document, name, &code, error);

    if (code != OIDC_OK)
        return code;
    if (!list || has_word(list, "client_secret_basic"))
        metadata->client_auth = CLIENT_SECRET_BASIC;
    else if (has_word(list, "client_secret_post"))
        metadata->client_auth = CLIENT_SECRET_POST;
    else
        return oidc_fail(error, OIDC_E_DISCOVERY_INCOMPLETE,
                         "%s has neither client_secret_basic nor client_secret_post", name);
    return OIDC_OK;
}

static oidc_code check_response_types(const json_t *document, oidc_error *error)
{
    oidc_code code = OIDC_OK;
    const json_t *list = listed(document, "response_types_supported", &code, error);

    if (code == OIDC_OK && list && !has_word(list, "code"))
        return oidc_fail(error, OIDC_E_DISCOVERY_INCOMPLETE,
                         "response_types_supported does not have \"code\"");
    return code;
}

/* The file's word wins in both directions. Where it has none, PKCE is used unless the provider
 * lists methods without S256; one that lists none ignores the parameters (RFC 6749, 3.1). */
static oidc_code take_pkce(const json_t *document, enum props_choice choice,
                           struct metadata *metadata, oidc_error *error)
{
    oidc_code code = OIDC_OK;
    const json_t *list = listed(document, "code_challenge_methods_supported", &code, error);

    metadata->pkce =
        choice == PROPS_YES || (choice == PROPS_UNSET && (!list || has_word(list, "S256")));
    return code;
}

static oidc_code take_abilities(const json_t *document, const struct props_provider *settings,
                                struct metadata *metadata, oidc_error *error)
{
    oidc_code code;

    OIDC_TRY(check_response_types(document, error));
    OIDC_TRY(take_algorithms(document, "id_token_signing_alg_values_supported", JWS_RS256,
                             &metadata->algorithms, error));
    OIDC_TRY(take_client_auth(document, metadata, error));
    OIDC_TRY(take_pkce(document, settings->pkce, metadata, error));
    metadata->promises_iss =
        json_is_true(json_object_get(document, "authorization_response_iss_parameter_supported"));
out:
    return code;
}

/* A list of user-info algorithms may well name none of ours, or "none": the answer is plain JSON
 * then. It must not end the whole look. */
static void take_userinfo_algorithms(const json_t *document, struct metadata *metadata)
{
    unsigned algorithms = 0;

    if (take_algorithms(document, "userinfo_signing_alg_values_supported", metadata->algorithms,
                        &algorithms, NULL) != OIDC_OK)
        algorithms = metadata->algorithms;
    metadata->userinfo_algorithms = algorithms;
}

oidc_code metadata_read(const json_t *document, const struct props_provider *settings,
                        const struct metadata_source *source, struct metadata **metadata,
                        oidc_error *error)
{
    struct metadata *made = calloc(1, sizeof *made);
    oidc_code code;

    *metadata = NULL;
    if (!made)
        return oidc_fail_memory(error);
    atomic_init(&made->owners, 1);
    made->documented = document != NULL;
    if (document)
        OIDC_TRY(check_issuer(document, source, error));
    if (source->derived)
        OIDC_TRY(check_derivation(document, settings, source, error));
    OIDC_TRY(take_endpoints(document, settings, source->issuer, made, error));
    OIDC_TRY(take_abilities(document, settings, made, error));
    take_userinfo_algorithms(document, made);
    made->issuer = strdup(source->issuer);
    if (!made->issuer) {
        code = oidc_fail_memory(error);
        goto out;
    }
    *metadata = made;
    made = NULL;
out:
    metadata_unref(&made);
    return code;
}

struct metadata *metadata_ref(struct metadata *metadata)
{
    atomic_fetch_add_explicit(&metadata->owners, 1, memory_order_relaxed);
    return metadata;
}

void metadata_unref(struct metadata **metadata)
{
    struct metadata *gone = *metadata;

    *metadata = NULL;
    if (!gone || atomic_fetch_sub_explicit(&gone->owners, 1, memory_order_acq_rel) > 1)
        return;
    free(gone->issuer);
    free(gone->authorization_endpoint);
    free(gone->token_endpoint);
    free(gone->jwks_uri);
    free(gone->userinfo_endpoint);
    free(gone->end_session_endpoint);
    free(gone);
}
