/* A table says what each answer to each question means. See xnat_account.h. */
#include <config.h>

#include "xnat_account.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "text.h"
#include "xnat_account_read.h"
#include "xnat_person.h"

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

/* The error says why. */
static void give_up(struct xnat_account *account)
{
    account->action = XNAT_REFUSED;
    xnat_token_clear(&account->token);
}

__attribute__((format(printf, 3, 4))) static void refuse(struct xnat_account *account,
                                                         oidc_code code, const char *format, ...)
{
    va_list arguments;

    account->error.code = code;
    va_start(arguments, format);
    vsnprintf(account->error.detail, sizeof(account->error.detail), format, arguments);
    va_end(arguments);
    give_up(account);
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
        refuse(account, OIDC_E_MEMORY, "out of memory while looking for XNAT account %s",
               account->person.username);
}

/* --- the account --------------------------------------------------------------------------------
 */

static struct xnat_reading reading_of(struct xnat_account *account)
{
    return (struct xnat_reading){&account->request, &account->person, &account->error};
}

static void take_user(struct xnat_account *account, const struct xnat_answer *answer)
{
    const struct xnat_reading reading = reading_of(account);

    if (xnat_read_user(&reading, answer, &account->enabled, &account->verified))
        ask(account, LOOK_AT_ROLES);
    else
        give_up(account);
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

static void take_roles(struct xnat_account *account, const struct xnat_answer *answer)
{
    const struct xnat_reading reading = reading_of(account);

    if (xnat_read_roles(&reading, answer))
        put_policy_through(account);
    else
        give_up(account);
}

static void take_token(struct xnat_account *account, const struct xnat_answer *answer)
{
    const struct xnat_reading reading = reading_of(account);

    if (xnat_read_token(&reading, answer, account->now, &account->token))
        account->action = XNAT_DONE;
    else
        give_up(account);
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

/* The first row that covers an answer counts. */
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
    {ANY, INT_MIN, INT_MAX, take_nonsense},
};

static bool covers(const struct meaning *meaning, enum step step, int status)
{
    return (meaning->step == ANY || meaning->step == (int)step) && status >= meaning->least &&
           status <= meaning->most;
}

static const struct meaning *meaning_of(const struct xnat_account *account, int status)
{
    size_t i = 0;

    while (!covers(&meanings[i], account->step, status))
        i++; /* the last row covers whatever is left */
    return &meanings[i];
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
