/* What a key that nobody reads was meant to be. */
#include "keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "edits.h"

/* Two slips of the finger, and one in four letters at most: beyond that a guess misleads. */
enum { MOST_EDITS = 2, LETTERS_AN_EDIT = 4 };

static const char *const scopes[] = {
    [KEYS_SHARED] = "", [KEYS_ID_TOKEN] = "idToken.", [KEYS_BEARER] = "bearer."};

/* --- text, as far as it counts -------------------------------------------------------------------
 */

/* Small letters and digits alone, and `uri` for `url`: what is left when people differ about
 * capitals, dots, dashes and underscores. */
struct plain {
    char text[KEYS_ROOM + 1];
    size_t size;
};

static bool is_joint(char c)
{
    return c == '.' || c == '_' || c == '-' || c == ' ';
}

static void add_plain(struct plain *plain, const char *text, size_t size)
{
    for (size_t i = 0; i < size && plain->size < KEYS_ROOM; i++) {
        if (is_joint(text[i]))
            continue;
        plain->text[plain->size++] = ascii_lower(text[i]);
        if (plain->size >= 3 && memcmp(plain->text + plain->size - 3, "url", 3) == 0)
            plain->text[plain->size - 1] = 'i';
    }
    plain->text[plain->size] = '\0';
}

static struct plain plain_of(const char *text)
{
    struct plain plain = {.size = 0};
    add_plain(&plain, text, strlen(text));
    return plain;
}

static struct slice slice_of_plain(const struct plain *plain)
{
    return (struct slice){plain->text, plain->size};
}

bool keys_near_ids(struct slice written, const char *id)
{
    enum { LEAST = 3 };
    struct plain a = {.size = 0};
    struct plain b = plain_of(id);
    if (written.size > KEYS_PROVIDER_MAX)
        return false;
    add_plain(&a, written.at, written.size);
    return b.size >= LEAST && edits_between(slice_of_plain(&a), slice_of_plain(&b), 1) <= 1;
}

/* --- candidates ----------------------------------------------------------------------------------
 */

/* The best guess so far. */
struct search {
    size_t edits; /* fewer are wanted */
    enum keys_id id;
    enum keys_scope scope;
    enum keys_slip slip;
    bool found;
};

static void take(struct search *best, size_t edits, enum keys_id id, enum keys_scope scope,
                 enum keys_slip slip)
{
    if (best->found && edits >= best->edits)
        return;
    *best = (struct search){edits, id, scope, slip, true};
}

static void consider(struct search *best, const struct plain *written,
                     const struct plain *candidate, enum keys_id id, enum keys_scope scope,
                     enum keys_slip slip)
{
    size_t edits = edits_between(slice_of_plain(written), slice_of_plain(candidate), MOST_EDITS);
    if (edits * LETTERS_AN_EDIT <= candidate->size && edits <= MOST_EDITS)
        take(best, edits, id, scope, slip);
}

static void consider_site_keys(struct search *best, const struct plain *written,
                               enum keys_slip slip)
{
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        if (keys_suffix(keys_row(id)) != NULL)
            continue;
        struct plain candidate = plain_of(keys_row(id)->pattern);
        consider(best, written, &candidate, id, KEYS_SHARED, slip);
    }
}

static void consider_provider_keys(struct search *best, const struct plain *written,
                                   enum keys_slip slip)
{
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        const char *suffix = keys_suffix(keys_row(id));
        enum keys_scope last = keys_has_scope(keys_row(id)) ? KEYS_BEARER : KEYS_SHARED;
        for (enum keys_scope scope = KEYS_SHARED; suffix != NULL && scope <= last; scope++) {
            struct plain candidate = plain_of(scopes[scope]);
            add_plain(&candidate, suffix, strlen(suffix));
            consider(best, written, &candidate, id, scope, slip);
        }
    }
}

/* A path where the key has none, or in its middle. */
static void consider_paths(struct search *best, const struct plain *written)
{
    for (enum keys_scope scope = KEYS_ID_TOKEN; scope <= KEYS_BEARER; scope++) {
        struct plain path = plain_of(scopes[scope]);
        const char *at = strstr(written->text, path.text);
        if (at == NULL)
            continue;
        struct plain rest = {.size = 0};
        add_plain(&rest, written->text, (size_t)(at - written->text));
        add_plain(&rest, at + path.size, strlen(at + path.size));
        for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
            const char *suffix = keys_suffix(keys_row(id));
            if (suffix == NULL || strcmp(plain_of(suffix).text, rest.text) != 0)
                continue;
            take(best, 0, id, keys_has_scope(keys_row(id)) ? scope : KEYS_SHARED, KEYS_SLIP_PLACE);
        }
    }
}

/* Other words for the same; those of the plugin's first releases among them. */
static const struct {
    const char *plain;
    enum keys_id id;
} others[] = {
    {"id", KEY_PROVIDER_ID},
    {"method", KEY_AUTH_METHOD},
    {"redirecturi", KEY_REDIRECT_PATH},
    {"rediruri", KEY_REDIRECT_PATH},
    {"preestablishedredirecturi", KEY_REDIRECT_PATH},
    {"preestablishedredirectpath", KEY_REDIRECT_PATH},
    {"siteaddress", KEY_SITE_URL},
    {"termsofservice", KEY_TOS},
    {"tokenuri", KEY_TOKEN_ENDPOINT},
    {"tokenendpoint", KEY_TOKEN_ENDPOINT},
    {"accesstokenendpoint", KEY_TOKEN_ENDPOINT},
    {"authuri", KEY_AUTHORIZATION_ENDPOINT},
    {"authorizeuri", KEY_AUTHORIZATION_ENDPOINT},
    {"authorizationuri", KEY_AUTHORIZATION_ENDPOINT},
    {"authorizationendpoint", KEY_AUTHORIZATION_ENDPOINT},
    {"userauthorizationuri", KEY_AUTHORIZATION_ENDPOINT},
    {"userinfoendpoint", KEY_USERINFO_ENDPOINT},
    {"issueruri", KEY_ISSUER},
    {"jwkseturi", KEY_JWKS_URI},
    {"endsessionendpoint", KEY_LOGOUT_URI},
    {"endsessionuri", KEY_LOGOUT_URI},
    {"filteremaildomains", KEY_FILTER_DOMAINS},
    {"alloweddomains", KEY_ALLOWED_DOMAINS},
    {"emailclaim", KEY_EMAIL_CLAIM},
    {"givennameclaim", KEY_GIVEN_NAME_CLAIM},
    {"firstnameproperty", KEY_GIVEN_NAME_CLAIM},
    {"familynameclaim", KEY_FAMILY_NAME_CLAIM},
    {"lastnameproperty", KEY_FAMILY_NAME_CLAIM},
};

static void consider_others(struct search *best, const struct plain *written, bool of_provider)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        bool suits = of_provider || keys_suffix(keys_row(others[i].id)) == NULL;
        bool in_place = of_provider == (keys_suffix(keys_row(others[i].id)) != NULL);
        /* `openid.aaf.id` is not `provider.id` at the wrong place. */
        if (suits && (in_place || others[i].id != KEY_PROVIDER_ID) &&
            strcmp(others[i].plain, written->text) == 0)
            take(best, 1, others[i].id, KEYS_SHARED,
                 in_place ? KEYS_SLIP_SPELLING : KEYS_SLIP_PLACE);
    }
}

/* --- the key's parts -----------------------------------------------------------------------------
 */

/* The provider that a key speaks of, and what follows it. */
struct address {
    char provider[KEYS_PROVIDER_MAX + 1];
    const char *rest;
    bool prefixed; /* begins with openid. or something like it */
    bool named;    /* has a provider's id */
};

/* Bytes of the first part and its joint; 0: there is no joint. */
static size_t first_part(const char *text)
{
    size_t size = strcspn(text, "._-");
    return text[size] == '\0' ? 0 : size + 1;
}

/* Capitals aside, a known id with its dot, or something like one. */
static bool take_known_id(struct address *address, const char *text, char *const ids[],
                          size_t id_count)
{
    for (size_t i = 0; i < id_count; i++) {
        size_t size = strlen(ids[i]);
        if (strncasecmp(text, ids[i], size) != 0 || !is_joint(text[size]))
            continue;
        (void)snprintf(address->provider, sizeof address->provider, "%s", ids[i]);
        address->rest = text + size + 1;
        address->named = true;
        return true;
    }
    return false;
}

/* An id that no dot follows, as in `openid.aafclientId`. */
static bool take_glued_id(struct address *address, const char *text, char *const ids[],
                          size_t id_count)
{
    for (size_t i = 0; i < id_count; i++) {
        size_t size = strlen(ids[i]);
        if (strncasecmp(text, ids[i], size) != 0)
            continue;
        (void)snprintf(address->provider, sizeof address->provider, "%s", ids[i]);
        address->rest = text + size;
        address->named = true;
        return true;
    }
    return false;
}

static bool take_other_id(struct address *address, const char *text)
{
    const char *dot = strchr(text, '.');
    if (dot == NULL)
        return false;
    struct slice id = {text, (size_t)(dot - text)};
    if (!value_is_provider_id(id))
        return false;
    (void)snprintf(address->provider, sizeof address->provider, "%.*s", (int)id.size, text);
    address->rest = dot + 1;
    address->named = true;
    return true;
}

static struct address split_address(const char *written, char *const ids[], size_t id_count)
{
    static const char word[] = "openid";
    size_t first = first_part(written);
    struct address address = {.rest = written};
    /* With whatever word in the place of openid, a known id tells. */
    if (first > 0 && take_known_id(&address, written + first, ids, id_count)) {
        address.prefixed = true;
        return address;
    }
    if (first == sizeof word && strncasecmp(written, word, sizeof word - 1) == 0) {
        address.prefixed = true;
        address.rest = written + first;
        if (!take_other_id(&address, address.rest))
            (void)take_glued_id(&address, address.rest, ids, id_count);
    } else {
        (void)take_known_id(&address, written, ids, id_count);
    }
    /* Nothing that a guess could repeat. */
    if (!address.named)
        (void)snprintf(address.provider, sizeof address.provider, "%s",
                       id_count == 1 ? ids[0] : "P");
    return address;
}

/* Whether the written key is right but for the provider's id, or for openid. in other capitals. */
static bool is_provider_slip(const char *written, const struct address *address,
                             const struct keys_name *name)
{
    static const char prefix[] = "openid.";
    size_t head = sizeof prefix - 1 + strlen(address->provider) + 1;
    return address->named && strncasecmp(written, prefix, sizeof prefix - 1) == 0 &&
           strlen(name->text) > head && strcmp(address->rest, name->text + head) == 0;
}

bool keys_guess(const char *written, char *const ids[], size_t id_count, struct keys_guess *guess)
{
    struct search best = {0};
    if (strnlen(written, KEYS_ROOM + 1) > KEYS_ROOM)
        return false;
    struct address address = split_address(written, ids, id_count);
    struct plain whole = plain_of(written);
    struct plain rest = plain_of(address.rest);
    bool plain = !address.prefixed && !address.named;
    consider_site_keys(&best, &whole, KEYS_SLIP_SPELLING);
    /* Something that is no id in the place of one: nothing that a guess could repeat. */
    if (plain || address.named || strchr(address.rest, '.') == NULL)
        consider_provider_keys(&best, &rest, plain ? KEYS_SLIP_PREFIX : KEYS_SLIP_SPELLING);
    if (!plain)
        consider_site_keys(&best, &rest, KEYS_SLIP_PLACE);
    consider_paths(&best, &rest);
    consider_others(&best, &rest, !plain);
    if (!best.found)
        return false;
    *guess = (struct keys_guess){.id = best.id, .scope = best.scope, .slip = best.slip};
    (void)keys_name(&guess->name, best.id, best.scope, address.provider);
    guess->only_case = strcasecmp(written, guess->name.text) == 0;
    if (is_provider_slip(written, &address, &guess->name))
        guess->slip = KEYS_SLIP_PROVIDER;
    else if (guess->only_case)
        guess->slip = KEYS_SLIP_CAPITALS;
    return true;
}
