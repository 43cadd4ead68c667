/* JWK Sets (RFC 7517, 5). */
#include "jwks.h"

#include <stdlib.h>
#include <openssl/err.h>

#include "fail.h"
#include "json.h"

/* RFC 7517, 5: keys of kinds that we do not understand, or that lack something, are passed over. */
static oidc_code read_keys(const json_t *list, struct jwks *set, oidc_error *error)
{
    size_t listed = json_array_size(list);

    for (size_t i = 0; i < listed && set->count < JWKS_KEYS_MAX; i++) {
        enum jwk_outcome outcome = jwk_read(json_array_get(list, i), &set->keys[set->count]);
        if (outcome == JWK_NO_MEMORY)
            return oidc_fail_memory(error);
        set->count += outcome == JWK_KEPT;
    }
    if (set->count == 0)
        return oidc_fail(error, OIDC_E_KEYS_UNUSABLE,
                         "none of the %zu keys of the JWK Set is a public RSA or EC key, strong "
                         "enough, for verifying signatures",
                         listed);
    return OIDC_OK;
}

/* @param set  new, with room for all that is kept. */
static oidc_code new_set(size_t listed, struct jwks **set, oidc_error *error)
{
    size_t room = listed < JWKS_KEYS_MAX ? listed + 1 : JWKS_KEYS_MAX;

    *set = calloc(1, sizeof **set);
    if (*set)
        (*set)->keys = calloc(room, sizeof *(*set)->keys);
    return *set && (*set)->keys ? OIDC_OK : oidc_fail_memory(error);
}

/* RFC 7517, 5.1: a JSON object with an array "keys". */
oidc_code jwks_parse(const void *bytes, size_t size, struct jwks **jwks, oidc_error *error)
{
    const char *reason = "";
    json_t *object = json_read_object(bytes, size, &reason);
    const json_t *list = json_object_get(object, "keys");
    struct jwks *set = NULL;
    oidc_code code = OIDC_OK;

    *jwks = NULL;
    ERR_set_mark(); /* why OpenSSL did not take a key must not be found in its queue later */
    if (!object && reason == json_no_memory)
        code = oidc_fail_memory(error);
    else if (!object)
        code = oidc_fail(error, OIDC_E_ANSWER_MALFORMED, "the JWK Set %s", reason);
    else if (!json_is_array(list))
        code = oidc_fail(error, OIDC_E_ANSWER_MALFORMED, "the JWK Set has no array \"keys\"");
    if (code == OIDC_OK)
        code = new_set(json_array_size(list), &set, error);
    if (code == OIDC_OK)
        code = read_keys(list, set, error);
    ERR_pop_to_mark();
    json_decref(object);
    if (code != OIDC_OK)
        jwks_free(&set);
    *jwks = set;
    return code;
}

void jwks_free(struct jwks **jwks)
{
    struct jwks *set = *jwks;

    *jwks = NULL;
    if (!set)
        return;
    for (size_t i = 0; i < set->count; i++)
        jwk_forget(&set->keys[i]);
    free(set->keys);
    free(set);
}
