/* From verified claims to an identity. See mapping.h. */
#include "mapping.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "email.h"
#include "fail.h"
#include "json.h"
#include "policy.h"
#include "sid.h"
#include "username.h"
#include "props/keys.h"
#include "props/utf8.h"

_Static_assert(OIDC_PROVIDER_MAX == KEYS_PROVIDER_MAX,
               "an identity takes the id of every provider");

/* Leaves out what would change how a line reads, and cuts at OIDC_NAME_MAX at a character. */
static void clean_name(char *text)
{
    size_t left = strlen(text);
    size_t kept = 0;
    const char *from = text;

    while (left > 0) {
        uint32_t character = 0;
        size_t size = utf8_read(from, left, &character);
        bool keep = size > 0 && utf8_is_plain(character);

        size = size > 0 ? size : 1;
        if (keep && kept + size > OIDC_NAME_MAX)
            break;
        if (keep) {
            memmove(text + kept, from, size);
            kept += size;
        }
        from += size;
        left -= size;
    }
    text[kept] = '\0';
}

/* A claim as text; "" where there is none. */
static oidc_code text_or_empty(const json_t *claims, const char *name, char **text)
{
    oidc_code code = claims_text(claims, name, text);

    if (code == OIDC_OK && !*text) {
        *text = strdup("");
        code = *text ? OIDC_OK : OIDC_E_MEMORY;
    }
    return code;
}

static oidc_code take_name(const json_t *claims, const char *claim, char **name)
{
    oidc_code code = text_or_empty(claims, claim, name);

    if (code == OIDC_OK)
        clean_name(*name);
    return code;
}

static oidc_code take_email(const json_t *claims, const char *claim, char **email)
{
    oidc_code code = text_or_empty(claims, claim, email);

    if (code == OIDC_OK && !email_is_valid(*email))
        (*email)[0] = '\0';
    return code;
}

static oidc_code copy_text(const char *text, char **copy)
{
    *copy = strdup(text);
    return *copy ? OIDC_OK : OIDC_E_MEMORY;
}

static oidc_code fill_texts(const struct props_provider *settings, const char *issuer,
                            const json_t *claims, struct identity *identity, oidc_error *error)
{
    oidc_code code;

    OIDC_TRY(copy_text(settings->id, &identity->provider));
    OIDC_TRY(copy_text(issuer, &identity->issuer));
    OIDC_TRY(copy_text(json_text(claims, "sub"), &identity->subject));
    OIDC_TRY(take_email(claims, settings->email_claim, &identity->email));
    OIDC_TRY(take_name(claims, settings->given_name_claim, &identity->given_name));
    OIDC_TRY(take_name(claims, settings->family_name_claim, &identity->family_name));
out:
    return code == OIDC_OK ? OIDC_OK : oidc_fail_memory(error);
}

/* Whether the person cannot have chosen a user name that is another's. */
static bool is_of_subject(const oidc_config *config, const struct props_provider *settings,
                          const char *subject)
{
    return username_is_of_subject(settings->username_pattern, subject) &&
           !(config && settings_share_usernames(config, settings));
}

static void show(const oidc_config *config, const struct props_provider *settings,
                 const json_t *claims, struct identity *identity)
{
    identity->seen = (oidc_identity){
        .provider = identity->provider,
        .issuer = identity->issuer,
        .subject = identity->subject,
        .username = identity->username,
        .email = identity->email,
        .given_name = identity->given_name,
        .family_name = identity->family_name,
        .provider_session = identity->provider_session,
        .auto_enabled = settings->auto_enabled,
        .auto_verified = settings->auto_verified,
        .create_user = settings->create_user,
        .email_unverified = identity->email[0] != '\0' && policy_is_email_unverified(claims),
        .username_of_subject = is_of_subject(config, settings, identity->subject),
    };
}

/* Whoever can come by a user name of their choice, and an address that nobody verifies, can choose
 * somebody else's: what tells people apart by such an address must not get it. */
static void withhold_email(struct identity *identity)
{
    if (identity->seen.email_unverified && !identity->seen.username_of_subject)
        identity->email[0] = '\0';
}

oidc_code identity_make(const oidc_config *config, const struct props_provider *settings,
                        const char *issuer, const json_t *claims, struct identity **identity,
                        oidc_error *error)
{
    struct identity *made = calloc(1, sizeof *made);
    oidc_code code;

    *identity = NULL;
    if (!made)
        return oidc_fail_memory(error);
    OIDC_TRY(fill_texts(settings, issuer, claims, made, error));
    OIDC_TRY(sid_digest(json_text(claims, "sid"), made->provider_session, error));
    OIDC_TRY(policy_check_email(settings, made->email, claims, error));
    OIDC_TRY(
        username_make(settings->username_pattern, settings->id, claims, made->username, error));
    show(config, settings, claims, made);
    withhold_email(made);
    *identity = made;
    made = NULL;
out:
    identity_free(&made);
    return code;
}

void identity_free(struct identity **identity)
{
    struct identity *gone = *identity;

    *identity = NULL;
    if (!gone)
        return;
    free(gone->provider);
    free(gone->issuer);
    free(gone->subject);
    free(gone->email);
    free(gone->given_name);
    free(gone->family_name);
    free(gone);
}

bool identity_is_covered(const struct props_provider *settings, const json_t *claims)
{
    return claims_have(claims, settings->email_claim) &&
           claims_have(claims, settings->given_name_claim) &&
           claims_have(claims, settings->family_name_claim) &&
           username_is_covered(settings->username_pattern, claims);
}
