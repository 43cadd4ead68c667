/* The ledger has a digest of each identity under the name it signed in with, in small letters. See
 * ownership.h. */
#include <config.h>

#include "ownership.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "site.h"

/* Seconds that a name is kept beyond the longest session of it: that one begins a moment after the
 * worker has looked at the clock. */
#define LINGER 60

/* Names are compared as people read them: XNAT's own comparison may ignore case. */
static oidc_code make_keys(const oidc_identity *identity, struct ownership *ownership)
{
    char folded[OIDC_USERNAME_MAX + 1];
    unsigned char owner[REGISTRY_KEY_SIZE];
    char *who = NULL;
    size_t size = strlen(identity->username);
    bool keyed;

    if (size > OIDC_USERNAME_MAX)
        return OIDC_E_USERNAME_INVALID;
    for (size_t i = 0; i <= size; i++)
        folded[i] = (char)tolower((unsigned char)identity->username[i]);
    if (asprintf(&who, "%s\n%s", identity->issuer, identity->subject) < 0)
        return OIDC_E_MEMORY;
    keyed = registry_key(REGISTRY_USERNAME, folded, size, ownership->key) &&
            registry_key(REGISTRY_USERNAME, who, strlen(who), owner);
    free(who);
    if (!keyed)
        return OIDC_E_CRYPTO;
    memcpy(&ownership->owner, owner, sizeof(ownership->owner));
    return OIDC_OK;
}

void ownership_of(const oidc_identity *identity, struct ownership *ownership)
{
    *ownership = (struct ownership){.owner = 0};
    snprintf(ownership->username, sizeof(ownership->username), "%s", identity->username);
    snprintf(ownership->provider, sizeof(ownership->provider), "%s", identity->provider);
    ownership->trouble = make_keys(identity, ownership);
}

static bool explain(oidc_error *error, oidc_code code, const struct ownership *ownership)
{
    if (code == OIDC_OK)
        return true;
    error->code = code;
    if (code == OIDC_E_USERNAME_TAKEN)
        snprintf(error->detail, sizeof(error->detail),
                 "user name %s is in use by another identity; give openid.%s.usernamePattern a "
                 "claim that tells them apart",
                 ownership->username, ownership->provider);
    else
        snprintf(error->detail, sizeof(error->detail), "whose user name %s is cannot be noted%s",
                 ownership->username,
                 code == OIDC_E_USERNAMES_FULL ? " (remembered_full says what to do)" : "");
    return false;
}

bool ownership_is_free(struct worker *worker, const struct ownership *ownership, oidc_error *error)
{
    oidc_code code = ownership->trouble;
    int64_t owner;

    if (code == OIDC_OK && ledger_get(worker->site->ledger, ownership->key, worker->now, &owner) &&
        owner != ownership->owner)
        code = OIDC_E_USERNAME_TAKEN;
    return explain(error, code, ownership);
}

/* A user name belongs to the identity that signed in with it last, as long as a session of it can
 * be alive. */
static oidc_code take_name(struct worker *worker, const struct ownership *ownership)
{
    struct ledger *ledger = worker->site->ledger;
    int64_t mine = ownership->owner;
    int64_t value = mine;
    int64_t until = worker->now + worker->site->options.session_ttl + LINGER;

    if (ownership->trouble != OIDC_OK)
        return ownership->trouble;
    if (ledger_claim(ledger, ownership->key, &value, until, worker->now) == REGISTRY_FULL)
        return OIDC_E_USERNAMES_FULL;
    if (value != mine)
        return OIDC_E_USERNAME_TAKEN;
    return ledger_put(ledger, ownership->key, mine, until, worker->now) != REGISTRY_FULL
               ? OIDC_OK
               : OIDC_E_USERNAMES_FULL;
}

bool ownership_take(struct worker *worker, const struct ownership *ownership, oidc_error *error)
{
    return explain(error, take_name(worker, ownership), ownership);
}

bool owns_username(struct worker *worker, const oidc_identity *identity, oidc_error *error)
{
    struct ownership ownership;

    ownership_of(identity, &ownership);
    return ownership_take(worker, &ownership, error);
}
