/* The one table of the keys that a provider file can have, and how a written key is found in it. */
#ifndef PROPS_KEYS_H
#define PROPS_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "readers.h"
#include "rules.h"
#include "values.h"

enum keys_type {
    KEYS_WORD,
    KEYS_ID,
    KEYS_TEXT,
    KEYS_HTML,
    KEYS_BOOLEAN,
    KEYS_URL,
    KEYS_ORIGIN,
    KEYS_PATH,
    KEYS_LIST,
    KEYS_CLAIM,
    KEYS_PATTERN,
    KEYS_ALGORITHM,
};

enum keys_id {
    KEY_AUTH_METHOD,
    KEY_TYPE,
    KEY_PROVIDER_ID,
    KEY_NAME,
    KEY_VISIBLE,
    KEY_AUTO_ENABLED,
    KEY_AUTO_VERIFIED,
    KEY_ENABLED,
    KEY_DISABLE_PASSWORD_LOGIN,
    KEY_SITE_URL,
    KEY_REDIRECT_PATH,
    KEY_TOS,
    KEY_PRIVACY_POLICY,
    KEY_CLIENT_ID,
    KEY_CLIENT_SECRET,
    KEY_TOKEN_ENDPOINT,
    KEY_AUTHORIZATION_ENDPOINT,
    KEY_USERINFO_ENDPOINT,
    KEY_ISSUER,
    KEY_JWKS_URI,
    KEY_SCOPES,
    KEY_LINK,
    KEY_FILTER_DOMAINS,
    KEY_ALLOWED_DOMAINS,
    KEY_FORCE_USER_CREATE,
    KEY_USER_AUTO_ENABLED,
    KEY_USER_AUTO_VERIFIED,
    KEY_EMAIL_CLAIM,
    KEY_GIVEN_NAME_CLAIM,
    KEY_FAMILY_NAME_CLAIM,
    KEY_USERNAME_PATTERN,
    KEY_PKCE,
    KEY_ID_TOKEN_ENCRYPTION,
    KEY_BEARER,
    KEY_BEARER_USER_CREATE,
    KEY_AUDIENCE_CHECK,
    KEY_ACCEPTED_AUDIENCES,
    KEY_ROLE_CHECK,
    KEY_ROLE_PATH,
    KEY_REQUIRED_ROLES,
    KEY_TYPE_CHECK,
    KEY_EXPECTED_TYPES,
    KEY_LINK_EXISTING,
    KEY_SOURCE_PROVIDER,
    KEY_LOGOUT_URI,
    KEY_AUTO_LOGIN,
    KEYS_COUNT
};

/** Which of a provider's two ways in a key is for; a key without path is for both. */
enum keys_scope { KEYS_SHARED, KEYS_ID_TOKEN, KEYS_BEARER };

struct keys_row {
    /** P stands for the provider's id, [.path] for an optional `.idToken` or `.bearer`. */
    const char *pattern;
    enum keys_type type;
    bool secret;          /* its value is never shown */
    bool guard;           /* restricts access: a typo must not open what it was to close */
    const char *fallback; /* what an absent key means; NULL: nothing */
    /** The same for .bearer, where the key without a path does not count; NULL: it does. */
    const char *bearer_fallback;
    const char *since; /* release of the plugin that first reads it; NULL: all */
    const char *until; /* last release that does; NULL: all */
    const char *help;
};

const struct keys_row *keys_row(enum keys_id id);

/** The generations of the plugin that read the key. */
reader_set keys_readers(enum keys_id id);

/** When the sidecar needs the key, in words: "always", or "unless ..."; NULL: never. */
const char *keys_required(enum keys_id id);

/** What it costs when a key is not there, or empty. */
struct keys_absence {
    enum props_rule_id rule; /* that says so */
    struct impact impact;
    enum keys_id needed_by; /* the switch that must be on for it; a key that is no switch: always */
    const char *effect;
};

/** NULL: nothing, the fallback does. */
const struct keys_absence *keys_absence(enum keys_id id);

/** What follows the provider's id, for example "clientId"; NULL for a key of the site. */
const char *keys_suffix(const struct keys_row *row);

/** Whether the pattern has [.path]. */
bool keys_has_scope(const struct keys_row *row);

/** Longest provider id, here and in XNAT's user names with it. */
#define KEYS_PROVIDER_MAX 64
/** Room for the longest key of a provider. */
#define KEYS_ROOM 160

struct keys_name {
    char text[KEYS_ROOM];
};

/** The key of a provider as it is written in a file. @param provider at most KEYS_PROVIDER_MAX
 * bytes; ignored for a key of the site. @return name->text. */
const char *keys_name(struct keys_name *name, enum keys_id id, enum keys_scope scope,
                      const char *provider);

/** A written key that is in the table. */
struct keys_match {
    enum keys_id id;
    enum keys_scope scope;
    const char *provider; /* slice of the written key; size 0 for a key of the site */
    size_t provider_size;
};

/**
 * Finds a written key.
 *
 * @param ids    known provider ids: they decide where an id with dots in it ends. May be NULL when
 *               id_count is 0.
 * @return false when the table has no such key.
 */
bool keys_match(const char *written, char *const ids[], size_t id_count, struct keys_match *match);

/** What went wrong with a key that is not in the table. */
enum keys_slip {
    KEYS_SLIP_CAPITALS, /* nothing but capitals */
    KEYS_SLIP_SPELLING, /* letters, dots, dashes; or another word for the same */
    KEYS_SLIP_PROVIDER, /* the provider's id alone is written otherwise */
    KEYS_SLIP_PREFIX,   /* openid. and the provider's id are not there */
    KEYS_SLIP_PLACE,    /* a key of the site as if a provider's, or with a path it does not have */
    KEYS_SLIP_BLANK,    /* a blank in the key ends it too early */
};

/** What a key that is not in the table was probably meant to be. */
struct keys_guess {
    enum keys_id id;
    enum keys_scope scope;
    enum keys_slip slip;
    bool only_case; /* the difference is in capitals alone */
    struct keys_name name;
};

/** Guesses; false when nothing is near enough. Parameters as above. Time does not depend on the
 * length of the key. */
bool keys_guess(const char *written, char *const ids[], size_t id_count, struct keys_guess *guess);

/** Whether one provider id could be a slip of the finger for another. */
bool keys_near_ids(struct slice written, const char *id);

#endif
