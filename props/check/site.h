/* What was checked: the files of a site, as every format writes them. */
#ifndef PROPS_CHECK_SITE_H
#define PROPS_CHECK_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "ask.h"
#include "props/load.h"
#include "props/model.h"

struct check_counts {
    size_t errors;
    size_t warnings;
    size_t infos;
};

/** A file, or a path that could not be read, and what there is to say of it. Borrows. */
struct check_file {
    const char *name;               /* as findings name it */
    const struct load_file *source; /* NULL where nothing was read */
    struct check_counts counts;
};

struct check_site {
    struct load load;
    struct props_model *model;
    enum props_target target; /* who will read the files */
    bool online;              /* the providers were to be asked */
    struct ask ask;           /* the record of it */
    bool unreadable;          /* a path could not be read */
    struct check_file *files;
    char **names;
    size_t file_count;
    size_t capacity;
};

/** Reads and judges. @return false when memory is short. */
bool check_site_open(struct check_site *site, const char *const paths[], size_t count,
                     enum props_target target);
void check_site_close(struct check_site *site);

/** Lists the files and counts anew, after findings were added. @return false: memory. */
bool check_site_count(struct check_site *site);

struct check_counts check_site_total(const struct check_site *site);

/** The redirect URL to register. @param uri  new; NULL while it cannot be known. @return false:
 * memory. */
bool check_site_redirect_uri(const struct check_site *site, char **uri);

/** "error", "warning", "info". */
const char *check_severity_name(enum props_severity severity);

#endif
