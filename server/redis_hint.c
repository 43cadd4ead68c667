/* Words of Redis's errors, and their cures. See redis_hint.h. */
#include <config.h>

#include "redis_hint.h"

#include <stddef.h>
#include <string.h>

/* What may stand anywhere: the error of a script has that of its command in it. The first that fits
 * counts. */
static const struct {
    const char *word;
    const char *cure;
} cures[] = {
    {"READONLY", "this Redis is a replica, which takes no writes: name the primary in --redis, or "
                 "an address that follows it"},
    {"MISCONF", "this Redis cannot write its database to disk and so takes no writes: mend its "
                "disk or folder (its own log says which), or give it stop-writes-on-bgsave-error "
                "no"},
    {"NOREPLICAS", "this Redis has too few replicas of its own (min-replicas-to-write) and so "
                   "takes no writes: bring them back"},
    {"NOPERM",
     "give the user the commands, keys and channels that oidc-sidecar(8) lists under REPLICAS"},
    {"user executing the script", "give the user the commands that oidc-sidecar(8) lists under "
                                  "REPLICAS"},
    {"can't access at least one of the keys", "let the user have the keys ~oidc-sidecar:*"},
    {"WRONGPASS", "write the user and the password that Redis has into OIDC_SIDECAR_REDIS, with "
                  "%XX for characters that mean something in a URL"},
    {"invalid password", "write the password that Redis has into OIDC_SIDECAR_REDIS, with %XX for "
                         "characters that mean something in a URL"},
    {"NOAUTH", "this Redis wants a password: redis://:PASSWORD@HOST in OIDC_SIDECAR_REDIS"},
    {"OOM", "this Redis has no memory left (maxmemory): give it more, or one of its own to the "
            "sidecar"},
    {"MASTERDOWN", "this Redis is a replica that has lost its primary: name the primary in "
                   "--redis"},
    {"LOADING", "this Redis reads its database from disk: wait until it has"},
    {"MOVED", "this Redis is part of a cluster, where names are spread: name a single one"},
    {"DB index is out of range", "leave out the database's number, or give Redis more databases"},
    {"unknown command", "this Redis lacks a command that oidc-sidecar(8) lists under "
                        "REPLICAS: was it renamed or forbidden?"},
    {"Connection refused", "nothing listens there: start Redis, or name another address in "
                           "--redis"},
    {"No such file", "there is no such socket: start Redis with unixsocket, or name another path"},
    {"Permission denied", "let the sidecar's user open the socket (unixsocketperm)"},
    {"name resolution", "this machine's resolver does not work: see /etc/resolv.conf"},
    {"not known", "the name is not to be found: is it spelt right, and does this machine's "
                  "resolver work?"},
    {"no answer within", "something takes connections there and does not answer in time: is it "
                         "Redis, is it overloaded, does it expect TLS?"},
};

const char *redis_hint(const char *detail)
{
    for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++) {
        if (strstr(detail, cures[i].word))
            return cures[i].cure;
    }
    return NULL;
}
