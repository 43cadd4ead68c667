/* The rules OC38x: the button on XNAT's login page. */
#include "rules.h"

#define AT(id) [(id)-RULE_LINK_MISSING]

/* clang-format off */
const struct props_rule rules_link[] = {
    AT(RULE_LINK_MISSING) = {"OC380", IMPACT(NONE, ERROR, WARNING, WARNING), "the login page has no button for the provider",
        .part = PART_LACK,
        .happens = "XNAT's login page shows the HTML of `link`. Without it plugin 1.0 prints the word "
                   "null, and people find no button. The sidecar draws its own.",
        .cure = "Add a link.",
        .bad = {.scene = SCENE_LINES, .without = "openid.aaf.link"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in with AAF</a>\n"}},
    AT(RULE_LINK_NO_LOGIN) = {"OC381", IMPACT_PLUGINS(ERROR), "the button does not start a sign-in",
        .happens = "A sign-in starts at preEstablishedRedirUri with ?providerId= and the provider's id. "
                   "The button leads somewhere else, or nowhere.",
        .cure = "Write the link as the example has it.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<span>Sign in</span>\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in</a>\n"}},
    AT(RULE_LINK_OTHER_PROVIDER) = {"OC382", IMPACT_PLUGINS(ERROR), "the button leads to another provider",
        .happens = "Whoever presses the button is asked to sign in with another provider, or gets an "
                   "error.",
        .cure = "Write this provider's id after providerId=.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=google\">Sign in</a>\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in</a>\n"}},
    AT(RULE_LINK_SCRIPT) = {"OC383", IMPACT_PLUGINS(WARNING), "script in the button",
        .happens = "XNAT's login page runs it for everybody who opens it. A content security policy may "
                   "keep it from running, and then the button does nothing.",
        .cure = "Write a plain link.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\" onclick=\"go()\">Sign in</a>\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in</a>\n"}},
    AT(RULE_LINK_UNBALANCED) = {"OC384", IMPACT_PLUGINS(WARNING), "the button's HTML is not closed",
        .happens = "A tag or a quotation mark is opened and not closed: the rest of the login page is "
                   "drawn inside it, or not at all.",
        .cure = "Close every tag.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in</a>\n"}},
    AT(RULE_LINK_STRAY_END) = {"OC385", IMPACT_PLUGINS(INFO), "the button's HTML closes what is not open",
        .happens = "A tag is closed that was not opened. Browsers overlook it.",
        .cure = "Remove the closing tag.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in</a></b>\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">Sign in</a>\n"}},
    AT(RULE_LINK_IMAGE) = {"OC386", IMPACT_PLUGINS(WARNING), "an image that nobody serves",
        .happens = "Neither XNAT nor the plugin has a picture of that name: people see a broken button.",
        .cure = "Name a picture that is there, or write words.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\"><img src=\"/images/our-logo.png\" /></a>\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\"><img src=\"/images/aaf_service_223x54.png\" /></a>\n"}},
};
/* clang-format on */
