/* From an identity to a token: every answer that XNAT may give, at every step, has one outcome. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "server/xnat_account.h"
#include "tests/support/failalloc.h"

#define NOW INT64_C(1700000000)
#define ALIAS "4d5ab1c0-1df5-4a7e-9f3c-0d9a3f6f1b11"
#define SECRET "AbcdefghijklmnopqrstuvwxyzAbcdefghijklmnopqrstuvwxyz012345678901"

/* The account as XNAT has it, and as it must not be. */
#define USER_OF(username, email, enabled, verified)                                                \
    "{\"id\":7,\"username\":\"" username "\",\"firstName\":\"Ada\",\"lastName\":\"L\",\"email\":"  \
    "\"" email "\",\"enabled\":" enabled ",\"verified\":" verified ",\"secured\":true,"            \
    "\"authorization\":{},\"lastModified\":1}"
#define ADA USER_OF("aaf_ada", "ada@uni.example", "true", "true")
#define TOKEN_OF(user, alias, secret, more, expiry)                                                \
    "{\"alias\":\"" alias "\",\"secret\":\"" secret "\",\"xdatUserId\":\"" user "\"," more         \
    "\"estimatedExpirationTime\":" expiry ",\"id\":1,\"created\":1,\"timestamp\":1,"               \
    "\"validIPAddresses\":[]}"
#define USUAL "\"singleUse\":false,\"enabled\":true,"
#define TOKEN TOKEN_OF("aaf_ada", ALIAS, SECRET, USUAL, "1700172800000")

#define LOOK "GET /xapi/users/aaf_ada"
#define PROFILE "GET /xapi/users/profile/aaf_ada"
#define CREATE "POST /xapi/users"
#define ROLES "GET /xapi/users/aaf_ada/roles"
#define ENABLE "PUT /xapi/users/aaf_ada/enabled/true"
#define VERIFY "PUT /xapi/users/aaf_ada/verified/true"
#define ISSUE "GET /data/services/tokens/issue/user/aaf_ada"

static const oidc_identity ada = {
    .provider = "aaf",
    .issuer = "https://central.aaf.edu.au",
    .subject = "ada",
    .username = "aaf_ada",
    .email = "Ada@Uni.example",
    .given_name = "Ada",
    .family_name = "Lovelace",
    .provider_session = "",
    .auto_enabled = true,
    .auto_verified = true,
    .create_user = true,
};

enum policy {
    CREATES,
    CREATES_DISABLED,
    CREATES_UNVERIFIED,
    CREATES_NOTHING,
    RENEWS,
    /* the provider says email_verified is false, and the user name is … */
    DOUBTS, /* what the person has chosen */
    TRUSTS, /* made of the subject */
};

static struct xnat_account *new_account(enum policy policy)
{
    oidc_identity identity = ada;

    identity.auto_enabled = policy != CREATES_DISABLED;
    identity.auto_verified = policy != CREATES_UNVERIFIED;
    identity.create_user = policy != CREATES_NOTHING;
    identity.email_unverified = policy == DOUBTS || policy == TRUSTS;
    identity.username_of_subject = policy == TRUSTS;
    return xnat_account_new(&identity, policy != RENEWS);
}

struct turn {
    const char *asks;
    int status; /* 0: no answer */
    const char *body;
};

static const struct conversation {
    const char *name;
    enum policy policy;
    oidc_code code; /* OIDC_OK: a token */
    struct turn turns[9];
} conversations[] = {
    /* --- somebody who is known --- */
    {"known", CREATES, OIDC_OK, {{LOOK, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 200, TOKEN}}},
    {"known, with roles",
     CREATES_NOTHING,
     OIDC_OK,
     {{LOOK, 200, ADA}, {ROLES, 200, "[\"Researcher\",\"Admin\"]"}, {ISSUE, 200, TOKEN}}},
    {"renewed", RENEWS, OIDC_OK, {{LOOK, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 200, TOKEN}}},
    {"known to an older XNAT",
     CREATES,
     OIDC_OK,
     {{LOOK, 500, ""}, {PROFILE, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 200, TOKEN}}},
    {"disabled",
     CREATES,
     OIDC_E_ACCOUNT_DISABLED,
     {{LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "true")}, {ROLES, 200, "[]"}}},
    {"unverified",
     CREATES,
     OIDC_E_ACCOUNT_UNVERIFIED,
     {{LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "true", "false")}, {ROLES, 200, "[]"}}},
    {"neither",
     CREATES,
     OIDC_E_ACCOUNT_DISABLED,
     {{LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "false")}, {ROLES, 200, "[]"}}},
    {"an administrator",
     CREATES,
     OIDC_E_ACCOUNT_IS_ADMINISTRATOR,
     {{LOOK, 200, ADA}, {ROLES, 200, "[\"Researcher\",\"Administrator\"]"}}},
    {"an administrator in another spelling",
     CREATES,
     OIDC_E_ACCOUNT_IS_ADMINISTRATOR,
     {{LOOK, 200, ADA}, {ROLES, 200, "[\"administrator\"]"}}},
    {"a disabled administrator",
     CREATES,
     OIDC_E_ACCOUNT_IS_ADMINISTRATOR,
     {{LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "true")},
      {ROLES, 200, "[\"Administrator\"]"}}},
    {"another e-mail address",
     CREATES,
     OIDC_E_ACCOUNT_EMAIL_DIFFERS,
     {{LOOK, 200, USER_OF("aaf_ada", "ada@uni.example.org", "true", "true")}}},
    {"no e-mail address",
     CREATES,
     OIDC_E_ACCOUNT_EMAIL_DIFFERS,
     {{LOOK, 200, USER_OF("aaf_ada", "", "true", "true")}}},
    {"e-mail address null",
     CREATES,
     OIDC_E_ACCOUNT_EMAIL_DIFFERS,
     {{LOOK, 200, "{\"username\":\"aaf_ada\",\"email\":null,\"enabled\":true,\"verified\":true}"}}},
    {"an address that nobody has verified", DOUBTS, OIDC_E_EMAIL_INVALID, {{NULL, 0, NULL}}},
    {"an address that nobody has verified, and a name that nobody chooses",
     TRUSTS,
     OIDC_OK,
     {{LOOK, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 200, TOKEN}}},
    {"another spelling of the name",
     CREATES,
     OIDC_E_ACCOUNT_NAME_SHARED,
     {{LOOK, 200, USER_OF("AAF_Ada", "ada@uni.example", "true", "true")}}},
    {"another user",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, USER_OF("aaf_bob", "ada@uni.example", "true", "true")}}},
    {"another user in an older XNAT",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 500, ""}, {PROFILE, 200, USER_OF("aaf_bob", "ada@uni.example", "true", "true")}}},
    /* --- somebody who is not --- */
    {"unknown, none created", CREATES_NOTHING, OIDC_E_ACCOUNT_UNKNOWN, {{LOOK, 404, ""}}},
    {"unknown to an older XNAT",
     CREATES_NOTHING,
     OIDC_E_ACCOUNT_UNKNOWN,
     {{LOOK, 500, ""}, {PROFILE, 404, ""}}},
    {"gone in mid-session", RENEWS, OIDC_E_ACCOUNT_UNKNOWN, {{LOOK, 404, ""}}},
    {"created",
     CREATES,
     OIDC_OK,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN}}},
    {"created in an older XNAT",
     CREATES,
     OIDC_OK,
     {{LOOK, 500, ""},
      {PROFILE, 404, ""},
      {CREATE, 201, "no JSON at all"},
      {LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN}}},
    {"created, waits for approval",
     CREATES_DISABLED,
     OIDC_E_ACCOUNT_DISABLED,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "true")},
      {ROLES, 200, "[]"}}},
    {"created, waits for the message",
     CREATES_UNVERIFIED,
     OIDC_E_ACCOUNT_UNVERIFIED,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "true", "false")},
      {ROLES, 200, "[]"}}},
    {"created, flags put through",
     CREATES,
     OIDC_OK,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "false")},
      {ROLES, 200, "[]"},
      {ENABLE, 200, ""},
      {VERIFY, 304, ""},
      {ISSUE, 200, TOKEN}}},
    {"created, verified put through",
     CREATES,
     OIDC_OK,
     {{LOOK, 404, ""},
      {CREATE, 200, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "true", "false")},
      {ROLES, 200, "[]"},
      {VERIFY, 200, ""},
      {ISSUE, 200, TOKEN}}},
    {"created, flags not put through",
     CREATES,
     OIDC_E_ACCOUNT_DISABLED,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "false")},
      {ROLES, 200, "[]"},
      {ENABLE, 500, ""},
      {VERIFY, 400, ""}}},
    {"created, only enabled",
     CREATES,
     OIDC_E_ACCOUNT_UNVERIFIED,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "false")},
      {ROLES, 200, "[]"},
      {ENABLE, 304, ""},
      {VERIFY, 404, ""}}},
    {"flags while the password changes",
     CREATES,
     OIDC_E_XNAT_REFUSES_SERVICE,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "false")},
      {ROLES, 200, "[]"},
      {ENABLE, 401, ""}}},
    {"flags while XNAT restarts",
     CREATES,
     OIDC_E_XNAT_UNREACHABLE,
     {{LOOK, 404, ""},
      {CREATE, 201, ADA},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "true", "false")},
      {ROLES, 200, "[]"},
      {VERIFY, 503, ""}}},
    /* --- somebody else was faster: 409, or as older releases say it --- */
    {"exists",
     CREATES,
     OIDC_OK,
     {{LOOK, 404, ""},
      {CREATE, 409, ""},
      {LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN}}},
    {"exists (400)",
     CREATES,
     OIDC_OK,
     {{LOOK, 404, ""},
      {CREATE, 400, "exists"},
      {LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN}}},
    {"exists (500)",
     CREATES,
     OIDC_OK,
     {{LOOK, 500, ""},
      {PROFILE, 404, ""},
      {CREATE, 500, ""},
      {LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN}}},
    {"exists, disabled: not ours to enable",
     CREATES,
     OIDC_E_ACCOUNT_DISABLED,
     {{LOOK, 404, ""},
      {CREATE, 409, ""},
      {LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "false", "true")},
      {ROLES, 200, "[]"}}},
    {"exists, another's",
     CREATES,
     OIDC_E_ACCOUNT_EMAIL_DIFFERS,
     {{LOOK, 404, ""},
      {CREATE, 409, ""},
      {LOOK, 200, USER_OF("aaf_ada", "bob@uni.example", "true", "true")}}},
    {"not created",
     CREATES,
     OIDC_E_ACCOUNT_CREATE_FAILED,
     {{LOOK, 404, ""}, {CREATE, 400, "bad field"}, {LOOK, 404, ""}}},
    {"not created (500)",
     CREATES,
     OIDC_E_ACCOUNT_CREATE_FAILED,
     {{LOOK, 500, ""}, {PROFILE, 404, ""}, {CREATE, 500, ""}, {LOOK, 500, ""}, {PROFILE, 404, ""}}},
    {"said to be created, and is not there",
     CREATES,
     OIDC_E_ACCOUNT_CREATE_FAILED,
     {{LOOK, 404, ""}, {CREATE, 201, ADA}, {LOOK, 404, ""}}},
    {"created by whoever may not",
     CREATES,
     OIDC_E_XNAT_REFUSES_SERVICE,
     {{LOOK, 404, ""}, {CREATE, 403, ""}}},
    {"XNAT goes away when it should create",
     CREATES,
     OIDC_E_XNAT_UNREACHABLE,
     {{LOOK, 404, ""}, {CREATE, 0, NULL}}},
    {"XNAT restarts when it should create",
     CREATES,
     OIDC_E_XNAT_UNREACHABLE,
     {{LOOK, 404, ""}, {CREATE, 503, ""}}},
    {"nonsense when it should create",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 404, ""}, {CREATE, 405, ""}}},
    /* --- roles --- */
    {"roles: none", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 200, ADA}, {ROLES, 404, ""}}},
    {"roles: an object",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA}, {ROLES, 200, "{}"}}},
    {"roles: not of texts",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA}, {ROLES, 200, "[\"Researcher\",1]"}}},
    {"roles: a page",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA}, {ROLES, 200, "<html>"}}},
    {"roles: trouble", CREATES, OIDC_E_XNAT_UNREACHABLE, {{LOOK, 200, ADA}, {ROLES, 500, ""}}},
    /* --- the token --- */
    {"another's token",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_bob", ALIAS, SECRET, USUAL, "1700172800000")}}},
    {"a token of another spelling",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("AAF_ada", ALIAS, SECRET, USUAL, "1700172800000")}}},
    {"a token for one use",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", ALIAS, SECRET, "\"singleUse\":true,", "1700172800000")}}},
    {"a token that is not enabled",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", ALIAS, SECRET, "\"enabled\":false,", "1700172800000")}}},
    {"a token that has expired",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", ALIAS, SECRET, USUAL, "1700000000999")}}},
    {"a token without an end",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", ALIAS, SECRET, USUAL, "\"never\"")}}},
    {"an alias with a colon",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", "a:b", SECRET, USUAL, "1700172800000")}}},
    {"a secret with a line feed",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", ALIAS, "a\\nb", USUAL, "1700172800000")}}},
    {"no secret",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", ALIAS, "", USUAL, "1700172800000")}}},
    {"a secret twice",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA},
      {ROLES, 200, "[]"},
      {ISSUE, 200, TOKEN_OF("aaf_ada", ALIAS, SECRET, "\"secret\":\"x\",", "1700172800000")}}},
    {"no token",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 200, "[]"}}},
    {"no such call",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 404, ""}}},
    {"nobody may issue",
     CREATES,
     OIDC_E_XNAT_REFUSES_SERVICE,
     {{LOOK, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 403, ""}}},
    {"trouble with tokens",
     CREATES,
     OIDC_E_XNAT_UNREACHABLE,
     {{LOOK, 200, ADA}, {ROLES, 200, "[]"}, {ISSUE, 500, ""}}},
    /* --- the first question --- */
    {"wrong password", CREATES, OIDC_E_XNAT_REFUSES_SERVICE, {{LOOK, 401, ""}}},
    {"no administrator's", CREATES, OIDC_E_XNAT_REFUSES_SERVICE, {{LOOK, 403, ""}}},
    {"the login page", CREATES, OIDC_E_XNAT_REFUSES_SERVICE, {{LOOK, 302, ""}}},
    {"down", CREATES, OIDC_E_XNAT_UNREACHABLE, {{LOOK, 0, NULL}}},
    {"a gateway's trouble", CREATES, OIDC_E_XNAT_UNREACHABLE, {{LOOK, 502, ""}}},
    {"restarting", CREATES, OIDC_E_XNAT_UNREACHABLE, {{LOOK, 503, "<html>"}}},
    {"a gateway that waits no longer", CREATES, OIDC_E_XNAT_UNREACHABLE, {{LOOK, 504, ""}}},
    {"too many questions", CREATES, OIDC_E_XNAT_UNREACHABLE, {{LOOK, 429, ""}}},
    {"trouble that is not a missing user",
     CREATES,
     OIDC_E_XNAT_UNREACHABLE,
     {{LOOK, 500, ""}, {PROFILE, 500, ""}}},
    {"wrong password for the profile",
     CREATES,
     OIDC_E_XNAT_REFUSES_SERVICE,
     {{LOOK, 500, ""}, {PROFILE, 401, ""}}},
    {"another server", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 400, ""}}},
    {"no content", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 204, ""}}},
    {"a status that is none", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 999, ""}}},
    {"a page", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 200, "<html>login</html>"}}},
    {"nothing", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 200, ""}}},
    {"a list", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 200, "[" ADA "]"}}},
    {"two users", CREATES, OIDC_E_XNAT_ANSWER_MALFORMED, {{LOOK, 200, ADA ADA}}},
    {"a name twice",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200,
       "{\"username\":\"aaf_bob\",\"username\":\"aaf_ada\",\"email\":\"ada@uni.example\","
       "\"enabled\":true,\"verified\":true}"}}},
    {"no name",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, "{\"email\":\"ada@uni.example\",\"enabled\":true,\"verified\":true}"}}},
    {"enabled by a text",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "\"true\"", "true")}}},
    {"verified by a number",
     CREATES,
     OIDC_E_XNAT_ANSWER_MALFORMED,
     {{LOOK, 200, USER_OF("aaf_ada", "ada@uni.example", "true", "1")}}},
};

/* --- walking ------------------------------------------------------------------------------------
 */

static void expect_question(const struct conversation *it, const struct xnat_account *account,
                            const struct turn *turn)
{
    const struct xnat_request *request = xnat_account_request(account);
    char asked[256];

    if (!request)
        fail_msg("%s: ended before %s", it->name, turn->asks);
    snprintf(asked, sizeof(asked), "%s %s", request->method, request->path);
    if (strcmp(asked, turn->asks) != 0)
        fail_msg("%s: asked %s, not %s", it->name, asked, turn->asks);
    assert_true((request->body != NULL) == (strcmp(turn->asks, CREATE) == 0));
}

static void answer(struct xnat_account *account, const struct turn *turn)
{
    /* Exactly as long as it says: the sanitizer watches its end. */
    size_t size = turn->body ? strlen(turn->body) : 0;
    char *body = malloc(size + (size == 0));
    struct xnat_answer it = {.status = turn->status, .body = body, .size = size};

    assert_non_null(body);
    if (size > 0)
        memcpy(body, turn->body, size);
    if (turn->status == 0)
        it.note = "refused";
    xnat_account_answer(account, &it, NOW);
    free(body);
}

static void expect_end(const struct conversation *it, const struct xnat_account *account)
{
    const oidc_error *error = xnat_account_error(account);
    const struct xnat_token *token = xnat_account_token(account);

    assert_null(xnat_account_request(account));
    if ((error ? error->code : OIDC_OK) != it->code)
        fail_msg("%s: %s (%s), not %s", it->name, oidc_code_name(error ? error->code : OIDC_OK),
                 error ? error->detail : "", oidc_code_name(it->code));
    assert_true((token != NULL) == (it->code == OIDC_OK));
    assert_int_equal(xnat_account_next(account), it->code == OIDC_OK ? XNAT_DONE : XNAT_REFUSED);
    if (token) {
        assert_string_equal(token->alias, ALIAS);
        assert_string_equal(token->secret, SECRET);
        assert_true(token->issued_at == NOW);
        assert_true(token->expires_at == INT64_C(1700172800));
    } else {
        assert_null(strstr(error->detail, SECRET));
        assert_true(strlen(error->detail) > 10);
    }
}

static void walk(const struct conversation *it)
{
    struct xnat_account *account = new_account(it->policy);

    assert_non_null(account);
    for (const struct turn *turn = it->turns; turn->asks; turn++) {
        expect_question(it, account, turn);
        answer(account, turn);
    }
    if (xnat_account_next(account) == XNAT_SEND)
        fail_msg("%s: goes on with %s", it->name, xnat_account_request(account)->path);
    expect_end(it, account);
    /* What comes too late changes nothing. */
    answer(account, &(struct turn){"", 200, TOKEN});
    expect_end(it, account);
    xnat_account_free(&account);
    assert_null(account);
}

static void every_answer_has_one_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(conversations); i++)
        walk(&conversations[i]);
}

/* Even at their longest. */
static void what_to_do_about_an_unverified_address_is_told_whole(void **state)
{
    char provider[OIDC_PROVIDER_MAX + 1], username[OIDC_USERNAME_MAX + 1];
    char key[sizeof("openid..usernamePattern") + sizeof(provider)];
    oidc_identity identity = ada;
    struct xnat_account *account;

    (void)state;
    memset(provider, 'p', OIDC_PROVIDER_MAX);
    provider[OIDC_PROVIDER_MAX] = '\0';
    memset(username, 'u', OIDC_USERNAME_MAX);
    username[OIDC_USERNAME_MAX] = '\0';
    identity.provider = provider;
    identity.username = username;
    identity.email_unverified = true;
    account = xnat_account_new(&identity, true);
    snprintf(key, sizeof(key), "openid.%s.usernamePattern", provider);
    assert_int_equal(xnat_account_error(account)->code, OIDC_E_EMAIL_INVALID);
    assert_non_null(strstr(xnat_account_error(account)->detail, username));
    assert_non_null(strstr(xnat_account_error(account)->detail, "email_verified"));
    assert_non_null(strstr(xnat_account_error(account)->detail, key));
    xnat_account_free(&account);
}

static void created_is_what_xnat_said(void **state)
{
    static const struct {
        int status;
        bool created;
    } cases[] = {{201, true}, {200, true}, {409, false}, {500, false}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct xnat_account *account = new_account(CREATES);

        answer(account, &(struct turn){LOOK, 404, ""});
        assert_false(xnat_account_created(account));
        answer(account, &(struct turn){CREATE, cases[i].status, ""});
        assert_int_equal(xnat_account_created(account), cases[i].created);
        xnat_account_free(&account);
    }
}

/* --- what is asked ------------------------------------------------------------------------------
 */

static char *body_for(const oidc_identity *identity)
{
    struct xnat_account *account = xnat_account_new(identity, true);
    const struct xnat_request *request;
    char *body;

    answer(account, &(struct turn){LOOK, 404, ""});
    request = xnat_account_request(account);
    assert_non_null(request);
    assert_string_equal(request->path, "/xapi/users");
    body = strdup(request->body);
    xnat_account_free(&account);
    return body;
}

static void both_flags_are_sent(void **state)
{
    oidc_identity identity = ada;
    char *body;

    (void)state;
    identity.auto_verified = false;
    body = body_for(&identity);
    assert_string_equal(body, "{\"username\":\"aaf_ada\",\"email\":\"Ada@Uni.example\","
                              "\"firstName\":\"Ada\",\"lastName\":\"Lovelace\",\"enabled\":true,"
                              "\"verified\":false}");
    free(body);
}

/* XNAT's rule for names: not blank, and none of & < > " / */
static void names_are_written_as_xnat_takes_them(void **state)
{
    static const struct {
        const char *name;
        const char *written;
    } names[] = {
        {"Ada", "Ada"},
        {"Smith/Jones", "Smith Jones"},
        {"<b>Ada</b>", "b Ada b"},
        {"\"Q\" & A", "Q A"},
        {" Ada  Mary ", "Ada Mary"},
        {"Ad\xc3\xa4", "Ad\xc3\xa4"},
        {"O'Brien-van \\ it", "O'Brien-van \\\\ it"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        oidc_identity identity = ada;
        char expected[128];
        char *body;

        identity.given_name = names[i].name;
        body = body_for(&identity);
        snprintf(expected, sizeof(expected), "\"firstName\":\"%s\",", names[i].written);
        if (!strstr(body, expected))
            fail_msg("%s, not %s", body, expected);
        free(body);
    }
}

static void what_an_account_needs_must_be_told(void **state)
{
    static const struct {
        oidc_identity identity;
        const char *key;
    } cases[] = {
        {{.email = "", .given_name = "A", .family_name = "L"}, "openid.aaf.emailProperty"},
        {{.email = "a@b.example", .given_name = " ", .family_name = "L"},
         "openid.aaf.givenNameProperty"},
        {{.email = "a@b.example", .given_name = "A", .family_name = "</>"},
         "openid.aaf.familyNameProperty"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_identity identity = cases[i].identity;
        struct xnat_account *account;
        const oidc_error *error;

        identity.provider = "aaf";
        identity.username = "aaf_ada";
        identity.create_user = true;
        account = xnat_account_new(&identity, true);
        answer(account, &(struct turn){LOOK, 404, ""});
        error = xnat_account_error(account);
        assert_non_null(error);
        assert_int_equal(error->code, OIDC_E_CLAIM_MISSING);
        assert_non_null(strstr(error->detail, cases[i].key));
        xnat_account_free(&account);
    }
}

static void names_cannot_leave_their_place_in_a_path(void **state)
{
    static const struct {
        const char *username;
        const char *path;
    } names[] = {
        {"o'brien", "/xapi/users/o%27brien"},
        {"a.b-c_d", "/xapi/users/a.b-c_d"},
        /* liboidc makes no such names: whoever does leads nowhere else */
        {"a/../b", "/xapi/users/a%2F..%2Fb"},
        {"a?b#c%20;d", "/xapi/users/a%3Fb%23c%2520%3Bd"},
        {"a\r\nb", "/xapi/users/a%0D%0Ab"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        oidc_identity identity = ada;
        struct xnat_account *account;

        identity.username = names[i].username;
        account = xnat_account_new(&identity, true);
        assert_string_equal(xnat_account_request(account)->path, names[i].path);
        xnat_account_free(&account);
    }
}

static void an_answer_that_is_too_large_is_none(void **state)
{
    static char large[XNAT_ANSWER_MAX + 1];
    const struct xnat_answer it = {.status = 200, .body = large, .size = sizeof(large)};
    struct xnat_account *account = new_account(CREATES);

    (void)state;
    memset(large, ' ', sizeof(large));
    memcpy(large, ADA, strlen(ADA));
    xnat_account_answer(account, &it, NOW);
    assert_int_equal(xnat_account_error(account)->code, OIDC_E_XNAT_ANSWER_MALFORMED);
    xnat_account_free(&account);
}

/* --- memory -------------------------------------------------------------------------------------
 */

/* Never a token where there should be none. A refusal may name another reason than memory: jansson
 * (2.14, its issue 362) loses letters of a text without a word. */
static bool walk_short_of_memory(void *context)
{
    const struct conversation *it = context;
    struct xnat_account *account = new_account(it->policy);
    const oidc_error *error;
    oidc_code code;

    for (const struct turn *turn = it->turns; account && turn->asks; turn++) {
        const struct xnat_answer answered = {.status = turn->status,
                                             .body = turn->body,
                                             .size = turn->body ? strlen(turn->body) : 0};

        xnat_account_answer(account, &answered, NOW);
    }
    error = account ? xnat_account_error(account) : NULL;
    code = !account ? OIDC_E_MEMORY : error ? error->code : OIDC_OK;
    if (code == OIDC_OK && it->code != OIDC_OK)
        abort();
    xnat_account_free(&account);
    return code == it->code;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    json_set_alloc_funcs(malloc, free);
    for (size_t i = 0; i < COUNT(conversations); i++) {
        struct conversation it = conversations[i];

        /* its own block, and what each question takes */
        assert_true(failalloc_sweep_tolerant(walk_short_of_memory, &it) >
                    (it.turns[0].asks != NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_one_outcome),
        cmocka_unit_test(what_to_do_about_an_unverified_address_is_told_whole),
        cmocka_unit_test(created_is_what_xnat_said),
        cmocka_unit_test(both_flags_are_sent),
        cmocka_unit_test(names_are_written_as_xnat_takes_them),
        cmocka_unit_test(what_an_account_needs_must_be_told),
        cmocka_unit_test(names_cannot_leave_their_place_in_a_path),
        cmocka_unit_test(an_answer_that_is_too_large_is_none),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
