/* A table says what each answer to each question means. See xnat_account.h. */
#include <config.h>

#include "xnat_account.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>
#include <openssl/crypto.h>

#include "text.h"
#include "xnat_person.h"

/* Only this role makes an account one that no identity is attached to. */
#define ADMINISTRATOR "Administrator"

/* What is asked. */
enum step {
    LOOK_UP,
    LOOK_UP_PROFILE, /* of an XNAT that answers the question before with 500 */
    CREATE,
    LOOK_AT_ROLES,
    ENABLE,
    VERIFY,
    ISSUE,
    STEPS,
};

struct xnat_account {
    enum xnat_action action;
    enum step step;
    char *path;
    char *body;
    struct xnat_request request;
    struct xnat_person person;
    bool may_create;
    /* what XNAT said */
    int64_t now; /* when it said so */
    bool asked_to_create;
    int create_status;
    bool created;
    bool enabled, verified;
    struct xnat_token token;
    oidc_error error;
};

/* --- the end ------------------------------------------------------------------------------------
 */

__attribute__((format(printf, 3, 4))) static void refuse(struct xnat_account *account,
                                                         oidc_code code, const char *format, ...)
{
    va_list arguments;

    account->action = XNAT_REFUSED;
    account->error.code = code;
    va_start(arguments, format);
    vsnprintf(account->error.detail, sizeof(account->error.detail), format, arguments);
    va_end(arguments);
    xnat_token_clear(&account->token);
}

static void refuse_for_memory(struct xnat_account *account)
{
    refuse(account, OIDC_E_MEMORY, "out of memory while looking for XNAT account %s",
           account->person.username);
}

/* --- asking -------------------------------------------------------------------------------------
 */

static const struct {
    const char *method;
    const char *before; /* the path, up to the user name … */
    const char *after;  /* … and behind it */
    bool named;         /* the path has the user name in it */
} questions[STEPS] = {
    [LOOK_UP] = {"GET", "/xapi/users/", "", true},
    [LOOK_UP_PROFILE] = {"GET", "/xapi/users/profile/", "", true},
    [CREATE] = {"POST", "/xapi/users", "", false},
    [LOOK_AT_ROLES] = {"GET", "/xapi/users/", "/roles", true},
    [ENABLE] = {"PUT", "/xapi/users/", "/enabled/true", true},
    [VERIFY] = {"PUT", "/xapi/users/", "/verified/true", true},
    [ISSUE] = {"GET", "/data/services/tokens/issue/user/", "", true},
};

static char *path_of(const struct xnat_person *person, enum step step)
{
    struct text path = {0};

    text_adds(&path, questions[step].before);
    if (questions[step].named)
        xnat_person_add_name(person, &path);
    text_adds(&path, questions[step].after);
    return text_steal(&path);
}

static void ask(struct xnat_account *account, enum step step)
{
    free(account->path);
    free(account->body);
    account->step = step;
    account->path = path_of(&account->person, step);
    account->body = step == CREATE ? xnat_person_as_json(&account->person) : NULL;
    account->request = (struct xnat_request){questions[step].method, account->path, account->body};
    if (!account->path || (step == CREATE && !account->body))
        refuse_for_memory(account);
}

/* --- JSON ---------------------------------------------------------------------------------------
 */

static const char *json_trouble(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return "has a member twice";
    case json_error_numeric_overflow:
        return "has a number that is too large";
    default:
        return "is not JSON";
    }
}

/* jansson leaves the code of a failed allocation unset in most places. */
static bool is_for_memory(const json_error_t *error)
{
    return json_error_code(error) == json_error_unknown ||
           json_error_code(error) == json_error_out_of_memory;
}

/* NULL after refusing. */
static json_t *read_json(struct xnat_account *account, const struct xnat_answer *answer)
{
    json_error_t error = {.line = 0};
    json_t *value;

    if (answer->size > XNAT_ANSWER_MAX) {
        refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED, "XNAT's answer to %s %s is too large",
               account->request.method, account->request.path);
        return NULL;
    }
    value = json_loadb(answer->size > 0 ? answer->body : "", answer->size, JSON_REJECT_DUPLICATES,
                       &error);
    if (value)
        return value;
    if (is_for_memory(&error))
        refuse_for_memory(account);
    else
        refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED, "XNAT's answer to %s %s %s",
               account->request.method, account->request.path, json_trouble(&error));
    return NULL;
}

/* A member that is missing or not what it must be. */
static void refuse_member(struct xnat_account *account, const char *name)
{
    refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED,
           "XNAT's answer to %s %s has no usable %s: is that XNAT, 1.8 or later?",
           account->request.method, account->request.path, name);
}

static bool take_text(struct xnat_account *account, const json_t *object, const char *name,
                      const char **text)
{
    *text = json_string_value(json_object_get(object, name));
    if (!*text)
        refuse_member(account, name);
    return *text != NULL;
}

static bool take_flag(struct xnat_account *account, const json_t *object, const char *name,
                      bool *flag)
{
    const json_t *value = json_object_get(object, name);

    *flag = json_is_true(value);
    if (!json_is_boolean(value))
        refuse_member(account, name);
    return json_is_boolean(value);
}

/* --- whose account it is ------------------------------------------------------------------------
 */

/* XNAT may find a user by a name in another case: that is another identity's, or may become so. */
static bool is_same_name(struct xnat_account *account, const char *username)
{
    if (strcmp(username, account->person.username) == 0)
        return true;
    if (strcasecmp(username, account->person.username) == 0)
        refuse(account, OIDC_E_ACCOUNT_NAME_SHARED,
               "the identity's user name is %s, and XNAT has %s: give openid.%s.usernamePattern a "
               "claim that tells them apart, or rename the account",
               account->person.username, username, account->person.provider);
    else
        refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED, "asked for user %s, XNAT answers with %s",
               account->person.username, username);
    return false;
}

static bool is_same_email(struct xnat_account *account, const json_t *user)
{
    const char *email = json_string_value(json_object_get(user, "email"));

    if (email && email[0] != '\0' && strcasecmp(email, account->person.email) == 0)
        return true;
    refuse(account, OIDC_E_ACCOUNT_EMAIL_DIFFERS,
           "XNAT account %s has another e-mail address than the identity; if it is the same "
           "person, make them alike",
           account->person.username);
    return false;
}

static void take_user(struct xnat_account *account, const struct xnat_answer *answer)
{
    json_t *user = read_json(account, answer);
    const char *username;

    if (user && take_text(account, user, "username", &username) &&
        is_same_name(account, username) && is_same_email(account, user) &&
        take_flag(account, user, "enabled", &account->enabled) &&
        take_flag(account, user, "verified", &account->verified))
        ask(account, LOOK_AT_ROLES);
    json_decref(user);
}

static void issue_or_refuse(struct xnat_account *account)
{
    if (!account->enabled)
        refuse(account, OIDC_E_ACCOUNT_DISABLED, "XNAT account %s is not enabled%s",
               account->person.username,
               account->created ? ": it was created just now, and policy leaves it to an "
                                  "administrator to enable it"
                                : "");
    else if (!account->verified)
        refuse(account, OIDC_E_ACCOUNT_UNVERIFIED, "XNAT account %s is not verified",
               account->person.username);
    else
        ask(account, ISSUE);
}

/* Policy is about new accounts: what an administrator has decided of an old one stays. */
static void put_policy_through(struct xnat_account *account)
{
    if (account->created && account->person.auto_enabled && !account->enabled &&
        account->step < ENABLE)
        ask(account, ENABLE);
    else if (account->created && account->person.auto_verified && !account->verified &&
             account->step < VERIFY)
        ask(account, VERIFY);
    else
        issue_or_refuse(account);
}

/* Short of memory jansson (2.14, its issue 362) may lose letters of a text and not say so. Where a
 * role is overlooked, somebody gets an administrator's account: the bytes themselves are asked,
 * too.
 */
static bool has_administrator(const struct xnat_answer *answer)
{
    static const char role[] = "\"" ADMINISTRATOR "\"";
    const char *bytes = answer->body;

    for (size_t at = 0; at + sizeof(role) - 1 <= answer->size; at++) {
        if (strncasecmp(bytes + at, role, sizeof(role) - 1) == 0)
            return true;
    }
    return false;
}

static void refuse_administrator(struct xnat_account *account)
{
    refuse(account, OIDC_E_ACCOUNT_IS_ADMINISTRATOR,
           "XNAT account %s is a site administrator's, which no identity is attached to",
           account->person.username);
}

static void take_roles(struct xnat_account *account, const struct xnat_answer *answer)
{
    json_t *roles = read_json(account, answer);

    if (!roles)
        return;
    if (has_administrator(answer))
        refuse_administrator(account);
    if (!json_is_array(roles))
        refuse_member(account, "list of roles");
    for (size_t i = 0; i < json_array_size(roles) && account->action == XNAT_SEND; i++) {
        const char *role = json_string_value(json_array_get(roles, i));

        if (!role)
            refuse_member(account, "list of roles");
        else if (strcasecmp(role, ADMINISTRATOR) == 0)
            refuse_administrator(account);
    }
    if (account->action == XNAT_SEND)
        put_policy_through(account);
    json_decref(roles);
}

/* --- no account ---------------------------------------------------------------------------------
 */

static void create_account(struct xnat_account *account)
{
    const char *missing = xnat_person_lacks(&account->person);

    if (!account->may_create) {
        refuse(account, OIDC_E_ACCOUNT_UNKNOWN,
               "XNAT has no account %s, and policy creates none (openid.%s.forceUserCreate)",
               account->person.username, account->person.provider);
    } else if (missing) {
        refuse(account, OIDC_E_CLAIM_MISSING,
               "XNAT needs an e-mail address and both names for the new account %s: the claim that "
               "openid.%s.%s names is missing or blank",
               account->person.username, account->person.provider, missing);
    } else {
        account->asked_to_create = true;
        ask(account, CREATE);
    }
}

static void take_absence(struct xnat_account *account, const struct xnat_answer *answer)
{
    (void)answer;
    if (account->asked_to_create)
        refuse(account, OIDC_E_ACCOUNT_CREATE_FAILED,
               "XNAT answered %d when account %s was to be created, and has none",
               account->create_status, account->person.username);
    else
        create_account(account);
}

/* Older releases answer with 500 where there is no such user; the profile tells that from trouble.
 */
static void look_again_elsewhere(struct xnat_account *account, const struct xnat_answer *answer)
{
    (void)answer;
    ask(account, LOOK_UP_PROFILE);
}

/* Whatever XNAT says: it is asked once more what there is now. Somebody else may have been faster,
 * and an older XNAT says so in several ways. */
static void take_creation(struct xnat_account *account, const struct xnat_answer *answer)
{
    account->create_status = answer->status;
    account->created = answer->status == 200 || answer->status == 201;
    ask(account, LOOK_UP);
}

/* --- the new account's flags --------------------------------------------------------------------
 */

static void take_enabled(struct xnat_account *account, const struct xnat_answer *answer)
{
    (void)answer;
    account->enabled = true;
    put_policy_through(account);
}

static void take_verified(struct xnat_account *account, const struct xnat_answer *answer)
{
    (void)answer;
    account->verified = true;
    put_policy_through(account);
}

static void leave_it(struct xnat_account *account, const struct xnat_answer *answer)
{
    (void)answer;
    put_policy_through(account);
}

/* --- the token ----------------------------------------------------------------------------------
 */

static bool take_word(struct xnat_account *account, const json_t *object, const char *name,
                      char *word, size_t max)
{
    const char *text;

    if (!take_text(account, object, name, &text))
        return false;
    if (!xnat_token_is_word(text, max)) {
        refuse_member(account, name);
        return false;
    }
    memcpy(word, text, strlen(text) + 1);
    return true;
}

static bool is_for_us(struct xnat_account *account, const json_t *token)
{
    const char *user;

    if (!take_text(account, token, "xdatUserId", &user))
        return false;
    if (strcmp(user, account->person.username) == 0)
        return true;
    refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED,
           "asked for a token of user %s, XNAT answers with one of %s", account->person.username,
           user);
    return false;
}

/* Absent is fine: the contract's defaults are what is wanted. */
static bool is_usable(struct xnat_account *account, const json_t *token)
{
    if (!json_is_true(json_object_get(token, "singleUse")) &&
        !json_is_false(json_object_get(token, "enabled")))
        return true;
    refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED,
           "XNAT issued a token for user %s that is for one use, or not enabled",
           account->person.username);
    return false;
}

/* In milliseconds; not yet over, by our clock. */
static bool take_expiry(struct xnat_account *account, const json_t *token)
{
    const int64_t now = account->now;
    const json_t *value = json_object_get(token, "estimatedExpirationTime");
    int64_t expires_at = json_is_integer(value) ? json_integer_value(value) / 1000 : 0;

    if (!json_is_integer(value)) {
        refuse_member(account, "estimatedExpirationTime");
    } else if (expires_at <= now) {
        refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED,
               "XNAT issued a token for user %s that has expired: is a clock wrong, or XNAT's "
               "aliasTokenTimeout?",
               account->person.username);
    } else {
        account->token.issued_at = now;
        account->token.expires_at = expires_at;
    }
    return expires_at > now;
}

static void take_token(struct xnat_account *account, const struct xnat_answer *answer)
{
    struct xnat_token *token = &account->token;
    json_t *object = read_json(account, answer);

    if (object && is_for_us(account, object) && is_usable(account, object) &&
        take_word(account, object, "alias", token->alias, XNAT_ALIAS_MAX) &&
        take_word(account, object, "secret", token->secret, XNAT_SECRET_MAX) &&
        take_expiry(account, object))
        account->action = XNAT_DONE;
    json_decref(object);
}

/* --- what each answer means ---------------------------------------------------------------------
 */

static void take_refusal(struct xnat_account *account, const struct xnat_answer *answer)
{
    refuse(account, OIDC_E_XNAT_REFUSES_SERVICE,
           "XNAT answered %d to %s %s: the service account's password is wrong, the account is not "
           "an administrator's, or --upstream is not XNAT itself",
           answer->status, account->request.method, account->request.path);
}

static void take_trouble(struct xnat_account *account, const struct xnat_answer *answer)
{
    refuse(account, OIDC_E_XNAT_UNREACHABLE, "XNAT answered %d to %s %s", answer->status,
           account->request.method, account->request.path);
}

static void take_nonsense(struct xnat_account *account, const struct xnat_answer *answer)
{
    refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED, "XNAT answered %d to %s %s", answer->status,
           account->request.method, account->request.path);
}

/* In place of a step: whichever it is. */
#define ANY STEPS

/* The first row that fits counts. */
static const struct meaning {
    int step; /* or ANY */
    int least, most;
    void (*take)(struct xnat_account *account, const struct xnat_answer *answer);
} meanings[] = {
    {ANY, 401, 401, take_refusal},
    {ANY, 403, 403, take_refusal},
    {LOOK_UP, 200, 200, take_user},
    {LOOK_UP, 404, 404, take_absence},
    {LOOK_UP, 500, 500, look_again_elsewhere},
    {LOOK_UP_PROFILE, 200, 200, take_user},
    {LOOK_UP_PROFILE, 404, 404, take_absence},
    {CREATE, 200, 201, take_creation},
    {CREATE, 400, 400, take_creation}, /* a bad field; of an older XNAT also: it exists */
    {CREATE, 409, 409, take_creation}, /* it exists */
    {CREATE, 500, 500, take_creation}, /* an older XNAT: it exists */
    {LOOK_AT_ROLES, 200, 200, take_roles},
    {ENABLE, 200, 200, take_enabled},
    {ENABLE, 304, 304, take_enabled}, /* it was so already */
    {ENABLE, 400, 500, leave_it},     /* the new account waits for an administrator */
    {VERIFY, 200, 200, take_verified},
    {VERIFY, 304, 304, take_verified},
    {VERIFY, 400, 500, leave_it},
    {ISSUE, 200, 200, take_token},
    {ANY, 300, 399, take_refusal}, /* to the login page */
    {ANY, 429, 429, take_trouble},
    {ANY, 500, 599, take_trouble},
    {ANY, 100, 499, take_nonsense},
};

static const struct meaning *meaning_of(const struct xnat_account *account, int status)
{
    const size_t count = sizeof(meanings) / sizeof(meanings[0]);
    size_t i = 0;

    while (i < count - 1 && ((meanings[i].step != ANY && meanings[i].step != (int)account->step) ||
                             status < meanings[i].least || status > meanings[i].most))
        i++;
    return &meanings[i]; /* what fits nowhere is nonsense */
}

void xnat_account_answer(struct xnat_account *account, const struct xnat_answer *answer,
                         int64_t now)
{
    if (account->action != XNAT_SEND)
        return;
    account->now = now;
    if (answer->status == 0)
        refuse(account, OIDC_E_XNAT_UNREACHABLE, "XNAT did not answer %s %s: %s",
               account->request.method, account->request.path,
               answer->note ? answer->note : "no whole answer came");
    else
        meaning_of(account, answer->status)->take(account, answer);
}

/* --- the machine --------------------------------------------------------------------------------
 */

/* Whoever can come by a user name of their choice, and an address that nobody verifies, can choose
 * somebody else's. Nor is an account made for them, which they could not use the next time. */
static void refuse_doubtful(struct xnat_account *account)
{
    refuse(account, OIDC_E_EMAIL_INVALID,
           "the provider says email_verified is false, and user name %s may be another's. Have it "
           "verify the address, or make openid.%s.usernamePattern of [providerId] and [sub] alone "
           "(oidc-sidecar(8), email_invalid, says where that is not enough)",
           account->person.username, account->person.provider);
}

struct xnat_account *xnat_account_new(const oidc_identity *identity, bool may_create)
{
    struct xnat_account *account = calloc(1, sizeof(*account));

    if (!account)
        return NULL;
    xnat_person_of(identity, &account->person);
    account->may_create = may_create && identity->create_user;
    if (account->person.is_doubtful)
        refuse_doubtful(account);
    else
        ask(account, LOOK_UP);
    return account;
}

void xnat_account_free(struct xnat_account **account)
{
    struct xnat_account *gone = *account;

    *account = NULL;
    if (!gone)
        return;
    free(gone->path);
    free(gone->body);
    OPENSSL_cleanse(gone, sizeof(*gone));
    free(gone);
}

enum xnat_action xnat_account_next(const struct xnat_account *account)
{
    return account->action;
}

const struct xnat_request *xnat_account_request(const struct xnat_account *account)
{
    return account->action == XNAT_SEND ? &account->request : NULL;
}

bool xnat_account_created(const struct xnat_account *account)
{
    return account->created;
}

const struct xnat_token *xnat_account_token(const struct xnat_account *account)
{
    return account->action == XNAT_DONE ? &account->token : NULL;
}

const oidc_error *xnat_account_error(const struct xnat_account *account)
{
    return account->action == XNAT_REFUSED ? &account->error : NULL;
}
