/* Inside of <oidc/provider.h>: one snapshot of what is known of a provider. */
#ifndef LIBOIDC_PROVIDER_H
#define LIBOIDC_PROVIDER_H

#include <stdatomic.h>

#include <oidc/provider.h>

#include "jwks.h"
#include "metadata.h"
#include "settings.h"

/** How we came by the issuer. */
enum issuer_source {
    ISSUER_NONE,       /* neither the file nor an endpoint gives one */
    ISSUER_CONFIGURED, /* openid.P.issuer */
    ISSUER_KNOWN,      /* the endpoint is AAF's or Google's own */
    ISSUER_GUESSED,    /* from the shape of the endpoint, until discovery confirms it */
};

/** A set of keys that several snapshots share. */
struct provider_keys {
    atomic_size_t owners;
    struct jwks *set;
};

/** Immutable once it is handed out. */
struct oidc_provider {
    atomic_size_t owners;
    oidc_config *config;                   /* reference */
    const struct props_provider *settings; /* borrowed from config */
    oidc_decryption_keys *decryption_keys; /* reference, or NULL */
    char *issuer;                          /* expected, or NULL */
    enum issuer_source issuer_source;
    struct metadata *metadata;  /* reference, or NULL until learnt */
    struct provider_keys *keys; /* reference, or NULL until learnt */
    int64_t refresh_at;
    int64_t retry_after;    /* seconds to the next look if this one fails, too */
    bool keys_were_fetched; /* because a token named an unknown one, at: */
    int64_t keys_fetched_at;
};

/** A copy for the next snapshot: the caller alone owns it and may still change it. */
OIDC_CHECKED oidc_code provider_copy(const oidc_provider *from, oidc_provider **provider,
                                     oidc_error *error);

/** Puts new knowledge in place of the old. @param metadata, keys references taken over. */
void provider_set_metadata(oidc_provider *provider, struct metadata *metadata);
void provider_set_keys(oidc_provider *provider, struct provider_keys *keys);

/** Shares a set of keys. @param set taken over, also on failure. */
OIDC_CHECKED oidc_code provider_keys_new(struct jwks *set, struct provider_keys **keys,
                                         oidc_error *error);

/** Takes a provider in the place of one that was held, which may be the same. @param held a
 * reference, or NULL. @param provider borrowed; its reference is new. */
void provider_keep(oidc_provider **held, oidc_provider *provider);

/** Whether metadata and keys are known. @return OIDC_OK or OIDC_E_PROVIDER_NOT_READY. */
OIDC_CHECKED oidc_code provider_check_ready(const oidc_provider *provider, oidc_error *error);

/** The keys of a provider that is ready. Borrowed. */
const struct jwks *provider_jwks(const oidc_provider *provider);

#endif
