/* Claim gates. See gates.h. */
#include "gates.h"

#include <string.h>

#include "fail.h"

/* Longest name of a member that a role path can go through, its ending NUL included. */
#define MEMBER_MAX 256

static bool lists(const struct props_list *list, const json_t *text)
{
    const char *value = json_string_value(text);

    for (size_t i = 0; value && i < list->count; i++)
        if (strlen(list->items[i]) == json_string_length(text) &&
            strcmp(list->items[i], value) == 0)
            return true;
    return false;
}

/* Whether a text, or one of a list of texts, is listed. */
static bool lists_any(const struct props_list *list, const json_t *value)
{
    if (json_is_string(value))
        return lists(list, value);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (lists(list, json_array_get(value, i)))
            return true;
    return false;
}

/* The member with the longest name that the path begins with: the names of some claims are URLs,
 * and those of some clients have dots. *path is moved behind it; NULL: it was the last. */
static const json_t *step(const json_t *object, const char **path)
{
    char name[MEMBER_MAX];
    const char *from = *path;
    const json_t *member = json_object_get(object, from);

    *path = NULL;
    for (size_t size = strlen(from); !member && size-- > 0;) {
        if (from[size] != '.' || size >= sizeof name)
            continue;
        memcpy(name, from, size);
        name[size] = '\0';
        member = json_object_get(object, name);
        *path = from + size + 1;
    }
    return member;
}

/* No path leads nowhere, not to a member without a name. */
static const json_t *find_at(const json_t *object, const char *path)
{
    if (path[0] == '\0')
        return NULL;
    while (path && json_is_object(object))
        object = step(object, &path);
    return path ? NULL : object;
}

bool gates_are_covered(const struct props_gates *gates, const json_t *claims)
{
    return !gates->role || find_at(claims, gates->role_path);
}

bool gates_admit_audience(const struct props_gates *gates, const json_t *claims)
{
    return !gates->audience ||
           lists_any(&gates->accepted_audiences, json_object_get(claims, "aud"));
}

bool gates_list_type(const struct props_gates *gates, const json_t *claims)
{
    return gates->type && lists(&gates->expected_types, json_object_get(claims, "typ"));
}

oidc_code gates_check(const struct props_gates *gates, const json_t *claims, oidc_error *error)
{
    if (!gates_admit_audience(gates, claims))
        return oidc_fail(error, OIDC_E_GATE_AUDIENCE,
                         "audCheck is on, and the token is for none of acceptedAudiences");
    if (gates->role && !lists_any(&gates->required_roles, find_at(claims, gates->role_path)))
        return oidc_fail(error, OIDC_E_GATE_ROLE,
                         "roleCheck is on, and there is none of requiredRoles at %s",
                         gates->role_path);
    if (gates->type && !gates_list_type(gates, claims))
        return oidc_fail(error, OIDC_E_GATE_TYPE,
                         "typCheck is on, and the token's typ is none of expectedTypes");
    return OIDC_OK;
}
