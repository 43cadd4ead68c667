/* The hand-off: one table says which fact of an identity is in which header and in which claim. */
#include <oidc/handoff.h>

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "buf.h"
#include "fail.h"
#include "secret.h"
#include "signer.h"
#include "props/utf8.h"

/* Longest prefix of a header name, and longest text, that is taken. */
#define PREFIX_MAX 64
#define TEXT_MAX 2048

/* A header's name; its value, all of whose bytes may be encoded; the claims, likewise. */
#define HEADER_NAME_MAX (PREFIX_MAX + 32)
#define HEADER_VALUE_MAX (3 * (size_t)TEXT_MAX)
#define CLAIMS_MAX SIGNER_PAYLOAD_MAX

struct oidc_handoff {
    oidc_header headers[OIDC_HANDOFF_HEADERS];
    char *names[OIDC_HANDOFF_HEADERS];
    char *values[OIDC_HANDOFF_HEADERS];
    int64_t made_at;
};

enum kind { TEXT, FLAG };

/* The facts of an identity; the assertion is the header behind them. The issuer is no claim: the
 * assertion's own issuer is the site. */
static const struct fact {
    const char *suffix; /* of the header's name */
    const char *claim;  /* NULL for none */
    enum kind kind;
    size_t offset;
} facts[] = {
    {"Username", "sub", TEXT, offsetof(oidc_identity, username)},
    {"Subject", "provider_sub", TEXT, offsetof(oidc_identity, subject)},
    {"Issuer", NULL, TEXT, offsetof(oidc_identity, issuer)},
    {"Provider", "provider", TEXT, offsetof(oidc_identity, provider)},
    {"Email", "email", TEXT, offsetof(oidc_identity, email)},
    {"Given-Name", "given_name", TEXT, offsetof(oidc_identity, given_name)},
    {"Family-Name", "family_name", TEXT, offsetof(oidc_identity, family_name)},
    {"Auto-Enabled", "auto_enabled", FLAG, offsetof(oidc_identity, auto_enabled)},
    {"Auto-Verified", "auto_verified", FLAG, offsetof(oidc_identity, auto_verified)},
    {"Create-User", "create_user", FLAG, offsetof(oidc_identity, create_user)},
};

#define FACTS (sizeof facts / sizeof facts[0])
#define ASSERTION FACTS

_Static_assert(ASSERTION + 1 == OIDC_HANDOFF_HEADERS, "each fact and the assertion is a header");

static const char *text_of(const oidc_identity *identity, const struct fact *fact)
{
    const char *text;

    memcpy(&text, (const char *)identity + fact->offset, sizeof text);
    return text;
}

static bool flag_of(const oidc_identity *identity, const struct fact *fact)
{
    bool flag;

    memcpy(&flag, (const char *)identity + fact->offset, sizeof flag);
    return flag;
}

/* --- what is taken ------------------------------------------------------------------------------
 */

static bool text_is_usable(const char *text)
{
    return text && strnlen(text, TEXT_MAX + 1) <= TEXT_MAX && utf8_text_is_clean(text);
}

/* RFC 9110, 5.1 and 5.6.2: a header's name is a token. */
static bool prefix_is_usable(const char *prefix)
{
    size_t size = strspn(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                 "!#$%&'*+-.^_`|~");

    return size <= PREFIX_MAX && prefix[size] == '\0';
}

static oidc_code check_input(const oidc_identity *identity, const char *site_url,
                             const char *prefix, oidc_error *error)
{
    if (!prefix_is_usable(prefix))
        return oidc_fail(error, OIDC_E_USAGE,
                         "\"%.64s\" cannot begin the name of a header, or is longer than %d",
                         prefix, PREFIX_MAX);
    if (!text_is_usable(site_url))
        return oidc_fail(error, OIDC_E_USAGE, "the site's URL is too long or not clean UTF-8");
    for (size_t i = 0; i < FACTS; i++)
        if (facts[i].kind == TEXT && !text_is_usable(text_of(identity, &facts[i])))
            return oidc_fail(error, OIDC_E_USAGE,
                             "the identity's %s is missing, too long or not clean UTF-8",
                             facts[i].suffix);
    return OIDC_OK;
}

/* --- headers ------------------------------------------------------------------------------------
 */

/* '%' and what is not printable ASCII is percent-encoded; so is a blank at either end, which HTTP
 * would cut off (RFC 9110, 5.5): decoding always gives the text back. */
static char *encode_value(const char *text)
{
    size_t size = strlen(text);
    struct buf value;

    buf_init(&value, HEADER_VALUE_MAX);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool outer = i == 0 || i == size - 1;
        if (byte < 0x20 || byte > 0x7e || byte == '%' || (byte == ' ' && outer))
            buf_addf(&value, "%%%02X", byte);
        else
            buf_add(&value, text + i, 1);
    }
    char *encoded = buf_steal(&value);
    buf_free(&value);
    return encoded;
}

static char *make_name(const char *prefix, const char *suffix)
{
    struct buf name;

    buf_init(&name, HEADER_NAME_MAX);
    buf_adds(&name, prefix);
    buf_adds(&name, suffix);
    char *made = buf_steal(&name);
    buf_free(&name);
    return made;
}

static char *make_value(const oidc_identity *identity, const struct fact *fact)
{
    if (fact->kind == FLAG)
        return strdup(flag_of(identity, fact) ? "true" : "false");
    return encode_value(text_of(identity, fact));
}

/* Writes all headers but the value of the assertion, which is there already. */
static oidc_code write_headers(const oidc_identity *identity, const char *prefix,
                               oidc_handoff *handoff, oidc_error *error)
{
    for (size_t i = 0; i < OIDC_HANDOFF_HEADERS; i++) {
        handoff->names[i] = make_name(prefix, i == ASSERTION ? "Assertion" : facts[i].suffix);
        if (i != ASSERTION)
            handoff->values[i] = make_value(identity, &facts[i]);
        if (!handoff->names[i] || !handoff->values[i])
            return oidc_fail_memory(error);
        handoff->headers[i] = (oidc_header){handoff->names[i], handoff->values[i]};
    }
    return OIDC_OK;
}

/* --- assertion ----------------------------------------------------------------------------------
 */

/* RFC 7519, 4.1: who says it, to whom, and for how long. */
static bool set_frame(json_t *claims, const char *site_url, int64_t now)
{
    return json_object_set_new(claims, "iss", json_string(site_url)) == 0 &&
           json_object_set_new(claims, "aud", json_string("xnat")) == 0 &&
           json_object_set_new(claims, "iat", json_integer(now)) == 0 &&
           json_object_set_new(claims, "exp", json_integer(now + OIDC_ASSERTION_TTL)) == 0;
}

static bool set_facts(json_t *claims, const oidc_identity *identity)
{
    for (size_t i = 0; i < FACTS; i++) {
        if (!facts[i].claim)
            continue;
        json_t *value = facts[i].kind == FLAG ? json_boolean(flag_of(identity, &facts[i]))
                                              : json_string(text_of(identity, &facts[i]));
        if (json_object_set_new(claims, facts[i].claim, value) != 0)
            return false;
    }
    return true;
}

static int add_dumped(const char *bytes, size_t size, void *buf)
{
    buf_add(buf, bytes, size);
    return buf_ok(buf) ? 0 : -1;
}

/* What is handed off, signed. @param assertion new, for secret_free_text. */
static oidc_code write_assertion(const oidc_signer *signer, const oidc_identity *identity,
                                 const char *site_url, int64_t now, char **assertion,
                                 oidc_error *error)
{
    json_t *claims = json_object();
    struct buf text;
    oidc_code code;

    buf_init(&text, CLAIMS_MAX);
    if (claims && set_frame(claims, site_url, now) && set_facts(claims, identity) &&
        json_dump_callback(claims, add_dumped, &text, JSON_COMPACT) == 0)
        code = signer_sign(signer, text.data, text.size, assertion, error);
    else
        code = oidc_fail_memory(error);
    buf_free(&text);
    json_decref(claims);
    return code;
}

/* --- the hand-off -------------------------------------------------------------------------------
 */

oidc_code oidc_handoff_new(oidc_signer *signer, const oidc_identity *identity, const char *site_url,
                           const char *prefix, int64_t now, oidc_handoff **handoff,
                           oidc_error *error)
{
    oidc_handoff *made = NULL;
    oidc_code code;

    *handoff = NULL;
    OIDC_TRY(check_input(identity, site_url, prefix, error));
    made = calloc(1, sizeof *made);
    if (!made)
        return oidc_fail_memory(error);
    made->made_at = now;
    OIDC_TRY(write_assertion(signer, identity, site_url, now, &made->values[ASSERTION], error));
    OIDC_TRY(write_headers(identity, prefix, made, error));
    *handoff = made;
    made = NULL;
out:
    oidc_handoff_free(&made);
    return code;
}

void oidc_handoff_free(oidc_handoff **handoff)
{
    oidc_handoff *gone = *handoff;

    *handoff = NULL;
    if (!gone)
        return;
    for (size_t i = 0; i < OIDC_HANDOFF_HEADERS; i++) {
        free(gone->names[i]);
        secret_free_text(gone->values[i]);
    }
    free(gone);
}

const oidc_header *oidc_handoff_headers(const oidc_handoff *handoff)
{
    return handoff->headers;
}

bool oidc_handoff_is_fresh(const oidc_handoff *handoff, int64_t now)
{
    return now >= handoff->made_at && now < handoff->made_at + OIDC_ASSERTION_TTL / 2;
}
