/* From a cookie to its session: by this worker's cache or the seal, then the ledger, which knows
 * what has ended. See visitor.h. */
#include <config.h>

#include "visitor.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "clock.h"
#include "digest.h"
#include "ledger.h"
#include "log.h"
#include "remember.h"
#include "silent_guard.h"
#include "site.h"
#include "xnat_cookie.h"
#include "xnat_farewell.h"

/* Session cookies that one request may have opened, and sessions of XNAT's that one may have ended:
 * a browser sends one of each; more are somebody's attempt to make us decrypt, or to make XNAT work
 * while others wait for their sign-out. */
#define TRIES_MAX 4

/* A session's last request is noted once in so many parts of the idle time: a busy session costs no
 * locking, and one ends at most so much of it too soon. */
#define SEEN_PARTS 32

/* The cookie is sealed anew once in so many parts of the idle time, not with every answer: so far
 * its own time may be behind, by which a process judges that knows nothing else of the session. */
#define RESEAL_PARTS 4

static int64_t step(const struct site *site)
{
    int64_t seconds = site->options.session_idle / SEEN_PARTS;

    return seconds > 0 ? seconds : 1;
}

/* Notes that the session is in use, here and for the other workers; false when it was idle too
 * long. */
static bool keep_awake(const struct site *site, struct session_entry *entry, int64_t now)
{
    int64_t seen;

    if (!clock_has_passed(entry->seen_at, step(site), now))
        return true;
    if (ledger_get(site->ledger, entry->seen_key, now, &seen) && seen > entry->seen_at)
        entry->seen_at = seen;
    if (now - entry->seen_at > site->options.session_idle)
        return false;
    entry->seen_at = now;
    /* When there is no room the cookie's own time has to do. */
    ledger_put(site->ledger, entry->seen_key, now, now + site->options.session_idle + 1, now);
    return true;
}

void visitors_keep_awake(struct worker *worker)
{
    for (struct request *request = worker->requests; request; request = request->next) {
        if (request->visitor)
            keep_awake(worker->site, request->visitor, worker->now);
    }
}

/* A session never outlives --session-ttl, not even one that began under a longer one: for so long
 * its sign-out is remembered. */
static bool is_young(const struct site *site, const oidc_session *session, int64_t now)
{
    return now < oidc_session_expires_at(session) &&
           now <= oidc_session_issued_at(session) + site->options.session_ttl;
}

/* In milliseconds: who signs in anew in the second of a sign-out is in. */
static int64_t began_at(const oidc_session *session)
{
    return oidc_session_issued_at(session) * 1000 + oidc_session_millisecond(session);
}

static bool is_in_force(const struct site *site, const struct session_entry *entry, int64_t now)
{
    return is_young(site, entry->session, now) &&
           !ledger_get(site->ledger, entry->revoked_key, now, NULL) &&
           logout_keys_latest(&entry->logout_keys, site->ledger, now) < began_at(entry->session);
}

bool visitor_has_ended(const struct worker *worker, const struct session_entry *entry)
{
    return !is_in_force(worker->site, entry, worker->now);
}

/* Whether the session's provider is still configured, and still the same one. A site may have moved
 * from a federation's test service to its production, or use one session key with both: a session
 * from the one must not count as the other's, which could not end it either. */
static bool is_of_this_site(struct site *site, const oidc_session *session)
{
    const oidc_identity *identity = oidc_session_identity(session);
    struct keeper *keeper = site_keeper(site, identity->provider);

    return keeper && keeper_may_be_of(keeper, identity->issuer);
}

static bool is_good(struct site *site, struct session_entry *entry, int64_t now)
{
    return is_in_force(site, entry, now) && is_of_this_site(site, entry->session) &&
           keep_awake(site, entry, now);
}

static struct session_entry *open_cookie(struct request *request, const struct cookie *cookie)
{
    struct worker *worker = request->worker;
    unsigned char digest[DIGEST_SIZE];
    struct session_entry *entry;
    oidc_session *session;
    oidc_code code;

    if (!digest_make(worker->digester, cookie->value, cookie->value_size, digest)) {
        request->visitor_unread = true;
        return NULL;
    }
    entry = session_cache_find(worker->sessions, digest);
    if (entry) {
        metrics_count(&worker->metrics, METRIC_SESSION_CACHE_HITS);
        return entry;
    }
    metrics_count(&worker->metrics, METRIC_SESSION_CACHE_MISSES);
    code = oidc_session_open(worker->site->keyring, cookie->value, cookie->value_size, worker->now,
                             &session, NULL);
    request->visitor_has_left = request->visitor_has_left || code == OIDC_E_SESSION_EXPIRED ||
                                code == OIDC_E_SESSION_INVALID;
    entry = code == OIDC_OK ? session_cache_add(worker->sessions, digest, session) : NULL;
    request->visitor_unread = request->visitor_unread || code == OIDC_E_MEMORY ||
                              code == OIDC_E_CRYPTO || (code == OIDC_OK && !entry);
    return entry;
}

bool visitor_has_xnat_session(const struct request *request)
{
    struct cookie cookie;

    return !request->visitor_has_left && request_cookie(request, xnat_cookie_name, &cookie);
}

struct search {
    struct request *request;
    const char *name;
    unsigned tries;
    struct session_entry *entry;
};

static bool try_cookie(void *context, const struct cookie *cookie)
{
    struct search *search = context;
    struct worker *worker = search->request->worker;

    if (cookie->name_size != strlen(search->name) ||
        memcmp(cookie->name, search->name, cookie->name_size) != 0)
        return true;
    search->tries++;
    search->entry = open_cookie(search->request, cookie);
    if (search->entry && !is_good(worker->site, search->entry, worker->now)) {
        search->request->visitor_has_left = true;
        xnat_farewell(worker, &search->entry->xnat, search->entry->session);
        session_cache_remove(worker->sessions, search->entry);
        session_entry_unref(search->entry);
        search->entry = NULL;
    }
    return !search->entry && search->tries < TRIES_MAX;
}

static void take_cookies_away(struct request *request)
{
    request_set_cookie(request, request->worker->site->cookies.session, "", 0);
    request_set_cookie(request, xnat_cookie_name, "", 0);
}

struct leave {
    struct request *request;
    unsigned tries;
};

static bool end_at_xnat(void *context, const struct cookie *cookie)
{
    struct leave *leave = context;
    char id[XNAT_SESSION_MAX + 1];

    if (xnat_cookie_is_session(cookie) &&
        xnat_cookie_is_usable(cookie->value, cookie->value_size)) {
        memcpy(id, cookie->value, cookie->value_size);
        id[cookie->value_size] = '\0';
        xnat_farewell_stray(leave->request->worker, id);
        OPENSSL_cleanse(id, sizeof(id));
        leave->tries++;
    }
    return leave->tries < TRIES_MAX;
}

/* What the browser has of XNAT's was begun with the session that is over, as far as anybody can
 * tell: it ends with it, or whoever goes on asking would stay in. Where headers hand people over,
 * whoever reads them sees that they are gone. */
static void leave(struct request *request)
{
    struct leave leave = {.request = request};

    request_each_cookie(request, end_at_xnat, &leave);
    take_cookies_away(request);
}

struct session_entry *visitor_of(struct request *request)
{
    struct search search = {.request = request, .name = request->worker->site->cookies.session};

    if (request->visitor_known)
        return request->visitor;
    request->visitor_known = true;
    request_each_cookie(request, try_cookie, &search);
    request->visitor = search.entry;
    /* One that could not be read may be good. */
    request->visitor_has_left = request->visitor_has_left && !request->visitor &&
                                !request->visitor_unread && request->worker->xnat;
    if (request->visitor_has_left)
        leave(request);
    return request->visitor;
}

bool visitor_is_in_doubt(struct request *request)
{
    return !visitor_of(request) && request->visitor_unread;
}

const oidc_handoff *visitor_handoff(struct request *request, struct session_entry *entry)
{
    return pass_handoff(request->worker, &entry->pass, oidc_session_identity(entry->session));
}

static bool put_cookie(struct request *request, oidc_session *session, oidc_error *error)
{
    struct site *site = request->worker->site;
    int64_t left = oidc_session_expires_at(session) - request->worker->now;
    char *sealed;
    bool put;

    if (oidc_session_seal(session, site->keyring, &sealed, error) != OIDC_OK)
        return false;
    put = request_set_cookie(request, site->cookies.session, sealed, left);
    free(sealed);
    return put;
}

/* The session may have ended while the answer was being made, and the browser may have another by
 * now: then the fresh cookie stays here. Whatever signs in or out has no visitor any more, so that
 * the cookies of its own answer stay as they are. */
static void take_back(struct request *request)
{
    if (request->visitor && visitor_has_ended(request->worker, request->visitor))
        request_unset_cookie(request, request->worker->site->cookies.session);
}

static void put_fresh_cookie(struct request *request, struct session_entry *entry)
{
    int64_t now = request->worker->now;

    oidc_session_touch(entry->session, now);
    /* Without a fresh cookie the old one goes on serving until the next try. */
    if (!put_cookie(request, entry->session, NULL))
        return;
    entry->resealed_at = now;
    entry->owes_cookie = false;
    request->before_answer = take_back;
}

void visitor_renew_cookie(struct request *request, struct session_entry *entry)
{
    const struct worker *worker = request->worker;

    if (clock_has_passed(entry->resealed_at, worker->site->options.session_idle / RESEAL_PARTS,
                         worker->now))
        put_fresh_cookie(request, entry);
}

void visitor_refresh_cookie(struct request *request, struct session_entry *entry)
{
    if (entry->owes_cookie)
        put_fresh_cookie(request, entry);
    else
        visitor_renew_cookie(request, entry);
}

void visitor_owe_cookie(struct request *request)
{
    request_unset_cookie(request, request->worker->site->cookies.session);
    if (request->visitor)
        request->visitor->owes_cookie = true;
}

/* Where there is no room for one session, there is for the person: then all of theirs end that
 * began until this one did. So whoever fills the one table by signing out again and again signs
 * out nobody but themselves, and keeps nobody in. */
static bool revoke_session(struct site *site, const struct session_entry *entry, int64_t now)
{
    const int64_t until = oidc_session_expires_at(entry->session);

    return remember_put(site, entry->revoked_key, 1, until, now) != REGISTRY_FULL ||
           remember_put(site, entry->logout_keys.keys[0], began_at(entry->session), until, now) !=
               REGISTRY_FULL;
}

void visitor_end_session(struct worker *worker, struct session_entry *entry, const char *reference)
{
    if (!revoke_session(worker->site, entry, worker->now))
        log_event(LOG_ERROR, "revocation_failed", LOG_TEXT("request_id", reference),
                  LOG_TEXT("detail",
                           "too many sign-outs are remembered: this session's cookie was taken "
                           "away, but a copy of it would still be good"));
    xnat_farewell(worker, &entry->xnat, entry->session);
    session_cache_remove(worker->sessions, entry);
    metrics_count(&worker->metrics, METRIC_SIGN_OUTS);
}

static void forget_visitor(struct request *request)
{
    session_entry_unref(request->visitor);
    request->visitor = NULL;
    request->visitor_known = true;
}

void visitor_forget(struct request *request)
{
    forget_visitor(request);
    take_cookies_away(request);
}

bool visitor_sign_in(struct request *request, const oidc_identity *identity,
                     const struct xnat_token *token, oidc_error *error)
{
    struct worker *worker = request->worker;
    struct session_entry *before = visitor_of(request);
    oidc_session *session = NULL;
    const int64_t begin = clock_milliseconds();
    bool signed_in;

    if (visitor_is_in_doubt(request)) {
        *error = (oidc_error){.code = OIDC_E_MEMORY,
                              .detail = "the session that the browser brought cannot be read"};
        return false;
    }
    if (before)
        visitor_end_session(worker, before, request_reference(request));
    forget_visitor(request);
    signed_in =
        oidc_session_new(identity, begin / 1000, begin / 1000 + worker->site->options.session_ttl,
                         &session, error) == OIDC_OK;
    if (signed_in)
        oidc_session_set_millisecond(session, (unsigned)(begin % 1000));
    /* The session comes last: a page that says no must not bring one. */
    signed_in = signed_in && (!token || xnat_token_attach(token, session, error) == OIDC_OK) &&
                request_set_cookie(request, xnat_cookie_name, "", 0) &&
                put_cookie(request, session, error);
    oidc_session_free(&session);
    if (!signed_in && error->code == OIDC_OK)
        *error = (oidc_error){.code = OIDC_E_MEMORY, .detail = "no room for the session's cookie"};
    return signed_in;
}

void visitor_sign_out(struct request *request)
{
    struct session_entry *entry = visitor_of(request);

    if (entry) {
        const oidc_identity *identity = oidc_session_identity(entry->session);

        log_event(LOG_INFO, "sign_out", LOG_TEXT("provider", identity->provider),
                  LOG_TEXT("username", identity->username),
                  LOG_TEXT("request_id", request_reference(request)));
        visitor_end_session(request->worker, entry, request_reference(request));
    }
    visitor_forget(request);
    silent_suppress(request);
}
