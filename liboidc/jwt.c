/* Claims and headers that all tokens share. See jwt.h. Failures name what was expected and what
 * came; never the token. */
#include "jwt.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <oidc/identity.h>

#include "fail.h"
#include "json.h"

/* Times beyond are nobody's: what is exact in every JSON reader, and safe to add seconds to. */
#define TIME_MAX (INT64_C(1) << 53)

oidc_code jwt_run(const struct jwt *jwt, jwt_check *const checks[])
{
    oidc_code code = OIDC_OK;

    for (size_t i = 0; code == OIDC_OK && checks[i]; i++)
        code = checks[i](jwt);
    return code;
}

/* --- texts --------------------------------------------------------------------------------------
 */

oidc_code jwt_missing(const struct jwt *jwt, const char *name)
{
    return oidc_fail(jwt->error, jwt->kind->missing, "the %s has no \"%s\"", jwt->kind->name, name);
}

oidc_code jwt_malformed(const struct jwt *jwt, const char *name, const char *what)
{
    return oidc_fail(jwt->error, jwt->kind->malformed, "the %s's \"%s\" is not %s", jwt->kind->name,
                     name, what);
}

/* RFC 7519, 4.1: iss, sub and jti are texts. */
oidc_code jwt_text(const struct jwt *jwt, const char *name, const char **text)
{
    const json_t *value = json_object_get(jwt->claims, name);

    if (!value)
        return jwt_missing(jwt, name);
    if (!json_is_string(value))
        return jwt_malformed(jwt, name, "a string");
    *text = json_string_value(value);
    return OIDC_OK;
}

/* OpenID Connect Core 1.0, 3.1.3.7, 2: exactly the issuer, letter by letter. */
oidc_code jwt_check_issuer(const struct jwt *jwt)
{
    const char *issuer = "";
    oidc_code code = jwt_text(jwt, "iss", &issuer);

    if (code != OIDC_OK || strcmp(issuer, jwt->issuer) == 0)
        return code;
    return oidc_fail(jwt->error, jwt->kind->issuer, "the %s's issuer is \"%.100s\", not \"%.100s\"",
                     jwt->kind->name, issuer, jwt->issuer);
}

/* OpenID Connect Core 1.0, 3.1.3.7, 3: the token must be meant for this client. */
oidc_code jwt_check_audience(const struct jwt *jwt)
{
    if (!json_object_get(jwt->claims, "aud"))
        return jwt_missing(jwt, "aud");
    if (json_text_or_list_has(jwt->claims, "aud", jwt->client_id))
        return OIDC_OK;
    return oidc_fail(jwt->error, jwt->kind->audience, "the %s is not meant for \"%.100s\"",
                     jwt->kind->name, jwt->client_id);
}

/* OpenID Connect Core 1.0, 2: `sub` has at most 255 ASCII characters. Control characters, which
 * ASCII has as well, would do harm in logs and headers. */
bool jwt_is_subject(const char *text)
{
    size_t size = strnlen(text, OIDC_SUBJECT_MAX + 1);

    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    return size > 0 && size <= OIDC_SUBJECT_MAX;
}

oidc_code jwt_check_subject(const struct jwt *jwt, const char *subject)
{
    if (subject && jwt_is_subject(subject))
        return OIDC_OK;
    return oidc_fail(jwt->error, jwt->kind->subject,
                     "the %s's subject is not 1 to %d printable ASCII characters", jwt->kind->name,
                     OIDC_SUBJECT_MAX);
}

/* --- times --------------------------------------------------------------------------------------
 */

/* RFC 7519, 2: a NumericDate may have a fraction. Whole seconds downwards: a token ends no later
 * than it says. Strings, 1e300 and the like are no times. */
bool jwt_time(const json_t *value, int64_t *time)
{
    if (json_is_integer(value)) {
        *time = json_integer_value(value);
        return *time >= -TIME_MAX && *time <= TIME_MAX;
    }
    double seconds = json_real_value(value);
    if (!json_is_real(value) || !(seconds >= -(double)TIME_MAX && seconds <= (double)TIME_MAX))
        return false;
    *time = (int64_t)seconds;
    if ((double)*time > seconds)
        --*time;
    return true;
}

/* Notes how far a time is from now, for whoever has to find the clock that is wrong. */
static oidc_code off_by(const struct jwt *jwt, int64_t seconds, oidc_code code)
{
    if (jwt->error)
        jwt->error->seconds_off = seconds;
    return code;
}

oidc_code jwt_time_claim(const struct jwt *jwt, const char *name, int64_t *time)
{
    const json_t *value = json_object_get(jwt->claims, name);

    if (!value)
        return jwt_missing(jwt, name);
    return jwt_time(value, time) ? OIDC_OK
                                 : jwt_malformed(jwt, name, "a time in seconds since 1970");
}

/* OpenID Connect Core 1.0, 3.1.3.7, 9; RFC 7519, 4.1.4: not on or after `exp`. */
oidc_code jwt_check_expiry(const struct jwt *jwt)
{
    int64_t expires = 0;
    oidc_code code = jwt_time_claim(jwt, "exp", &expires);

    if (code != OIDC_OK || expires + JWT_LEEWAY > jwt->now)
        return code;
    code = oidc_fail(jwt->error, jwt->kind->expired,
                     "the %s expired %" PRId64 " seconds ago (leeway %d)", jwt->kind->name,
                     jwt->now - expires, JWT_LEEWAY);
    return off_by(jwt, jwt->now - expires, code);
}

/* RFC 7519, 4.1.5, and the same for `iat`: the time has come, with a little leeway for clocks. */
oidc_code jwt_check_begun(const struct jwt *jwt, const char *name, const char *how)
{
    int64_t begins = 0;
    oidc_code code;

    if (!json_object_get(jwt->claims, name))
        return OIDC_OK;
    code = jwt_time_claim(jwt, name, &begins);
    if (code != OIDC_OK || begins - JWT_LEEWAY <= jwt->now)
        return code;
    code = oidc_fail(jwt->error, jwt->kind->future,
                     "the %s%s %" PRId64 " seconds from now (leeway %d)", jwt->kind->name, how,
                     begins - jwt->now, JWT_LEEWAY);
    return off_by(jwt, begins - jwt->now, code);
}

/* RFC 7519, 4.1.5. */
oidc_code jwt_check_not_before(const struct jwt *jwt)
{
    return jwt_check_begun(jwt, "nbf", " is valid");
}

/* --- the header ---------------------------------------------------------------------------------
 */

/* RFC 7515, 4.1.9: `typ`, from which "application/" may have been left out. "" where it is missing
 * or not a string. */
static const char *type_of(const json_t *header)
{
    static const char prefix[] = "application/";
    const char *type = json_text(header, "typ");

    if (!type)
        return "";
    return strncasecmp(type, prefix, sizeof prefix - 1) == 0 ? type + sizeof prefix - 1 : type;
}

bool jwt_has_type(const json_t *header, const char *type)
{
    return strcasecmp(type_of(header), type) == 0;
}

/* RFC 8725, 3.11: a token that says what it is must be of the kind that is expected. */
oidc_code jwt_check_type(const json_t *header, const char *own, const struct jwt_kind *kind,
                         oidc_error *error)
{
    if (!json_object_get(header, "typ") || jwt_has_type(header, own) || jwt_has_type(header, "JWT"))
        return OIDC_OK;
    return oidc_fail(error, kind->type, "the token's \"typ\" is \"%.64s\", not %s", type_of(header),
                     own);
}
