/* Switches for new accounts that do nothing, and patterns that make no user names, or one for two
 * people. */
#include "build.h"

#include <string.h>

#include "ascii.h"

struct accounts {
    struct build *build;
    const struct file *file;
    const struct props_provider *provider;
    const char *id;
};

static struct setting find(const struct accounts *accounts, enum keys_id id)
{
    return find_setting(accounts->file, id, KEYS_SHARED, accounts->id);
}

/* --- switches -----------------------------------------------------------------------------------
 */

static void check_create_off(const struct accounts *accounts)
{
    static const enum keys_id switches[] = {KEY_USER_AUTO_ENABLED, KEY_USER_AUTO_VERIFIED};
    if (accounts->provider->create_user)
        return;
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        struct setting setting = find(accounts, switches[i]);
        if (!setting_is_on(&setting))
            continue;
        struct report_at at = at_value(accounts->file, setting.entry);
        report(accounts->build->findings, RULE_CREATE_OFF, &at,
               "the switch is for new accounts, and none are made while openid.%s.forceUserCreate "
               "is not true: people without an account are turned away",
               accounts->id);
        advise(accounts->build->findings,
               "to have accounts made, write openid.%s.forceUserCreate=true", accounts->id);
        return;
    }
}

/* A switch that is on, under the key of a release that does not read the file's layout, while the
 * other key is not there. */
static void check_other_release(const struct accounts *accounts, enum keys_id newer,
                                enum keys_id older)
{
    static const struct impact older_blind = IMPACT(NONE, WARNING, NONE, NONE);
    static const struct impact newer_blind = IMPACT(NONE, NONE, NONE, WARNING);
    struct setting site = find_site_setting(accounts->file, newer);
    struct setting own = find(accounts, older);
    bool listed = accounts->file->listed;
    const struct setting *read = listed ? &own : &site;
    const struct setting *only = listed ? &site : &own;
    struct keys_name name;
    if (read->entry != NULL || !setting_is_on(only))
        return;
    struct report_at at = at_value(accounts->file, only->entry);
    report_as(accounts->build->findings, RULE_AUTO_OTHER_RELEASE,
              listed ? &older_blind : &newer_blind, &at,
              "%s of the plugin do not read this key: their new accounts wait for an administrator",
              listed ? "releases up to 1.3" : "releases since 1.4");
    advise(accounts->build->findings, "add %s=true",
           keys_name(&name, listed ? older : newer, KEYS_SHARED, accounts->id));
}

/* One of the two switches that releases up to 1.3 read is there, so the file is for them too. */
static void check_half(const struct accounts *accounts, enum keys_id newer, enum keys_id older,
                       enum keys_id sibling)
{
    static const struct impact older_blind = IMPACT(NONE, NONE, WARNING, NONE);
    struct setting site = find_site_setting(accounts->file, newer);
    struct keys_name name;
    if (accounts->file->listed || find(accounts, older).entry != NULL ||
        find(accounts, sibling).entry == NULL || !setting_is_on(&site))
        return;
    struct report_at at = at_value(accounts->file, site.entry);
    report_as(
        accounts->build->findings, RULE_AUTO_OTHER_RELEASE, &older_blind, &at,
        "releases up to 1.3 of the plugin do not read this key: their new accounts wait for an "
        "administrator");
    advise(accounts->build->findings, "add %s=true",
           keys_name(&name, older, KEYS_SHARED, accounts->id));
}

/* --- user names ---------------------------------------------------------------------------------
 */

/* XNAT's rule for user names: a letter, then up to 63 letters, digits and -_'. */
#define USERNAME_MOST 64

struct pattern {
    struct slice text;
    bool begins_with_claim;
    struct slice first_claim;
    size_t literal; /* characters outside of claims */
    bool provider_id;
    bool sub;
    bool changeable; /* e-mail address or login name: somebody else may have it next year */
    bool only_names; /* nothing but names of people, which many share */
};

static bool one_of(struct slice claim, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equals(claim, names[i]))
            return true;
    return false;
}

static void take_claim(struct pattern *pattern, struct slice claim)
{
    static const char *const changeable[] = {"email",        "preferred_username", "upn",
                                             "email_prefix", "username",           "login"};
    static const char *const names[] = {"name", "given_name", "family_name", "nickname"};
    if (slice_equals(claim, "providerId"))
        pattern->provider_id = true;
    else if (slice_equals(claim, "sub"))
        pattern->sub = true;
    else if (one_of(claim, changeable, sizeof changeable / sizeof *changeable))
        pattern->changeable = true;
    else if (!one_of(claim, names, sizeof names / sizeof *names))
        pattern->only_names = false;
}

/* The pattern has been found to be readable before (value_pattern). */
static struct pattern read_pattern(struct slice text)
{
    struct pattern pattern = {.text = text, .only_names = true};
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] != '[') {
            pattern.literal++;
            continue;
        }
        size_t start = i + 1;
        while (i < text.size && text.at[i] != ']')
            i++;
        struct slice claim = {text.at + start, i - start};
        if (start == 1) {
            pattern.begins_with_claim = true;
            pattern.first_claim = claim;
        }
        take_claim(&pattern, claim);
    }
    return pattern;
}

/* What is wrong with the beginning: NULL, or words; *always when it is so for everybody. */
static const char *bad_beginning(const struct accounts *accounts, const struct pattern *pattern,
                                 bool *always)
{
    *always = true;
    if (!pattern->begins_with_claim)
        return ascii_is_letter(pattern->text.at[0]) ? NULL : "begin with another character";
    if (slice_equals(pattern->first_claim, "providerId"))
        return ascii_is_letter(accounts->id[0]) ? NULL
                                                : "begin with the provider's id, which is none";
    *always = false;
    return slice_equals(pattern->first_claim, "sub")
               ? "begin with the claim sub, which often begins with a digit"
               : NULL;
}

static void check_validity(const struct accounts *accounts, const struct pattern *pattern,
                           const struct report_at *at)
{
    static const struct impact everybody = IMPACT_ALL(ERROR);
    static const struct impact some = IMPACT_ALL(WARNING);
    bool always = false;
    const char *beginning = bad_beginning(accounts, pattern, &always);
    if (beginning != NULL) {
        report_as(accounts->build->findings, RULE_USERNAME_INVALID, always ? &everybody : &some, at,
                  "a user name of XNAT's begins with a letter, and those of this pattern %s: %s "
                  "cannot sign in",
                  beginning, always ? "people" : "those people");
        advise(accounts->build->findings, "put a letter in front, for example u[sub]");
    } else if (pattern->literal >= USERNAME_MOST) {
        report(accounts->build->findings, RULE_USERNAME_INVALID, at,
               "user names of this pattern are longer than the %d characters that XNAT takes",
               USERNAME_MOST);
        advise(accounts->build->findings,
               "write a shorter pattern, for example [providerId]_[sub]");
    }
}

static void report_collision(const struct accounts *accounts, const struct report_at *at,
                             const char *why)
{
    report(accounts->build->findings, RULE_USERNAME_COLLIDES, at,
           "%s. The second of two people with one user name is turned away, or, by plugin releases "
           "before 1.6, given the account of the first",
           why);
    advise(
        accounts->build->findings,
        "before the first person signs in, build user names of [providerId] and [sub], which never "
        "change hands, for example [providerId]_[sub]. Where people have accounts already, leave "
        "it: another pattern gives them other names, and so takes their accounts away");
}

static void check_collision(const struct accounts *accounts, const struct pattern *pattern,
                            const struct report_at *at)
{
    if (pattern->sub && (pattern->provider_id || accounts->build->model->provider_count < 2))
        return;
    if (pattern->sub)
        report_collision(accounts, at, "without [providerId] two providers can send the same sub");
    else if (pattern->changeable)
        report_collision(accounts, at,
                         "e-mail addresses and login names change hands, may be missing, and meet "
                         "user names that XNAT has already; whoever can choose theirs at the "
                         "provider can get somebody else's account");
    else if (pattern->only_names)
        report_collision(accounts, at,
                         "people share their names with others; whoever can choose theirs at the "
                         "provider can get somebody else's account");
}

static void check_usernames(const struct accounts *accounts)
{
    struct setting setting = find(accounts, KEY_USERNAME_PATTERN);
    struct slice text = slice_of(keys_row(KEY_USERNAME_PATTERN)->fallback);
    struct setting client = find(accounts, KEY_CLIENT_ID);
    const struct properties_entry *entry = setting.entry;
    if (entry != NULL)
        text = setting.value;
    else
        entry = client.entry;
    if (entry == NULL || value_pattern(text) != PATTERN_OK)
        return;
    struct pattern pattern = read_pattern(text);
    struct report_at at =
        setting.entry == NULL ? at_key(accounts->file, entry) : at_value(accounts->file, entry);
    check_validity(accounts, &pattern, &at);
    if (setting.entry != NULL)
        check_collision(accounts, &pattern, &at);
}

void check_accounts(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++) {
        struct accounts accounts = {build, file, find_provider(build, file->ids[i]), file->ids[i]};
        if (accounts.provider == NULL)
            continue;
        check_create_off(&accounts);
        check_other_release(&accounts, KEY_AUTO_ENABLED, KEY_USER_AUTO_ENABLED);
        check_other_release(&accounts, KEY_AUTO_VERIFIED, KEY_USER_AUTO_VERIFIED);
        check_half(&accounts, KEY_AUTO_ENABLED, KEY_USER_AUTO_ENABLED, KEY_USER_AUTO_VERIFIED);
        check_half(&accounts, KEY_AUTO_VERIFIED, KEY_USER_AUTO_VERIFIED, KEY_USER_AUTO_ENABLED);
        check_usernames(&accounts);
    }
}
