/* The rules OC309 to OC314, OC35x and OC36x: who may come in, and as whom. */
#include "rules.h"

#define AT(id) [(id)-RULE_FILTER_EMPTY]

/* clang-format off */
const struct props_rule rules_policy[] = {
    AT(RULE_FILTER_EMPTY) = {"OC309", IMPACT_ALL(ERROR), "the e-mail filter is on and has no domains",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILTER_ITEM) = {"OC310", IMPACT_ALL(ERROR), "an allowed domain that can never match",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILTER_UNUSED) = {"OC311", IMPACT_ALL(WARNING), "allowed domains without effect",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_AUTO_DISAGREE) = {"OC312", IMPACT_ALL(WARNING), "two switches for new accounts disagree",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_USERNAME_PATTERN) = {"OC313", IMPACT_ALL(ERROR), "the pattern of user names cannot be read",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_USERNAME_SHARED) = {"OC314", IMPACT_ALL(ERROR), "all persons would share one user name",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
};
/* clang-format on */
