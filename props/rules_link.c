/* The rules OC38x: the button on XNAT's login page. */
#include "rules.h"

#define AT(id) [(id)-RULE_LINK_MISSING]

/* clang-format off */
const struct props_rule rules_link[] = {
    AT(RULE_LINK_MISSING) = {"OC380", IMPACT(NONE, ERROR, WARNING, WARNING), "the login page has no button for the provider",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_LINK_NO_LOGIN) = {"OC381", IMPACT_PLUGINS(ERROR), "the button does not start a sign-in",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_LINK_OTHER_PROVIDER) = {"OC382", IMPACT_PLUGINS(ERROR), "the button leads to another provider",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_LINK_SCRIPT) = {"OC383", IMPACT_PLUGINS(WARNING), "script in the button",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_LINK_UNBALANCED) = {"OC384", IMPACT_PLUGINS(WARNING), "the button's HTML is not closed",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_LINK_STRAY_END) = {"OC385", IMPACT_PLUGINS(INFO), "the button's HTML closes what is not open",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_LINK_IMAGE) = {"OC386", IMPACT_PLUGINS(WARNING), "an image that nobody serves",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
};
/* clang-format on */
