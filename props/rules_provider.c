/* The rules OC30x to OC339: where a provider is, and the site's credentials there. */
#include "rules.h"

#define AT(id) [(id)-RULE_CLIENT_ID_MISSING]

/* clang-format off */
const struct props_rule rules_provider[] = {
    AT(RULE_CLIENT_ID_MISSING) = {"OC301", IMPACT_ALL(ERROR), "no client id",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_CLIENT_SECRET_MISSING) = {"OC302", IMPACT_ALL(ERROR), "no client secret",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_REQUIRED_MISSPELT) = {"OC303", IMPACT_ALL(ERROR), "the key of the client id or secret is misspelt",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_ENDPOINT) = {"OC304", IMPACT_ALL(ERROR), "an endpoint is not a usable URL",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_ENDPOINT_HTTP) = {"OC305", IMPACT(ERROR, WARNING, WARNING, WARNING), "an endpoint is not on https",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_NO_ENDPOINT) = {"OC306", IMPACT_ALL(ERROR), "nothing says where the provider is",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_SCOPE_OPENID) = {"OC307", IMPACT(WARNING, ERROR, ERROR, ERROR), "the scope openid is missing",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_SCOPE) = {"OC308", IMPACT_ALL(ERROR), "a scope with characters that scopes cannot have",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
};
/* clang-format on */
