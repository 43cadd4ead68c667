/*
 * Fuzzes a look at a provider: the discovery document, and behind a line of "----" the keys. What
 * was learnt in the end is fit for sign-ins, or nothing was.
 */
#include <config.h>

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <oidc/oidc.h>

#include "liboidc/provider.h"
#include "tests/fuzz/require.h"
#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mark[] = "\n----\n";

static bool begins_with(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static void check_endpoint(const char *url)
{
    require(begins_with(url, "https://") || begins_with(url, "http://localhost") ||
            begins_with(url, "http://127.") || begins_with(url, "http://[::1]"));
    require(strpbrk(url, " \\\"<>\r\n\t") == NULL);
}

static void check_learnt(const oidc_provider *provider)
{
    const struct metadata *metadata = provider->metadata;

    require(oidc_provider_ready(provider));
    require(strcmp(metadata->issuer, FLOW_ISSUER) == 0);
    require(metadata->algorithms != 0 && metadata->userinfo_algorithms != 0);
    check_endpoint(metadata->authorization_endpoint);
    check_endpoint(metadata->token_endpoint);
    check_endpoint(metadata->jwks_uri);
    if (metadata->userinfo_endpoint)
        check_endpoint(metadata->userinfo_endpoint);
    if (metadata->end_session_endpoint)
        check_endpoint(metadata->end_session_endpoint);
    require(provider_jwks(provider)->count > 0);
}

/* A provider whose issuer is configured and whose endpoints are not: all of them are the input's.
 */
static oidc_provider *fresh_provider(void)
{
    static oidc_config *config;
    oidc_provider *provider = NULL;

    if (config == NULL) {
        static const char file[] =
            "auth.method=openid\n"
            "type=openid\n"
            "provider.id=openid\n"
            "enabled=aaf\n"
            "siteUrl=https://xnat.example\n"
            "preEstablishedRedirUri=/openid-login\n"
            "openid.aaf.clientId=x\n"
            "openid.aaf.clientSecret=x\n"
            "openid.aaf.issuer=" FLOW_ISSUER "\n"
            "openid.aaf.scopes=openid\n"
            "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">x</a>\n"
            "openid.aaf.emailProperty=email\n"
            "openid.aaf.givenNameProperty=given_name\n"
            "openid.aaf.familyNameProperty=family_name\n";

        require(oidc_config_parse("site", file, strlen(file), &config, NULL) == OIDC_OK);
    }
    require(oidc_provider_new(config, "aaf", &provider, NULL) == OIDC_OK);
    return provider;
}

static oidc_http_response answer(const char *body, size_t size)
{
    return (oidc_http_response){
        .transport = OIDC_TRANSPORT_OK, .status = 200, .body = body, .body_size = size};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *split = memmem(text, size, mark, strlen(mark));
    size_t first = split ? (size_t)(split - text) : size;
    const char *keys = split ? split + strlen(mark) : "";
    size_t keys_size = split ? size - first - strlen(mark) : 0;
    oidc_provider *provider = fresh_provider();
    oidc_refresh *refresh = NULL;
    oidc_http_response document = answer(text, first);
    oidc_http_response set = answer(keys, keys_size);

    require(oidc_refresh_new(provider, OIDC_REFRESH_ALL, FLOW_NOW, &refresh, NULL) == OIDC_OK);
    oidc_refresh_answer(refresh, &document, FLOW_NOW);
    oidc_refresh_answer(refresh, &set, FLOW_NOW);
    require(oidc_refresh_request(refresh) == NULL);
    oidc_provider_unref(&provider);
    provider = oidc_refresh_provider(refresh);
    if (oidc_refresh_error(refresh) == NULL)
        check_learnt(provider);
    else
        require(!oidc_provider_ready(provider));
    oidc_provider_unref(&provider);
    oidc_refresh_free(&refresh);
    return 0;
}
