/* What the discovery document says a provider can do, against what sign-in needs of it. */
#include "look.h"

#include <stdio.h>
#include <string.h>

#include <oidc/decryption.h>
#include <oidc/provider.h>

static bool has_word(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text != NULL && strcmp(text, word) == 0)
            return true;
    }
    return false;
}

/* A list that says something: a document may leave it out, or empty. */
static const json_t *listed(const struct look *look, const char *member)
{
    const json_t *list = json_object_get(look->document, member);
    return json_array_size(list) > 0 ? list : NULL;
}

/* The first words of a list, for a message. */
static const char *show_words(struct shown *shown, const json_t *list)
{
    char words[SHOWN_MAX];
    size_t used = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        size_t size = text == NULL ? 0 : strlen(text);
        if (size == 0 || used + size + sizeof ", " > sizeof words)
            continue;
        used +=
            (size_t)snprintf(words + used, sizeof words - used, "%s%s", used > 0 ? ", " : "", text);
    }
    return show(shown, words, used);
}

#define WORDS(list) show_words(&(struct shown){{0}}, (list))

static void compare_scopes(const struct look *look)
{
    const json_t *list = listed(look, "scopes_supported");
    const struct props_list *scopes = &look->provider->scopes;
    struct report_at at = look_at(look, RULE_SCOPE_UNSUPPORTED, KEY_SCOPES);
    for (size_t i = 0; list != NULL && i < scopes->count; i++) {
        if (has_word(list, scopes->items[i]))
            continue;
        report(look->findings, RULE_SCOPE_UNSUPPORTED, &at,
               "the provider does not offer the scope %s, only: %s. Some providers refuse the "
               "sign-in then, others leave out the claims",
               QUOTE(slice_of(scopes->items[i])), WORDS(list));
        advise(look->findings, "take it out of the list, or have the provider allow it");
    }
}

static bool accepts_any(const json_t *list, bool accepts(const char *name))
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text != NULL && accepts(text))
            return true;
    }
    return false;
}

static bool compare_algorithms(const struct look *look)
{
    const json_t *list = listed(look, "id_token_signing_alg_values_supported");
    if (list == NULL || accepts_any(list, oidc_accepts_algorithm))
        return false;
    struct report_at at = look_at(look, RULE_ALGORITHM_UNSUPPORTED, KEY_ISSUER);
    report(look->findings, RULE_ALGORITHM_UNSUPPORTED, &at,
           "the provider signs ID tokens with %s, and the sidecar accepts none of it: signatures "
           "without a public key prove nothing. Nobody can sign in",
           WORDS(list));
    advise(look->findings, "have the provider sign this client's ID tokens with RS256 or ES256");
    return true;
}

static void report_encryption(const struct look *look, const struct impact *impact,
                              const char *trouble, const char *words)
{
    struct report_at at = look_at(look, RULE_ENCRYPTION_NOT_OFFERED, KEY_ID_TOKEN_ENCRYPTION);
    report_as(look->findings, RULE_ENCRYPTION_NOT_OFFERED, impact, &at,
              "%s%s. The sidecar refuses ID tokens that are not encrypted as the file says",
              trouble, words);
    advise(look->findings,
           "write an algorithm that the provider offers, and set the same there for this client; "
           "or have ID tokens sent that are only signed, and remove the line");
}

/* OpenID Connect Discovery 1.0, 3: both lists are optional; where the second is left out, the
 * provider may do whatever it likes with what is in the token. */
static void compare_encryption(const struct look *look)
{
    static const struct impact silent = IMPACT_SIDECAR(WARNING);
    const json_t *keys = listed(look, "id_token_encryption_alg_values_supported");
    const json_t *content = listed(look, "id_token_encryption_enc_values_supported");
    const char *configured = look->provider->id_token_encryption;
    struct impact impact = look_impact(look, RULE_ENCRYPTION_NOT_OFFERED, KEY_ID_TOKEN_ENCRYPTION);
    if (configured == NULL || configured[0] == '\0')
        return;
    if (keys == NULL)
        report_encryption(look, &silent, "the provider does not say that it encrypts ID tokens",
                          "");
    else if (!has_word(keys, configured))
        report_encryption(
            look, &impact,
            "the provider does not encrypt ID tokens with this algorithm, only: ", WORDS(keys));
    else if (content != NULL && !accepts_any(content, oidc_accepts_content_encryption))
        report_encryption(look, &impact,
                          "the provider encrypts what is in ID tokens in ways that the sidecar "
                          "does not know: ",
                          WORDS(content));
}

static bool compare_flow(const struct look *look)
{
    const json_t *list = listed(look, "response_types_supported");
    if (list == NULL || has_word(list, "code"))
        return false;
    struct report_at at = look_at(look, RULE_FLOW_UNSUPPORTED, KEY_ISSUER);
    report(look->findings, RULE_FLOW_UNSUPPORTED, &at,
           "the provider does not offer the authorization code flow, only: %s. Nobody can sign in",
           WORDS(list));
    advise(look->findings, "have the provider allow response_type=code");
    return true;
}

static bool compare_authentication(const struct look *look)
{
    const json_t *list = listed(look, "token_endpoint_auth_methods_supported");
    if (list == NULL || has_word(list, "client_secret_basic") ||
        has_word(list, "client_secret_post"))
        return false;
    struct report_at at = look_at(look, RULE_AUTHENTICATION_UNSUPPORTED, KEY_CLIENT_SECRET);
    report(look->findings, RULE_AUTHENTICATION_UNSUPPORTED, &at,
           "the provider takes no client secret at its token endpoint, only: %s. Every sign-in "
           "fails at its end",
           WORDS(list));
    advise(look->findings, "have the provider allow client_secret_basic for this client");
    return true;
}

/* RFC 7636. The file's word wins; without one the sidecar goes by the document. */
static void compare_pkce(const struct look *look)
{
    const json_t *list = listed(look, "code_challenge_methods_supported");
    struct setting setting = find_setting(look->file, KEY_PKCE, KEYS_SHARED, look->provider->id);
    struct report_at at = look_at(look, RULE_PKCE_UNSUPPORTED, KEY_PKCE);
    if (list != NULL && has_word(list, "S256"))
        return;
    if (look->provider->pkce == PROPS_YES && list != NULL) {
        report(look->findings, RULE_PKCE_UNSUPPORTED, &at,
               "%s asks for PKCE with S256, and the provider offers only: %s. It may refuse every "
               "sign-in",
               setting.entry->key, WORDS(list));
        advise(look->findings, "have the provider allow S256, or remove the line");
    } else if (look->provider->pkce == PROPS_UNSET) {
        report_as(look->findings, RULE_PKCE_UNSUPPORTED, &(struct impact)IMPACT_SIDECAR(INFO), &at,
                  list == NULL
                      ? "the provider does not say whether it knows PKCE; the sidecar uses it, "
                        "which does no harm where it is unknown"
                      : "the provider offers no PKCE with S256, so the sidecar goes without: a "
                        "stolen authorization code is worth more then");
        advise(look->findings, "ask the provider's operator for PKCE (RFC 7636) with S256");
    }
}

bool look_compare(const struct look *look)
{
    compare_scopes(look);
    compare_pkce(look);
    compare_encryption(look);
    bool algorithms = compare_algorithms(look);
    bool flow = compare_flow(look);
    bool authentication = compare_authentication(look);
    return algorithms || flow || authentication;
}
