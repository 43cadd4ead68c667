/* The rules OC4xx: what this release of the sidecar does not do. */
#include "rules.h"

#define AT(id) [(id)-RULE_GATE_UNSUPPORTED]

/* clang-format off */
const struct props_rule rules_limits[] = {
    AT(RULE_GATE_UNSUPPORTED) = {"OC401", IMPACT_SIDECAR(ERROR), "claim checks are not supported yet",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_BEARER_UNSUPPORTED) = {"OC402", IMPACT_SIDECAR(ERROR), "bearer tokens are not supported yet",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_ENCRYPTION_UNSUPPORTED) = {"OC403", IMPACT_SIDECAR(ERROR), "encrypted ID tokens are not supported yet",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_AUTO_LOGIN_IGNORED) = {"OC404", IMPACT_SIDECAR(WARNING), "automatic login is ignored",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_LINK_EXISTING_IGNORED) = {"OC405", IMPACT_SIDECAR(WARNING), "linking of accounts is ignored",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
};
/* clang-format on */
