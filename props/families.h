/* Providers whose addresses are known, and what the address of an endpoint tells. */
#ifndef PROPS_FAMILIES_H
#define PROPS_FAMILIES_H

#include <stdbool.h>

#include "keys.h"
#include "values.h"

enum family { FAMILY_UNKNOWN, FAMILY_AAF, FAMILY_AAF_TEST, FAMILY_GOOGLE };

/** What is known of an address. */
struct families_address {
    enum family family;     /* whose host it is */
    bool known;             /* the host has an endpoint at that path */
    enum keys_id key;       /* the key it belongs under, where known; KEYS_COUNT: cannot be told */
    bool legacy;            /* kept for old clients */
    const char *meant_host; /* the known host that an unknown one nearly is, or NULL */
};

/** @param url  from value_url. */
struct families_address families_look(const struct value_url *url);

/** The family's name, for messages: "AAF's test federation". */
const char *families_name(enum family family);

/** The current address of a family's endpoint; NULL: none is known. */
const char *families_current(enum family family, enum keys_id key);

/** Whether a value is an address of AAF, of either federation. */
bool names_aaf(struct slice value);

#endif
