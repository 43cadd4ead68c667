#include <config.h>

#include "ownership.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry.h"
#include "site.h"

/* A user name belongs to the identity that signed in with it last, as long as a session of it can
 * be alive. Names are compared as people read them: XNAT's own comparison may ignore case. */
static bool is_theirs(struct worker *worker, const oidc_identity *identity)
{
    char folded[OIDC_USERNAME_MAX + 1];
    unsigned char key[REGISTRY_KEY_SIZE];
    unsigned char owner[REGISTRY_KEY_SIZE];
    char *who = NULL;
    size_t size = strlen(identity->username);
    int64_t mine = 0;
    int64_t value;
    int64_t until = worker->now + worker->site->options.session_ttl;
    bool keyed;

    if (size > OIDC_USERNAME_MAX)
        return false;
    for (size_t i = 0; i <= size; i++)
        folded[i] = (char)tolower((unsigned char)identity->username[i]);
    if (asprintf(&who, "%s\n%s", identity->issuer, identity->subject) < 0)
        return false;
    keyed = registry_key(REGISTRY_USERNAME, folded, size, key) &&
            registry_key(REGISTRY_USERNAME, who, strlen(who), owner);
    free(who);
    if (!keyed)
        return false;
    memcpy(&mine, owner, sizeof(mine));
    value = mine;
    switch (registry_claim(worker->site->registry, key, &value, until, worker->now)) {
    case REGISTRY_ADDED:
        return true;
    case REGISTRY_PRESENT:
        return value == mine &&
               registry_put(worker->site->registry, key, mine, until, worker->now) != REGISTRY_FULL;
    case REGISTRY_FULL:
        break;
    }
    return false;
}

bool owns_username(struct worker *worker, const oidc_identity *identity, oidc_error *error)
{
    if (is_theirs(worker, identity))
        return true;
    error->code = OIDC_E_USERNAME_TAKEN;
    snprintf(error->detail, sizeof(error->detail),
             "user name %s is in use by another identity; give openid.%s.usernamePattern a claim "
             "that tells them apart",
             identity->username, identity->provider);
    return false;
}
