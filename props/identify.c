/* Whether a file is ours, and which providers it enables: the two layouts of the plugin's files. */
#include "build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edits.h"
#include "memory.h"

/* The login method of the plugin, and the provider id of its first generation. */
static const char openid[] = "openid";

/* XNAT's own accounts. */
static const char reserved_id[] = "localdb";

/* The first provider that the file configures, enabled or not; what a mistaken id was to be. */
static struct slice first_block(const struct file *file)
{
    struct keys_match match;
    for (size_t i = 0; i < file->document.count; i++)
        if (keys_match(file->document.entries[i].key, NULL, 0, &match) && match.provider_size > 0)
            return (struct slice){match.provider, match.provider_size};
    return (struct slice){"", 0};
}

/* "openid" but for capitals and two slips at most. */
static bool is_nearly_openid(struct slice method)
{
    enum { SLIPS = 2 };
    return edits_between(method, slice_of(openid), SLIPS) <= SLIPS;
}

static void report_other_method(struct build *build, const struct file *file,
                                const struct setting *method)
{
    struct report_at at = at_value(file, method->entry);
    const char *value = QUOTE(method->value);
    bool misspelt = is_nearly_openid(method->value);
    if (misspelt || first_block(file).size > 0) {
        report(build->findings, RULE_METHOD_OTHER, &at,
               "the file is for the login method \"%s\", not openid: nobody reads it, and its "
               "provider does not exist",
               value);
        advise(build->findings, "write auth.method=openid (small letters)%s",
               misspelt ? ""
                        : "; to put the file out of use, give it a name that does not end in "
                          "-provider.properties");
    } else if (file->from_folder) {
        report(build->findings, RULE_METHOD_SKIPPED, &at,
               "the file is for the login method \"%s\" and is not read by the sidecar", value);
    } else {
        report(build->findings, RULE_METHOD_OTHER, &at,
               "the file is for the login method \"%s\", so nobody can sign in with OpenID Connect "
               "through it",
               value);
        advise(build->findings,
               "name a file with auth.method=openid (small letters), or correct the line");
    }
}

static bool check_method(struct build *build, const struct file *file)
{
    struct setting method = find_site_setting(file, KEY_AUTH_METHOD);
    if (method.entry == NULL) {
        struct report_at at = at_file(file);
        at.key = keys_row(KEY_AUTH_METHOD)->pattern;
        report(
            build->findings, RULE_METHOD_MISSING, &at,
            "auth.method is missing: the sidecar reads the file, but XNAT does not give it to its "
            "OpenID plugin");
        advise(build->findings, "add the line auth.method=openid");
        return true;
    }
    if (slice_equals(method.value, openid))
        return true;
    report_other_method(build, file, &method);
    return false;
}

static const struct file *file_enabling(const struct build *build, struct slice id)
{
    for (size_t i = 0; i < build->file_count; i++)
        for (size_t j = 0; j < build->files[i].id_count; j++)
            if (slice_equals(id, build->files[i].ids[j]))
                return &build->files[i];
    return NULL;
}

static void report_id(struct build *build, const struct report_at *at, struct slice id)
{
    report(build->findings, RULE_PROVIDER_ID, at,
           "\"%s\" cannot be a provider id: an id is part of keys, links and user names",
           QUOTE(id));
    advise(
        build->findings,
        "use 1 to %d of the letters a-z and A-Z, digits, - and _ (and dots between them), without "
        "quotation marks",
        KEYS_PROVIDER_MAX);
}

static void report_no_block(struct build *build, const struct file *file,
                            const struct report_at *at, struct slice id)
{
    struct slice other = first_block(file);
    const char *name = QUOTE(id);
    report(build->findings, RULE_NO_BLOCK, at,
           "provider %s is enabled, but the file has no key that begins with openid.%s. (ids are "
           "case-sensitive): nobody can sign in with it",
           name, name);
    if (other.size > 0)
        advise(build->findings,
               "the file configures %s: enable that, or write openid.%s.clientId and "
               "so on",
               QUOTE(other), name);
    else
        advise(build->findings,
               "add openid.%s.clientId, openid.%s.clientSecret and so on, or take "
               "the provider off the list",
               name, name);
}

/* False when the id is of no use; a finding says why. */
static bool accept_id(struct build *build, const struct file *file, const struct report_at *at,
                      struct slice id)
{
    if (!value_is_provider_id(id)) {
        report_id(build, at, id);
        return false;
    }
    const char *name = QUOTE(id);
    if (slice_equals_folded(id, reserved_id)) {
        report(build->findings, RULE_PROVIDER_RESERVED, at,
               "%s is the id of XNAT's own accounts and cannot be a provider's", name);
        advise(build->findings, "give the provider another id, here and in its keys");
        return false;
    }
    const struct file *other = file_enabling(build, id);
    if (other == file) {
        report(build->findings, RULE_LISTED_TWICE, at,
               "provider %s is listed twice; once is enough", name);
        return false;
    }
    if (other != NULL) {
        report(build->findings, RULE_PROVIDER_TWICE, at,
               "provider %s is already configured by %s, line %zu: ids must differ over all files, "
               "or it is chance whose keys apply",
               name, other->name, other->ids_entry->at.line);
        advise(build->findings, "give one of the two another id, or remove one of the files");
        return false;
    }
    if (find_block(file, id) == NULL) {
        report_no_block(build, file, at, id);
        return false;
    }
    return true;
}

static size_t ids_so_far(const struct build *build)
{
    size_t count = 0;
    for (size_t i = 0; i < build->file_count; i++)
        count += build->files[i].id_count;
    return count;
}

static void add_id(struct build *build, struct file *file, const struct properties_entry *entry,
                   struct slice id)
{
    struct report_at at = at_item(file, entry, id);
    file->ids_entry = entry;
    if (!accept_id(build, file, &at, id))
        return;
    if (ids_so_far(build) >= PROPS_MAX_PROVIDERS) {
        report(build->findings, RULE_TOO_MANY_PROVIDERS, &at,
               "provider %s is one more than the %zu that a site may have", QUOTE(id),
               PROPS_MAX_PROVIDERS);
        advise(build->findings, "enable fewer providers");
        return;
    }
    char *kept = keep_text(build, id);
    if (kept == NULL ||
        !memory_grow(&file->ids, &file->id_capacity, file->id_count + 1, sizeof *file->ids)) {
        free(kept);
        build->no_memory = true;
        return;
    }
    file->ids[file->id_count++] = kept;
}

/* XNAT keeps one file of a provider.id, whichever layout it has. */
static void check_shared_id(struct build *build, const struct file *file, const struct setting *own)
{
    for (const struct file *other = build->files; other < file; other++) {
        struct setting id = find_site_setting(other, KEY_PROVIDER_ID);
        if (!other->usable || id.entry == NULL || id.value.size != own->value.size ||
            memcmp(id.value.at, own->value.at, own->value.size) != 0)
            continue;
        struct report_at at = at_value(file, own->entry);
        report(
            build->findings, RULE_SHARED_PROVIDER_ID, &at,
            "%s, line %zu, has the same provider.id. The sidecar takes both files; XNAT keeps one "
            "of them",
            other->name, id.entry->at.line);
        advise(build->findings,
               "put the providers of both files into one, or give every provider a "
               "file with its own provider.id and without `enabled`");
        return;
    }
}

/* What 1.1 and later make of a file that has `enabled`. */
static void check_list_layout(struct build *build, const struct file *file)
{
    struct setting own = find_site_setting(file, KEY_PROVIDER_ID);
    struct report_at at = at_file(file);
    if (own.entry == NULL) {
        at.key = keys_row(KEY_PROVIDER_ID)->pattern;
        report(build->findings, RULE_PROVIDER_ID_MISSING, &at,
               "provider.id is missing: the sidecar goes by `enabled`, but XNAT may pass over the "
               "file");
        advise(build->findings, "add the line provider.id=openid");
        return;
    }
    check_shared_id(build, file, &own);
    bool alike = file->id_count == 1 && slice_equals(own.value, file->ids[0]);
    if (alike || slice_equals(own.value, openid))
        return;
    at = at_value(file, own.entry);
    report(
        build->findings, RULE_MIXED_LAYOUT, &at,
        "provider.id names one provider and `enabled` lists others. The sidecar takes the list, as "
        "release 1.0 of the plugin does; later releases ignore it and offer \"%s\" alone",
        QUOTE(own.value));
    advise(build->findings,
           "write provider.id=openid to keep the list, or remove `enabled` and give "
           "each provider a file of its own");
}

static void list_layout(struct build *build, struct file *file, const struct setting *enabled)
{
    file->listed = true;
    struct slice rest = read_list(build, file, enabled);
    struct slice id;
    bool any = rest.size != enabled->value.size;
    while (value_next_item(&rest, &id, NULL)) {
        add_id(build, file, enabled->entry, id);
        any = true;
    }
    if (!any) {
        struct report_at at = at_value(file, enabled->entry);
        report(build->findings, RULE_NO_PROVIDER, &at,
               "`enabled` lists no provider, so nobody can sign in");
        advise(build->findings, "list the ids of the providers to offer, for example enabled=aaf");
    }
    check_list_layout(build, file);
}

static void report_nothing_enabled(struct build *build, const struct file *file,
                                   const struct setting *own)
{
    struct report_at at = own->entry == NULL ? at_file(file) : at_value(file, own->entry);
    struct slice block = first_block(file);
    report(build->findings, RULE_NO_PROVIDER, &at,
           "no provider is enabled, so nobody can sign in: the file has no `enabled`, and %s",
           own->entry == NULL     ? "no provider.id"
           : own->value.size == 0 ? "provider.id is empty"
                                  : "provider.id=openid is no provider of its own");
    if (block.size == 0)
        advise(build->findings,
               "add provider.id with the provider's id, for example provider.id=aaf, "
               "and its keys openid.aaf.clientId and so on");
    else
        advise(build->findings,
               "write provider.id=%s (plugin 1.1 and later), or enabled=%s beside "
               "provider.id=openid (1.0)",
               QUOTE(block), QUOTE(block));
}

/* Whether the file uses what only releases since 1.4 know. The issuer and the keys' address do not
 * count: the sidecar reads them too. */
static bool is_recent(const struct file *file)
{
    struct keys_match match;
    for (size_t i = 0; i < file->document.count; i++) {
        if (!keys_match(file->document.entries[i].key, NULL, 0, &match) || match.id == KEY_ISSUER ||
            match.id == KEY_JWKS_URI || match.id == KEY_LOGOUT_URI)
            continue;
        const char *since = keys_row(match.id)->since;
        if (since != NULL && strcmp(since, "1.4") >= 0)
            return true;
    }
    return false;
}

/* The generations of the plugin whose layout the file has. With a list of one provider that is also
 * the file's own, it has both. */
static reader_set layout_of(const struct file *file)
{
    struct setting own = find_site_setting(file, KEY_PROVIDER_ID);
    bool enabled = find_site_setting(file, KEY_ENABLED).entry != NULL;
    bool single = own.value.size > 0 && find_block(file, own.value) != NULL;
    reader_set set = READER(READER_SIDECAR);
    if (enabled)
        set |= READER(READER_PLUGIN_1_0);
    if (single || !enabled)
        set |= READER(READER_PLUGIN_1_6);
    if ((single || !enabled) && !is_recent(file))
        set |= READER(READER_PLUGIN_1_3);
    return set;
}

static void list_providers(struct build *build, struct file *file)
{
    struct setting enabled = find_site_setting(file, KEY_ENABLED);
    struct setting own = find_site_setting(file, KEY_PROVIDER_ID);
    if (enabled.entry != NULL)
        list_layout(build, file, &enabled);
    else if (own.entry == NULL || own.value.size == 0 ||
             (slice_equals(own.value, openid) && find_block(file, own.value) == NULL))
        report_nothing_enabled(build, file, &own);
    else
        add_id(build, file, own.entry, own.value);
}

static void report_syntax(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->document.error_count; i++) {
        struct report_at at = at_file(file);
        at.at = file->document.errors[i].at;
        report(
            build->findings, RULE_MALFORMED_ESCAPE, &at,
            "\\u must be followed by exactly four hexadecimal digits. Java cannot read the file, "
            "and XNAT as a whole does not start with it");
        advise(build->findings, "write \\\\ for a backslash that is meant as such, or / in a path");
    }
}

/* A target that was asked for by name must read the file's layout. With auto, the layout chooses.
 */
static void check_target(struct build *build, const struct file *file)
{
    reader_set target = target_readers(build->target) & READERS_PLUGINS;
    if (target == 0 || (file->readers & target) != 0)
        return;
    struct setting enabled = find_site_setting(file, KEY_ENABLED);
    struct report_at at = enabled.entry == NULL ? at_file(file) : at_key(file, enabled.entry);
    report(
        build->findings, RULE_OTHER_LAYOUT, &at,
        enabled.entry == NULL
            ? "the file is laid out for plugin 1.1 and later, one file a provider. Release 1.0 "
              "looks for a list `enabled`, finds none and offers no provider"
            : "the file lists its providers in `enabled`, as plugin 1.0 reads it. Later releases "
              "ignore the list and take provider.id for the only provider, so nobody can sign in");
    advise(build->findings,
           enabled.entry == NULL
               ? "for plugin 1.0 write provider.id=openid, and enabled= with the provider's id"
               : "for plugin 1.1 and later give each provider a file of its own, with provider.id "
                 "and without `enabled`");
}

static void check_type(struct build *build, const struct file *file)
{
    struct setting type = find_site_setting(file, KEY_TYPE);
    if (type.entry == NULL || slice_equals(type.value, openid))
        return;
    struct report_at at = at_value(file, type.entry);
    report(build->findings, RULE_TYPE, &at,
           "type is not openid. No release reads it since XNAT 1.7.5, so this does nothing today");
    advise(build->findings, "write type=openid, or remove the line");
}

void identify_file(struct build *build, struct file *file)
{
    report_syntax(build, file);
    file->readers = layout_of(file);
    file->ours = check_method(build, file);
    file->usable = file->ours && file->document.error_count == 0;
    if (file->document.error_count > 0)
        build->incomplete = true;
    if (!file->usable)
        return;
    check_target(build, file);
    check_type(build, file);
    list_providers(build, file);
}
