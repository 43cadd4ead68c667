/* The command line and the environment of oidc-sidecar: one table of options. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"
#include "log.h"
#include "redis_address.h"

/** What happens to a request without our session. */
enum unauthenticated {
    UNAUTHENTICATED_BY_SITE, /* login when the site disables XNAT's own login, else pass */
    UNAUTHENTICATED_PASS,
    UNAUTHENTICATED_LOGIN,
    UNAUTHENTICATED_DENY,
};

/** How XNAT is told who somebody is. */
enum handoff {
    HANDOFF_HEADERS,    /* by headers with a signed assertion */
    HANDOFF_XNAT_TOKEN, /* by an alias token of XNAT's own */
};

/** Most event loops: more share one machine's network no faster. */
#define WORKERS_MOST 64

/** Most values that a repeatable option takes. */
#define OPTIONS_REPEAT_MAX 64

/** The settings of one process. Strings are owned by it. */
struct options {
    const char *configs[OPTIONS_REPEAT_MAX];
    size_t config_count;
    struct listen_address listen;
    struct listen_address admin_listen;
    char *upstream; /* origin without trailing slash, or NULL */
    enum handoff handoff;
    char *xnat_admin_file;
    char *session_key_file;
    int64_t session_ttl;  /* seconds */
    int64_t session_idle; /* seconds */
    enum unauthenticated unauthenticated;
    char *login_page;
    char *logout_path;
    char *path_prefix; /* begins with a slash, no trailing one */
    char *header_prefix;
    char *assertion_key_file;
    char *decryption_key_file;
    struct cidr trusted_proxies[OPTIONS_REPEAT_MAX];
    size_t trusted_proxy_count;
    char *ca_file;
    char *site_name;
    char *contact; /* mail address or https URL */
    char *logo_file;
    char *accent_colour;
    char *accent_colour_dark;
    char *footer_text;
    char *footer_link;
    char *messages_file;
    struct redis_address redis; /* what replicas share; neither host nor path: nothing */
    int64_t upstream_timeout;   /* seconds without a byte from the upstream */
    unsigned workers;           /* at least 1 */
    enum log_format log_format;
    enum log_level log_level;
    bool check_config;
};

enum options_result {
    OPTIONS_RUN,  /* go on */
    OPTIONS_EXIT, /* --help, --version or the like was printed: exit 0 */
    OPTIONS_BAD,  /* a message was printed: exit 1 */
};

/**
 * Reads the command line, then for what it leaves open the environment (OIDC_SIDECAR_*), then the
 * defaults. Says on err what is wrong, which option, and what would be right. Unless the result is
 * OPTIONS_RUN, nothing is left to free. Values of options that are secret are overwritten in argv
 * and environment, taken or not.
 */
enum options_result options_read(struct options *options, int argc, char *const argv[],
                                 char *const environment[], FILE *out, FILE *err);
void options_free(struct options *options);

/** Called for a variable. @param meant  the one that was probably meant, or NULL. */
typedef void strange_variable(void *context, const char *name, const char *meant);

/** Finds the variables that begin as ours do and are no option's: what they were to set, they do
 * not. Empty ones count for none, and neither do those that Kubernetes makes for services. */
void options_strange_variables(char *const environment[], strange_variable *tell, void *context);

#endif
