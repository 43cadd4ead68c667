/*
 * The second leg of a sign-in: from the authorization response to an identity, or a refusal.
 *
 * The machine is the table `rows`: each step says what it asks of the caller, what it takes, and
 * who handles that. Whatever else is given refuses the login, so no order of calls skips a check.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

#include <oidc/login.h>

#include "base64url.h"
#include "claims.h"
#include "exchange.h"
#include "fail.h"
#include "gates.h"
#include "id_token.h"
#include "json.h"
#include "mapping.h"
#include "provider.h"
#include "response.h"
#include "secret.h"
#include "state.h"
#include "token.h"
#include "userinfo.h"

enum login_step {
    STEP_OPEN_STATE,
    STEP_CLAIM_STATE,
    STEP_PROVIDER,
    STEP_TOKEN,
    STEP_KEYS,
    STEP_USERINFO,
    STEP_DONE,
    STEP_REFUSED,
};

/* What a caller can give. */
enum gift { GIFT_NONE, GIFT_STATE, GIFT_CLAIM, GIFT_PROVIDER, GIFT_ANSWER };

struct given {
    enum gift gift;
    int64_t now;
    oidc_keyring *keyring; /* GIFT_STATE */
    const char *sealed;
    size_t size;
    bool first;                         /* GIFT_CLAIM */
    oidc_provider *provider;            /* GIFT_PROVIDER */
    const oidc_http_response *response; /* GIFT_ANSWER */
};

struct oidc_login {
    enum login_step step;
    struct authorization_response response;
    struct login_state *state;
    oidc_provider *provider;
    struct exchange exchange;
    struct tokens tokens;
    json_t *claims;
    struct identity *identity;
    oidc_error error;
};

/* Lets go of everything that the verdict does not need. Where the person wanted to go stays. */
static void forget(oidc_login *login)
{
    exchange_clear(&login->exchange);
    tokens_free(&login->tokens);
    secret_free_text(login->response.code);
    login->response.code = NULL;
    if (login->state) {
        OPENSSL_cleanse(login->state->nonce, sizeof login->state->nonce);
        OPENSSL_cleanse(login->state->verifier, sizeof login->state->verifier);
    }
    json_decref(login->claims);
    login->claims = NULL;
    oidc_provider_unref(&login->provider);
}

static void refuse(oidc_login *login)
{
    forget(login);
    identity_free(&login->identity);
    login->step = STEP_REFUSED;
}

/* --- the sealed state ------------------------------------------------------------------------- */

/* It was sealed here, by another machine with the same keys or before the clock was put back. */
static oidc_code from_the_future(int64_t seconds, oidc_error *error)
{
    oidc_code code = oidc_fail(error, OIDC_E_STATE_FUTURE,
                               "the sign-in begins %" PRId64 " seconds from now (leeway %d)",
                               seconds, OIDC_STATE_LEEWAY);

    error->seconds_off = seconds;
    return code;
}

/* RFC 6749, 10.12: the state the browser brought is the one sealed in its own cookie. */
static oidc_code check_state(const struct login_state *state, const char *brought, int64_t now,
                             oidc_error *error)
{
    char text[OIDC_STATE_LENGTH + 1];

    base64url_encode(state->id, sizeof state->id, text);
    if (!secret_equal_text(text, brought))
        return oidc_fail(error, OIDC_E_STATE_MISMATCH,
                         "the response's state is not the one sealed for this browser");
    if (state->issued_at > now + OIDC_STATE_LEEWAY)
        return from_the_future(state->issued_at - now, error);
    if (now - state->issued_at > OIDC_STATE_TTL)
        return oidc_fail(error, OIDC_E_STATE_EXPIRED, "the sign-in began more than %d seconds ago",
                         OIDC_STATE_TTL);
    return OIDC_OK;
}

static oidc_code open_state(oidc_login *login, const struct given *given)
{
    oidc_error *error = &login->error;
    oidc_code code;

    if (!given->sealed)
        return oidc_fail(error, OIDC_E_STATE_MISSING, "the browser brought no sealed state");
    OIDC_TRY(login_state_open(given->keyring, given->sealed, given->size, &login->state, error));
    OIDC_TRY(check_state(login->state, login->response.state, given->now, error));
    login->step = STEP_CLAIM_STATE;
out:
    if (code != OIDC_OK)
        login_state_free(&login->state);
    return code;
}

/* RFC 9700, 2.1: a state counts once. */
static oidc_code claim_state(oidc_login *login, const struct given *given)
{
    if (!given->first)
        return oidc_fail(&login->error, OIDC_E_STATE_USED, "the state was used before");
    login->step = STEP_PROVIDER;
    return OIDC_OK;
}

/* --- the provider ----------------------------------------------------------------------------- */

/* The provider is the one that this sign-in was begun with: its id and, against mix-ups (RFC 9700,
 * 4.4), its issuer. */
static oidc_code check_provider(const oidc_login *login, const oidc_provider *provider,
                                oidc_error *error)
{
    oidc_code code;

    if (!provider)
        return oidc_fail(error, OIDC_E_PROVIDER_UNKNOWN, "provider %s is no longer configured",
                         login->state->provider);
    if (strcmp(oidc_provider_id(provider), login->state->provider) != 0)
        return oidc_fail(error, OIDC_E_USAGE, "provider %s was given, but %s was asked for",
                         oidc_provider_id(provider), login->state->provider);
    code = provider_check_ready(provider, error);
    if (code != OIDC_OK)
        return code;
    if (strcmp(provider->metadata->issuer, login->state->issuer) != 0)
        return oidc_fail(error, OIDC_E_STATE_MISMATCH,
                         "the sign-in began with %s, and %s is another issuer now",
                         login->state->issuer, oidc_provider_id(provider));
    return OIDC_OK;
}

/* RFC 9207, 2.4: `iss`, where it is sent or promised, is the issuer the request went to. */
static oidc_code check_response_issuer(const oidc_login *login, oidc_error *error)
{
    const char *expected = login->provider->metadata->issuer;
    const char *iss = login->response.iss;

    if (!iss && !login->provider->metadata->promises_iss)
        return OIDC_OK;
    if (!iss)
        return oidc_fail(error, OIDC_E_RESPONSE_ISSUER,
                         "the response has no iss, which %s promises to send", expected);
    if (strcmp(iss, expected) != 0)
        return oidc_fail(error, OIDC_E_RESPONSE_ISSUER, "the response's iss is %s, not %s", iss,
                         expected);
    return OIDC_OK;
}

/* OpenID Connect Core 1.0, 3.1.3.1, and RFC 7636, 4.5. Code and verifier are in the request
 * from now on, and nowhere else: it is sent once. */
static oidc_code ask_for_tokens(oidc_login *login)
{
    char verifier[PKCE_TEXT_LENGTH + 1];
    const struct token_grant grant = {
        .code = login->response.code,
        .redirect_uri = oidc_config_redirect_uri(login->provider->config),
        .verifier = login->state->pkce ? verifier : NULL,
    };
    oidc_code code;

    pkce_verifier(login->state->verifier, verifier);
    code = token_request(login->provider, &grant, &login->exchange, &login->error);
    OPENSSL_cleanse(verifier, sizeof verifier);
    OPENSSL_cleanse(login->state->verifier, sizeof login->state->verifier);
    secret_free_text(login->response.code);
    login->response.code = NULL;
    login->step = STEP_TOKEN;
    return code;
}

/* Nothing is sent anywhere before the response is known to come from the provider that was asked.
 */
static oidc_code use_provider(oidc_login *login, const struct given *given)
{
    oidc_code code;

    OIDC_TRY(check_provider(login, given->provider, &login->error));
    provider_keep(&login->provider, given->provider);
    OIDC_TRY(check_response_issuer(login, &login->error));
    if (login->response.error)
        code = response_refusal(&login->response, &login->error);
    else
        code = ask_for_tokens(login);
out:
    return code;
}

/* --- the identity ----------------------------------------------------------------------------- */

static oidc_code finish(oidc_login *login)
{
    const struct props_provider *settings = login->provider->settings;
    oidc_code code;

    OIDC_TRY(gates_check(&settings->id_token_gates, login->claims, &login->error));
    OIDC_TRY(identity_make(login->provider->config, settings, login->provider->metadata->issuer,
                           login->claims, &login->identity, &login->error));
    forget(login);
    login->step = STEP_DONE;
out:
    return code;
}

/* --- user-info -------------------------------------------------------------------------------- */

/* User-info is always asked for where the file names the endpoint; else where the provider has one
 * and the ID token does not say everything that is mapped or checked. */
static bool wants_userinfo(const oidc_login *login)
{
    const oidc_provider *provider = login->provider;

    return provider->settings->userinfo_endpoint ||
           (provider->metadata->userinfo_endpoint &&
            !(identity_is_covered(provider->settings, login->claims) &&
              gates_are_covered(&provider->settings->id_token_gates, login->claims)));
}

/* OpenID Connect Core 1.0, 5.3.1. A user-info request that was needed and failed refuses the login:
 * which claims it would have brought is not known, and a policy could depend on them. */
static oidc_code ask_for_userinfo(oidc_login *login)
{
    oidc_code code;

    if (!login->tokens.access_token)
        return oidc_fail(&login->error, OIDC_E_ANSWER_MALFORMED,
                         "token: the answer has no access_token to ask for user-info with");
    code = userinfo_request(login->provider, login->tokens.access_token, &login->exchange,
                            &login->error);
    login->step = STEP_USERINFO;
    return code;
}

static oidc_code take_userinfo(oidc_login *login, const struct given *given)
{
    json_t *userinfo = NULL;
    oidc_code code;

    exchange_clear(&login->exchange);
    code = userinfo_read(login->provider, given->response, json_text(login->claims, "sub"),
                         given->now, &userinfo, &login->error);
    if (code == OIDC_OK && claims_merge(login->claims, userinfo) != OIDC_OK)
        code = oidc_fail_memory(&login->error);
    json_decref(userinfo);
    return code == OIDC_OK ? finish(login) : code;
}

/* --- the tokens ------------------------------------------------------------------------------- */

static oidc_code verify_id_token(oidc_login *login, int64_t now, oidc_error *error)
{
    char nonce[STATE_NONCE_LENGTH + 1];
    const struct id_token_expectation expected = {
        .issuer = login->provider->metadata->issuer,
        .client_id = login->provider->settings->client_id,
        .nonce = nonce,
        .access_token = login->tokens.access_token,
        .algorithms = login->provider->metadata->algorithms,
        .encryption = login->provider->settings->id_token_encryption,
        .decryption_keys = login->provider->decryption_keys,
        .now = now,
    };
    oidc_code code;

    base64url_encode(login->state->nonce, sizeof login->state->nonce, nonce);
    code = id_token_verify(login->tokens.id_token, provider_jwks(login->provider), &expected,
                           &login->claims, error);
    OPENSSL_cleanse(nonce, sizeof nonce);
    return code;
}

static oidc_code go_on_with_claims(oidc_login *login)
{
    OPENSSL_cleanse(login->state->nonce, sizeof login->state->nonce);
    secret_free_text(login->tokens.id_token);
    login->tokens.id_token = NULL;
    if (!wants_userinfo(login))
        return finish(login);
    oidc_code code = ask_for_userinfo(login);
    tokens_free(&login->tokens);
    return code;
}

/* OpenID Connect Core 1.0, 10.1.1: a key we do not know may be a new one. So the keys are fetched
 * anew, once (STEP_KEYS). */
static oidc_code take_tokens(oidc_login *login, const struct given *given)
{
    oidc_code code;

    exchange_clear(&login->exchange);
    OIDC_TRY(token_read(given->response, &login->tokens, &login->error));
    code = verify_id_token(login, given->now, &login->error);
    if (code == OIDC_OK)
        code = go_on_with_claims(login);
    else if (code == OIDC_E_ID_TOKEN_KEY) {
        login->step = STEP_KEYS;
        code = OIDC_OK;
    }
out:
    return code;
}

static oidc_code renew_keys(oidc_login *login, const struct given *given)
{
    oidc_code code;

    OIDC_TRY(check_provider(login, given->provider, &login->error));
    provider_keep(&login->provider, given->provider);
    OIDC_TRY(verify_id_token(login, given->now, &login->error));
    OIDC_TRY(go_on_with_claims(login));
out:
    return code;
}

/* --- the machine ------------------------------------------------------------------------------ */

static const struct {
    oidc_action action;
    enum gift takes;
    oidc_code (*handle)(oidc_login *login, const struct given *given);
} rows[] = {
    [STEP_OPEN_STATE] = {OIDC_ACTION_OPEN_STATE, GIFT_STATE, open_state},
    [STEP_CLAIM_STATE] = {OIDC_ACTION_CLAIM_STATE, GIFT_CLAIM, claim_state},
    [STEP_PROVIDER] = {OIDC_ACTION_NEED_PROVIDER, GIFT_PROVIDER, use_provider},
    [STEP_TOKEN] = {OIDC_ACTION_SEND, GIFT_ANSWER, take_tokens},
    [STEP_KEYS] = {OIDC_ACTION_RENEW_KEYS, GIFT_PROVIDER, renew_keys},
    [STEP_USERINFO] = {OIDC_ACTION_SEND, GIFT_ANSWER, take_userinfo},
    [STEP_DONE] = {OIDC_ACTION_DONE, GIFT_NONE, NULL},
    [STEP_REFUSED] = {OIDC_ACTION_REFUSED, GIFT_NONE, NULL},
};

static void give(oidc_login *login, const struct given *given)
{
    oidc_code code;

    if (login->step == STEP_REFUSED)
        return;
    if (rows[login->step].takes == given->gift)
        code = rows[login->step].handle(login, given);
    else
        code = oidc_fail(&login->error, OIDC_E_USAGE, "a login was given what it did not ask for");
    if (code != OIDC_OK)
        refuse(login);
}

oidc_code oidc_login_new(const char *query, size_t size, oidc_login **login)
{
    oidc_login *made = calloc(1, sizeof *made);
    oidc_code code;

    *login = NULL;
    if (!made)
        return OIDC_E_MEMORY;
    code = response_read(query, size, &made->response, &made->error);
    if (code == OIDC_E_MEMORY) {
        oidc_login_free(&made);
        return code;
    }
    if (code != OIDC_OK)
        refuse(made);
    *login = made;
    return OIDC_OK;
}

void oidc_login_free(oidc_login **login)
{
    oidc_login *gone = *login;

    *login = NULL;
    if (!gone)
        return;
    refuse(gone);
    response_free(&gone->response);
    login_state_free(&gone->state);
    free(gone);
}

oidc_action oidc_login_next(const oidc_login *login)
{
    return rows[login->step].action;
}

const char *oidc_login_state(const oidc_login *login)
{
    return login->response.state;
}

void oidc_login_open_state(oidc_login *login, oidc_keyring *keyring, const char *sealed,
                           size_t size, int64_t now)
{
    const struct given given = {
        .gift = GIFT_STATE, .keyring = keyring, .sealed = sealed, .size = size, .now = now};

    give(login, &given);
}

void oidc_login_claim_state(oidc_login *login, bool first)
{
    const struct given given = {.gift = GIFT_CLAIM, .first = first};

    give(login, &given);
}

void oidc_login_refuse(oidc_login *login, oidc_code code, const char *detail)
{
    if (login->step == STEP_DONE || login->step == STEP_REFUSED)
        return;
    if (oidc_fail(&login->error, code != OIDC_OK ? code : OIDC_E_USAGE, "%s", detail) != OIDC_OK)
        refuse(login);
}

const char *oidc_login_provider_id(const oidc_login *login)
{
    return login->state ? login->state->provider : NULL;
}

const char *oidc_login_return_to(const oidc_login *login)
{
    return login->state ? login->state->return_to : NULL;
}

bool oidc_login_is_silent(const oidc_login *login)
{
    return login->state && login->state->silent;
}

bool oidc_login_needs_person(const oidc_login *login)
{
    return response_needs_person(&login->response);
}

void oidc_login_use_provider(oidc_login *login, oidc_provider *provider, int64_t now)
{
    const struct given given = {.gift = GIFT_PROVIDER, .provider = provider, .now = now};

    give(login, &given);
}

const oidc_http_request *oidc_login_request(const oidc_login *login)
{
    return rows[login->step].action == OIDC_ACTION_SEND ? exchange_request(&login->exchange) : NULL;
}

void oidc_login_answer(oidc_login *login, const oidc_http_response *response, int64_t now)
{
    const struct given given = {.gift = GIFT_ANSWER, .response = response, .now = now};

    give(login, &given);
}

const oidc_identity *oidc_login_identity(const oidc_login *login)
{
    return login->step == STEP_DONE ? &login->identity->seen : NULL;
}

const oidc_error *oidc_login_error(const oidc_login *login)
{
    return login->step == STEP_REFUSED ? &login->error : NULL;
}
