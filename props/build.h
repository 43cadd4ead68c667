/* The making of a model: what its steps share. */
#ifndef PROPS_BUILD_H
#define PROPS_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "keys.h"
#include "model.h"
#include "properties.h"
#include "quote.h"
#include "readers.h"
#include "report.h"
#include "show.h"
#include "values.h"

/** A file to build from. Borrowed. */
struct build_source {
    struct props_source source;
    size_t order;     /* of the path it came from, for the order of findings */
    bool from_folder; /* found there, not asked for by name */
    bool named;       /* the name is that of a file, and says whether XNAT would load it */
    bool open_to_all; /* everybody on the machine may read it */
};

/** What was found out about an entry while the model is made. */
struct file_note {
    bool explained; /* a finding has said what is wrong with it */
    bool muted;     /* that finding says all there is to say: further ones are dropped */
    bool looked_up; /* the rest is known */
    bool guessed;
    struct keys_guess guess;
};

/** A file while the model is made. */
struct file {
    char *name; /* control characters replaced */
    size_t order;
    bool from_folder;
    bool named;
    bool open_to_all;
    const unsigned char *bytes; /* borrowed */
    size_t size;
    struct properties document;
    struct file_note *notes; /* one for each entry */
    bool usable;             /* ours, and without syntax errors */
    bool ours;
    char **ids; /* of the providers that the file enables */
    size_t id_count;
    size_t id_capacity;
    bool listed;        /* in `enabled`: the layout that only plugin 1.0 reads */
    reader_set readers; /* that the layout implies, the sidecar included */
    const struct properties_entry *ids_entry; /* that names them */
};

struct build {
    enum props_target target;
    struct props_model *model;
    struct props_findings *findings;
    struct file *files;
    size_t file_count;
    size_t provider_capacity;
    bool incomplete; /* a file could not be read: what seems to be missing may stand there */
    bool no_memory;  /* something was not kept: the model is worthless */
};

/**
 * Makes a model.
 *
 * @param findings  of the reading so far; given to the model, or freed.
 */
enum props_result build_model(const struct build_source *sources, size_t count,
                              enum props_target target, struct props_findings *findings,
                              struct props_model **model);

/** Whether XNAT loads a file of this name from its folder: the whole name matches
 * `^.*-provider.properties`, whose last dot stands for any one character. */
bool loads_in_xnat(const char *name);

/** The part of a path after its last slash. */
const char *last_part(const char *path);

/* --- steps, in their order ----------------------------------------------------------------------
 */

/** Whether a file is ours, and which providers it enables. */
void identify_file(struct build *build, struct file *file);
/** The keys of the site, from all files. */
void read_site(struct build *build);
/** The providers of all files. */
void read_providers(struct build *build);
/** What can be said of a file line by line. */
void survey_file(struct build *build, struct file *file);
/** Endpoints that do not fit the provider, or one another. */
void check_endpoints(struct build *build, const struct file *file);
/** Claims that the provider does not send, or whose scope is not asked for. */
void check_claims(struct build *build, const struct file *file);
/** Client id and secret that the provider cannot have issued; PKCE. */
void check_credentials(struct build *build, const struct file *file);
/** Switches for new accounts, and user names. */
void check_accounts(struct build *build, const struct file *file);
/** Claim gates, tokens of API clients, linking: what is half configured. */
void check_gates(struct build *build, const struct file *file);
/** How ID tokens are encrypted. */
void check_encryption(struct build *build, const struct file *file);
/** Whether a key that is missing, or empty, is told of when a file is surveyed. */
bool told_when_absent(enum keys_id id);
/** The button on XNAT's login page (OC38x). */
void check_link(struct build *build, const struct file *file);

/** The provider of the model with that id; NULL: none. */
const struct props_provider *find_provider(const struct build *build, const char *id);

/** Whether some provider of the files is AAF, which has rules of its own for sites. */
bool site_has_aaf(const struct build *build);

/** The name that people see. @return new, or NULL: memory. */
char *display_name(const struct file *file, const struct props_provider *provider);

/* --- settings -----------------------------------------------------------------------------------
 */

/** What a file says for a key, trimmed. */
struct setting {
    const struct properties_entry *entry; /* NULL: nothing */
    struct slice value;
};

struct setting find_setting(const struct file *file, enum keys_id id, enum keys_scope scope,
                            const char *provider);

/** The same for a key of the site. */
struct setting find_site_setting(const struct file *file, enum keys_id id);

/** The scope of a key for one way in: its own key, where there is one, else the key for both. */
enum keys_scope scope_for(const struct file *file, enum keys_id id, enum keys_scope way,
                          const char *provider);

/** Whether it is there, and says true. */
bool setting_is_on(const struct setting *setting);

/** What the key of an entry was probably meant to be; NULL when it is in the table, or when nothing
 * is near. To be asked when the file's providers are known. */
const struct keys_guess *guess_key(const struct file *file, size_t index);

/** The first entry whose key begins with openid. and the provider's id; NULL: none. */
const struct properties_entry *find_block(const struct file *file, struct slice id);

/** The meaning of a boolean: what the file says, or the table's fallback. Reports what is neither
 * true nor false. */
bool read_boolean(struct build *build, const struct file *file, enum keys_id id,
                  enum keys_scope scope, const char *provider);

/** What there is of a list to walk through: nothing, after a finding, when it has more than
 * PROPS_MAX_ITEMS items. */
struct slice read_list(struct build *build, const struct file *file, const struct setting *setting);

/** A copy that belongs to the model, fit for the outside; NULL after noting that memory is short.
 */
char *keep_text(struct build *build, struct slice text);

/** Adds a copy to a list. */
void keep_item(struct build *build, struct props_list *list, struct slice text);

/* --- places for findings ------------------------------------------------------------------------
 */

struct report_at at_file(const struct file *file);
struct report_at at_key(const struct file *file, const struct properties_entry *entry);
struct report_at at_value(const struct file *file, const struct properties_entry *entry);
/** An item of the entry's list, as value_next_item gives it. */
struct report_at at_item(const struct file *file, const struct properties_entry *entry,
                         struct slice item);
struct report_at at_tail(const struct file *file, const struct properties_entry *entry);

/** The key as a finding may show it: not where a client secret could have become part of it. */
const char *safe_key(const struct file *file, const struct properties_entry *entry);

/** A file's name as findings show it: UTF-8, and nothing in it that could forge a line of the log.
 * @return
 * new, or NULL: memory. */
char *printable_name(const char *name);

/** Without what concerns releases that do not read the file anyway. */
struct impact impact_for_readers(const struct build *build, const struct file *file,
                                 struct impact impact);

/** Words for a problem with a URL, to follow the words "the value ". */
const char *url_problem_text(enum value_url_problem problem);

#endif
