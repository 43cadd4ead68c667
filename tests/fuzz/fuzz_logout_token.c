/* A logout request: its body as it comes, and claims signed here so that they get past the
 * signature. The first byte chooses. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/logout.h>

#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct flow flow;
static struct mint_key *key;

static void prepare(void)
{
    key = mint_rsa(2048, "one");
    flow_begin(&flow, key, NULL, NULL);
}

/* The request of signed claims. New. */
static char *body_of(const uint8_t *claims, size_t size)
{
    char *text = strndup((const char *)claims, size);
    char *token = text ? mint_token(key, "RS256", text) : NULL;
    char *body = token ? flow_text("logout_token=%s", token) : NULL;

    free(token);
    free(text);
    return body;
}

/* What is let through names somebody, and can be remembered. */
static void check_done(const oidc_logout *logout)
{
    const char *subject = oidc_logout_subject(logout);
    const char *session = oidc_logout_provider_session(logout);
    int64_t until = oidc_logout_remember_until(logout);

    if (strcmp(oidc_logout_issuer(logout), FLOW_ISSUER) != 0 ||
        oidc_logout_token_id(logout)[0] == '\0' || (!*subject && !*session) ||
        strlen(subject) > OIDC_SUBJECT_MAX ||
        (*session && strlen(session) != OIDC_PROVIDER_SESSION_LENGTH) || until <= FLOW_NOW ||
        until > FLOW_NOW + OIDC_LOGOUT_AGE_MAX + 120)
        abort();
}

static void run(const char *body, size_t size)
{
    oidc_logout *logout = NULL;

    if (oidc_logout_new(body, size, &logout) != OIDC_OK)
        return;
    if (oidc_logout_next(logout) == OIDC_LOGOUT_NEED_PROVIDER &&
        oidc_logout_fit(logout, flow.provider) != OIDC_LOGOUT_FITS_NOT)
        oidc_logout_use_provider(logout, flow.provider, FLOW_NOW);
    if (oidc_logout_next(logout) == OIDC_LOGOUT_RENEW_KEYS)
        oidc_logout_use_provider(logout, flow.provider, FLOW_NOW);
    if (oidc_logout_next(logout) == OIDC_LOGOUT_CLAIM_TOKEN)
        oidc_logout_claim_token(logout, true);
    if (oidc_logout_next(logout) == OIDC_LOGOUT_DONE)
        check_done(logout);
    oidc_logout_free(&logout);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *body;

    if (!key)
        prepare();
    if (size == 0)
        return 0;
    if (data[0] == 'b') {
        run((const char *)data + 1, size - 1);
        return 0;
    }
    body = body_of(data + 1, size - 1);
    if (body)
        run(body, strlen(body));
    free(body);
    return 0;
}
