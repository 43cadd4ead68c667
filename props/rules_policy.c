/* The rules OC309 to OC314, OC35x and OC36x: who may come in, and as whom. */
#include "rules.h"

#define AT(id) [(id)-RULE_FILTER_EMPTY]

/* clang-format off */
const struct props_rule rules_policy[] = {
    AT(RULE_FILTER_EMPTY) = {"OC309", IMPACT_ALL(ERROR), "the e-mail filter is on and has no domains",
        .part = PART_LACK,
        .happens = "The filter is on and has no domains. The plugin up to 1.5 and the sidecar admit "
                   "nobody; release 1.6 admits everybody.",
        .cure = "List the domains to admit, or write shouldFilterEmailDomains=false.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"}},
    AT(RULE_FILTER_ITEM) = {"OC310", IMPACT_ALL(ERROR), "an allowed domain that can never match",
        .happens = "Domains are compared as a whole with what stands after the @ of an address. An item "
                   "with an @, a blank or a wildcard matches nobody, and those it was meant for are "
                   "turned away: everybody where no item is a domain. Beside one that is, the sidecar "
                   "starts.",
        .cure = "Write complete domains, separated by commas; a * alone admits all.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=@example.edu.au\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"}},
    AT(RULE_FILTER_UNUSED) = {"OC311", IMPACT_ALL(WARNING), "allowed domains without effect",
        .happens = "The list is looked at only while shouldFilterEmailDomains is true: people of every "
                   "domain are admitted.",
        .cure = "To admit these domains alone, write shouldFilterEmailDomains=true.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.allowedEmailDomains=example.edu.au\n", .without = "openid.aaf.shouldFilterEmailDomains"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"}},
    AT(RULE_AUTO_DISAGREE) = {"OC312", IMPACT_ALL(WARNING), "two switches for new accounts disagree",
        .happens = "userAutoEnabled and userAutoVerified are read by plugin releases up to 1.3, "
                   "auto.enabled and auto.verified since 1.4. Where they disagree, an upgrade opens the "
                   "site to people whom nobody has approved, or closes it.",
        .cure = "Write the same in both lines.",
        .bad = {.scene = SCENE_LINES, .lines = "auto.enabled=true\n"
                 "openid.aaf.userAutoEnabled=false\n"},
        .good = {.scene = SCENE_LINES, .lines = "auto.enabled=false\n"
                 "openid.aaf.userAutoEnabled=false\n"}},
    AT(RULE_USERNAME_PATTERN) = {"OC313", IMPACT_ALL(ERROR), "the pattern of user names cannot be read",
        .happens = "No user name can be made of the pattern, so nobody can sign in.",
        .cure = "Write names of claims in square brackets, for example [providerId]_[sub].",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=[providerId]_[sub\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=[providerId]_[sub]\n", .without = "enabled"}},
    AT(RULE_USERNAME_SHARED) = {"OC314", IMPACT_ALL(ERROR), "all persons would share one user name",
        .happens = "Everybody would get the same user name, and with it the same account and the same "
                   "data.",
        .cure = "Put a claim into the pattern, for example [providerId]_[sub].",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=researcher\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=[providerId]_[sub]\n", .without = "enabled"}},
};
/* clang-format on */
