/*
 * <oidc/bearer.h>: from a bearer token to an identity, or a refusal.
 *
 * The machine is the table `rows`, as in login.c.
 */
#include <stdlib.h>
#include <string.h>

#include <oidc/bearer.h>

#include "bearer_token.h"
#include "fail.h"
#include "gates.h"
#include "json.h"
#include "mapping.h"
#include "provider.h"
#include "secret.h"

enum bearer_step { STEP_PROVIDER, STEP_KEYS, STEP_DONE, STEP_REFUSED };

struct oidc_bearer {
    enum bearer_step step;
    char *text;
    struct jws token;        /* of text; what its payload says is unverified until it is verified */
    oidc_provider *provider; /* whose keys are tried: they may be renewed for this one only */
    struct identity *identity;
    int64_t expires_at;
    oidc_error error;
};

/* Lets go of everything that the verdict does not need. */
static void forget(oidc_bearer *bearer)
{
    jws_forget(&bearer->token);
    secret_free_text(bearer->text);
    bearer->text = NULL;
    oidc_provider_unref(&bearer->provider);
}

static void refuse(oidc_bearer *bearer)
{
    forget(bearer);
    identity_free(&bearer->identity);
    bearer->step = STEP_REFUSED;
}

/* --- the token -------------------------------------------------------------------------------- */

static oidc_code read_token(oidc_bearer *bearer, const char *token, size_t size)
{
    oidc_error *error = &bearer->error;
    oidc_code code;

    if (memchr(token, '\0', size))
        return oidc_fail(error, OIDC_E_BEARER_MALFORMED, "the bearer token has a NUL in it");
    bearer->text = strndup(token, size);
    if (!bearer->text)
        return oidc_fail_memory(error);
    OIDC_TRY(bearer_token_read(bearer->text, &bearer->token, error));
    if (!json_text(bearer->token.payload, "iss"))
        code = oidc_fail(error, OIDC_E_BEARER_CLAIM_MISSING, "the bearer token has no \"iss\"");
out:
    return code;
}

/* --- the provider ----------------------------------------------------------------------------- */

oidc_bearer_fits oidc_bearer_fit(const oidc_bearer *bearer, const oidc_provider *provider)
{
    const char *claimed = json_text(bearer->token.payload, "iss");
    const char *issuer = oidc_provider_issuer(provider);

    if (!provider->settings->bearer || !claimed || !issuer || strcmp(claimed, issuer) != 0)
        return OIDC_BEARER_FITS_NOT;
    return gates_admit_audience(&provider->settings->bearer_gates, bearer->token.payload)
               ? OIDC_BEARER_FITS
               : OIDC_BEARER_FITS_ISSUER;
}

static oidc_code check_provider(const oidc_bearer *bearer, const oidc_provider *provider,
                                oidc_error *error)
{
    if (!provider)
        return oidc_fail(error, OIDC_E_BEARER_ISSUER,
                         "no provider whose bearer tokens are accepted has the token's issuer "
                         "\"%.100s\"",
                         json_text(bearer->token.payload, "iss"));
    if (!provider->settings->bearer ||
        (bearer->provider &&
         strcmp(oidc_provider_id(provider), oidc_provider_id(bearer->provider)) != 0))
        return oidc_fail(error, OIDC_E_USAGE, "provider %s is not the one that was asked for",
                         oidc_provider_id(provider));
    return provider_check_ready(provider, error);
}

/* --- the identity ----------------------------------------------------------------------------- */

static oidc_code finish(oidc_bearer *bearer, const json_t *claims)
{
    const struct props_provider *settings = bearer->provider->settings;
    oidc_code code;

    OIDC_TRY(gates_check(&settings->bearer_gates, claims, &bearer->error));
    OIDC_TRY(identity_make(bearer->provider->config, settings, bearer->provider->metadata->issuer,
                           claims, &bearer->identity, &bearer->error));
    bearer->identity->seen.create_user = settings->bearer_create_user;
    bearer->expires_at = bearer_token_end(claims);
    forget(bearer);
    bearer->step = STEP_DONE;
out:
    return code;
}

static oidc_code verify(oidc_bearer *bearer, int64_t now)
{
    const struct bearer_expectation expected = {
        .issuer = bearer->provider->metadata->issuer,
        .gates = &bearer->provider->settings->bearer_gates,
        .algorithms = bearer->provider->metadata->algorithms,
        .now = now,
    };
    json_t *claims = NULL;
    oidc_code code = bearer_token_verify(&bearer->token, provider_jwks(bearer->provider), &expected,
                                         &claims, &bearer->error);

    if (code == OIDC_OK)
        code = finish(bearer, claims);
    json_decref(claims);
    return code;
}

/* OpenID Connect Core 1.0, 10.1.1: a key we do not know may be a new one. That is looked into once.
 */
static oidc_code use_provider(oidc_bearer *bearer, oidc_provider *provider, int64_t now)
{
    oidc_code code;

    OIDC_TRY(check_provider(bearer, provider, &bearer->error));
    provider_keep(&bearer->provider, provider);
    code = verify(bearer, now);
    if (code == OIDC_E_BEARER_KEY) {
        bearer->step = STEP_KEYS;
        code = OIDC_OK;
    }
out:
    return code;
}

static oidc_code renew_keys(oidc_bearer *bearer, oidc_provider *provider, int64_t now)
{
    oidc_code code;

    OIDC_TRY(check_provider(bearer, provider, &bearer->error));
    provider_keep(&bearer->provider, provider);
    OIDC_TRY(verify(bearer, now));
out:
    return code;
}

/* --- the machine ------------------------------------------------------------------------------ */

static const struct {
    oidc_bearer_action action;
    oidc_code (*handle)(oidc_bearer *bearer, oidc_provider *provider, int64_t now);
} rows[] = {
    [STEP_PROVIDER] = {OIDC_BEARER_NEED_PROVIDER, use_provider},
    [STEP_KEYS] = {OIDC_BEARER_RENEW_KEYS, renew_keys},
    [STEP_DONE] = {OIDC_BEARER_DONE, NULL},
    [STEP_REFUSED] = {OIDC_BEARER_REFUSED, NULL},
};

oidc_code oidc_bearer_new(const char *token, size_t size, oidc_bearer **bearer)
{
    oidc_bearer *made = calloc(1, sizeof *made);
    oidc_code code;

    *bearer = NULL;
    if (!made)
        return OIDC_E_MEMORY;
    code = read_token(made, token, size);
    if (code == OIDC_E_MEMORY) {
        oidc_bearer_free(&made);
        return code;
    }
    if (code != OIDC_OK)
        refuse(made);
    *bearer = made;
    return OIDC_OK;
}

void oidc_bearer_free(oidc_bearer **bearer)
{
    oidc_bearer *gone = *bearer;

    *bearer = NULL;
    if (!gone)
        return;
    refuse(gone);
    free(gone);
}

oidc_bearer_action oidc_bearer_next(const oidc_bearer *bearer)
{
    return rows[bearer->step].action;
}

void oidc_bearer_use_provider(oidc_bearer *bearer, oidc_provider *provider, int64_t now)
{
    oidc_code code;

    if (bearer->step == STEP_REFUSED)
        return;
    if (rows[bearer->step].handle)
        code = rows[bearer->step].handle(bearer, provider, now);
    else
        code = oidc_fail(&bearer->error, OIDC_E_USAGE, "a token was given what it did not ask for");
    if (code != OIDC_OK)
        refuse(bearer);
}

/* --- what came of it -------------------------------------------------------------------------- */

const oidc_identity *oidc_bearer_identity(const oidc_bearer *bearer)
{
    return bearer->step == STEP_DONE ? &bearer->identity->seen : NULL;
}

int64_t oidc_bearer_expires_at(const oidc_bearer *bearer)
{
    return bearer->step == STEP_DONE ? bearer->expires_at : 0;
}

const oidc_error *oidc_bearer_error(const oidc_bearer *bearer)
{
    return bearer->step == STEP_REFUSED ? &bearer->error : NULL;
}

/* RFC 9068, 4: a token for another audience is an invalid one. Roles can be asked for anew; who is
 * kept out by the account policy cannot do anything about it with another token. */
oidc_bearer_answer oidc_bearer_answer_to(oidc_code code)
{
    switch (code) {
    case OIDC_E_BEARER_REQUEST:
        return OIDC_BEARER_ANSWER_INVALID_REQUEST;
    case OIDC_E_GATE_AUDIENCE:
    case OIDC_E_GATE_TYPE:
        return OIDC_BEARER_ANSWER_INVALID_TOKEN;
    case OIDC_E_GATE_ROLE:
        return OIDC_BEARER_ANSWER_INSUFFICIENT_SCOPE;
    default:
        break;
    }
    switch (oidc_code_class(code)) {
    case OIDC_CLASS_POLICY:
        return OIDC_BEARER_ANSWER_FORBIDDEN;
    case OIDC_CLASS_REFUSED:
        return OIDC_BEARER_ANSWER_INVALID_TOKEN;
    default:
        return OIDC_BEARER_ANSWER_UNAVAILABLE;
    }
}
