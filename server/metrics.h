/* Counters, one set a worker, added up when they are read (Prometheus text format 0.0.4). */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <oidc/error.h>

/* X(constant, prometheus name, labels or "", help). Rows of one name stand together. */
#define METRICS(X)                                                                                 \
    X(METRIC_REQUESTS_PROXIED, "oidc_sidecar_requests_total", "kind=\"proxied\"",                  \
      "Requests, by what was done with them.")                                                     \
    X(METRIC_REQUESTS_AUTH, "oidc_sidecar_requests_total", "kind=\"forward_auth\"", "")            \
    X(METRIC_REQUESTS_OWN, "oidc_sidecar_requests_total", "kind=\"own\"", "")                      \
    X(METRIC_AUTH_ALLOWED, "oidc_sidecar_forward_auth_total", "answer=\"allowed\"",                \
      "Forward-auth answers.")                                                                     \
    X(METRIC_AUTH_DENIED, "oidc_sidecar_forward_auth_total", "answer=\"denied\"", "")              \
    X(METRIC_AUTH_REDIRECTED, "oidc_sidecar_forward_auth_total", "answer=\"redirected\"", "")      \
    X(METRIC_LOGINS_STARTED, "oidc_sidecar_logins_started_total", "",                              \
      "Sign-ins that were sent to a provider.")                                                    \
    X(METRIC_LOGINS_SUCCEEDED, "oidc_sidecar_logins_succeeded_total", "",                          \
      "Sign-ins that ended in a session.")                                                         \
    X(METRIC_SILENT_DECLINED, "oidc_sidecar_silent_logins_declined_total", "",                     \
      "Silent sign-ins that the provider declined: the person was shown the sign-in page.")        \
    X(METRIC_SIGN_OUTS, "oidc_sidecar_sign_outs_total", "",                                        \
      "Sessions ended by sign-out, or by signing in anew.")                                        \
    X(METRIC_LOGOUTS_TAKEN, "oidc_sidecar_backchannel_logouts_total", "answer=\"taken\"",          \
      "Sign-outs that providers asked for.")                                                       \
    X(METRIC_LOGOUTS_REFUSED, "oidc_sidecar_backchannel_logouts_total", "answer=\"refused\"", "")  \
    X(METRIC_REDIS_FAILED, "oidc_sidecar_redis_failures_total", "",                                \
      "Times that Redis was or went out of reach.")                                                \
    X(METRIC_REDIS_ALONE, "oidc_sidecar_redis_decided_alone_total", "",                            \
      "States and logout tokens that were taken without asking Redis, which was out of reach.")    \
    X(METRIC_BEARER_ACCEPTED, "oidc_sidecar_bearer_requests_total", "answer=\"accepted\"",         \
      "Requests with a bearer token, where they are ours to judge.")                               \
    X(METRIC_BEARER_REFUSED, "oidc_sidecar_bearer_requests_total", "answer=\"refused\"", "")       \
    X(METRIC_BEARER_VERIFIED, "oidc_sidecar_bearer_tokens_verified_total", "",                     \
      "Bearer tokens that were verified and not found remembered.")                                \
    X(METRIC_UPSTREAM_FAILED, "oidc_sidecar_upstream_failures_total", "",                          \
      "Requests the upstream did not answer in full.")                                             \
    X(METRIC_PROVIDER_REQUESTS, "oidc_sidecar_provider_requests_total", "",                        \
      "Requests sent to providers.")                                                               \
    X(METRIC_PROVIDER_FAILED, "oidc_sidecar_provider_failures_total", "",                          \
      "Requests to providers that got no usable answer.")                                          \
    X(METRIC_XNAT_ANSWERED, "oidc_sidecar_xnat_calls_total", "outcome=\"answered\"",               \
      "Questions to XNAT about accounts and tokens, by what came of them.")                        \
    X(METRIC_XNAT_REFUSED, "oidc_sidecar_xnat_calls_total", "outcome=\"refused\"", "")             \
    X(METRIC_XNAT_FAILED, "oidc_sidecar_xnat_calls_total", "outcome=\"failed\"", "")               \
    X(METRIC_XNAT_ACCOUNTS_CREATED, "oidc_sidecar_xnat_accounts_created_total", "",                \
      "XNAT accounts created at sign-in.")                                                         \
    X(METRIC_XNAT_TOKENS_ISSUED, "oidc_sidecar_xnat_tokens_issued_total", "",                      \
      "Alias tokens that XNAT issued for people who signed in.")                                   \
    X(METRIC_XNAT_TOKENS_INVALIDATED, "oidc_sidecar_xnat_tokens_invalidated_total", "",            \
      "Alias tokens that XNAT was told to forget.")                                                \
    X(METRIC_SESSION_CACHE_HITS, "oidc_sidecar_session_cache_hits_total", "",                      \
      "Sessions found opened already.")                                                            \
    X(METRIC_SESSION_CACHE_MISSES, "oidc_sidecar_session_cache_misses_total", "",                  \
      "Sessions that had to be opened.")

#define METRIC_CONSTANT(constant, name, labels, help) constant,
enum metric { METRICS(METRIC_CONSTANT) METRIC_COUNT };
#undef METRIC_CONSTANT

struct metrics {
    _Atomic uint64_t counters[METRIC_COUNT];
    _Atomic uint64_t logins_refused[OIDC_CODE_COUNT]; /* by reason */
};

/** Counts one; from the owning worker's thread. */
static inline void metrics_count(struct metrics *metrics, enum metric metric)
{
    atomic_fetch_add_explicit(&metrics->counters[metric], 1, memory_order_relaxed);
}

/** Counts a sign-in that was refused; from the owning worker's thread. */
static inline void metrics_count_refusal(struct metrics *metrics, oidc_code reason)
{
    atomic_fetch_add_explicit(&metrics->logins_refused[reason], 1, memory_order_relaxed);
}

/** A value that is not a counter, measured when it is asked for. */
struct metrics_gauge {
    const char *name;
    const char *labels; /* or "" */
    const char *help;
    double value;
};

/** All of it as text: new, for free(); NULL when memory is short. */
char *metrics_text(const struct metrics *const sets[], size_t count,
                   const struct metrics_gauge *gauges, size_t gauge_count);

#endif
