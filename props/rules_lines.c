/* The rules OC1xx: lines, keys and values, whatever they are about. */
#include "rules.h"

#define AT(id) [(id)-RULE_MALFORMED_ESCAPE]

/* clang-format off */
const struct props_rule rules_lines[] = {
    AT(RULE_MALFORMED_ESCAPE) = {"OC101", IMPACT_ALL(ERROR), "malformed \\u escape",
        .part = PART_FIRST,
        .happens = "A \\u that four hexadecimal digits do not follow stops Java from reading the "
                   "file. XNAT as a whole does not start, and nor does the sidecar.",
        .cure = "Write \\\\ for a backslash that is meant as such, or / in a path.",
        .bad = {.scene = SCENE_LINES, .lines = "name=Our \\university\n"},
        .good = {.scene = SCENE_LINES, .lines = "name=Our \\\\university\n"}},
    AT(RULE_DUPLICATE_KEY) = {"OC102", IMPACT_ALL(WARNING), "a key is given twice",
        .part = PART_FIRST,
        .happens = "Of two lines with one key the last one counts, and the other does nothing. "
                   "Whoever edits the wrong one wonders why nothing changes.",
        .cure = "Keep the line that is right, and remove the other.",
        .bad = {.scene = SCENE_LINES, .lines = "visible=false\nvisible=true\n"},
        .good = {.scene = SCENE_LINES, .lines = "visible=true\n"}},
    AT(RULE_UNKNOWN_KEY) = {"OC103", IMPACT_ALL(WARNING), "nobody reads this key",
        .happens = "Neither the sidecar nor any release of XNAT's plugin knows the key. The line "
                   "does nothing, and nobody is told.",
        .cure = "Remove the line, or look up what the key should be.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.buttonColour=blue\n"},
        .good = {.scene = SCENE_LINES, .lines = ""}},
    AT(RULE_MISSPELT_KEY) = {"OC104", IMPACT_ALL(ERROR), "a key looks misspelt",
        .happens = "Keys must be written letter by letter as they are documented, capitals included. "
                   "A line with another key does nothing, and what it was to set is missing: without "
                   "an endpoint, for example, nobody can sign in.",
        .cure = "Write the key that is proposed.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.userAuthUrl=https://central.aaf.edu.au/oidc/authorize\n", .without = "openid.aaf.userAuthUri"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.userAuthUri=https://central.aaf.edu.au/oidc/authorize\n"}},
    AT(RULE_MISSPELT_GUARD) = {"OC105", IMPACT_ALL(ERROR), "the key of an access restriction is misspelt",
        .happens = "The line was to keep people out. XNAT's plugin does not know its key and lets "
                   "everybody in, without a word; the sidecar does not start.",
        .cure = "Write the key that is proposed, or remove the line when everybody may come in.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldfilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n", .without = "openid.aaf.shouldFilterEmailDomains"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"}},
    AT(RULE_BLANKS) = {"OC106", IMPACT_PLUGINS(ERROR), "blanks around a value",
        .happens = "XNAT's plugin takes blanks at the end of a line for a part of the value. "
                   "auth.method then names another login method, a client id is not known to the "
                   "provider, an allowed domain admits nobody. The sidecar drops them.",
        .cure = "Remove the blanks at the end of the line, and those between the ids of "
                "`enabled`.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=5f0c2b7a-xnat-example  \n", .unseen = "two blanks at the end"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=5f0c2b7a-xnat-example\n"}},
    AT(RULE_UTF8) = {"OC107", IMPACT(WARNING, ERROR, ERROR, ERROR), "UTF-8 in a file that is read as ISO-8859-1",
        .happens = "Java reads the file as ISO-8859-1. What an editor saved as UTF-8 becomes two or "
                   "three wrong letters for each one beyond ASCII, in names that people see as in "
                   "secrets that the provider compares.",
        .cure = "Write such letters as \\uXXXX with the four digits of the character, for example "
                "\\u00e9.",
        .bad = {.scene = SCENE_LINES, .lines = "name=Universit\303\251\n"},
        .good = {.scene = SCENE_LINES, .lines = "name=Universit\\u00e9\n"}},
    AT(RULE_BYTE_ORDER_MARK) = {"OC108", IMPACT_ALL(ERROR), "the file begins with a byte order mark",
        .happens = "Some editors put three invisible bytes in front of a file. Java takes them for "
                   "letters of the first key, which then nobody knows: when it is auth.method, XNAT "
                   "does not see the file. A file in UTF-16 has no key at all for Java.",
        .cure = "Save the file as ASCII or ISO-8859-1, or as UTF-8 without byte order mark.",
        .bad = {.scene = SCENE_WHOLE, .lines = "\357\273\277"
                 "auth.method=openid\n"
                 "provider.id=openid\n"
                 "enabled=aaf\n"
                 "siteUrl=https://xnat.example.edu.au\n"
                 "preEstablishedRedirUri=/openid-login\n"
                 "openid.aaf.clientId=5f0c2b7a-xnat-example\n"
                 "openid.aaf.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f\n"
                 "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"
                 "openid.aaf.userAuthUri=https://central.aaf.edu.au/oidc/authorize\n"
                 "openid.aaf.scopes=openid,profile,email\n"
                 "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">AAF</a>\n"
                 "openid.aaf.emailProperty=email\n"
                 "openid.aaf.givenNameProperty=given_name\n"
                 "openid.aaf.familyNameProperty=family_name\n"},
        .good = {.scene = SCENE_LINES, .lines = ""}},
    AT(RULE_BOOLEAN) = {"OC109", IMPACT_ALL(WARNING), "neither true nor false",
        .happens = "Only the word true, in whatever capitals, is true. Everything else is read as "
                   "false, also yes, on and 1.",
        .cure = "Write true or false.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.forceUserCreate=yes\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.forceUserCreate=TRUE\n"}},
    AT(RULE_BOOLEAN_GUARD) = {"OC110", IMPACT_ALL(ERROR), "an access restriction neither true nor false",
        .happens = "The line was to keep people out, but its value is neither true nor false. XNAT's "
                   "plugin reads it as false and lets everybody in; the sidecar does not start.",
        .cure = "Write true, or false.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=yes\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"}},
    AT(RULE_EMPTY_VALUE) = {"OC111", IMPACT(WARNING, ERROR, ERROR, ERROR), "an empty value counts as absent",
        .part = PART_EMPTY,
        .happens = "The key stands there without a value, which is as if it were not there, or "
                   "worse: XNAT's plugin asks for no scope, or knows no endpoint.",
        .cure = "Write the value, or remove the line where the key is not needed.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=openid,profile,email\n"}},
    AT(RULE_CHARACTERS) = {"OC112", IMPACT_ALL(ERROR), "characters that cannot be meant",
        .happens = "The value has a character in it that nobody can have meant: a control character, "
                   "often from a backslash that Java reads as an escape, or a blank from a web page "
                   "that is no ordinary one. It becomes part of the value, and a client id or an "
                   "address is then wrong.",
        .cure = "Type the value anew; write \\\\ for a backslash.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=Hc9v\\tTq2LmWz7RkXb4NsYdJ6f\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=Hc9vtTq2LmWz7RkXb4NsYdJ6f\n"}},
    AT(RULE_QUOTES) = {"OC113", IMPACT_ALL(ERROR), "quotation marks around a value",
        .happens = "A properties file needs no quotation marks: they become part of the value. The "
                   "provider does not know a client id in quotation marks, and an address that "
                   "begins with one is none.",
        .cure = "Remove the quotation marks.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=\"5f0c2b7a-xnat-example\"\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=5f0c2b7a-xnat-example\n"}},
    AT(RULE_TOO_MANY_ITEMS) = {"OC114", IMPACT_ALL(ERROR), "a list has too many items",
        .happens = "The list has thousands of items, which cannot be meant, so none of them is used.",
        .cure = "Look for what filled the list.",
        .bad = {0},
        .good = {0}},
    AT(RULE_UNKNOWN_RESTRICTION) = {"OC115", IMPACT_ALL(ERROR), "nobody reads this access restriction",
        .happens = "The key sounds as if it kept people out, but no release of XNAT's plugin reads "
                   "it: everybody comes in. The sidecar does not start, so that nobody relies on it.",
        .cure = "Use shouldFilterEmailDomains with allowedEmailDomains or, with releases since "
                "1.6, a role check; or let the provider decide who may use the site. Then remove "
                "the line.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.allowedGroups=imaging\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.shouldFilterEmailDomains=true\n"
                 "openid.aaf.allowedEmailDomains=example.edu.au\n"}},
    AT(RULE_TEMPLATE) = {"OC116", IMPACT_ALL(ERROR), "a placeholder that was never filled in",
        .happens = "The value still has the placeholder that a person or a program was to fill in. "
                   "It is taken as it stands, so the provider, or the site, is not found.",
        .cure = "Write the value itself, or find out why the program that makes the file did not.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId={{ aaf_client_id }}\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=5f0c2b7a-xnat-example\n"}},
    AT(RULE_LATIN1) = {"OC117", IMPACT_ALL(INFO), "a letter beyond ASCII",
        .happens = "Java reads the letter as it is meant. The next editor that saves the file as "
                   "UTF-8 spoils it.",
        .cure = "Write such letters as \\uXXXX, for example \\u00e9.",
        .bad = {.scene = SCENE_LINES, .lines = "name=Universit\351\n"},
        .good = {.scene = SCENE_LINES, .lines = "name=Universit\\u00e9\n"}},
    AT(RULE_SWALLOWED_LINE) = {"OC118", IMPACT_ALL(ERROR), "a line has become part of the value before it",
        .happens = "A backslash at the end of a line joins the next one to it. That line is then no "
                   "line of its own: its key is not set, and its text hangs on to the value before "
                   "it.",
        .cure = "Remove the backslash at the end of the line; write \\\\ for one that is meant as "
                "such.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.emailProperty=email\\\nopenid.aaf.givenNameProperty=given_name\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.emailProperty=email\nopenid.aaf.givenNameProperty=given_name\n"}},
    AT(RULE_NO_SEPARATOR) = {"OC119", IMPACT_ALL(ERROR), "a line without = or :",
        .happens = "A blank ends a key as = and : do. So a key with a blank in it is cut short, and "
                   "a line without any of them is all key and has no value; nobody reads either.",
        .cure = "Write the key without blanks and with = after it; write # in front of a comment.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.email Property=email\n", .without = "openid.aaf.emailProperty"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.emailProperty = email\n"}},
    AT(RULE_FALSE_PLACE) = {"OC120", IMPACT_ALL(ERROR), "a key in the wrong place",
        .happens = "The key exists, but not here: a key of the site does not begin with openid. and "
                   "a provider's id, a key of a provider does, and only claim checks have a path "
                   "such as idToken. Nobody reads it where it stands.",
        .cure = "Write the key that is proposed.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.siteUrl=https://xnat.example.edu.au\n", .without = "siteUrl"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_OTHER_RELEASE) = {"OC121", IMPACT(NONE, WARNING, WARNING, WARNING), "only other releases of the plugin read this key",
        .happens = "The release of XNAT's plugin that the file is laid out for does not know the key "
                   "and passes over it.",
        .cure = "Remove the line, or move to a release that reads it. Where the sidecar alone reads "
                "the file, check with --target sidecar: it reads the key, unless it is one of "
                "openid.tos and openid.privacyPolicy.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.usernamePattern=[providerId]_[sub]\n"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\nopenid.aaf.usernamePattern=[providerId]_[sub]\n", .without = "enabled"}},
};
/* clang-format on */
