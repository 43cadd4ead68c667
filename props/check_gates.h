/* One provider's claim gates, API clients' tokens and linking: what the checks of them share. */
#ifndef PROPS_CHECK_GATES_H
#define PROPS_CHECK_GATES_H

#include "build.h"

struct gates {
    struct build *build;
    const struct file *file;
    const char *id;
    bool bearer; /* tokens of API clients are accepted */
};

/** What the provider's key of that scope says. */
struct setting gates_find(const struct gates *gates, enum keys_id id, enum keys_scope scope);

/** The same for one way in, whose own key overrides the key for both. */
struct setting gates_find_for(const struct gates *gates, enum keys_id id, enum keys_scope way);

/** API clients' audience check is on unless it is switched off for them: that the key for both does
 * so counts for the plugin alone. */
struct setting gates_bearer_audience(const struct gates *gates);

/** Whether a list has an item: one of commas and blanks is empty. */
bool gates_says_something(const struct setting *setting);

/** The key to write to: the one that is there and empty, else one of the scope that is meant. */
const char *gates_name_lack(struct keys_name *name, const struct gates *gates,
                            const struct setting *need, enum keys_id id, enum keys_scope scope);

/** Tokens of API clients: accepted, and what they need is not there; or the other way round. */
void check_bearer(const struct gates *gates);

/** Connecting with another provider's accounts, and automatic login. */
void check_linking(const struct gates *gates);

#endif
