/* The rules OC35x to OC37x: accounts, claim gates and tokens of API clients. */
#include "rules.h"

#define AT(id) [(id)-RULE_FILTER_CAPITALS]

/* clang-format off */
const struct props_rule rules_accounts[] = {
    AT(RULE_FILTER_CAPITALS) = {"OC350", IMPACT_ALL(INFO), "an allowed domain in capitals",
        .happens = "Domains are compared without regard to capitals. Nothing is wrong; small letters "
                   "read better.",
        .cure = "Write small letters.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=Example.edu.au\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"}},
    AT(RULE_CREATE_OFF) = {"OC351", IMPACT_ALL(INFO), "switches for new accounts that are never made",
        .happens = "userAutoEnabled and userAutoVerified are about new accounts, and none are made "
                   "while forceUserCreate is not true.",
        .cure = "Write forceUserCreate=true to have accounts made.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.forceUserCreate=false\n"
                 "openid.aaf.userAutoEnabled=true\n"
                 "auto.enabled=true\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.forceUserCreate=true\n"}},
    AT(RULE_USERNAME_INVALID) = {"OC352", IMPACT_ALL(ERROR), "no valid user name can come of the pattern",
        .happens = "A user name of XNAT's begins with a letter and has 64 characters at most. Others "
                   "are refused, and with them the people.",
        .cure = "Put a letter or [providerId] in front.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=1_[sub]\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=u_[sub]\n", .without = "enabled"}},
    AT(RULE_USERNAME_COLLIDES) = {"OC353", IMPACT_ALL(WARNING), "two people can get the same user name",
        .happens = "E-mail addresses and login names change hands, and names of people are shared by "
                   "many. The second of two is turned away, or, by plugin releases before 1.6, given "
                   "the account of the first. Whoever can choose the claim's value at the provider "
                   "can get somebody else's account.",
        .cure = "Build user names of [providerId] and [sub] before the first person signs in. "
                "Afterwards it gives people other names, and so takes their accounts away: then "
                "leave the pattern.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=[preferred_username]\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.usernamePattern=[providerId]_[sub]\n", .without = "enabled"}},
    AT(RULE_AUTO_OTHER_RELEASE) = {"OC354", IMPACT_ALL(WARNING), "a switch for new accounts that a release does not read",
        .happens = "Plugin releases up to 1.3 read userAutoEnabled and userAutoVerified, later ones "
                   "auto.enabled and auto.verified. The release that reads this file does not know the "
                   "key that is there: new accounts wait for an administrator.",
        .cure = "Write both keys.",
        .bad = {.scene = SCENE_LINES, .lines = "auto.enabled=true\n", .without = "openid.aaf.userAutoEnabled"},
        .good = {.scene = SCENE_LINES, .lines = "auto.enabled=true\n"
                 "openid.aaf.userAutoEnabled=true\n"}},
    AT(RULE_GATE_INCOMPLETE) = {"OC360", IMPACT(ERROR, NONE, NONE, ERROR), "a claim check is on and lacks what it checks for",
        .part = PART_LACK,
        .happens = "A claim check without its list, or without the path to the roles, turns everybody "
                   "away.",
        .cure = "Add what it checks for, or switch it off.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"
                 "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n"
                 "openid.aaf.audCheck.enabled=true\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"
                 "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n"
                 "openid.aaf.audCheck.enabled=true\n"
                 "openid.aaf.audCheck.acceptedAudiences=xnat\n", .without = "enabled"}},
    AT(RULE_GATE_OFF) = {"OC361", IMPACT(WARNING, NONE, NONE, WARNING), "what a claim check needs is there, but it is off",
        .happens = "What the check needs is there, but its switch is not on: it keeps nobody out.",
        .cure = "Write the switch with true.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.roleCheck.rolePath=roles\n"
                 "openid.aaf.roleCheck.requiredRoles=xnat-user\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.roleCheck.enabled=true\n"
                 "openid.aaf.roleCheck.rolePath=roles\n"
                 "openid.aaf.roleCheck.requiredRoles=xnat-user\n", .without = "enabled"}},
    AT(RULE_GATE_OTHER_RELEASE) = {"OC362", IMPACT(NONE, ERROR, ERROR, NONE), "a claim check that the release does not know",
        .happens = "Releases before 1.6 of the plugin pass over claim checks without a word and let "
                   "everybody in.",
        .cure = "Use release 1.6, or let the provider decide who may use the site.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.audCheck.enabled=true\n"
                 "openid.aaf.audCheck.acceptedAudiences=xnat\n"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.audCheck.enabled=true\n"
                 "openid.aaf.audCheck.acceptedAudiences=xnat\n", .without = "enabled"}},
    AT(RULE_BEARER_INCOMPLETE) = {"OC363", IMPACT(ERROR, NONE, NONE, ERROR), "bearer tokens are on and cannot be verified",
        .part = PART_LACK,
        .happens = "Tokens of API clients are verified against the issuer, its keys and the accepted "
                   "audiences. Without one of them all are turned away.",
        .cure = "Add issuer, jwksUri and bearer.audCheck.acceptedAudiences. Where the sidecar alone "
                "reads the file, the last is enough: it asks the provider for the others. Check "
                "with --target sidecar.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.bearer.enabled=true\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"
                 "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n"
                 "openid.aaf.bearer.enabled=true\n"
                 "openid.aaf.bearer.audCheck.acceptedAudiences=xnat\n", .without = "enabled"}},
    AT(RULE_BEARER_OFF) = {"OC364", IMPACT(WARNING, NONE, NONE, WARNING), "keys for bearer tokens, which are off",
        .happens = "Keys for the tokens of API clients do nothing while bearer.enabled is not true.",
        .cure = "Write bearer.enabled=true, or remove them.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.bearer.forceUserCreate=true\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"
                 "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n"
                 "openid.aaf.bearer.enabled=true\n"
                 "openid.aaf.bearer.forceUserCreate=true\n"
                 "openid.aaf.audCheck.acceptedAudiences=xnat\n", .without = "enabled"}},
    AT(RULE_LINK_EXISTING) = {"OC365", IMPACT(NONE, NONE, NONE, WARNING), "linking of accounts is half configured",
        .part = PART_LACK,
        .happens = "People are to be connected with their account of another provider, but the file "
                   "does not say which, or one that is not there. Each gets a new account.",
        .cure = "Write the id of the other provider in sourceProvider.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.linkExisting.enabled=true\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.linkExisting.enabled=true\n"
                 "openid.aaf.linkExisting.sourceProvider=google\n", .without = "enabled", .other = "provider.id=google\n"
                 "openid.google.clientId=318204775961-example.apps.googleusercontent.com\n"}},
    AT(RULE_AUTO_LOGIN_TWICE) = {"OC366", IMPACT(ERROR, WARNING, WARNING, WARNING), "two providers want to sign visitors in by themselves",
        .happens = "Visitors of the login page can be sent to one provider without being asked, not to "
                   "two. The sidecar does not start: the file does not say which is meant.",
        .cure = "Write autoLogin=true for one provider alone.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.autoLogin=true\n", .without = "enabled", .other = "provider.id=google\n"
                 "openid.google.clientId=318204775961-example.apps.googleusercontent.com\n"
                 "openid.google.autoLogin=true\n"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.autoLogin=true\n", .without = "enabled"}},
    AT(RULE_ENCRYPTION_UNKNOWN) = {"OC367", IMPACT(ERROR, NONE, NONE, ERROR), "an encryption algorithm that nobody knows",
        .happens = "The sidecar does not start with a misspelt algorithm; from release 1.4 of the plugin "
                   "it keeps XNAT as a whole from starting.",
        .cure = "Write RSA-OAEP, RSA-OAEP-256, -384 or -512, or remove the line.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP256\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-256\n", .without = "enabled"}},
    AT(RULE_ENCRYPTION_WEAK) = {"OC368", IMPACT(NONE, NONE, NONE, WARNING), "a weak encryption algorithm",
        .happens = "RSA1_5 has known attacks: whoever can send the site many altered tokens may read "
                   "one.",
        .cure = "Use RSA-OAEP-256 at the provider and here.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA1_5\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-256\n", .without = "enabled"}},
    AT(RULE_BEARER_AUDIENCE_OFF) = {"OC369", IMPACT(WARNING, NONE, NONE, WARNING), "bearer tokens for any service are accepted",
        .happens = "Every service that a person uses with the provider gets tokens of theirs. With the "
                   "audience check off, each of these services can use XNAT in the person's name.",
        .cure = "Remove the line, and list the site's own name at the provider in acceptedAudiences.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"
                 "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n"
                 "openid.aaf.bearer.enabled=true\n"
                 "openid.aaf.bearer.audCheck.enabled=false\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"
                 "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n"
                 "openid.aaf.bearer.enabled=true\n"
                 "openid.aaf.audCheck.acceptedAudiences=xnat\n", .without = "enabled"}},
};
/* clang-format on */
