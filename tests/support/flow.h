/*
 * A site, a provider and a browser in memory, for tests of whole sign-ins. The provider is played
 * by JSON texts and minted tokens; nothing of the product is used to make them. Whatever goes wrong
 * in the playing ends the test program.
 */
#ifndef TESTS_SUPPORT_FLOW_H
#define TESTS_SUPPORT_FLOW_H

#include <stdint.h>
#include <jansson.h>

#include <oidc/oidc.h>

#include "tests/support/mint.h"

#define FLOW_ISSUER "https://op.example"
#define FLOW_NOW INT64_C(1800000000)
#define FLOW_CODE "the-code-9f3"
#define FLOW_SECRET "s3cr%t"
#define FLOW_ACCESS_TOKEN "access-token-77"

struct flow {
    struct mint_key *key; /* the provider's; kid "one" */
    oidc_config *config;
    oidc_provider *provider; /* ready */
    oidc_keyring *ring;
    oidc_authorization *authorization;
    oidc_login *login;
    char *state; /* from the authorization URL */
    char *nonce;
};

/** The file of the site, with further lines behind it. For free(). */
char *flow_file(const char *lines);

/** A discovery document changed by the members of a JSON object; null takes one away. For free().
 */
char *flow_metadata(const char *changes);

/** Sets up site and provider and refreshes the provider. @param lines, metadata as above, or NULL.
 */
void flow_begin(struct flow *flow, struct mint_key *key, const char *lines, const char *metadata);

/** The same at a site that has keys to open encrypted tokens with. @param opening borrowed. */
void flow_begin_with_keys(struct flow *flow, struct mint_key *key, oidc_decryption_keys *opening,
                          const char *lines, const char *metadata);

/** Frees all but the key. */
void flow_end(struct flow *flow);

/** The value of a parameter in the query of a URL, decoded; for free(). NULL where it is missing.
 */
char *flow_parameter(const char *url, const char *name);

/** First leg: the browser is sent away. */
void flow_leave(struct flow *flow);

/** The same, asked for in a way of one's own. */
void flow_leave_as(struct flow *flow, const oidc_authorization_options *options);

/** Second leg: the browser comes back with a query. "%s" in it stands for the state. */
void flow_return(struct flow *flow, const char *query);

/** Goes on to the given action, as long as the login does not refuse before. */
void flow_go_to(struct flow *flow, oidc_action action);

/** Gives the login an answer of that status with JSON in it. */
void flow_answer(struct flow *flow, int status, const char *body);

/** The claims of a good ID token, changed by the members of a JSON object. For free(). */
char *flow_claims(const struct flow *flow, const char *changes);

/** A token response with an ID token of such claims; members of `answer` change it. For free(). */
char *flow_tokens(const struct flow *flow, const char *claims, const char *answer);

/** A token response with a ready-made ID token. For free(). */
char *flow_tokens_with(const char *id_token, const char *answer);

/** An answer of 200 with JSON in it. Borrows the text. */
oidc_http_response flow_json(const char *text);

/** Answers a refresh: the document, then the keys. NULL stands for a provider out of reach. */
void flow_serve(oidc_refresh *refresh, const char *document, const char *keys, int64_t now);

/** A text made of a format, for free(). */
char *flow_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
