/* Claim gates: whom a provider vouches for, and the site turns away all the same; and what there is
 * of them for API clients. What is half configured has its findings elsewhere (check_gates.c). */
#include "reading.h"

#include <string.h>

/* The scope of a key for one way in, as the file has it. */
static enum keys_scope own_scope(const struct reading *reading, enum keys_id id,
                                 enum keys_scope way)
{
    return scope_for(reading->file, id, way, reading->id);
}

/* A token of an API client was asked for by somebody else, for whatever service. So some switches
 * are on for API clients unless the file says otherwise of them alone. */
static bool read_switch(const struct reading *reading, enum keys_id id, enum keys_scope way)
{
    const char *standard = way == KEYS_BEARER ? keys_row(id)->bearer_fallback : NULL;
    if (standard != NULL && own_scope(reading, id, way) != way)
        return strcmp(standard, "true") == 0;
    return read_boolean(reading->build, reading->file, id, own_scope(reading, id, way),
                        reading->id);
}

static void read_items(const struct reading *reading, enum keys_id id, enum keys_scope way,
                       struct props_list *list)
{
    struct setting setting =
        find_setting(reading->file, id, own_scope(reading, id, way), reading->id);
    struct slice rest = read_list(reading->build, reading->file, &setting);
    struct slice item;
    while (value_next_item(&rest, &item, NULL))
        keep_item(reading->build, list, item);
}

static char *read_text(const struct reading *reading, enum keys_id id, enum keys_scope way)
{
    struct setting setting =
        find_setting(reading->file, id, own_scope(reading, id, way), reading->id);
    return keep_text(reading->build, setting.entry == NULL ? slice_of("") : setting.value);
}

void read_gates(const struct reading *reading, enum keys_scope way, struct props_gates *gates)
{
    gates->audience = read_switch(reading, KEY_AUDIENCE_CHECK, way);
    read_items(reading, KEY_ACCEPTED_AUDIENCES, way, &gates->accepted_audiences);
    gates->role = read_switch(reading, KEY_ROLE_CHECK, way);
    gates->role_path = read_text(reading, KEY_ROLE_PATH, way);
    read_items(reading, KEY_REQUIRED_ROLES, way, &gates->required_roles);
    gates->type = read_switch(reading, KEY_TYPE_CHECK, way);
    read_items(reading, KEY_EXPECTED_TYPES, way, &gates->expected_types);
    gates->own_types = own_scope(reading, KEY_TYPE_CHECK, way) == way &&
                       own_scope(reading, KEY_EXPECTED_TYPES, way) == way;
}

void read_bearer(const struct reading *reading)
{
    struct props_provider *provider = reading->provider;

    provider->bearer = provider_switch(reading, KEY_BEARER);
    if (!provider->bearer)
        return;
    provider->bearer_create_user = provider_setting(reading, KEY_BEARER_USER_CREATE).entry != NULL
                                       ? provider_switch(reading, KEY_BEARER_USER_CREATE)
                                       : provider->create_user;
    read_gates(reading, KEYS_BEARER, &provider->bearer_gates);
}
