/* Keys of sign-outs by providers. See logout_keys.h. */
#include <config.h>

#include "logout_keys.h"

#include "ledger.h"

static bool add(struct logout_keys *keys, enum registry_kind kind, const char *issuer,
                const char *text)
{
    return registry_issuer_key(kind, issuer, text, keys->keys[keys->count++]);
}

bool logout_keys_of_session(const oidc_identity *identity, struct logout_keys *keys)
{
    const char *issuer = identity->issuer;

    keys->count = 0;
    return add(keys, REGISTRY_LOGOUT_SUBJECT, issuer, identity->subject) &&
           (identity->provider_session[0] != '\0'
                ? add(keys, REGISTRY_LOGOUT_SESSION, issuer, identity->provider_session)
                : add(keys, REGISTRY_LOGOUT_NO_SESSION, issuer, identity->subject));
}

bool logout_keys_of_logout(const oidc_logout *logout, struct logout_keys *keys)
{
    const char *issuer = oidc_logout_issuer(logout);
    const char *session = oidc_logout_provider_session(logout);
    const char *subject = oidc_logout_subject(logout);

    keys->count = 0;
    if (session[0] == '\0')
        return add(keys, REGISTRY_LOGOUT_SUBJECT, issuer, subject);
    return add(keys, REGISTRY_LOGOUT_SESSION, issuer, session) &&
           (subject[0] == '\0' || add(keys, REGISTRY_LOGOUT_NO_SESSION, issuer, subject));
}

int64_t logout_keys_latest(const struct logout_keys *keys, const struct ledger *ledger, int64_t now)
{
    int64_t latest = INT64_MIN;

    for (size_t i = 0; i < keys->count; i++) {
        int64_t at;

        if (ledger_get(ledger, keys->keys[i], now, &at) && at > latest)
            latest = at;
    }
    return latest;
}
