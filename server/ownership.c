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

/* A user name belongs to the identity that signed in with it last, as long as a session of it can
 * be alive. Names are compared as people read them: XNAT's own comparison may ignore case. */
static oidc_code take_name(struct worker *worker, const oidc_identity *identity)
{
    char folded[OIDC_USERNAME_MAX + 1];
    unsigned char key[REGISTRY_KEY_SIZE];
    unsigned char owner[REGISTRY_KEY_SIZE];
    char *who = NULL;
    size_t size = strlen(identity->username);
    int64_t mine = 0;
    int64_t value;
    int64_t until = worker->now + worker->site->options.session_ttl + LINGER;
    bool keyed;

    if (size > OIDC_USERNAME_MAX)
        return OIDC_E_USERNAME_INVALID;
    for (size_t i = 0; i <= size; i++)
        folded[i] = (char)tolower((unsigned char)identity->username[i]);
    if (asprintf(&who, "%s\n%s", identity->issuer, identity->subject) < 0)
        return OIDC_E_MEMORY;
    keyed = registry_key(REGISTRY_USERNAME, folded, size, key) &&
            registry_key(REGISTRY_USERNAME, who, strlen(who), owner);
    free(who);
    if (!keyed)
        return OIDC_E_CRYPTO;
    memcpy(&mine, owner, sizeof(mine));
    value = mine;
    if (ledger_claim(worker->site->ledger, key, &value, until, worker->now) == REGISTRY_FULL)
        return OIDC_E_USERNAMES_FULL;
    if (value != mine)
        return OIDC_E_USERNAME_TAKEN;
    return ledger_put(worker->site->ledger, key, mine, until, worker->now) != REGISTRY_FULL
               ? OIDC_OK
               : OIDC_E_USERNAMES_FULL;
}

static void explain(oidc_error *error, oidc_code code, const oidc_identity *identity)
{
    error->code = code;
    if (code == OIDC_E_USERNAME_TAKEN)
        snprintf(error->detail, sizeof(error->detail),
                 "user name %s is in use by another identity; give openid.%s.usernamePattern a "
                 "claim that tells them apart",
                 identity->username, identity->provider);
    else
        snprintf(error->detail, sizeof(error->detail), "whose user name %s is cannot be noted%s",
                 identity->username,
                 code == OIDC_E_USERNAMES_FULL ? " (remembered_full says what to do)" : "");
}

bool owns_username(struct worker *worker, const oidc_identity *identity, oidc_error *error)
{
    const oidc_code code = take_name(worker, identity);

    if (code != OIDC_OK)
        explain(error, code, identity);
    return code == OIDC_OK;
}
