/* A bearer token: as it comes, and claims signed here so that they get past the signature. The
 * first byte chooses: 't' a token, 'j' claims under typ JWT, anything else claims under at+jwt. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/bearer.h>

#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct flow flow;
static struct mint_key *key;

static void prepare(void)
{
    key = mint_rsa(2048, "one");
    flow_begin(
        &flow, key,
        "openid.aaf.bearer.enabled=true\nopenid.aaf.audCheck.acceptedAudiences=xnat\n"
        "openid.aaf.idToken.audCheck.enabled=false\nopenid.aaf.bearer.roleCheck.enabled=true\n"
        "openid.aaf.bearer.roleCheck.rolePath=a.b.c\n"
        "openid.aaf.bearer.roleCheck.requiredRoles=r\n",
        NULL);
}

/* What is let through is somebody, and ends. */
static void check_done(const oidc_bearer *bearer)
{
    const oidc_identity *identity = oidc_bearer_identity(bearer);

    if (strcmp(identity->issuer, FLOW_ISSUER) != 0 || identity->subject[0] == '\0' ||
        strlen(identity->subject) > OIDC_SUBJECT_MAX || identity->username[0] == '\0' ||
        strlen(identity->username) > OIDC_USERNAME_MAX ||
        oidc_bearer_expires_at(bearer) <= FLOW_NOW || oidc_bearer_error(bearer))
        abort();
}

static void run(const char *token, size_t size)
{
    oidc_bearer *bearer = NULL;

    if (oidc_bearer_new(token, size, &bearer) != OIDC_OK)
        return;
    if (oidc_bearer_next(bearer) == OIDC_BEARER_NEED_PROVIDER &&
        oidc_bearer_fit(bearer, flow.provider) != OIDC_BEARER_FITS_NOT)
        oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    if (oidc_bearer_next(bearer) == OIDC_BEARER_RENEW_KEYS)
        oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    if (oidc_bearer_next(bearer) == OIDC_BEARER_DONE)
        check_done(bearer);
    else if (oidc_bearer_next(bearer) == OIDC_BEARER_REFUSED && !oidc_bearer_error(bearer))
        abort();
    oidc_bearer_free(&bearer);
}

static void run_claims(const char *type, const uint8_t *claims, size_t size)
{
    char *header = flow_text("{\"alg\":\"RS256\",\"kid\":\"one\",\"typ\":\"%s\"}", type);
    char *text = strndup((const char *)claims, size);
    char *token = text ? mint_token_with(key, "RS256", header, text) : NULL;

    if (token)
        run(token, strlen(token));
    free(token);
    free(text);
    free(header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!key)
        prepare();
    if (size == 0)
        return 0;
    if (data[0] == 't')
        run((const char *)data + 1, size - 1);
    else
        run_claims(data[0] == 'j' ? "JWT" : "at+jwt", data + 1, size - 1);
    return 0;
}
