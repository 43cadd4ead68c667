/* The authorization response. See response.h. */
#include "response.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/login.h>

#include "base64url.h"
#include "fail.h"
#include "form.h"
#include "secret.h"

/* Most bytes of an error word: the specifications' have less than 30. */
#define ERROR_MAX 64

/* Most bytes of `iss`, which goes into the log when it is not the provider's. */
#define ISS_MAX 2048

/* Bytes of a description that are shown in the log. */
#define DESCRIPTION_SHOWN 120

/* Room for what a state decodes to. */
#define STATE_DECODED_MAX 32

static bool is_state(const char *text)
{
    unsigned char bytes[STATE_DECODED_MAX];
    size_t count = 0;

    return strlen(text) == OIDC_STATE_LENGTH &&
           base64url_decode(text, OIDC_STATE_LENGTH, bytes, &count);
}

/* RFC 6749 appendix A.11: a code is one or more visible characters or blanks. */
static bool is_code(const char *text)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return size > 0 && size <= RESPONSE_CODE_MAX;
}

/* RFC 6749 appendix A.7. */
static bool is_error_word(const char *text)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size; i++)
        if (text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == '\\')
            return false;
    return size > 0 && size <= ERROR_MAX;
}

/* Why the response is malformed, or NULL. */
static const char *find_fault(const struct authorization_response *response)
{
    if (response->code && response->error)
        return "has both a code and an error";
    if (!response->code && !response->error)
        return "has neither a code nor an error";
    if (response->code && !is_code(response->code))
        return "has a malformed code";
    if (response->error && !is_error_word(response->error))
        return "has a malformed error";
    if (response->iss && strlen(response->iss) > ISS_MAX)
        return "has an issuer that is too long";
    return NULL;
}

static oidc_code take_state(struct form *form, struct authorization_response *response,
                            oidc_error *error)
{
    const char *state = form_get(form, "state");

    if (!state)
        return oidc_fail(error, OIDC_E_RESPONSE_MALFORMED, "the response has no state");
    if (!is_state(state))
        return oidc_fail(error, OIDC_E_STATE_INVALID,
                         "the response's state is not of the form that this site sends");
    response->state = form_take(form, "state");
    return OIDC_OK;
}

oidc_code response_read(const char *query, size_t size, struct authorization_response *response,
                        oidc_error *error)
{
    struct form form = {.count = 0};
    const char *reason = "it is too long";
    const char *fault;
    oidc_code code = OIDC_E_RESPONSE_MALFORMED;

    *response = (struct authorization_response){.state = NULL};
    if (size <= RESPONSE_QUERY_MAX)
        code = form_read(query, size, &form, &reason);
    if (code == OIDC_E_MEMORY)
        code = oidc_fail_memory(error);
    else if (code != OIDC_OK)
        code = oidc_fail(error, code, "the response's query is malformed: %s", reason);
    if (code != OIDC_OK)
        goto out;
    OIDC_TRY(take_state(&form, response, error));
    response->code = form_take(&form, "code");
    response->error = form_take(&form, "error");
    response->error_description = form_take(&form, "error_description");
    response->iss = form_take(&form, "iss");
    fault = find_fault(response);
    if (fault)
        code = oidc_fail(error, OIDC_E_RESPONSE_MALFORMED, "the response %s", fault);
out:
    form_free(&form);
    return code;
}

void response_free(struct authorization_response *response)
{
    secret_free_text(response->state);
    secret_free_text(response->code);
    free(response->error);
    free(response->error_description);
    free(response->iss);
    *response = (struct authorization_response){.state = NULL};
}

/* RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6: what an administrator should make
 * of the words. */
static const struct error_word {
    const char *word;
    oidc_code code;
    bool needs_person; /* answers prompt=none alone */
    const char *meaning;
} errors[] = {
    {"access_denied", OIDC_E_ACCESS_DENIED, false, "the person or the organisation said no"},
    {"account_selection_required", OIDC_E_PROVIDER_ERROR, true,
     "the provider could not ask which account"},
    /* Of providers that may ask, LemonLDAP::NG says this when the person declines. */
    {"consent_required", OIDC_E_ACCESS_DENIED, true,
     "the person did not consent, or could not be asked to"},
    {"interaction_required", OIDC_E_PROVIDER_ERROR, true,
     "the provider would have had to show the person a page"},
    {"invalid_request", OIDC_E_PROVIDER_ERROR, false,
     "the provider rejects the form of the request"},
    {"invalid_scope", OIDC_E_PROVIDER_ERROR, false,
     "scopes names one that the provider does not offer"},
    {"login_required", OIDC_E_PROVIDER_ERROR, true,
     "the provider could not ask the person to sign in"},
    {"server_error", OIDC_E_PROVIDER_ERROR, false, "the provider failed"},
    {"temporarily_unavailable", OIDC_E_PROVIDER_ERROR, false,
     "the provider is overloaded or under maintenance"},
    {"unauthorized_client", OIDC_E_PROVIDER_ERROR, false, "clientId may not use the code flow"},
    {"unsupported_response_type", OIDC_E_PROVIDER_ERROR, false, "the provider has no code flow"},
};

/* NULL for a word that the specifications do not have. */
static const struct error_word *find_word(const char *error)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i].word, error) == 0)
            return &errors[i];
    return NULL;
}

bool response_needs_person(const struct authorization_response *response)
{
    const struct error_word *word = response->error ? find_word(response->error) : NULL;

    return word && word->needs_person;
}

oidc_code response_refusal(const struct authorization_response *response, oidc_error *error)
{
    const char *description = response->error_description ? response->error_description : "";
    const struct error_word *word = find_word(response->error);

    return oidc_fail(error, word ? word->code : OIDC_E_PROVIDER_ERROR,
                     "the provider said %s (%s)%s%.*s", response->error,
                     word ? word->meaning : "not a word of the specification",
                     description[0] != '\0' ? ": " : "", DESCRIPTION_SHOWN, description);
}
