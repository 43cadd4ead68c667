/*
 * Fuzzes the second leg as a whole: a browser and a provider that send anything.
 *
 * The input is up to four parts, divided by lines of "----": the query that the browser brings, the
 * token answer, the user-info answer, and a byte that says what the answers' statuses and types
 * are. In the query, "$S" stands for the state. A token answer that begins with "claims:" goes on
 * with the claims of an ID token, which the provider then signs, so that the fuzzer gets behind the
 * signature; in them, "$N" stands for the nonce.
 *
 * Nobody gets in unless the state, the signature and the nonce were right.
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/oidc.h>

#include "liboidc/email.h"
#include "liboidc/jwt.h"
#include "liboidc/username.h"
#include "tests/fuzz/require.h"
#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS = 4, STEPS_MAX = 10 };

static const char mark[] = "\n----\n";
static const char claims_mark[] = "claims:";

/* Strings with a NUL behind them; what the input has no part for is empty. */
static void split(const uint8_t *data, size_t size, char *parts[PARTS], size_t sizes[PARTS])
{
    const char *text = (const char *)data;

    for (int i = 0; i < PARTS; i++) {
        const char *end = i < PARTS - 1 ? memmem(text, size, mark, strlen(mark)) : NULL;

        sizes[i] = end ? (size_t)(end - text) : size;
        parts[i] = malloc(sizes[i] + 1);
        require(parts[i] != NULL);
        if (sizes[i] > 0)
            memcpy(parts[i], text, sizes[i]);
        parts[i][sizes[i]] = '\0';
        text += sizes[i];
        size -= sizes[i];
        if (end) {
            text += strlen(mark);
            size -= strlen(mark);
        }
    }
}

/* The text with the first occurrence of a sign replaced. */
static char *replace(const char *text, const char *sign, const char *value)
{
    const char *at = strstr(text, sign);

    return at ? flow_text("%.*s%s%s", (int)(at - text), text, value, at + strlen(sign))
              : flow_text("%s", text);
}

/* What the provider says to the token request. Sets *is_signed where it signed the claims. */
static char *token_answer(const struct flow *flow, const char *part, size_t size,
                          size_t *answer_size, bool *is_signed)
{
    char *answer;

    *is_signed = strncmp(part, claims_mark, strlen(claims_mark)) == 0;
    if (*is_signed) {
        char *claims = replace(part + strlen(claims_mark), "$N", flow->nonce);
        char *token = mint_token(flow->key, "ES256", claims);

        answer = flow_tokens_with(token, NULL);
        *answer_size = strlen(answer);
        free(token);
        free(claims);
        return answer;
    }
    answer = malloc(size + 1);
    require(answer != NULL);
    memcpy(answer, part, size + 1);
    *answer_size = size;
    return answer;
}

static void answer_with(oidc_login *login, const char *body, size_t size, unsigned how)
{
    static const int statuses[] = {200, 200, 200, 200, 400, 302, 500, 204};
    static const char *const types[] = {"application/json", "application/jwt", NULL, "text/html"};
    const oidc_http_response response = {
        .transport = how == 255 ? OIDC_TRANSPORT_TIMEOUT : OIDC_TRANSPORT_OK,
        .status = statuses[how % 8],
        .content_type = types[how / 8 % 4],
        .body = body,
        .body_size = size,
    };

    oidc_login_answer(login, &response, FLOW_NOW);
}

static void check_identity(const oidc_identity *identity)
{
    require(strcmp(identity->provider, "aaf") == 0 && strcmp(identity->issuer, FLOW_ISSUER) == 0);
    require(jwt_is_subject(identity->subject) && username_is_valid(identity->username));
    require(identity->email[0] == '\0' || email_is_valid(identity->email));
    require(strlen(identity->given_name) <= OIDC_NAME_MAX);
    require(strlen(identity->family_name) <= OIDC_NAME_MAX);
    require(strpbrk(identity->given_name, "\r\n\t\x7f") == NULL);
}

/* A provider that puts the nonce where it does not belong may see it in the log. */
static void check_refusal(const struct flow *flow, const oidc_error *error, bool has_nonce)
{
    require(error != NULL && error->code != OIDC_OK && error->code != OIDC_E_MEMORY);
    require(has_nonce || strstr(error->detail, flow->nonce) == NULL);
    require(strpbrk(error->detail, "\r\n\x1b") == NULL);
}

static void drive(struct flow *flow, const char *token, size_t token_size, char *parts[PARTS],
                  const size_t sizes[PARTS])
{
    const char *sealed = oidc_authorization_sealed(flow->authorization);
    unsigned how = sizes[3] > 0 ? (unsigned char)parts[3][0] : 0;
    bool asked_for_tokens = false;

    for (int step = 0; step < STEPS_MAX; step++) {
        switch (oidc_login_next(flow->login)) {
        case OIDC_ACTION_OPEN_STATE:
            oidc_login_open_state(flow->login, flow->ring, sealed, strlen(sealed), FLOW_NOW);
            break;
        case OIDC_ACTION_CLAIM_STATE:
            oidc_login_claim_state(flow->login, true);
            break;
        case OIDC_ACTION_NEED_PROVIDER:
        case OIDC_ACTION_RENEW_KEYS:
            oidc_login_use_provider(flow->login, flow->provider, FLOW_NOW);
            break;
        case OIDC_ACTION_SEND:
            if (asked_for_tokens)
                answer_with(flow->login, parts[2], sizes[2], how);
            else
                answer_with(flow->login, token, token_size, how & 7);
            asked_for_tokens = true;
            break;
        case OIDC_ACTION_DONE:
        case OIDC_ACTION_REFUSED:
            return;
        }
    }
    require(0);
}

static struct flow *the_flow(void)
{
    static struct flow flow;

    if (flow.key == NULL)
        flow_begin(&flow, mint_ec("P-256", "one"), NULL,
                   "{\"id_token_signing_alg_values_supported\":[\"ES256\"],"
                   "\"userinfo_endpoint\":\"" FLOW_ISSUER "/userinfo\"}");
    return &flow;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct flow *flow = the_flow();
    char *parts[PARTS];
    size_t sizes[PARTS];
    size_t token_size;
    bool is_signed;

    split(data, size, parts, sizes);
    flow_leave(flow);
    char *query = replace(parts[0], "$S", flow->state);
    char *token = token_answer(flow, parts[1], sizes[1], &token_size, &is_signed);

    oidc_login_free(&flow->login);
    require(oidc_login_new(query, strlen(query), &flow->login) == OIDC_OK);
    drive(flow, token, token_size, parts, sizes);
    if (oidc_login_next(flow->login) == OIDC_ACTION_DONE) {
        require(is_signed && strstr(parts[0], "$S") != NULL && strstr(parts[1], "$N") != NULL);
        check_identity(oidc_login_identity(flow->login));
    } else {
        check_refusal(flow, oidc_login_error(flow->login), strstr(parts[1], "$N") != NULL);
    }
    free(token);
    free(query);
    for (int i = 0; i < PARTS; i++)
        free(parts[i]);
    return 0;
}
