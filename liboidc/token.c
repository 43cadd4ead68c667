/* The token request and its answer. See token.h. */
#include "token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "buf.h"
#include "fail.h"
#include "form.h"
#include "json.h"
#include "secret.h"

/* Most bytes of a request's body: a code of RESPONSE_CODE_MAX, each byte as %XX, and the rest. */
#define BODY_MAX ((size_t)32 * 1024)

/* Most bytes of client id and secret together, encoded. */
#define CREDENTIALS_MAX 8192

/* Most bytes of an error word that is shown. */
#define ERROR_WORD_MAX 40

/* RFC 6749, 2.3.1: id and secret are form-encoded before they go into the Basic scheme. */
static oidc_code basic_credentials(const struct props_provider *settings, char **value,
                                   oidc_error *error)
{
    static const char scheme[] = "Basic ";
    struct buf pair;

    *value = NULL;
    buf_init(&pair, CREDENTIALS_MAX);
    form_encode(&pair, settings->client_id);
    buf_adds(&pair, ":");
    form_encode(&pair, settings->client_secret);
    if (buf_ok(&pair))
        *value = malloc(sizeof scheme + (pair.size + 2) / 3 * 4);
    if (*value) {
        memcpy(*value, scheme, sizeof scheme);
        EVP_EncodeBlock((unsigned char *)*value + sizeof scheme - 1,
                        (const unsigned char *)pair.data, (int)pair.size);
    }
    buf_free(&pair);
    return *value ? OIDC_OK : oidc_fail_memory(error);
}

static oidc_code write_body(const oidc_provider *provider, const struct token_grant *grant,
                            char **text, oidc_error *error)
{
    const struct props_provider *settings = provider->settings;
    struct buf body;

    buf_init(&body, BODY_MAX);
    form_add(&body, "grant_type", "authorization_code");
    form_add(&body, "code", grant->code);
    form_add(&body, "redirect_uri", grant->redirect_uri);
    if (grant->verifier)
        form_add(&body, "code_verifier", grant->verifier);
    if (provider->metadata->client_auth == CLIENT_SECRET_POST) {
        form_add(&body, "client_id", settings->client_id);
        form_add(&body, "client_secret", settings->client_secret);
    }
    *text = buf_steal(&body);
    buf_free(&body);
    return *text ? OIDC_OK : oidc_fail_memory(error);
}

oidc_code token_request(const oidc_provider *provider, const struct token_grant *grant,
                        struct exchange *exchange, oidc_error *error)
{
    char *body = NULL;
    char *credentials = NULL;
    oidc_code code;

    OIDC_TRY(write_body(provider, grant, &body, error));
    OIDC_TRY(exchange_post(exchange, provider->metadata->token_endpoint, body, error));
    if (provider->metadata->client_auth == CLIENT_SECRET_BASIC) {
        OIDC_TRY(basic_credentials(provider->settings, &credentials, error));
        exchange_authorize(exchange, credentials);
    }
out:
    if (code != OIDC_OK)
        exchange_clear(exchange);
    return code;
}

/* RFC 6749, 5.2. Glewlwyd and LemonLDAP::NG do not undo the encoding of section 2.3.1, and
 * say one of these two. */
static const struct {
    const char *word;
    const char *meaning;
} errors[] = {
    {"invalid_client",
     "clientId or clientSecret is wrong, or has characters that the provider does not decode"},
    {"invalid_grant", "the code was used before or is too old, or redirect_uri differs"},
    {"invalid_request", "the provider rejects the form of the request"},
    {"invalid_scope", "scopes names one that the provider does not offer"},
    {"unauthorized_client", "clientId may not use the code flow, or clientSecret is wrong, or has "
                            "characters that the provider does not decode"},
    {"unsupported_grant_type", "the provider has no code flow"},
};

static const char *meaning_of(const char *word)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i].word, word) == 0)
            return errors[i].meaning;
    return "not a word of the specification";
}

static bool is_error_word(const char *text)
{
    size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz_");

    return size <= ERROR_WORD_MAX && text[size] == '\0';
}

static oidc_code refuse(const json_t *answer, int status, oidc_error *error)
{
    const char *word = json_text(answer, "error");

    if (!word || !is_error_word(word))
        return oidc_fail(error, OIDC_E_TOKEN_REFUSED, "token: the provider answered %d", status);
    return oidc_fail(error, OIDC_E_TOKEN_REFUSED, "token: the provider answered %d %s (%s)", status,
                     word, meaning_of(word));
}

/* jansson frees its texts as they are. */
static void cleanse_texts(json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        if (json_is_string(value))
            OPENSSL_cleanse((void *)(uintptr_t)json_string_value(value), json_string_length(value));
    }
}

static oidc_code read_refusal(const oidc_http_response *response, oidc_error *error)
{
    const char *reason = NULL;
    json_t *answer = json_read_object(response->body, response->body_size, &reason);
    oidc_code code = refuse(answer, response->status, error);

    cleanse_texts(answer);
    json_decref(answer);
    return code;
}

/* Visible ASCII: what can stand in an Authorization header (RFC 6750, 2.1, allows less). */
static bool is_token(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

static oidc_code take_tokens(const json_t *answer, struct tokens *tokens, oidc_error *error)
{
    const char *type = json_text(answer, "token_type");
    const char *id_token = json_text(answer, "id_token");
    const char *access_token = json_text(answer, "access_token");

    if (json_has(answer, "error"))
        return refuse(answer, 200, error);
    /* OpenID Connect Core 1.0, 3.1.3.3: token_type is Bearer; RFC 6749, 5.1: in any case. */
    if (!type || strcasecmp(type, "Bearer") != 0)
        return oidc_fail(error, OIDC_E_TOKEN_TYPE, "token: token_type is not Bearer");
    if (!id_token)
        return oidc_fail(error, OIDC_E_ID_TOKEN_MISSING,
                         "token: the answer has no id_token; do the scopes have openid?");
    tokens->id_token = strdup(id_token);
    if (!tokens->id_token)
        return oidc_fail_memory(error);
    if (!access_token || !is_token(access_token))
        return OIDC_OK;
    tokens->access_token = strdup(access_token);
    return tokens->access_token ? OIDC_OK : oidc_fail_memory(error);
}

oidc_code token_read(const oidc_http_response *response, struct tokens *tokens, oidc_error *error)
{
    json_t *answer = NULL;
    oidc_code code;

    *tokens = (struct tokens){.id_token = NULL};
    OIDC_TRY(exchange_check_transport(response, "token", error));
    if (response->status >= 400 && response->status <= 499)
        return read_refusal(response, error);
    OIDC_TRY(exchange_check(response, "token", error));
    OIDC_TRY(exchange_read_json(response, "token", &answer, error));
    OIDC_TRY(take_tokens(answer, tokens, error));
out:
    if (code != OIDC_OK)
        tokens_free(tokens);
    cleanse_texts(answer);
    json_decref(answer);
    return code;
}

void tokens_free(struct tokens *tokens)
{
    secret_free_text(tokens->id_token);
    secret_free_text(tokens->access_token);
    *tokens = (struct tokens){.id_token = NULL};
}
