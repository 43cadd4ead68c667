/* The first leg: the authorization request (OpenID Connect Core 1.0, 3.1.2.1). */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include <oidc/login.h>

#include "base64url.h"
#include "buf.h"
#include "fail.h"
#include "form.h"
#include "pkce.h"
#include "provider.h"
#include "secret.h"
#include "state.h"
#include "url.h"

struct oidc_authorization {
    char *url;
    char *sealed;
    char state[OIDC_STATE_LENGTH + 1];
};

static oidc_code copy_text(const char *text, char **copy, oidc_error *error)
{
    *copy = strdup(text);
    return *copy ? OIDC_OK : oidc_fail_memory(error);
}

static oidc_code draw_state(const oidc_provider *provider,
                            const oidc_authorization_options *options, int64_t now,
                            struct login_state *state, oidc_error *error)
{
    const char *return_to = options->return_to;
    oidc_code code;

    if (!return_to || return_to[0] == '\0' || strlen(return_to) > OIDC_RETURN_TO_MAX)
        return_to = "/";
    state->issued_at = now;
    state->silent = options->silent;
    state->pkce = provider->metadata->pkce;
    OIDC_TRY(secret_random(state->id, sizeof state->id, error));
    OIDC_TRY(secret_random(state->nonce, sizeof state->nonce, error));
    if (state->pkce)
        OIDC_TRY(secret_random(state->verifier, sizeof state->verifier, error));
    OIDC_TRY(copy_text(oidc_provider_id(provider), &state->provider, error));
    OIDC_TRY(copy_text(provider->metadata->issuer, &state->issuer, error));
    OIDC_TRY(copy_text(return_to, &state->return_to, error));
out:
    return code;
}

static oidc_code add_challenge(struct buf *url, const struct login_state *state, oidc_error *error)
{
    char verifier[PKCE_TEXT_LENGTH + 1];
    char challenge[PKCE_TEXT_LENGTH + 1];
    oidc_code code;

    pkce_verifier(state->verifier, verifier);
    code = pkce_challenge(verifier, challenge, error);
    OPENSSL_cleanse(verifier, sizeof verifier);
    if (code != OIDC_OK)
        return code;
    form_add(url, "code_challenge", challenge);
    form_add(url, "code_challenge_method", "S256");
    return OIDC_OK;
}

static oidc_code add_scope(struct buf *url, const struct props_list *scopes, oidc_error *error)
{
    struct buf scope;

    buf_init(&scope, REQUEST_URL_MAX);
    for (size_t i = 0; i < scopes->count; i++) {
        buf_adds(&scope, i > 0 ? " " : "");
        buf_adds(&scope, scopes->items[i]);
    }
    if (scope.data && buf_ok(&scope))
        form_add(url, "scope", scope.data);
    url->bad = url->bad || scope.bad;
    buf_free(&scope);
    return buf_ok(url) ? OIDC_OK : oidc_fail_memory(error);
}

/* RFC 6749, 3.1: a query that the endpoint already has is kept. */
static oidc_code write_url(const oidc_provider *provider, const struct login_state *state,
                           const char *state_text, char **out, oidc_error *error)
{
    const char *endpoint = provider->metadata->authorization_endpoint;
    char nonce[STATE_NONCE_LENGTH + 1];
    struct buf url;
    oidc_code code;

    base64url_encode(state->nonce, sizeof state->nonce, nonce);
    buf_init(&url, REQUEST_URL_MAX);
    buf_adds(&url, endpoint);
    if (!strchr(endpoint, '?'))
        buf_adds(&url, "?");
    form_add(&url, "response_type", "code");
    form_add(&url, "client_id", provider->settings->client_id);
    form_add(&url, "redirect_uri", oidc_config_redirect_uri(provider->config));
    OIDC_TRY(add_scope(&url, &provider->settings->scopes, error));
    form_add(&url, "state", state_text);
    form_add(&url, "nonce", nonce);
    if (state->silent)
        form_add(&url, "prompt", "none");
    if (state->pkce)
        OIDC_TRY(add_challenge(&url, state, error));
    *out = buf_steal(&url);
    if (!*out)
        code = oidc_fail_memory(error);
out:
    buf_free(&url);
    OPENSSL_cleanse(nonce, sizeof nonce);
    return code;
}

oidc_code oidc_authorization_new(oidc_provider *provider, oidc_keyring *keyring,
                                 const oidc_authorization_options *options, int64_t now,
                                 oidc_authorization **authorization, oidc_error *error)
{
    static const oidc_authorization_options usual = {.return_to = NULL};
    oidc_authorization *made = NULL;
    struct login_state *state = NULL;
    oidc_code code;

    *authorization = NULL;
    code = provider_check_ready(provider, error);
    if (code != OIDC_OK)
        return code;
    made = calloc(1, sizeof *made);
    state = calloc(1, sizeof *state);
    if (!made || !state) {
        code = oidc_fail_memory(error);
        goto out;
    }
    OIDC_TRY(draw_state(provider, options ? options : &usual, now, state, error));
    base64url_encode(state->id, sizeof state->id, made->state);
    OIDC_TRY(write_url(provider, state, made->state, &made->url, error));
    OIDC_TRY(login_state_seal(state, keyring, &made->sealed, error));
    *authorization = made;
    made = NULL;
out:
    login_state_free(&state);
    oidc_authorization_free(&made);
    return code;
}

void oidc_authorization_free(oidc_authorization **authorization)
{
    oidc_authorization *gone = *authorization;

    *authorization = NULL;
    if (!gone)
        return;
    secret_free_text(gone->url);
    secret_free_text(gone->sealed);
    secret_free(gone, sizeof *gone);
}

const char *oidc_authorization_url(const oidc_authorization *authorization)
{
    return authorization->url;
}

const char *oidc_authorization_state(const oidc_authorization *authorization)
{
    return authorization->state;
}

const char *oidc_authorization_sealed(const oidc_authorization *authorization)
{
    return authorization->sealed;
}
