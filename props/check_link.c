/* The button on XNAT's login page: `openid.P.link`. The sidecar draws its own; this is for people
 * who use the plugin. */
#include "build.h"
#include "find.h"
#include "html.h"

#include <string.h>

/* Deeper nesting than any button has. */
#define OPEN_MOST 32

/* What there is in a link. */
struct link {
    struct build *build;
    const struct file *file;
    const char *id;
    const struct properties_entry *entry;

    struct slice open[OPEN_MOST];
    size_t open_count;
    bool starts_login;   /* something leads to this provider's sign-in */
    bool other_provider; /* or to another's */
    bool other_path;     /* or to the right provider by another path */
    bool leads;          /* anything leads anywhere */
    bool script;
    bool unfinished;
    bool stray_end;
    struct slice image; /* that nobody serves */
};

/* Elements that need no end tag. */
static bool ends_by_itself(struct slice name)
{
    static const char *const names[] = {"p",   "li",  "br",     "hr",   "img",   "input",
                                        "dt",  "dd",  "meta",   "tr",   "td",    "th",
                                        "wbr", "col", "source", "link", "option"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equals_folded(name, names[i]))
            return true;
    return false;
}

static bool same_name(struct slice a, struct slice b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if ((a.at[i] | 0x20) != (b.at[i] | 0x20))
            return false;
    return true;
}

static void open_element(struct link *link, struct slice name)
{
    if (slice_equals_folded(name, "script"))
        link->script = true;
    if (!ends_by_itself(name) && link->open_count < OPEN_MOST)
        link->open[link->open_count++] = name;
}

/* An end tag closes what is open within, too; one of an element that needs none may stray, as in
 * the plugin's samples. */
static void close_element(struct link *link, struct slice name)
{
    if (slice_equals_folded(name, "p"))
        return;
    for (size_t i = link->open_count; i > 0; i--)
        if (same_name(link->open[i - 1], name)) {
            if (i < link->open_count)
                link->unfinished = true;
            link->open_count = i - 1;
            return;
        }
    link->stray_end = true;
}

/* The value of providerId in a query; &amp; counts as &. */
static struct slice provider_of(struct slice target)
{
    static const char name[] = "providerId=";
    size_t at = find_bytes(target.at, target.size, name, sizeof name - 1);
    if (at == FIND_NONE)
        return (struct slice){"", 0};
    size_t start = at + sizeof name - 1;
    size_t end = start;
    while (end < target.size && strchr("&#;\"' ", target.at[end]) == NULL)
        end++;
    return (struct slice){target.at + start, end - start};
}

static struct slice path_of(struct slice target)
{
    size_t size = 0;
    while (size < target.size && target.at[size] != '?' && target.at[size] != '#')
        size++;
    return (struct slice){target.at, size};
}

/* Whether a path or address is the sign-in's: the redirect path, below what siteUrl may have. */
static bool is_login_path(const struct link *link, struct slice path)
{
    const char *redirect = link->build->model->redirect_path;
    size_t size = strlen(redirect);
    if (size == 0)
        redirect = "/openid-login";
    size = strlen(redirect);
    if (path.size < size || memcmp(path.at + path.size - size, redirect, size) != 0)
        return false;
    struct slice before = {path.at, path.size - size};
    struct slice site = find_site_setting(link->file, KEY_SITE_URL).value;
    while (site.size > 0 && site.at[site.size - 1] == '/')
        site.size--;
    return before.size == 0 ||
           (before.size <= site.size &&
            memcmp(site.at + site.size - before.size, before.at, before.size) == 0);
}

static void follow(struct link *link, struct slice target)
{
    target = value_trim(target);
    struct slice provider = provider_of(target);
    if (target.size == 0)
        return;
    link->leads = true;
    if (target.size >= 11 && slice_equals_folded((struct slice){target.at, 11}, "javascript:"))
        link->script = true;
    else if (slice_equals(provider, link->id) && is_login_path(link, path_of(target)))
        link->starts_login = true;
    else if (slice_equals(provider, link->id))
        link->other_path = true;
    else if (provider.size > 0)
        link->other_provider = true;
}

/* XNAT's own pictures, those that come with the plugin, and what stands elsewhere. */
static bool is_served(struct slice source)
{
    static const char folder[] = "/images/";
    static const char *const known[] = {"aaf_service_223x54.png",
                                        "btn_google_signin_dark_normal_web.png",
                                        "btn_keycloak_signin_dark_normal_web.png",
                                        "memos-auth0-logo.png", "wustl-connect-banner.png"};
    if (slice_begins(source, "data:") || slice_begins(source, "https://") ||
        slice_begins(source, "//"))
        return true;
    size_t at = find_bytes(source.at, source.size, folder, sizeof folder - 1);
    if (at == FIND_NONE)
        return slice_begins(source, "/");
    struct slice name = {source.at + at + sizeof folder - 1,
                         source.size - at - (sizeof folder - 1)};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_equals(name, known[i]))
            return true;
    return false;
}

static void take_attribute(struct link *link, struct slice name, struct slice value)
{
    if (name.size > 2 && slice_equals_folded((struct slice){name.at, 2}, "on")) {
        link->script = true;
        if (slice_equals(provider_of(value), link->id))
            link->starts_login = true;
    } else if (slice_equals_folded(name, "href") || slice_equals_folded(name, "action") ||
               slice_equals_folded(name, "formaction")) {
        follow(link, value);
    } else if (slice_equals_folded(name, "src") && link->image.at == NULL &&
               !is_served(value_trim(value))) {
        link->image = value_trim(value);
    }
}

static void scan(struct link *link)
{
    struct html html;
    enum html_event event;
    html_init(&html, slice_of(link->entry->value));
    while ((event = html_next(&html)) != HTML_END) {
        if (event == HTML_OPEN)
            open_element(link, html.name);
        else if (event == HTML_CLOSE)
            close_element(link, html.name);
        else if (event == HTML_ATTRIBUTE)
            take_attribute(link, html.name, html.value);
        else if (event == HTML_UNFINISHED)
            link->unfinished = true;
    }
    if (link->open_count > 0)
        link->unfinished = true;
}

/* One finding says why the button does not work. */
static void report_target(const struct link *link, const struct report_at *at)
{
    const char *path = link->build->model->redirect_path;
    if (path[0] == '\0')
        path = "/openid-login";
    if (link->starts_login)
        return;
    if (link->other_provider)
        report(link->build->findings, RULE_LINK_OTHER_PROVIDER, at,
               "the button of provider %s leads to another one: whoever presses it is asked to "
               "sign in there, or gets an error",
               link->id);
    else
        report(link->build->findings, RULE_LINK_NO_LOGIN, at, "%s: nobody signs in with it",
               link->other_path ? "the button leads to another path than preEstablishedRedirUri, "
                                  "where nothing answers"
               : link->leads    ? "the button leads somewhere else than to the sign-in"
                                : "the button has no link");
    advise(link->build->findings, "write <a href=\"%s?providerId=%s\">Sign in</a>", path, link->id);
}

static void report_link(const struct link *link)
{
    struct report_at at = at_value(link->file, link->entry);
    report_target(link, &at);
    if (link->script) {
        report(link->build->findings, RULE_LINK_SCRIPT, &at,
               "there is script in the button: XNAT's login page runs it for everybody who opens "
               "it, with their rights, and browsers may refuse to");
        advise(link->build->findings, "write a plain link: <a href=\"…\">");
    }
    if (link->unfinished) {
        report(link->build->findings, RULE_LINK_UNBALANCED, &at,
               "a tag or a quotation mark is opened and not closed: the rest of the login page is "
               "drawn inside it, or not at all");
        advise(link->build->findings, "close every tag, as in <a href=\"…\">…</a>");
    } else if (link->stray_end) {
        report(link->build->findings, RULE_LINK_STRAY_END, &at,
               "a tag is closed that was not opened, which browsers overlook");
        advise(link->build->findings, "remove the closing tag");
    }
    if (link->image.at != NULL) {
        report(link->build->findings, RULE_LINK_IMAGE, &at,
               "nothing serves the picture \"%s\": people see a broken button", QUOTE(link->image));
        advise(link->build->findings, "write a picture that is there, for example "
                                      "/images/aaf_service_223x54.png, or words");
    }
}

void check_link(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++) {
        struct setting setting = find_setting(file, KEY_LINK, KEYS_SHARED, file->ids[i]);
        struct link link = {
            .build = build, .file = file, .id = file->ids[i], .entry = setting.entry};
        if (setting.value.size == 0)
            continue;
        scan(&link);
        report_link(&link);
    }
}
