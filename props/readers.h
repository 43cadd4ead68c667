/* Who reads a provider file: the sidecar, and the generations of XNAT's plugin. What is a mistake
 * for one of them is none for another, so every finding says what it does to each. */
#ifndef PROPS_READERS_H
#define PROPS_READERS_H

#include "findings.h"

enum props_reader {
    READER_SIDECAR,
    READER_PLUGIN_1_0, /* AIS and QCIF 1.0.x: one file, providers listed in `enabled` */
    READER_PLUGIN_1_3, /* 1.1 to 1.3: a file for each provider */
    READER_PLUGIN_1_6, /* 1.4 and later */
    READERS_COUNT
};

/** A set of readers: bits by enum props_reader. */
typedef unsigned reader_set;

#define READER(reader) (1U << (unsigned)(reader))
#define READERS_PLUGINS                                                                            \
    (READER(READER_PLUGIN_1_0) | READER(READER_PLUGIN_1_3) | READER(READER_PLUGIN_1_6))
#define READERS_ALL (READER(READER_SIDECAR) | READERS_PLUGINS)

/** What something does to the users of each reader. A reader left out is not concerned. */
struct impact {
    enum props_severity on[READERS_COUNT];
};

/** The worst of it for any reader of the set. */
enum props_severity impact_worst(const struct impact *impact, reader_set set);

/** The readers that a severity above PROPS_NONE is given for. */
reader_set impact_readers(const struct impact *impact);

/** Reader by reader the worse of two. */
struct impact impact_join(const struct impact *a, const struct impact *b);

/** For the readers of the set alone. */
struct impact impact_mask(const struct impact *impact, reader_set set);

/** The readers that a target stands for; 0 for PROPS_AUTO, where each file's layout decides. */
reader_set target_readers(enum props_target target);

/** "auto", "sidecar", "plugin-1.0" …; NULL past the end. */
const char *target_name(enum props_target target);

/** The releases of a set of plugin readers in words, for example "releases 1.1 to 1.3". */
const char *readers_text(reader_set set);

/* Shorthand for rows of tables: severities for the sidecar, 1.0, 1.3 and 1.6. */
#define IMPACT(sidecar, plugin_1_0, plugin_1_3, plugin_1_6)                                        \
    {                                                                                              \
        {                                                                                          \
            PROPS_##sidecar, PROPS_##plugin_1_0, PROPS_##plugin_1_3, PROPS_##plugin_1_6            \
        }                                                                                          \
    }
#define IMPACT_ALL(severity) IMPACT(severity, severity, severity, severity)
#define IMPACT_SIDECAR(severity) IMPACT(severity, NONE, NONE, NONE)
#define IMPACT_PLUGINS(severity) IMPACT(NONE, severity, severity, severity)

#endif
