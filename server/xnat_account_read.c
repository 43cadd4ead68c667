/* Each member is checked before it counts, and the first that is wrong is told. See
 * xnat_account_read.h. */
#include <config.h>

#include "xnat_account_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

/* @return false. */
__attribute__((format(printf, 3, 4))) static bool refuse(const struct xnat_reading *reading,
                                                         oidc_code code, const char *format, ...)
{
    oidc_error *error = reading->error;
    va_list arguments;

    error->code = code;
    va_start(arguments, format);
    vsnprintf(error->detail, sizeof(error->detail), format, arguments);
    va_end(arguments);
    return false;
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
static json_t *read_json(const struct xnat_reading *reading, const struct xnat_answer *answer)
{
    json_error_t error = {.line = 0};
    json_t *value;

    if (answer->size > XNAT_ANSWER_MAX) {
        refuse(reading, OIDC_E_XNAT_ANSWER_MALFORMED, "XNAT's answer to %s %s is too large",
               reading->request->method, reading->request->path);
        return NULL;
    }
    value = json_loadb(answer->size > 0 ? answer->body : "", answer->size, JSON_REJECT_DUPLICATES,
                       &error);
    if (value)
        return value;
    if (is_for_memory(&error))
        refuse(reading, OIDC_E_MEMORY, "out of memory while looking for XNAT account %s",
               reading->person->username);
    else
        refuse(reading, OIDC_E_XNAT_ANSWER_MALFORMED, "XNAT's answer to %s %s %s",
               reading->request->method, reading->request->path, json_trouble(&error));
    return NULL;
}

/* A member that is missing or not what it must be. */
static bool refuse_member(const struct xnat_reading *reading, const char *name)
{
    return refuse(reading, OIDC_E_XNAT_ANSWER_MALFORMED,
                  "XNAT's answer to %s %s has no usable %s: is that XNAT, 1.8 or later?",
                  reading->request->method, reading->request->path, name);
}

static bool take_text(const struct xnat_reading *reading, const json_t *object, const char *name,
                      const char **text)
{
    *text = json_string_value(json_object_get(object, name));
    return *text || refuse_member(reading, name);
}

static bool take_flag(const struct xnat_reading *reading, const json_t *object, const char *name,
                      bool *flag)
{
    const json_t *value = json_object_get(object, name);

    *flag = json_is_true(value);
    return json_is_boolean(value) || refuse_member(reading, name);
}

/* --- whose account it is ------------------------------------------------------------------------
 */

/* XNAT may find a user by a name in another case: that is another identity's, or may become so. */
static bool is_same_name(const struct xnat_reading *reading, const char *username)
{
    if (strcmp(username, reading->person->username) == 0)
        return true;
    if (strcasecmp(username, reading->person->username) == 0)
        return refuse(
            reading, OIDC_E_ACCOUNT_NAME_SHARED,
            "the identity's user name is %s, and XNAT has %s: give openid.%s.usernamePattern a "
            "claim that tells them apart, or rename the account",
            reading->person->username, username, reading->person->provider);
    return refuse(reading, OIDC_E_XNAT_ANSWER_MALFORMED, "asked for user %s, XNAT answers with %s",
                  reading->person->username, username);
}

static bool is_same_email(const struct xnat_reading *reading, const json_t *user)
{
    const char *email = json_string_value(json_object_get(user, "email"));

    if (email && email[0] != '\0' && strcasecmp(email, reading->person->email) == 0)
        return true;
    return refuse(reading, OIDC_E_ACCOUNT_EMAIL_DIFFERS,
                  "XNAT account %s has another e-mail address than the identity; if it is the same "
                  "person, make them alike",
                  reading->person->username);
}

bool xnat_read_user(const struct xnat_reading *reading, const struct xnat_answer *answer,
                    bool *enabled, bool *verified)
{
    json_t *user = read_json(reading, answer);
    const char *username;
    const bool good = user && take_text(reading, user, "username", &username) &&
                      is_same_name(reading, username) && is_same_email(reading, user) &&
                      take_flag(reading, user, "enabled", enabled) &&
                      take_flag(reading, user, "verified", verified);

    json_decref(user);
    return good;
}

/* --- its roles ----------------------------------------------------------------------------------
 */

/* Short of memory jansson (2.14, its issue 362) may lose letters of a text and not say so. Where a
 * role is overlooked, somebody gets an administrator's account: the bytes themselves are asked,
 * too.
 */
static bool has_administrator(const struct xnat_answer *answer)
{
    static const char role[] = "\"" XNAT_ADMINISTRATOR "\"";
    const char *bytes = answer->body;

    for (size_t at = 0; at + sizeof(role) - 1 <= answer->size; at++) {
        if (strncasecmp(bytes + at, role, sizeof(role) - 1) == 0)
            return true;
    }
    return false;
}

static bool refuse_administrator(const struct xnat_reading *reading)
{
    return refuse(reading, OIDC_E_ACCOUNT_IS_ADMINISTRATOR,
                  "XNAT account %s is a site administrator's, which no identity is attached to",
                  reading->person->username);
}

bool xnat_read_roles(const struct xnat_reading *reading, const struct xnat_answer *answer)
{
    json_t *roles = read_json(reading, answer);
    bool good = roles != NULL;

    if (good && !json_is_array(roles))
        good = refuse_member(reading, "list of roles");
    else if (good && has_administrator(answer))
        good = refuse_administrator(reading);
    for (size_t i = 0; good && i < json_array_size(roles); i++) {
        const char *role = json_string_value(json_array_get(roles, i));

        if (!role)
            good = refuse_member(reading, "list of roles");
        else if (xnat_role_is_administrator(role))
            good = refuse_administrator(reading);
    }
    json_decref(roles);
    return good;
}

/* --- the token ----------------------------------------------------------------------------------
 */

static bool take_word(const struct xnat_reading *reading, const json_t *object, const char *name,
                      char *word, size_t max)
{
    const char *text;

    if (!take_text(reading, object, name, &text))
        return false;
    if (!xnat_token_is_word(text, max))
        return refuse_member(reading, name);
    memcpy(word, text, strlen(text) + 1);
    return true;
}

static bool is_for_us(const struct xnat_reading *reading, const json_t *token)
{
    const char *user;

    if (!take_text(reading, token, "xdatUserId", &user))
        return false;
    if (strcmp(user, reading->person->username) == 0)
        return true;
    return refuse(reading, OIDC_E_XNAT_ANSWER_MALFORMED,
                  "asked for a token of user %s, XNAT answers with one of %s",
                  reading->person->username, user);
}

/* Absent is fine: the contract's defaults are what is wanted. */
static bool is_usable(const struct xnat_reading *reading, const json_t *token)
{
    if (!json_is_true(json_object_get(token, "singleUse")) &&
        !json_is_false(json_object_get(token, "enabled")))
        return true;
    return refuse(reading, OIDC_E_XNAT_ANSWER_MALFORMED,
                  "XNAT issued a token for user %s that is for one use, or not enabled",
                  reading->person->username);
}

/* In milliseconds; not yet over, by our clock. */
static bool take_expiry(const struct xnat_reading *reading, const json_t *object, int64_t now,
                        struct xnat_token *token)
{
    const json_t *value = json_object_get(object, "estimatedExpirationTime");
    int64_t expires_at = json_is_integer(value) ? json_integer_value(value) / 1000 : 0;

    if (!json_is_integer(value))
        return refuse_member(reading, "estimatedExpirationTime");
    if (expires_at <= now)
        return refuse(reading, OIDC_E_XNAT_ANSWER_MALFORMED,
                      "XNAT issued a token for user %s that has expired: is a clock wrong, or "
                      "XNAT's aliasTokenTimeout?",
                      reading->person->username);
    token->issued_at = now;
    token->expires_at = expires_at;
    return true;
}

bool xnat_read_token(const struct xnat_reading *reading, const struct xnat_answer *answer,
                     int64_t now, struct xnat_token *token)
{
    json_t *object = read_json(reading, answer);
    const bool good = object && is_for_us(reading, object) && is_usable(reading, object) &&
                      take_word(reading, object, "alias", token->alias, XNAT_ALIAS_MAX) &&
                      take_word(reading, object, "secret", token->secret, XNAT_SECRET_MAX) &&
                      take_expiry(reading, object, now, token);

    json_decref(object);
    return good;
}
