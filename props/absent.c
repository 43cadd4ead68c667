/* Keys that are not there, and what that costs each reader. What is missing because another line
 * spoilt it is told there (explain_lack). */
#include "survey.h"

#include <string.h>

/* The others have findings of their own where they are read. */
bool told_when_absent(enum keys_id id)
{
    const struct keys_absence *absence = keys_absence(id);
    return absence != NULL &&
           (absence->rule == RULE_ENDPOINT_MISSING || absence->rule == RULE_LINK_MISSING);
}

/* What an empty line costs; the sidecar warns of those whose fallback it takes. */
static struct impact cost_of(const struct file *file, const char *provider, enum keys_id id,
                             bool empty)
{
    static const struct impact filtered = IMPACT_PLUGINS(ERROR);
    static const struct impact warning = IMPACT_SIDECAR(WARNING);
    struct impact cost = keys_absence(id)->impact;
    if (id == KEY_EMAIL_CLAIM && is_on(file, KEY_FILTER_DOMAINS, provider))
        cost = filtered;
    if (empty && (keys_row(id)->type == KEYS_URL || id == KEY_SCOPES))
        cost = impact_join(&cost, &warning);
    return cost;
}

static void check_key(struct build *build, const struct file *file, const char *provider,
                      enum keys_id id)
{
    const struct keys_absence *absence = keys_absence(id);
    struct setting setting = find_setting(file, id, KEYS_SHARED, provider);
    if (setting.value.size > 0)
        return;
    struct keys_name name;
    bool empty = setting.entry != NULL;
    bool filtered = id == KEY_EMAIL_CLAIM && is_on(file, KEY_FILTER_DOMAINS, provider);
    struct impact cost = cost_of(file, provider, id, empty);
    struct report_at at =
        empty ? at_value(file, setting.entry) : at_key(file, find_block(file, slice_of(provider)));
    at.key = keys_name(&name, id, KEYS_SHARED, provider);
    report_as(build->findings, empty ? RULE_EMPTY_VALUE : absence->rule, &cost, &at, "%s is %s: %s",
              name.text, empty ? "empty" : "missing",
              filtered ? "the e-mail filter of XNAT's plugin has no address to look at, and every "
                         "sign-in fails"
                       : absence->effect);
    if (keys_row(id)->fallback != NULL)
        advise(build->findings, "write %s=%s", name.text, keys_row(id)->fallback);
    else if (id == KEY_LINK)
        advise(build->findings, "write %s=<a href=\"/openid-login?providerId=%s\">Sign in</a>",
               name.text, provider);
    else
        advise(build->findings, "write %s with the address that the provider gives", name.text);
}

/* Where one file states the path it counts for the site. */
static bool has_redirect_path(const struct build *build)
{
    for (size_t i = 0; i < build->file_count; i++)
        if (find_site_setting(&build->files[i], KEY_REDIRECT_PATH).entry != NULL)
            return true;
    return false;
}

/* Said once for the site, and only to those who have a release that minds. */
static void check_redirect_path(struct build *build, const struct file *file)
{
    const struct keys_absence *absence = keys_absence(KEY_REDIRECT_PATH);
    for (const struct file *other = build->files; other < file; other++)
        if (other->usable)
            return;
    if (has_redirect_path(build))
        return;
    struct impact impact = impact_mask(&absence->impact, file->readers);
    struct report_at at = at_file(file);
    at.key = keys_row(KEY_REDIRECT_PATH)->pattern;
    report_as(build->findings, absence->rule, &impact, &at, "%s is missing: %s", at.key,
              absence->effect);
    advise(build->findings, "add the line %s=%s, the path that is registered with the provider",
           at.key, keys_row(KEY_REDIRECT_PATH)->fallback);
}

void survey_absent(struct build *build, const struct file *file)
{
    check_redirect_path(build, file);
    for (size_t i = 0; i < file->id_count; i++)
        for (enum keys_id id = 0; id < KEYS_COUNT; id++)
            if (told_when_absent(id))
                check_key(build, file, file->ids[i], id);
}
