/* Sets of readers, and what a finding does to them. */
#include "readers.h"

#include <stddef.h>

enum props_severity impact_worst(const struct impact *impact, reader_set set)
{
    enum props_severity worst = PROPS_NONE;
    for (unsigned reader = 0; reader < READERS_COUNT; reader++)
        if ((set & READER(reader)) != 0 && impact->on[reader] > worst)
            worst = impact->on[reader];
    return worst;
}

reader_set impact_readers(const struct impact *impact)
{
    reader_set set = 0;
    for (unsigned reader = 0; reader < READERS_COUNT; reader++)
        if (impact->on[reader] != PROPS_NONE)
            set |= READER(reader);
    return set;
}

struct impact impact_join(const struct impact *a, const struct impact *b)
{
    struct impact worse = *a;
    for (size_t reader = 0; reader < READERS_COUNT; reader++)
        if (b->on[reader] > worse.on[reader])
            worse.on[reader] = b->on[reader];
    return worse;
}

struct impact impact_mask(const struct impact *impact, reader_set set)
{
    struct impact masked = *impact;
    for (unsigned reader = 0; reader < READERS_COUNT; reader++)
        if ((set & READER(reader)) == 0)
            masked.on[reader] = PROPS_NONE;
    return masked;
}

static const struct {
    const char *name;
    reader_set readers;
} targets[] = {
    [PROPS_AUTO] = {"auto", 0},
    [PROPS_SIDECAR] = {"sidecar", READER(READER_SIDECAR)},
    [PROPS_PLUGIN_1_0] = {"plugin-1.0", READER(READER_PLUGIN_1_0)},
    [PROPS_PLUGIN_1_3] = {"plugin-1.3", READER(READER_PLUGIN_1_3)},
    [PROPS_PLUGIN_1_6] = {"plugin-1.6", READER(READER_PLUGIN_1_6)},
};

reader_set target_readers(enum props_target target)
{
    return targets[target].readers;
}

const char *target_name(enum props_target target)
{
    return (size_t)target < sizeof targets / sizeof *targets ? targets[target].name : NULL;
}

const char *readers_text(reader_set set)
{
    static const char *const texts[] = {
        "no release",         "release 1.0",        "releases 1.1 to 1.3",
        "releases up to 1.3", "releases since 1.4", "release 1.0 and releases since 1.4",
        "releases since 1.1", "all releases",
    };
    return texts[(set & READERS_PLUGINS) >> READER_PLUGIN_1_0];
}
