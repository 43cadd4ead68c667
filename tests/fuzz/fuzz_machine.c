/*
 * Fuzzes whole sign-ins: a provider, a browser and a program that do anything, in any order.
 *
 * The input is a script. Steps are divided by lines of "--"; a step begins with its letter (see
 * `steps`), and what follows is the step's bytes: an answer's body, a query, a sealed text. In
 * them "$" and a letter stand for what only the other side of a sign-in knows (see `signs`), so
 * that a script can be right where it is not wrong on purpose: `$C` claims `$E` is a token that the
 * provider signs.
 *
 * Nobody gets in but with a token that the provider's own key signed, for this site, this sign-in
 * and this time. The judge reads the token with its own eyes: it knows what was signed.
 */
#include <config.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/oidc.h>

#include "liboidc/email.h"
#include "liboidc/jwt.h"
#include "liboidc/username.h"
#include "tests/fuzz/require.h"
#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CLIENT "xnat client"

/* The beginning of FLOW_SECRET, which is the same however the rest is encoded. */
static const char secret[] = "s3cr";

/* Signing takes most of the time: scripts that sign more show nothing more. */
enum { STEPS_MAX = 40, TOKENS_MAX = 8, GO_MAX = 8, LEEWAY = 60 };

struct piece {
    const char *text;
    size_t size;
};

/* A token that the provider signed with a key of its own. */
struct signed_token {
    char *text;
    char *claims;
};

static struct {
    /* made once */
    struct flow flow;
    struct mint_key *keys[2];
    struct mint_key *stranger;
    oidc_provider *fresh; /* nothing learnt yet */
    /* of one script */
    oidc_provider *provider;
    oidc_refresh *refresh;
    unsigned key; /* the provider signs with this one */
    int64_t now;
    bool state_used;
    struct signed_token tokens[TOKENS_MAX];
    size_t token_count;
    char *nonce;    /* of the request whose state the login opened: others may be made meanwhile */
    char *answered; /* the ID token of the answer to the token request, as the judge reads it */
    bool asked;
    bool token_status_good;
    bool knows_secret; /* the script has it: it may come back */
} world;

/* --- what the signs stand for ------------------------------------------------------------------
 */

static struct piece until(struct piece *rest, const char *end)
{
    const char *at = rest->size ? memmem(rest->text, rest->size, end, strlen(end)) : NULL;
    struct piece piece = {rest->text, at ? (size_t)(at - rest->text) : rest->size};
    size_t taken = piece.size + (at ? strlen(end) : 0);

    rest->text += taken;
    rest->size -= taken;
    return piece;
}

static char *expand(struct piece piece, size_t *size);

static void put_text(FILE *out, char *text)
{
    fputs(text, out);
    free(text);
}

static char *sign(struct piece claims, const struct mint_key *key)
{
    size_t size;
    char *text = expand(claims, &size);
    char *token = mint_token(key, "ES256", text);

    if (key != world.stranger && world.token_count < TOKENS_MAX)
        world.tokens[world.token_count++] = (struct signed_token){strdup(token), text};
    else
        free(text);
    return token;
}

static void put_sign(FILE *out, char letter, struct piece *rest)
{
    switch (letter) {
    case 'S':
        fputs(world.flow.state, out);
        break;
    case 'N':
        fputs(world.flow.nonce, out);
        break;
    case 'D': /* the right discovery document */
        put_text(out, flow_metadata("{\"id_token_signing_alg_values_supported\":[\"ES256\"],"
                                    "\"userinfo_endpoint\":\"" FLOW_ISSUER "/userinfo\"}"));
        break;
    case 'J': /* the right keys */
        put_text(out, mint_set(world.keys[world.key], NULL));
        break;
    case 'B': /* both, as while keys change */
        put_text(out, mint_set(world.keys[0], world.keys[1]));
        break;
    case 'G': /* the right claims */
        put_text(out, flow_claims(&world.flow, NULL));
        break;
    case 'K': /* the right key, that the browser was sealed for */
        fputs(oidc_authorization_sealed(world.flow.authorization), out);
        break;
    case 'C':
        put_text(out, sign(until(rest, "$E"), world.keys[world.key]));
        break;
    case 'W': /* somebody else's key */
        put_text(out, sign(until(rest, "$E"), world.stranger));
        break;
    default:
        fputc('$', out);
        fputc(letter, out);
    }
}

static char *expand(struct piece piece, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);

    require(out != NULL);
    while (piece.size > 0) {
        if (piece.text[0] == '$' && piece.size > 1) {
            char letter = piece.text[1];

            piece.text += 2;
            piece.size -= 2;
            /* a script that signs without end would take all day */
            if ((letter == 'C' || letter == 'W') && world.token_count >= TOKENS_MAX)
                continue;
            put_sign(out, letter, &piece);
            continue;
        }
        fputc(piece.text[0], out);
        piece.text++;
        piece.size--;
    }
    require(fclose(out) == 0);
    return text;
}

/* --- steps -------------------------------------------------------------------------------------
 */

/* An answer's first two bytes say how it comes, the rest is its body. */
static oidc_http_response response_of(const char *text, size_t size)
{
    static const struct {
        oidc_transport transport;
        int status;
    } ways[] = {
        {OIDC_TRANSPORT_OK, 200},        {OIDC_TRANSPORT_OK, 201},      {OIDC_TRANSPORT_OK, 204},
        {OIDC_TRANSPORT_OK, 302},        {OIDC_TRANSPORT_OK, 400},      {OIDC_TRANSPORT_OK, 500},
        {OIDC_TRANSPORT_UNREACHABLE, 0}, {OIDC_TRANSPORT_TIMEOUT, 0},   {OIDC_TRANSPORT_TLS, 0},
        {OIDC_TRANSPORT_TOO_LARGE, 0},   {OIDC_TRANSPORT_CUT_SHORT, 0}, {OIDC_TRANSPORT_OK, 599},
    };
    static const char *const types[] = {
        "application/json", "application/jwt", NULL, "text/html", "application/json; charset=x", "",
    };
    unsigned way = size > 0 ? (unsigned)(unsigned char)text[0] - '0' : 0;
    unsigned type = size > 1 ? (unsigned)(unsigned char)text[1] - '0' : 0;
    size_t skip = size > 1 ? 2 : size;

    way %= sizeof ways / sizeof ways[0];
    type %= sizeof types / sizeof types[0];
    return (oidc_http_response){
        .transport = ways[way].transport,
        .status = ways[way].status,
        .content_type = types[type],
        .body = text + skip,
        .body_size = size - skip,
        .note = ways[way].transport == OIDC_TRANSPORT_OK ? NULL : "the harness says so",
    };
}

static void check_error(const oidc_error *error)
{
    require(error != NULL && error->code != OIDC_OK && error->code != OIDC_E_MEMORY);
    require(error->code != OIDC_E_CRYPTO && error->code != OIDC_E_RANDOM);
    require(strpbrk(error->detail, "\r\n\x1b") == NULL);
    require(world.knows_secret || strstr(error->detail, secret) == NULL);
}

static void end_refresh(void)
{
    oidc_provider *provider = oidc_refresh_provider(world.refresh);

    require(provider != NULL);
    if (oidc_refresh_error(world.refresh))
        check_error(oidc_refresh_error(world.refresh));
    oidc_provider_unref(&world.provider);
    world.provider = provider;
    oidc_refresh_free(&world.refresh);
}

static void begin_refresh(oidc_refresh_kind kind)
{
    if (world.refresh)
        oidc_refresh_free(&world.refresh);
    if (kind == OIDC_REFRESH_KEYS && !oidc_provider_may_fetch_keys(world.provider, world.now))
        return;
    require(oidc_refresh_new(world.provider, kind, world.now, &world.refresh, NULL) == OIDC_OK);
    if (!oidc_refresh_request(world.refresh))
        end_refresh();
}

static void step_refresh(const char *text, size_t size)
{
    (void)text;
    (void)size;
    begin_refresh(OIDC_REFRESH_ALL);
}

static void step_renew(const char *text, size_t size)
{
    (void)text;
    (void)size;
    begin_refresh(OIDC_REFRESH_KEYS);
}

/* The provider answers what was asked last while looking at it. */
static void step_provider_answer(const char *text, size_t size)
{
    oidc_http_response response = response_of(text, size);

    if (!world.refresh)
        return;
    oidc_refresh_answer(world.refresh, &response, world.now);
    if (!oidc_refresh_request(world.refresh))
        end_refresh();
}

/* A person wants to sign in; "!" before the path: without a page of the provider's. */
static void step_leave(const char *text, size_t size)
{
    const oidc_authorization_options options = {
        .return_to = text[0] == '!' ? text + 1 : text,
        .silent = text[0] == '!',
    };
    oidc_authorization *authorization = NULL;
    oidc_code code;
    const char *url;

    (void)size;
    code = oidc_authorization_new(world.provider, world.flow.ring, &options, world.now,
                                  &authorization, NULL);
    require((code == OIDC_OK) == oidc_provider_ready(world.provider));
    if (code != OIDC_OK)
        return;
    oidc_authorization_free(&world.flow.authorization);
    free(world.flow.state);
    free(world.flow.nonce);
    world.flow.authorization = authorization;
    url = oidc_authorization_url(authorization);
    world.flow.state = flow_parameter(url, "state");
    world.flow.nonce = flow_parameter(url, "nonce");
    require(world.flow.state && world.flow.nonce);
    world.state_used = false;
}

/* The browser comes back. */
static void step_return(const char *text, size_t size)
{
    oidc_login_free(&world.flow.login);
    free(world.answered);
    world.answered = NULL;
    world.asked = false;
    require(oidc_login_new(text, size, &world.flow.login) == OIDC_OK);
}

static void step_open(const char *text, size_t size)
{
    if (!world.flow.login)
        return;
    if (oidc_login_next(world.flow.login) == OIDC_ACTION_OPEN_STATE) {
        free(world.nonce);
        world.nonce = strdup(world.flow.nonce);
    }
    oidc_login_open_state(world.flow.login, world.flow.ring, size > 0 ? text : NULL, size,
                          world.now);
}

/* The program remembers which states were used; a login that was not asked may be told anything. */
static void step_claim(const char *text, size_t size)
{
    (void)text;
    (void)size;
    if (!world.flow.login)
        return;
    oidc_login_claim_state(world.flow.login, !world.state_used);
    world.state_used = true;
}

static void step_provider(const char *text, size_t size)
{
    (void)text;
    if (world.flow.login)
        oidc_login_use_provider(world.flow.login, size > 0 ? NULL : world.provider, world.now);
}

/* The ID token in an answer, as another reader of JSON finds it. */
static char *token_in(const oidc_http_response *response)
{
    json_t *root = json_loadb(response->body, response->body_size, JSON_ALLOW_NUL, NULL);
    const char *text = json_string_value(json_object_get(root, "id_token"));
    char *token = text ? strdup(text) : NULL;

    json_decref(root);
    return token;
}

/* The provider answers what the login asked. */
static void step_answer(const char *text, size_t size)
{
    oidc_http_response response = response_of(text, size);

    if (!world.flow.login)
        return;
    if (!world.asked && oidc_login_next(world.flow.login) == OIDC_ACTION_SEND) {
        world.asked = true;
        world.token_status_good = response.transport == OIDC_TRANSPORT_OK && response.status == 200;
        world.answered = token_in(&response);
    }
    oidc_login_answer(world.flow.login, &response, world.now);
}

/* What is wanted is given as it should be, up to a question for the provider. */
static void step_go(const char *text, size_t size)
{
    const char *sealed = oidc_authorization_sealed(world.flow.authorization);

    (void)text;
    (void)size;
    for (int i = 0; world.flow.login && i < GO_MAX; i++) {
        switch (oidc_login_next(world.flow.login)) {
        case OIDC_ACTION_OPEN_STATE:
            step_open(sealed, strlen(sealed));
            break;
        case OIDC_ACTION_CLAIM_STATE:
            step_claim(NULL, 0);
            break;
        case OIDC_ACTION_NEED_PROVIDER:
        case OIDC_ACTION_RENEW_KEYS:
            step_provider(NULL, 0);
            break;
        case OIDC_ACTION_SEND:
        case OIDC_ACTION_DONE:
        case OIDC_ACTION_REFUSED:
            return;
        }
    }
}

/* Time passes, or goes back. */
static void step_time(const char *text, size_t size)
{
    long seconds = size > 0 ? strtol(text, NULL, 10) : 0;

    if (seconds > -100000000 && seconds < 100000000)
        world.now += seconds;
    if (world.now < 0 || world.now > 4 * FLOW_NOW)
        world.now = FLOW_NOW;
}

/* The provider takes its other key. */
static void step_rotate(const char *text, size_t size)
{
    (void)text;
    (void)size;
    world.key = 1 - world.key;
}

static const struct {
    char letter;
    void (*take)(const char *text, size_t size);
} steps[] = {
    {'R', step_refresh}, {'U', step_renew},    {'A', step_provider_answer},
    {'L', step_leave},   {'Q', step_return},   {'O', step_open},
    {'C', step_claim},   {'P', step_provider}, {'I', step_answer},
    {'G', step_go},      {'T', step_time},     {'N', step_rotate},
};

/* --- the judge ---------------------------------------------------------------------------------
 */

static bool is_for_us(const json_t *aud)
{
    if (json_is_string(aud))
        return strcmp(json_string_value(aud), CLIENT) == 0;
    for (size_t i = 0; i < json_array_size(aud); i++) {
        const char *text = json_string_value(json_array_get(aud, i));

        if (text && strcmp(text, CLIENT) == 0)
            return true;
    }
    return false;
}

static bool says(const json_t *claims, const char *name, const char *text)
{
    const char *value = json_string_value(json_object_get(claims, name));

    return value && strcmp(value, text) == 0;
}

static const struct signed_token *the_signed(const char *text)
{
    for (size_t i = 0; text && i < world.token_count; i++)
        if (strcmp(world.tokens[i].text, text) == 0)
            return &world.tokens[i];
    return NULL;
}

static void check_let_in(const oidc_identity *identity)
{
    const struct signed_token *token = the_signed(world.answered);
    json_t *claims = token ? json_loads(token->claims, 0, NULL) : NULL;

    require(world.asked && world.token_status_good);
    require(claims != NULL);
    require(says(claims, "iss", FLOW_ISSUER) && is_for_us(json_object_get(claims, "aud")));
    require(world.nonce && says(claims, "nonce", world.nonce));
    require(says(claims, "sub", identity->subject));
    require(json_number_value(json_object_get(claims, "exp")) > (double)(world.now - LEEWAY - 1));
    require(strcmp(identity->provider, "aaf") == 0 && strcmp(identity->issuer, FLOW_ISSUER) == 0);
    require(jwt_is_subject(identity->subject) && username_is_valid(identity->username));
    require(identity->email[0] == '\0' || email_is_valid(identity->email));
    require(strpbrk(identity->given_name, "\r\n\t\x7f") == NULL);
    require(strpbrk(identity->family_name, "\r\n\t\x7f") == NULL);
    json_decref(claims);
}

static void judge(void)
{
    oidc_login *login = world.flow.login;

    if (!login)
        return;
    require((oidc_login_identity(login) != NULL) == (oidc_login_next(login) == OIDC_ACTION_DONE));
    if (oidc_login_next(login) == OIDC_ACTION_DONE)
        check_let_in(oidc_login_identity(login));
    else if (oidc_login_next(login) == OIDC_ACTION_REFUSED)
        check_error(oidc_login_error(login));
}

/* --- scripts -----------------------------------------------------------------------------------
 */

static void prepare(void)
{
    if (world.keys[0])
        return;
    world.keys[0] = mint_ec("P-256", "one");
    world.keys[1] = mint_ec("P-256", "two");
    world.stranger = mint_ec("P-256", "one");
    flow_begin(&world.flow, world.keys[0], NULL,
               "{\"id_token_signing_alg_values_supported\":[\"ES256\"],"
               "\"userinfo_endpoint\":\"" FLOW_ISSUER "/userinfo\"}");
    require(oidc_provider_new(world.flow.config, "aaf", &world.fresh, NULL) == OIDC_OK);
}

static void begin(bool known)
{
    world.provider = oidc_provider_ref(known ? world.flow.provider : world.fresh);
    world.key = 0;
    world.now = FLOW_NOW;
    flow_leave(&world.flow);
    world.state_used = false;
}

static void end(void)
{
    oidc_login_free(&world.flow.login);
    oidc_refresh_free(&world.refresh);
    oidc_provider_unref(&world.provider);
    free(world.answered);
    world.answered = NULL;
    free(world.nonce);
    world.nonce = NULL;
    world.asked = false;
    for (size_t i = 0; i < world.token_count; i++) {
        free(world.tokens[i].text);
        free(world.tokens[i].claims);
    }
    world.token_count = 0;
}

static void take(struct piece step)
{
    struct piece rest = {step.text + 1, step.size - 1};
    size_t size;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i].letter != step.text[0])
            continue;
        char *text = expand(rest, &size);

        steps[i].take(text, size);
        free(text);
        judge();
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct piece rest = {(const char *)data, size};

    prepare();
    world.knows_secret = size > 0 && memmem(data, size, secret, strlen(secret)) != NULL;
    begin(size == 0 || data[0] != 'R'); /* a script that begins with a look knows nothing yet */
    for (int i = 0; i < STEPS_MAX && rest.size > 0; i++) {
        struct piece step = until(&rest, "\n--\n");

        if (step.size > 0)
            take(step);
    }
    end();
    return 0;
}
