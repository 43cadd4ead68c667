/* The table of rules: every kind of finding there is. Codes never change meaning. oidc-check's
 * manual, --explain and the tests all come from it. */
#ifndef PROPS_RULES_H
#define PROPS_RULES_H

#include <stddef.h>

#include "findings.h"
#include "readers.h"

enum props_rule_id {
    /* OC0xx: the file as such */
    RULE_FILE_UNREADABLE,
    RULE_FILE_TOO_LARGE,
    RULE_TOO_MANY_ENTRIES,
    RULE_FOLDER_EMPTY,
    RULE_FILE_NOT_LOADED,
    RULE_TOO_MANY_FILES,
    RULE_FILE_NO_KEYS,
    RULE_FILE_READABLE,
    /* OC1xx: lines, keys and values, whatever they are about */
    RULE_MALFORMED_ESCAPE,
    RULE_DUPLICATE_KEY,
    RULE_UNKNOWN_KEY,
    RULE_MISSPELT_KEY,
    RULE_MISSPELT_GUARD,
    RULE_BLANKS,
    RULE_UTF8,
    RULE_BYTE_ORDER_MARK,
    RULE_BOOLEAN,
    RULE_BOOLEAN_GUARD,
    RULE_EMPTY_VALUE,
    RULE_CHARACTERS,
    RULE_QUOTES,
    RULE_TOO_MANY_ITEMS,
    RULE_UNKNOWN_RESTRICTION,
    RULE_TEMPLATE,
    RULE_LATIN1,
    RULE_SWALLOWED_LINE,
    RULE_NO_SEPARATOR,
    RULE_FALSE_PLACE,
    RULE_OTHER_RELEASE,
    /* OC2xx: the site, and which providers it has */
    RULE_METHOD_MISSING,
    RULE_METHOD_OTHER,
    RULE_METHOD_SKIPPED,
    RULE_NO_PROVIDER,
    RULE_PROVIDER_ID,
    RULE_PROVIDER_RESERVED,
    RULE_PROVIDER_TWICE,
    RULE_LISTED_TWICE,
    RULE_NO_BLOCK,
    RULE_MIXED_LAYOUT,
    RULE_PROVIDER_ID_MISSING,
    RULE_SHARED_PROVIDER_ID,
    RULE_NOT_ENABLED,
    RULE_TOO_MANY_PROVIDERS,
    RULE_OTHER_LAYOUT,
    RULE_TYPE,
    RULE_SITE_URL_MISSING,
    RULE_SITE_URL,
    RULE_SITE_URL_SLASH,
    RULE_SITE_URL_HTTP,
    RULE_SITE_URL_SPELLING,
    RULE_REDIRECT_PATH,
    RULE_SITE_CONFLICT,
    RULE_SITE_URL_ADDRESS,
    RULE_REDIRECT_PATH_MISSING,
    /* OC30x to OC339: where a provider is, and the site's credentials there */
    RULE_CLIENT_ID_MISSING,
    RULE_CLIENT_SECRET_MISSING,
    RULE_REQUIRED_MISSPELT,
    RULE_ENDPOINT,
    RULE_ENDPOINT_HTTP,
    RULE_NO_ENDPOINT,
    RULE_SCOPE_OPENID,
    RULE_SCOPE,
    /* OC309 to OC314, OC35x and OC36x: who may come in, and as whom */
    RULE_FILTER_EMPTY,
    RULE_FILTER_ITEM,
    RULE_FILTER_UNUSED,
    RULE_AUTO_DISAGREE,
    RULE_USERNAME_PATTERN,
    RULE_USERNAME_SHARED,
    /* OC315 to OC349: endpoints, scopes and credentials that do not fit the provider */
    RULE_ENDPOINT_MISSING,
    RULE_FEDERATIONS_MIXED,
    RULE_PROVIDERS_MIXED,
    RULE_ENDPOINT_LEGACY,
    RULE_ENDPOINT_TYPO,
    RULE_ENDPOINTS_SWAPPED,
    RULE_SCOPE_FOR_CLAIM,
    RULE_CLAIM_UNKNOWN,
    RULE_CLAIM_DELIBERATE,
    RULE_SAMPLE_CREDENTIALS,
    RULE_CREDENTIALS_SWAPPED,
    RULE_CREDENTIALS_SHAPE,
    RULE_SECRET_SHORT,
    RULE_PKCE_OFF,
    RULE_ENDPOINT_SPELLING,
    RULE_ISSUER_DOCUMENT,
    RULE_ISSUER_SPELLING,
    /* OC35x to OC37x: accounts, claim gates and tokens of API clients */
    RULE_FILTER_CAPITALS,
    RULE_CREATE_OFF,
    RULE_USERNAME_INVALID,
    RULE_USERNAME_COLLIDES,
    RULE_AUTO_OTHER_RELEASE,
    RULE_GATE_INCOMPLETE,
    RULE_GATE_OFF,
    RULE_GATE_OTHER_RELEASE,
    RULE_BEARER_INCOMPLETE,
    RULE_BEARER_OFF,
    RULE_LINK_EXISTING,
    RULE_AUTO_LOGIN_TWICE,
    RULE_ENCRYPTION_UNKNOWN,
    RULE_ENCRYPTION_WEAK,
    RULE_BEARER_AUDIENCE_OFF,
    /* OC38x: the button on XNAT's login page */
    RULE_LINK_MISSING,
    RULE_LINK_NO_LOGIN,
    RULE_LINK_OTHER_PROVIDER,
    RULE_LINK_SCRIPT,
    RULE_LINK_UNBALANCED,
    RULE_LINK_STRAY_END,
    RULE_LINK_IMAGE,
    /* OC4xx: what this release of the sidecar does not do */
    RULE_ENCRYPTION_UNSUPPORTED,
    RULE_LINK_EXISTING_IGNORED,
    /* OC5xx: what the provider itself says (oidc-check --online) */
    RULE_DISCOVERY_UNREACHABLE,
    RULE_DISCOVERY_UNUSABLE,
    RULE_ISSUER_DIFFERS,
    RULE_ENDPOINT_DIFFERS,
    RULE_ENDPOINT_UNREACHABLE,
    RULE_ENDPOINT_TLS,
    RULE_ENDPOINT_ABSENT,
    RULE_ENDPOINT_BROKEN,
    RULE_KEYS_UNUSABLE,
    RULE_SCOPE_UNSUPPORTED,
    RULE_ALGORITHM_UNSUPPORTED,
    RULE_FLOW_UNSUPPORTED,
    RULE_AUTHENTICATION_UNSUPPORTED,
    RULE_PKCE_UNSUPPORTED,
    RULE_ENCRYPTION_NOT_OFFERED,
    RULE_COUNT
};

/** What an example is a piece of. */
enum rules_scene {
    SCENE_NONE,  /* no text could show it, or only a very long one: a test of its own makes it */
    SCENE_LINES, /* lines over those of rules_base: a key of theirs takes the place of the base's */
    SCENE_WHOLE, /* a whole file, byte by byte */
    SCENE_NAME,  /* rules_base in a file of that name */
    SCENE_ASKED, /* as SCENE_LINES; what the provider answers decides, which a comment tells */
    SCENE_OPEN,  /* as SCENE_LINES, in a file that everybody may read (the others: owner only) */
};

/** A mistake, or the same thing done right. */
struct rules_example {
    enum rules_scene scene;
    const char *lines;   /* Java's syntax, each line with its line feed; "" or NULL: none */
    const char *without; /* keys to take out of the base, separated by blanks; or NULL */
    const char *unseen;  /* what a reader of the lines does not see in them, in words; or NULL */
    const char *other;   /* lines over the base of a second file beside it; or NULL */
    enum props_target target; /* to check it for */
};

/** What findings of a rule have to do with others. */
enum rules_part {
    PART_USUAL, /* may follow from what is wrong with the same line */
    PART_LACK,  /* so they may, and from whatever keeps the key that they miss from being there */
    PART_EMPTY, /* the key is as good as not there: they explain that it is missing */
    PART_FIRST, /* about files and lines before there are values: follow from nothing */
};

struct props_rule {
    const char *code;
    struct impact impact; /* at worst; the finding itself may be milder */
    const char *title;
    enum rules_part part;
    const char *happens; /* what it does to users: whole sentences */
    const char *cure;    /* whole sentences */
    struct rules_example bad;
    struct rules_example good;
};

const struct props_rule *props_rule(enum props_rule_id id);

/** The file that examples change: a site with AAF, in the layout of plugin 1.0, without fault. */
extern const char rules_base[];

#endif
