/* Endpoints that do not fit the provider, or one another. Whether each is a usable URL at all has
 * been looked at before (provider.c). */
#include "build.h"
#include "families.h"

#include <string.h>

#include "find.h"

/* An endpoint that is a usable URL. */
struct endpoint {
    enum keys_id key;
    struct setting setting;
    struct value_url url;
    struct families_address address;
};

static const enum keys_id endpoint_keys[] = {
    KEY_AUTHORIZATION_ENDPOINT,
    KEY_TOKEN_ENDPOINT,
    KEY_USERINFO_ENDPOINT,
    KEY_ISSUER,
    KEY_JWKS_URI,
    KEY_LOGOUT_URI,
};

#define ENDPOINTS (sizeof endpoint_keys / sizeof *endpoint_keys)

struct endpoints {
    struct build *build;
    const struct file *file;
    const char *id;
    struct endpoint items[ENDPOINTS];
    size_t count;
};

static void collect(struct endpoints *endpoints)
{
    for (size_t i = 0; i < ENDPOINTS; i++) {
        struct endpoint *item = &endpoints->items[endpoints->count];
        item->key = endpoint_keys[i];
        item->setting = find_setting(endpoints->file, item->key, KEYS_SHARED, endpoints->id);
        if (item->setting.entry == NULL || value_url(item->setting.value, &item->url) != URL_OK)
            continue;
        item->address = families_look(&item->url);
        endpoints->count++;
    }
}

static struct report_at at_endpoint(const struct endpoints *endpoints, const struct endpoint *item)
{
    return at_value(endpoints->file, item->setting.entry);
}

static void advise_current(const struct endpoints *endpoints, const struct endpoint *item,
                           enum family family, const char *otherwise)
{
    const char *current = families_current(family, item->key);
    if (current != NULL)
        advise(endpoints->build->findings, "write %s=%s", item->setting.entry->key, current);
    else
        advise(endpoints->build->findings, "%s", otherwise);
}

/* Endpoints lie below the issuer, and the issuer below none of them. */
static bool lies_below_another(const struct endpoints *endpoints, const struct endpoint *item)
{
    struct slice value = item->setting.value;
    for (size_t i = 0; i < endpoints->count; i++) {
        struct slice other = endpoints->items[i].setting.value;
        if (value.size > other.size && value.at[other.size] == '/' &&
            memcmp(value.at, other.at, other.size) == 0)
            return true;
    }
    return false;
}

/* The address without the discovery document's part of it; empty where that is no part. Slashes at
 * the end make no difference. */
static struct slice before_document(const struct value_url *url, struct slice value)
{
    static const char document[] = "/.well-known/openid-configuration";
    const size_t size = sizeof document - 1;
    size_t end = url->path.size;
    while (end > 0 && url->path.at[end - 1] == '/')
        end--;
    if (url->query.size > 0 || end < size || memcmp(url->path.at + end - size, document, size) != 0)
        return (struct slice){"", 0};
    return (struct slice){value.at, url->origin.size + end - size};
}

/* What many providers' pages offer for copying. */
static bool check_document(const struct endpoints *endpoints, const struct endpoint *item)
{
    struct slice issuer = before_document(&item->url, item->setting.value);
    if (item->key != KEY_ISSUER || issuer.size == 0)
        return false;
    struct report_at at = at_endpoint(endpoints, item);
    report(endpoints->build->findings, RULE_ISSUER_DOCUMENT, &at,
           "the discovery document's own address is not the issuer: \"%s\". The document is looked "
           "for below it and not found, and nobody can sign in",
           QUOTE(item->setting.value));
    advise(endpoints->build->findings,
           "write %s=%s, or what the document calls \"issuer\" if that is another",
           item->setting.entry->key, QUOTE(issuer));
    return true;
}

/* A token endpoint under the key of the authorization endpoint, and so on. */
static bool check_place(const struct endpoints *endpoints, const struct endpoint *item)
{
    if (item->address.key == KEYS_COUNT || item->address.key == item->key)
        return false;
    /* An issuer's path may end in any word. */
    if (item->key == KEY_ISSUER && !item->address.known && !lies_below_another(endpoints, item))
        return false;
    struct keys_name name;
    struct report_at at = at_endpoint(endpoints, item);
    report(endpoints->build->findings, RULE_ENDPOINTS_SWAPPED, &at,
           "\"%s\" is not what belongs here: it looks like the value of %s. The sign-in stops with "
           "an error of the provider's",
           QUOTE(item->setting.value),
           keys_name(&name, item->address.key, KEYS_SHARED, endpoints->id));
    advise_current(endpoints, item, item->address.family,
                   "copy each address from the provider's documentation to its own key");
    return true;
}

static bool check_typo(const struct endpoints *endpoints, const struct endpoint *item)
{
    const struct families_address *address = &item->address;
    struct report_at at = at_endpoint(endpoints, item);
    if (address->meant_host != NULL) {
        report(endpoints->build->findings, RULE_ENDPOINT_TYPO, &at,
               "the host %s looks like a slip of the pen for %s: nobody is there to sign people in",
               QUOTE(item->url.host), address->meant_host);
        advise(endpoints->build->findings, "write %s", address->meant_host);
        return true;
    }
    if (address->family == FAMILY_UNKNOWN || address->known || item->key == KEY_LOGOUT_URI)
        return false;
    report(endpoints->build->findings, RULE_ENDPOINT_TYPO, &at,
           "%s has nothing at \"%s\": the provider answers with an error and nobody can sign in",
           families_name(address->family), QUOTE(item->setting.value));
    advise_current(endpoints, item, address->family,
                   "copy the address from the provider's documentation");
    return true;
}

/* An issuer that is known is known letter by letter. Plain http has a finding of its own. */
static bool check_issuer(const struct endpoints *endpoints, const struct endpoint *item)
{
    const struct families_address *address = &item->address;
    const char *current = families_current(address->family, KEY_ISSUER);
    if (item->key != KEY_ISSUER || current == NULL || !item->url.https ||
        slice_equals(item->setting.value, current))
        return false;
    struct report_at at = at_endpoint(endpoints, item);
    report(
        endpoints->build->findings, RULE_ISSUER_SPELLING, &at,
        "\"%s\" is not what %s calls itself, letter by letter: its discovery document and its ID "
        "tokens are of another issuer, and nobody can sign in",
        QUOTE(item->setting.value), families_name(address->family));
    bool slash = slice_equals(item->url.path, "/");
    advise(endpoints->build->findings, "write %s=%s%s", item->setting.entry->key, current,
           slash ? ", without the slash" : "");
    return true;
}

static bool check_legacy(const struct endpoints *endpoints, const struct endpoint *item)
{
    if (!item->address.legacy)
        return false;
    struct report_at at = at_endpoint(endpoints, item);
    report(endpoints->build->findings, RULE_ENDPOINT_LEGACY, &at,
           "an older address of %s, which still works", families_name(item->address.family));
    advise_current(endpoints, item, item->address.family, "");
    return true;
}

static void check_spelling(const struct endpoints *endpoints, const struct endpoint *item)
{
    struct report_at at = at_endpoint(endpoints, item);
    bool slash = item->key != KEY_ISSUER && item->url.path.size > 1 &&
                 item->url.path.at[item->url.path.size - 1] == '/';
    if (!item->url.loopback && slice_is_address(item->url.host)) {
        report(endpoints->build->findings, RULE_ENDPOINT_SPELLING, &at,
               "the provider is named by an IP address: no certificate fits it, and it is gone "
               "when the machine moves");
        advise(endpoints->build->findings, "write the provider's name");
    } else if (slash) {
        report(endpoints->build->findings, RULE_ENDPOINT_SPELLING, &at,
               "the address ends in a slash, which most providers take for another address");
        advise(endpoints->build->findings, "write it as the provider's documentation has it");
    }
}

/* Which of the two is meant is for the client id to say, and only its owner knows whose that is. */
static void advise_one_place(const struct endpoints *endpoints, const struct endpoint *item,
                             enum family family, const char *place)
{
    const char *current = families_current(family, item->key);
    if (current != NULL)
        advise(endpoints->build->findings,
               "take all addresses from the %s that gave you the client id; if that is %s, write "
               "%s=%s",
               place, families_name(family), item->setting.entry->key, current);
    else
        advise(endpoints->build->findings,
               "take all addresses from the %s that gave you the client id", place);
}

static bool is_aaf(enum family family)
{
    return family == FAMILY_AAF || family == FAMILY_AAF_TEST;
}

static void report_mixed(const struct endpoints *endpoints, const struct endpoint *item,
                         const struct endpoint *first)
{
    struct report_at at = at_endpoint(endpoints, item);
    bool federations = is_aaf(item->address.family) && is_aaf(first->address.family);
    report(endpoints->build->findings, federations ? RULE_FEDERATIONS_MIXED : RULE_PROVIDERS_MIXED,
           &at, "this is %s, but %s in line %zu is %s. %s: every sign-in fails half-way",
           item->address.family == FAMILY_UNKNOWN ? QUOTE(item->url.host)
                                                  : families_name(item->address.family),
           first->setting.entry->key, first->setting.entry->at.line,
           first->address.family == FAMILY_UNKNOWN ? QUOTE(first->url.host)
                                                   : families_name(first->address.family),
           federations ? "Client ids and secrets of the one are unknown to the other"
                       : "One provider does not know what the other has handed out");
    advise_one_place(endpoints, item, first->address.family,
                     federations ? "federation" : "provider");
}

/* The realm in a path of Keycloak's: up to the slash after /realms/NAME. */
static struct slice realm_of(const struct value_url *url)
{
    static const char marker[] = "/realms/";
    size_t at = find_bytes(url->path.at, url->path.size, marker, sizeof marker - 1);
    if (at == FIND_NONE)
        return (struct slice){"", 0};
    size_t end = at + sizeof marker - 1;
    while (end < url->path.size && url->path.at[end] != '/')
        end++;
    return (struct slice){url->path.at, end};
}

/* Two addresses that one provider would not have. */
static bool differ(const struct endpoint *a, const struct endpoint *b)
{
    if (a->address.family != b->address.family)
        return true;
    if (a->address.family != FAMILY_UNKNOWN)
        return false;
    struct slice one = realm_of(&a->url);
    struct slice other = realm_of(&b->url);
    bool both = one.size > 0 && other.size > 0;
    return both && (one.size != other.size || memcmp(one.at, other.at, one.size) != 0 ||
                    a->url.origin.size != b->url.origin.size ||
                    memcmp(a->url.origin.at, b->url.origin.at, a->url.origin.size) != 0);
}

/* One finding for the provider: the endpoint that is alone with its family, or the last. @return
 * the one told of, or NULL. */
static const struct endpoint *check_mixed(const struct endpoints *endpoints, const bool faulty[])
{
    size_t strangers = 0;
    const struct endpoint *first = NULL;
    const struct endpoint *stranger = NULL;
    size_t sound = 0;
    for (size_t i = 0; i < endpoints->count; i++) {
        const struct endpoint *item = &endpoints->items[i];
        if (faulty[i])
            continue;
        sound++;
        if (first == NULL) {
            first = item;
        } else if (differ(first, item)) {
            stranger = item;
            strangers++;
        }
    }
    if (stranger == NULL)
        return NULL;
    /* When all others agree against the first, the first is the stranger. */
    bool first_alone = sound > 2 && strangers == sound - 1;
    report_mixed(endpoints, first_alone ? first : stranger, first_alone ? stranger : first);
    return first_alone ? first : stranger;
}

static void check_provider(struct endpoints *endpoints)
{
    bool faulty[ENDPOINTS] = {false};
    collect(endpoints);
    for (size_t i = 0; i < endpoints->count; i++) {
        const struct endpoint *item = &endpoints->items[i];
        faulty[i] = check_document(endpoints, item) || check_place(endpoints, item) ||
                    check_typo(endpoints, item);
    }
    const struct endpoint *mixed = check_mixed(endpoints, faulty);
    for (size_t i = 0; i < endpoints->count; i++) {
        const struct endpoint *item = &endpoints->items[i];
        if (!faulty[i] && item != mixed && !check_issuer(endpoints, item) &&
            !check_legacy(endpoints, item))
            check_spelling(endpoints, item);
    }
}

void check_endpoints(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++) {
        struct endpoints endpoints = {.build = build, .file = file, .id = file->ids[i]};
        check_provider(&endpoints);
    }
}
