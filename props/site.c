/* The keys of the site. Several files may state them; they must agree. */
#include "build.h"

#include <string.h>

/* Judges one file's value and finds what it means; reports, and returns false, when it is wrong. */
typedef bool judge(struct build *build, const struct file *file, const struct setting *setting,
                   struct slice *meaning);

/* The first file that states a key. */
struct agreed {
    const struct file *file;
    struct setting setting;
    struct slice meaning;
    bool stated; /* by any file, rightly or not */
};

static void report_conflict(struct build *build, const struct file *file,
                            const struct setting *setting, const struct agreed *agreed)
{
    struct report_at at = at_value(file, setting->entry);
    report(
        build->findings, RULE_SITE_CONFLICT, &at,
        "%s is \"%s\" here and \"%s\" in %s, line %zu. A site has one: with two, a provider sends "
        "people to an address that is not registered with it",
        setting->entry->key, QUOTE(setting->value), QUOTE(agreed->setting.value),
        agreed->file->name, agreed->setting.entry->at.line);
    advise(build->findings, "write the same in both files, or leave it out of one");
}

static struct agreed agree(struct build *build, enum keys_id id, bool empty_is_absent,
                           judge *judge_value)
{
    struct agreed agreed = {0};
    for (size_t i = 0; i < build->file_count; i++) {
        const struct file *file = &build->files[i];
        struct setting setting = find_site_setting(file, id);
        struct slice meaning;
        if (!file->usable || setting.entry == NULL || (empty_is_absent && setting.value.size == 0))
            continue;
        agreed.stated = true;
        if (!judge_value(build, file, &setting, &meaning))
            continue;
        if (agreed.file == NULL)
            agreed = (struct agreed){file, setting, meaning, true};
        else if (meaning.size != agreed.meaning.size ||
                 memcmp(meaning.at, agreed.meaning.at, meaning.size) != 0)
            report_conflict(build, file, &setting, &agreed);
    }
    return agreed;
}

/* AAF registers names alone (Federation Manager). */
static void warn_of_address(struct build *build, const struct report_at *at,
                            const struct value_url *url)
{
    static const struct impact aaf = IMPACT(WARNING, ERROR, ERROR, ERROR);
    static const struct impact other = IMPACT_ALL(WARNING);
    if (url->loopback || !slice_is_address(url->host))
        return;
    report_as(build->findings, RULE_SITE_URL_ADDRESS, site_has_aaf(build) ? &aaf : &other, at,
              "siteUrl has an IP address in the place of a name: AAF registers no such site, other "
              "providers refuse it too, and no certificate fits it");
    advise(build->findings, "write the site's name, for example siteUrl=https://xnat.example.com");
}

static void warn_of_site_url(struct build *build, const struct report_at *at,
                             const struct value_url *url)
{
    if (url->path.size > 0) {
        report(build->findings, RULE_SITE_URL_SLASH, at,
               "siteUrl ends in a slash. The sidecar drops it; XNAT's plugin sends a redirect URL "
               "with two slashes, which the provider does not know");
        advise(build->findings, "write siteUrl=%s", SHOW(url->origin.at, url->origin.size));
    }
    warn_of_address(build, at, url);
    if (!url->https && (!url->loopback || site_has_aaf(build))) {
        static const struct impact aaf = IMPACT(WARNING, ERROR, ERROR, ERROR);
        static const struct impact other = IMPACT_ALL(WARNING);
        bool refused = site_has_aaf(build) && !url->loopback;
        report_as(
            build->findings, RULE_SITE_URL_HTTP, refused ? &aaf : &other, at,
            "the site is not on https: everyone on the way can read sessions and passwords, "
            "browsers keep back the cookies that a sign-in needs, and AAF refuses such a site");
        advise(build->findings, "write https:// and let the site answer there; plain http is for "
                                "tests");
    }
    bool default_port = slice_equals(url->port, url->https ? "443" : "80");
    if (default_port || slice_has_capitals(url->scheme) || slice_has_capitals(url->host)) {
        report(
            build->findings, RULE_SITE_URL_SPELLING, at,
            "browsers write this address in small letters and without the usual port. It is sent "
            "to the provider as it stands here, and must be registered there letter by letter");
        advise(build->findings, "write it as a browser shows it, here and at the provider");
    }
}

static bool judge_site_url(struct build *build, const struct file *file,
                           const struct setting *setting, struct slice *meaning)
{
    struct value_url url;
    struct report_at at = at_value(file, setting->entry);
    enum value_url_problem problem = value_url(setting->value, &url);
    if (problem == URL_OK && url.query.size > 0)
        problem = URL_QUERY;
    if (problem == URL_OK && url.path.size > 0 && !slice_equals(url.path, "/"))
        problem = URL_PATH;
    if (problem != URL_OK) {
        /* A context path composes well for the plugin. */
        static const struct impact context = IMPACT(ERROR, INFO, INFO, INFO);
        static const struct impact all = IMPACT_ALL(ERROR);
        bool harmless = problem == URL_PATH && url.path.at[url.path.size - 1] != '/';
        report_as(
            build->findings, RULE_SITE_URL, harmless ? &context : &all, &at,
            "siteUrl must be the address of the site and nothing more, but the value %s: \"%s\". "
            "Every sign-in would end at an address that does not exist",
            url_problem_text(problem), QUOTE(setting->value));
        advise(build->findings, "write scheme and host alone, for example "
                                "siteUrl=https://xnat.example.com");
        return false;
    }
    *meaning = url.origin;
    warn_of_site_url(build, &at, &url);
    return true;
}

static const char *path_problem_text(enum value_path_problem problem)
{
    static const char *const texts[PATH_PROBLEMS] = {
        [PATH_EMPTY] = "is empty",
        [PATH_NO_SLASH] = "does not begin with a slash",
        [PATH_ROOT] = "is the site's front page",
        [PATH_QUERY] = "has a part after ? or #",
        [PATH_ESCAPE] = "has a percent sign, which servers read in different ways",
        [PATH_SEGMENT] = "has //, /./ or /../ in it, which servers read in different ways",
        [PATH_CHARACTER] =
            ("has a blank, a semicolon, a control character or another character that "
             "does not belong in a path"),
    };
    return texts[problem];
}

static bool judge_redirect_path(struct build *build, const struct file *file,
                                const struct setting *setting, struct slice *meaning)
{
    enum value_path_problem problem = value_path(setting->value);
    *meaning = setting->value;
    if (problem == PATH_OK)
        return true;
    struct report_at at = at_value(file, setting->entry);
    report(
        build->findings, RULE_REDIRECT_PATH, &at,
        "preEstablishedRedirUri must be a plain path, but the value %s: \"%s\". The provider sends "
        "people back to siteUrl with this path after it, and they would not arrive",
        path_problem_text(problem), QUOTE(setting->value));
    advise(build->findings,
           slice_has(setting->value, "://")
               ? "write the path alone, for example /openid-login: siteUrl is put in front of it"
               : "write preEstablishedRedirUri=/openid-login, or the path that is registered with "
                 "the provider");
    return false;
}

static const struct file *first_usable(const struct build *build)
{
    for (size_t i = 0; i < build->file_count; i++)
        if (build->files[i].usable)
            return &build->files[i];
    return NULL;
}

static void report_no_site_url(struct build *build)
{
    const struct file *file = first_usable(build);
    if (file == NULL || build->incomplete)
        return;
    struct setting empty = find_site_setting(file, KEY_SITE_URL);
    /* The plugin falls back to XNAT's own setting, but not from an empty one. */
    static const struct impact missing = IMPACT_SIDECAR(ERROR);
    static const struct impact emptied = IMPACT_ALL(ERROR);
    struct report_at at = empty.entry == NULL ? at_file(file) : at_value(file, empty.entry);
    at.key = keys_row(KEY_SITE_URL)->pattern;
    report_as(build->findings, RULE_SITE_URL_MISSING, empty.entry == NULL ? &missing : &emptied,
              &at, "siteUrl is %s: the provider cannot be told where to send people back to",
              empty.entry == NULL ? "missing" : "empty");
    advise(build->findings, "write the address that people see, for example "
                            "siteUrl=https://xnat.example.com");
}

/* An empty siteUrl beside a file that has one: XNAT's plugin may read this file alone. */
static void report_empty_site_urls(struct build *build, const struct agreed *agreed)
{
    for (size_t i = 0; i < build->file_count; i++) {
        const struct file *file = &build->files[i];
        struct setting setting = find_site_setting(file, KEY_SITE_URL);
        if (!file->usable || setting.entry == NULL || setting.value.size > 0)
            continue;
        struct report_at at = at_value(file, setting.entry);
        report(
            build->findings, RULE_EMPTY_VALUE, &at,
            "siteUrl is empty here; the sidecar takes it from %s, line %zu, XNAT's plugin may not",
            agreed->file->name, agreed->setting.entry->at.line);
        advise(build->findings, "write the same siteUrl in all files");
    }
}

static void read_site_url(struct build *build)
{
    struct agreed url = agree(build, KEY_SITE_URL, true, judge_site_url);
    if (!url.stated)
        report_no_site_url(build);
    if (url.file != NULL)
        report_empty_site_urls(build, &url);
    build->model->site_url = keep_text(build, url.file != NULL ? url.meaning : slice_of(""));
}

void read_site(struct build *build)
{
    read_site_url(build);
    struct agreed path = agree(build, KEY_REDIRECT_PATH, false, judge_redirect_path);
    const char *fallback = path.stated ? "" : keys_row(KEY_REDIRECT_PATH)->fallback;
    build->model->redirect_path =
        keep_text(build, path.file != NULL ? path.meaning : slice_of(fallback));
    for (size_t i = 0; i < build->file_count; i++)
        if (build->files[i].usable &&
            read_boolean(build, &build->files[i], KEY_DISABLE_PASSWORD_LOGIN, KEYS_SHARED, ""))
            build->model->password_login_disabled = true;
}
