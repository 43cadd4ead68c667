/* Words of Redis's errors, and their cures. See redis_hint.h. */
#include <config.h>

#include "redis_hint.h"

#include <stddef.h>
#include <string.h>

/* PASSES: Redis may come right by itself, or whoever runs it mends it there. LASTS: what Redis or
 * its address was set up with does not fit. */
enum course { PASSES, LASTS };

/* What may stand anywhere: the error of a script has that of its command in it. The first that fits
 * counts. */
struct trouble {
    const char *word;
    enum course course;
    const char *cure;
};

static const struct trouble troubles[] = {
    {"READONLY", PASSES,
     "this Redis is a replica, which takes no writes: name the primary in --redis, or an address "
     "that follows it"},
    {"MISCONF", PASSES,
     "this Redis cannot write its database to disk and so takes no writes: mend its disk or "
     "folder (its own log says which), or give it stop-writes-on-bgsave-error no"},
    {"NOREPLICAS", PASSES,
     "this Redis has too few replicas of its own (min-replicas-to-write) and so takes no writes: "
     "bring them back"},
    {"NOPERM", LASTS,
     "give the user the commands, keys and channels that oidc-sidecar(8) lists under REPLICAS"},
    {"user executing the script", LASTS,
     "give the user the commands that oidc-sidecar(8) lists under REPLICAS"},
    {"can't access at least one of the keys", LASTS, "let the user have the keys ~oidc-sidecar:*"},
    {"WRONGPASS", LASTS,
     "write the user and the password that Redis has into OIDC_SIDECAR_REDIS, with %XX for "
     "characters that mean something in a URL"},
    {"invalid password", LASTS,
     "write the password that Redis has into OIDC_SIDECAR_REDIS, with %XX for characters that "
     "mean something in a URL"},
    {"NOAUTH", LASTS, "this Redis wants a password: redis://:PASSWORD@HOST in OIDC_SIDECAR_REDIS"},
    {"OOM", PASSES,
     "this Redis has no memory left (maxmemory): give it more, or one of its own to the sidecar"},
    {"MASTERDOWN", PASSES,
     "this Redis is a replica that has lost its primary: name the primary in --redis"},
    {"LOADING", PASSES, "this Redis reads its database from disk: wait until it has"},
    {"MOVED", LASTS, "this Redis is part of a cluster, where names are spread: name a single one"},
    {"DB index is out of range", LASTS,
     "leave out the database's number, or give Redis more databases"},
    {"unknown command", LASTS,
     "this Redis lacks a command that oidc-sidecar(8) lists under REPLICAS: was it renamed or "
     "forbidden?"},
    {"Connection refused", PASSES,
     "nothing listens there: start Redis, or name another address in --redis"},
    {"No such file", PASSES,
     "there is no such socket: start Redis with unixsocket, or name another path"},
    {"Permission denied", LASTS, "let the sidecar's user open the socket (unixsocketperm)"},
    {"name resolution", PASSES, "this machine's resolver does not work: see /etc/resolv.conf"},
    {"not known", PASSES,
     "the name is not to be found: is it spelt right, and does this machine's resolver work?"},
    {"no answer within", PASSES,
     "something takes connections there and does not answer in time: is it Redis, is it "
     "overloaded, does it expect TLS?"},
    {"timed out", PASSES,
     "nothing answers at that address: is the machine up, does a firewall let the sidecar "
     "through, is it the address of Redis?"},
    {"No route to host", PASSES,
     "no way leads there: is the machine up, is it the address of Redis?"},
    {"unreachable", PASSES,
     "no way leads there: is this machine's network up, is it the address of Redis?"},
    {"closed the connection", PASSES,
     "what listens there hangs up: is it Redis, does it start just now, does it expect TLS?"},
    {"reset by peer", PASSES,
     "what listens there hangs up: is it Redis, does it start just now, does it expect TLS?"},
    {"Protocol error", LASTS,
     "what listens there does not speak as Redis does: name the port of Redis in --redis, the "
     "one without TLS"},
};

static const struct trouble *find(const char *detail)
{
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        if (strstr(detail, troubles[i].word))
            return &troubles[i];
    }
    return NULL;
}

const char *redis_hint(const char *detail)
{
    const struct trouble *trouble = find(detail);

    return trouble ? trouble->cure : NULL;
}

bool redis_hint_lasts(const char *detail)
{
    const struct trouble *trouble = find(detail);

    return trouble && trouble->course == LASTS;
}
