/* A provider being asked (--online): what the steps share. */
#ifndef PROPS_CHECK_LOOK_H
#define PROPS_CHECK_LOOK_H

#include <jansson.h>

#include "ask.h"
#include "props/build.h"

/** An endpoint: where it stands in the file and in a discovery document (OpenID Connect Discovery
 * 1.0, 3), and how to ask whether it is there. */
struct look_endpoint {
    enum keys_id key;
    const char *member;
    const char *role;
    const char *method; /* NULL: asked when the provider is looked at */
    size_t field;       /* of struct props_provider: what the file says, or NULL */
};

#define LOOK_ENDPOINTS 5

/** Ends with a row whose member is NULL. */
extern const struct look_endpoint look_endpoints[LOOK_ENDPOINTS + 1];

struct look {
    struct ask *ask;
    const struct props_provider *provider;
    const struct file *file;            /* the provider's, read again for the places of its keys */
    const struct props_findings *known; /* what the file alone has shown */
    struct props_findings *findings;    /* what the answers show */
    size_t records[LOOK_ENDPOINTS];     /* of ask, counted from 1; 0: not asked */
    json_t *document;                   /* the discovery document, an object; or NULL */
    bool usable;                        /* a relying party can work with what it says */
};

/** What the file says of an endpoint; NULL: nothing. */
const char *look_configured(const struct look *look, const struct look_endpoint *endpoint);

/** Where a finding about a key goes: to its value, else to the provider's issuer or first key.
 * Muted where as bad a finding about that line has been made without asking anybody. */
struct report_at look_at(const struct look *look, enum props_rule_id rule, enum keys_id key);

/** The same with the readers of a key alone: the sidecar, where the file has it not. */
struct impact look_impact(const struct look *look, enum props_rule_id rule, enum keys_id key);

/** Whether an address may be asked: https, or http on this machine. */
bool look_may_ask(const char *url);

/** Says that the transport failed, at a key's place: OC505 or OC506. */
void look_report_transport(const struct look *look, enum keys_id key,
                           const struct ask_record *record);

/* --- steps --------------------------------------------------------------------------------------
 */

/** Asks at the endpoints that the file names; or at those that only the discovery document names.
 * @return false: memory. */
bool look_ask_endpoints(struct look *look, bool configured);

/** Says what came of it, when the discovery document is known. */
void look_judge_endpoints(const struct look *look);

/** The discovery document and the keys, as a relying party fetches them. @return false: memory. */
bool look_discover(struct look *look);

/** What the document says the provider can do. @return whether it says that nobody can sign in. */
bool look_compare(const struct look *look);

#endif
