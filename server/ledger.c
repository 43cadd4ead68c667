/* Room for each kind, and what it means when there is none. See ledger.h. */
#include <config.h>

#include "ledger.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "clock.h"
#include "log.h"

/* Used states are the one kind that strangers make: nine hundred sign-ins a second for the eleven
 * minutes that one is remembered. */
#define STATES_MAX 600000

/* Sign-outs of single sessions: ten a second for the eight hours of a session. */
#define SIGN_OUTS_MAX 300000

/* Sessions that were in use within the idle time (an hour): more than people at one site. */
#define SEEN_MAX 300000

/* People that sign in within the life of a session: more than any XNAT has accounts. */
#define PEOPLE_MAX 200000

/* Provider's sessions that are signed out within the life of a session: two for everybody. */
#define PROVIDER_SESSIONS_MAX ((size_t)2 * PEOPLE_MAX)

/* Logout tokens, which only providers make, for some ten minutes each: a hundred a second. */
#define LOGOUT_TOKENS_MAX 100000

/* Seconds between two lines in the log about one full table. */
#define COMPLAINT_INTERVAL 60

static const char cure_sign_outs[] =
    "find out who signs in and out so often (login_succeeded), and limit the rate of sign-ins at "
    "the front end; there is room again as sessions end by themselves, sooner with a shorter "
    "--session-ttl";
static const char effect_logouts[] =
    "a provider's back-channel logout is answered 400 (temporarily_unavailable), ends no session, "
    "and may come again";
static const char cure_logouts[] =
    "find out which provider signs out so many people (backchannel_logout); there is room again as "
    "sessions would have ended by themselves, sooner with a shorter --session-ttl";

static const struct {
    const char *name;
    size_t limit;
    const char *effect; /* of having no room */
    const char *cure;
} kinds[REGISTRY_KINDS] = {
    [REGISTRY_STATE_USED] =
        {"used_states", STATES_MAX,
         "nobody signs in until the oldest end, eleven minutes after they came back: without "
         "a note of it a sign-in could be replayed",
         "limit the rate of requests to the redirect path at the front end"},
    [REGISTRY_SESSION_REVOKED] =
        {"sign_outs", SIGN_OUTS_MAX,
         "whoever signs out is signed out of all sessions that they began before, here and in "
         "other browsers",
         cure_sign_outs},
    [REGISTRY_SESSION_SEEN] =
        {"sessions_seen", SEEN_MAX,
         "whether a session is idle is told by its cookie alone: some end a little early",
         "limit the rate of sign-ins at the front end, or choose a shorter --session-idle"},
    [REGISTRY_USERNAME] = {"user_names", PEOPLE_MAX,
                           "whose name is not remembered cannot sign in: nobody could say whether "
                           "it is another's",
                           "look whether a provider gives one person ever new user names "
                           "(login_succeeded); names are forgotten --session-ttl after the last "
                           "sign-in"},
    [REGISTRY_LOGOUT_TOKEN] = {"logout_tokens", LOGOUT_TOKENS_MAX, effect_logouts,
                               "find out which provider sends so many (backchannel_logout); there "
                               "is room again within minutes"},
    [REGISTRY_LOGOUT_SUBJECT] = {"subjects_out", PEOPLE_MAX, effect_logouts, cure_logouts},
    [REGISTRY_LOGOUT_SESSION] = {"provider_sessions_out", PROVIDER_SESSIONS_MAX, effect_logouts,
                                 cure_logouts},
    [REGISTRY_TOKEN_GONE] = {"tokens_gone", SIGN_OUTS_MAX,
                             "XNAT is told more than once to forget an alias token, and a token "
                             "that it refused is sent again",
                             cure_sign_outs},
    [REGISTRY_LOGOUT_NO_SESSION] = {"subjects_without_session_out", PEOPLE_MAX, effect_logouts,
                                    cure_logouts},
};

struct ledger {
    size_t most;
    struct page {
        struct registry *registry;
        _Atomic int64_t complained_at;
    } pages[REGISTRY_KINDS];
};

struct ledger *ledger_new(size_t most)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));

    if (!ledger)
        return NULL;
    ledger->most = most;
    for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++) {
        atomic_init(&ledger->pages[kind].complained_at, -COMPLAINT_INTERVAL);
        ledger->pages[kind].registry = registry_new(ledger_limit(ledger, kind));
        if (!ledger->pages[kind].registry) {
            ledger_free(ledger);
            return NULL;
        }
    }
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return;
    for (size_t kind = 0; kind < REGISTRY_KINDS; kind++)
        registry_free(ledger->pages[kind].registry);
    free(ledger);
}

static struct registry *registry_of(const struct ledger *ledger,
                                    const unsigned char key[REGISTRY_KEY_SIZE])
{
    return ledger->pages[registry_kind_of(key)].registry;
}

/* Says once in a while that there is no room. */
static enum registry_result look_at(struct ledger *ledger,
                                    const unsigned char key[REGISTRY_KEY_SIZE],
                                    enum registry_result result, int64_t now)
{
    const unsigned kind = registry_kind_of(key);
    _Atomic int64_t *complained_at = &ledger->pages[kind].complained_at;
    int64_t before = atomic_load(complained_at);

    if (result == REGISTRY_FULL && clock_has_passed(before, COMPLAINT_INTERVAL, now) &&
        atomic_compare_exchange_strong(complained_at, &before, now))
        log_event(LOG_ERROR, "remembered_full", LOG_TEXT("kind", kinds[kind].name),
                  LOG_NUMBER("limit", ledger_limit(ledger, kind)),
                  LOG_TEXT("effect", kinds[kind].effect), LOG_TEXT("hint", kinds[kind].cure));
    return result;
}

enum registry_result ledger_claim(struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t *value, int64_t expires_at, int64_t now)
{
    return look_at(ledger, key,
                   registry_claim(registry_of(ledger, key), key, value, expires_at, now), now);
}

enum registry_result ledger_put(struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                                int64_t value, int64_t expires_at, int64_t now)
{
    return look_at(ledger, key, registry_put(registry_of(ledger, key), key, value, expires_at, now),
                   now);
}

enum registry_result ledger_raise(struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t value, int64_t expires_at, int64_t now)
{
    return look_at(ledger, key,
                   registry_raise(registry_of(ledger, key), key, value, expires_at, now), now);
}

bool ledger_get(const struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                int64_t now, int64_t *value)
{
    return registry_get(registry_of(ledger, key), key, now, value);
}

struct registry *ledger_registry(const struct ledger *ledger, enum registry_kind kind)
{
    return ledger->pages[kind].registry;
}

const char *ledger_kind_name(enum registry_kind kind)
{
    return kinds[kind].name;
}

size_t ledger_limit(const struct ledger *ledger, enum registry_kind kind)
{
    return kinds[kind].limit < ledger->most ? kinds[kind].limit : ledger->most;
}
