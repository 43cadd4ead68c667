/*
 * <oidc/logout.h>: from the body of a logout request to who is to be signed out, or a refusal.
 *
 * The machine is the table `rows`, as in login.c.
 */
#include <stdlib.h>
#include <string.h>

#include <oidc/logout.h>

#include "fail.h"
#include "form.h"
#include "json.h"
#include "logout_token.h"
#include "provider.h"
#include "sid.h"

enum logout_step { STEP_OPEN, STEP_PROVIDER, STEP_KEYS, STEP_CLAIM, STEP_DONE, STEP_REFUSED };

/* What a caller can give. */
enum gift { GIFT_NONE, GIFT_PROVIDER, GIFT_CLAIM };

struct given {
    enum gift gift;
    int64_t now;
    oidc_provider *provider; /* GIFT_PROVIDER */
    bool first;              /* GIFT_CLAIM */
};

struct oidc_logout {
    enum logout_step step;
    struct logout_token token; /* until it is verified: what it says is not */
    json_t *claims;            /* what it says, verified */
    oidc_provider *provider;   /* whose keys are tried: they may be renewed for this one only */
    char session[OIDC_PROVIDER_SESSION_LENGTH + 1];
    oidc_error error;
};

/* Lets go of everything that the verdict does not need. */
static void forget(oidc_logout *logout)
{
    logout_token_forget(&logout->token);
    oidc_provider_unref(&logout->provider);
}

static void refuse(oidc_logout *logout)
{
    forget(logout);
    json_decref(logout->claims);
    logout->claims = NULL;
    logout->step = STEP_REFUSED;
}

/* --- the request ------------------------------------------------------------------------------ */

static oidc_code read_body(oidc_logout *logout, const char *body, size_t size)
{
    struct form form = {.count = 0};
    const char *reason = "";
    oidc_error *error = &logout->error;
    char *token;
    oidc_code code = form_read(body, size, &form, &reason);

    if (code == OIDC_E_MEMORY)
        code = oidc_fail_memory(error);
    else if (code != OIDC_OK)
        code =
            oidc_fail(error, OIDC_E_LOGOUT_REQUEST, "the logout request is malformed: %s", reason);
    if (code != OIDC_OK)
        goto out;
    token = form_take(&form, "logout_token");
    if (!token) {
        code = oidc_fail(error, OIDC_E_LOGOUT_REQUEST, "the logout request has no logout_token");
        goto out;
    }
    OIDC_TRY(logout_token_read(token, &logout->token, error));
    logout->step = logout_token_is_closed(&logout->token) ? STEP_OPEN : STEP_PROVIDER;
out:
    form_free(&form);
    return code;
}

/* --- the provider ----------------------------------------------------------------------------- */

/* Whose a token is that nobody can read yet: of a provider that encrypts, and better of one that
 * does it like that. Back-Channel Logout 1.0, 2.4: the header should repeat the issuer. */
static oidc_logout_fits fit_closed(const oidc_logout *logout, const oidc_provider *provider)
{
    const json_t *header = logout->token.around.header;
    const char *algorithm = json_text(header, "alg");
    const char *claimed = json_text(header, "iss");
    const char *issuer = oidc_provider_issuer(provider);
    const char *agreed = provider->settings->id_token_encryption;

    if (!agreed || (claimed && issuer && strcmp(claimed, issuer) != 0))
        return OIDC_LOGOUT_FITS_NOT;
    return algorithm && strcmp(algorithm, agreed) == 0 ? OIDC_LOGOUT_FITS : OIDC_LOGOUT_FITS_ISSUER;
}

oidc_logout_fits oidc_logout_fit(const oidc_logout *logout, const oidc_provider *provider)
{
    const json_t *said = logout->token.inside.payload;
    const char *claimed = json_text(said, "iss");
    const char *issuer = oidc_provider_issuer(provider);

    if (logout_token_is_closed(&logout->token))
        return fit_closed(logout, provider);
    if (!claimed || !issuer || strcmp(claimed, issuer) != 0)
        return OIDC_LOGOUT_FITS_NOT;
    return json_text_or_list_has(said, "aud", provider->settings->client_id)
               ? OIDC_LOGOUT_FITS
               : OIDC_LOGOUT_FITS_ISSUER;
}

/* Back-Channel Logout 1.0, 2.6, 1. What is inside says whose it is, and the provider is asked for
 * once more: of those that encrypt alike, this one was a guess. */
static oidc_code open_token(oidc_logout *logout, const struct given *given)
{
    const oidc_provider *provider = given->provider;
    oidc_code code;

    if (!provider || !provider->settings->id_token_encryption)
        return oidc_fail(&logout->error, OIDC_E_LOGOUT_ENCRYPTED,
                         "the token is encrypted, and the configuration asks for that from no "
                         "provider that may have sent it");
    OIDC_TRY(logout_token_open(&logout->token, provider->settings->id_token_encryption,
                               provider->decryption_keys, &logout->error));
    logout->step = STEP_PROVIDER;
out:
    return code;
}

static oidc_code check_provider(const oidc_logout *logout, const oidc_provider *provider,
                                oidc_error *error)
{
    if (!provider)
        return oidc_fail(error, OIDC_E_LOGOUT_ISSUER,
                         "no provider of this site has the logout token's issuer \"%.100s\"",
                         json_text(logout->token.inside.payload, "iss"));
    if (logout->provider &&
        strcmp(oidc_provider_id(provider), oidc_provider_id(logout->provider)) != 0)
        return oidc_fail(error, OIDC_E_USAGE, "provider %s was given, but %s was asked for",
                         oidc_provider_id(provider), oidc_provider_id(logout->provider));
    return provider_check_ready(provider, error);
}

static oidc_code verify(oidc_logout *logout, int64_t now, oidc_error *error)
{
    const struct logout_expectation expected = {
        .issuer = logout->provider->metadata->issuer,
        .client_id = logout->provider->settings->client_id,
        .algorithms = logout->provider->metadata->algorithms,
        .encryption = logout->provider->settings->id_token_encryption,
        .decryption_keys = logout->provider->decryption_keys,
        .now = now,
    };

    return logout_token_verify(&logout->token, provider_jwks(logout->provider), &expected,
                               &logout->claims, error);
}

static oidc_code go_on_with_claims(oidc_logout *logout)
{
    oidc_code code = sid_digest(json_text(logout->claims, "sid"), logout->session, &logout->error);

    forget(logout);
    logout->step = STEP_CLAIM;
    return code;
}

/* OpenID Connect Core 1.0, 10.1.1: a key we do not know may be a new one. That is looked into once.
 */
static oidc_code use_provider(oidc_logout *logout, const struct given *given)
{
    oidc_code code;

    OIDC_TRY(check_provider(logout, given->provider, &logout->error));
    provider_keep(&logout->provider, given->provider);
    code = verify(logout, given->now, &logout->error);
    if (code == OIDC_OK)
        code = go_on_with_claims(logout);
    else if (code == OIDC_E_LOGOUT_KEY) {
        logout->step = STEP_KEYS;
        code = OIDC_OK;
    }
out:
    return code;
}

static oidc_code renew_keys(oidc_logout *logout, const struct given *given)
{
    oidc_code code;

    OIDC_TRY(check_provider(logout, given->provider, &logout->error));
    provider_keep(&logout->provider, given->provider);
    OIDC_TRY(verify(logout, given->now, &logout->error));
    OIDC_TRY(go_on_with_claims(logout));
out:
    return code;
}

/* Back-Channel Logout 1.0, 2.6, 8: a token that came before has no effect. */
static oidc_code claim_token(oidc_logout *logout, const struct given *given)
{
    if (!given->first)
        return oidc_fail(&logout->error, OIDC_E_LOGOUT_USED, "the logout token was used before");
    logout->step = STEP_DONE;
    return OIDC_OK;
}

/* --- the machine ------------------------------------------------------------------------------ */

static const struct {
    oidc_logout_action action;
    enum gift takes;
    oidc_code (*handle)(oidc_logout *logout, const struct given *given);
} rows[] = {
    [STEP_OPEN] = {OIDC_LOGOUT_NEED_PROVIDER, GIFT_PROVIDER, open_token},
    [STEP_PROVIDER] = {OIDC_LOGOUT_NEED_PROVIDER, GIFT_PROVIDER, use_provider},
    [STEP_KEYS] = {OIDC_LOGOUT_RENEW_KEYS, GIFT_PROVIDER, renew_keys},
    [STEP_CLAIM] = {OIDC_LOGOUT_CLAIM_TOKEN, GIFT_CLAIM, claim_token},
    [STEP_DONE] = {OIDC_LOGOUT_DONE, GIFT_NONE, NULL},
    [STEP_REFUSED] = {OIDC_LOGOUT_REFUSED, GIFT_NONE, NULL},
};

static void give(oidc_logout *logout, const struct given *given)
{
    oidc_code code;

    if (logout->step == STEP_REFUSED)
        return;
    if (rows[logout->step].takes == given->gift)
        code = rows[logout->step].handle(logout, given);
    else
        code =
            oidc_fail(&logout->error, OIDC_E_USAGE, "a logout was given what it did not ask for");
    if (code != OIDC_OK)
        refuse(logout);
}

oidc_code oidc_logout_new(const char *body, size_t size, oidc_logout **logout)
{
    oidc_logout *made = calloc(1, sizeof *made);
    oidc_code code;

    *logout = NULL;
    if (!made)
        return OIDC_E_MEMORY;
    code = read_body(made, body, size);
    if (code == OIDC_E_MEMORY) {
        oidc_logout_free(&made);
        return code;
    }
    if (code != OIDC_OK)
        refuse(made);
    *logout = made;
    return OIDC_OK;
}

void oidc_logout_free(oidc_logout **logout)
{
    oidc_logout *gone = *logout;

    *logout = NULL;
    if (!gone)
        return;
    refuse(gone);
    free(gone);
}

oidc_logout_action oidc_logout_next(const oidc_logout *logout)
{
    return rows[logout->step].action;
}

void oidc_logout_use_provider(oidc_logout *logout, oidc_provider *provider, int64_t now)
{
    const struct given given = {.gift = GIFT_PROVIDER, .provider = provider, .now = now};

    give(logout, &given);
}

void oidc_logout_claim_token(oidc_logout *logout, bool first)
{
    const struct given given = {.gift = GIFT_CLAIM, .first = first};

    give(logout, &given);
}

/* --- what came of it -------------------------------------------------------------------------- */

const char *oidc_logout_issuer(const oidc_logout *logout)
{
    return logout->claims ? json_text(logout->claims, "iss") : NULL;
}

const char *oidc_logout_token_id(const oidc_logout *logout)
{
    return logout->claims ? json_text(logout->claims, "jti") : NULL;
}

int64_t oidc_logout_remember_until(const oidc_logout *logout)
{
    return logout->claims ? logout_token_end(logout->claims) : 0;
}

const char *oidc_logout_subject(const oidc_logout *logout)
{
    const char *subject = logout->claims ? json_text(logout->claims, "sub") : NULL;

    return subject || !logout->claims ? subject : "";
}

const char *oidc_logout_provider_session(const oidc_logout *logout)
{
    return logout->claims ? logout->session : NULL;
}

const oidc_error *oidc_logout_error(const oidc_logout *logout)
{
    return logout->step == STEP_REFUSED ? &logout->error : NULL;
}
