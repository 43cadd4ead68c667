/*
 * Fuzzes what XNAT answers when an identity's account is looked for: any answers in any order.
 *
 * The input is a script. Its first byte chooses the policy (bits: create, enabled, verified, not a
 * sign-in; 32: the user name is of the subject; 64: the provider calls the address unverified).
 * Answers are divided by lines of "--"; each begins with its status in digits and a blank or line
 * feed, what follows is the body.
 *
 * The judge reads the answers with its own eyes. A token comes out only after XNAT said, last, that
 * the account has the identity's name and e-mail address, is enabled and verified, and is no
 * administrator's; it is what XNAT issued for that user. Where the address is called unverified and
 * the name is of no subject, XNAT has also said that the account was created just now. One account
 * at most is asked to be created, and only where policy says so.
 */
#include <config.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "server/xnat_account.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { QUESTIONS_MAX = 9, NOW = 1700000000 };

static const char name[] = "aaf_ada";
static const char email[] = "ada@uni.example";

/* What the judge has seen. */
static struct {
    bool may_create;
    bool doubtful; /* whose account it is */
    unsigned creations;
    bool created;
    json_t *user, *roles, *token; /* the last good ones */
    bool enabled, verified;       /* by a PUT */
} seen;

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text ? text : "";
}

static bool ends(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static void keep(json_t **place, json_t *value)
{
    json_decref(*place);
    *place = value;
}

static void watch_put(const struct xnat_request *request, int status)
{
    bool done = status == 200 || status == 304;

    require(seen.created);
    if (ends(request->path, "/enabled/true"))
        seen.enabled = done;
    else
        seen.verified = done;
}

static void watch(const struct xnat_request *request, const struct xnat_answer *answer)
{
    json_t *value = json_loadb(answer->body, answer->size, JSON_DECODE_ANY, NULL);

    if (strcmp(request->method, "POST") == 0) {
        require(seen.may_create && ++seen.creations == 1);
        require(strcmp(request->path, "/xapi/users") == 0 && request->body != NULL);
        seen.created = answer->status == 200 || answer->status == 201;
    } else if (strcmp(request->method, "PUT") == 0) {
        watch_put(request, answer->status);
    } else if (answer->status == 200 && ends(request->path, "/roles")) {
        keep(&seen.roles, json_incref(value));
    } else if (answer->status == 200 && strstr(request->path, "/issue/user/")) {
        keep(&seen.token, json_incref(value));
    } else if (answer->status == 200) {
        keep(&seen.user, json_incref(value));
    }
    json_decref(value);
}

static void check_token(const struct xnat_token *token)
{
    require(!seen.doubtful);
    require(strcmp(text_of(seen.user, "username"), name) == 0);
    require(strcasecmp(text_of(seen.user, "email"), email) == 0);
    require(seen.enabled || json_is_true(json_object_get(seen.user, "enabled")));
    require(seen.verified || json_is_true(json_object_get(seen.user, "verified")));
    require(json_is_array(seen.roles));
    for (size_t i = 0; i < json_array_size(seen.roles); i++)
        require(strcasecmp(json_string_value(json_array_get(seen.roles, i)), "administrator") != 0);
    require(strcmp(text_of(seen.token, "xdatUserId"), name) == 0);
    require(strcmp(text_of(seen.token, "alias"), token->alias) == 0);
    require(strcmp(text_of(seen.token, "secret"), token->secret) == 0);
    require(token->alias[0] != '\0' && strpbrk(token->alias, ": \r\n") == NULL);
    require(token->secret[0] != '\0' && strpbrk(token->secret, " \r\n") == NULL);
    require(token->issued_at == NOW && token->expires_at > NOW);
}

static void check_refusal(const oidc_error *error)
{
    require(error->code != OIDC_OK && error->detail[0] != '\0');
    require((error->code == OIDC_E_EMAIL_INVALID) == seen.doubtful);
    require(memchr(error->detail, '\0', sizeof(error->detail)) != NULL);
}

/* The next answer of the script; none left: no answer comes. */
static struct xnat_answer next_answer(const char **text, size_t *size)
{
    const char *end = *size > 0 ? memmem(*text, *size, "\n--\n", 4) : NULL;
    size_t taken = end ? (size_t)(end - *text) : *size;
    struct xnat_answer answer = {.body = *text, .note = "the script is over"};
    size_t at = 0;

    for (; at < taken && at < 3 && (*text)[at] >= '0' && (*text)[at] <= '9'; at++)
        answer.status = 10 * answer.status + (*text)[at] - '0';
    at += at < taken;
    answer.body = *text + at;
    answer.size = taken - at;
    *text += taken + (end ? 4 : 0);
    *size -= taken + (end ? 4 : 0);
    return answer;
}

static void play(struct xnat_account *account, const char *text, size_t size)
{
    for (int i = 0; xnat_account_next(account) == XNAT_SEND; i++) {
        const struct xnat_request *request = xnat_account_request(account);
        struct xnat_answer answer = next_answer(&text, &size);

        require(i < QUESTIONS_MAX && request != NULL);
        require(request->path[0] == '/' && strpbrk(request->path, " \r\n") == NULL);
        watch(request, &answer);
        xnat_account_answer(account, &answer, NOW);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const unsigned policy = size > 0 ? data[0] : 0;
    const oidc_identity identity = {.provider = "aaf",
                                    .issuer = "https://central.aaf.edu.au",
                                    .subject = "ada",
                                    .username = name,
                                    .email = email,
                                    .given_name = "Ada",
                                    .family_name = "Lovelace",
                                    .provider_session = "",
                                    .create_user = policy & 1,
                                    .auto_enabled = policy & 2,
                                    .auto_verified = policy & 4,
                                    .username_of_subject = policy & 32,
                                    .email_unverified = policy & 64};
    struct xnat_account *account = xnat_account_new(&identity, !(policy & 8));

    require(account != NULL);
    memset(&seen, 0, sizeof(seen));
    seen.may_create = (policy & 9) == 1;
    seen.doubtful = (policy & 96) == 64;
    play(account, (const char *)data + (size > 0), size - (size > 0));
    require((xnat_account_token(account) != NULL) == (xnat_account_error(account) == NULL));
    require(xnat_account_created(account) == seen.created);
    if (xnat_account_token(account))
        check_token(xnat_account_token(account));
    else
        check_refusal(xnat_account_error(account));
    xnat_account_free(&account);
    json_decref(seen.user);
    json_decref(seen.roles);
    json_decref(seen.token);
    return 0;
}
