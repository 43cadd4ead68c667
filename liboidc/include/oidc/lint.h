/*
 * Lint: what is wrong with an openid-provider.properties, before users find out.
 *
 * The same rules as oidc-check's. A report is made once and never changes; any number of threads
 * may read it.
 */
#ifndef OIDC_LINT_H
#define OIDC_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/config.h>
#include <oidc/error.h>

/** What was found out about the files of a site. */
typedef struct oidc_lint oidc_lint;

/** Who will read the files. What is a mistake for one reader may be none for another. */
typedef enum oidc_lint_target {
    OIDC_LINT_AUTO,    /**< the sidecar, and the generation of the plugin that the layout implies */
    OIDC_LINT_SIDECAR, /**< oidc-sidecar, and <oidc/config.h> */
    OIDC_LINT_PLUGIN_1_0, /**< XNAT's OpenID plugin 1.0 */
    OIDC_LINT_PLUGIN_1_3, /**< 1.1 to 1.3 */
    OIDC_LINT_PLUGIN_1_6, /**< 1.4 and later */
    OIDC_LINT_TARGETS     /**< how many there are */
} oidc_lint_target;

/** Bytes of a file, and the name that findings give it. Borrowed for the call. */
typedef struct oidc_lint_source {
    const char *name;
    const void *bytes;
    size_t size;
} oidc_lint_source;

/**
 * Looks at files and folders (of a folder, at the files that XNAT itself would load). All of them
 * together are one site.
 *
 * @param paths   what to read; borrowed.
 * @param report  new, whenever memory allows; for oidc_lint_free.
 * @return OIDC_OK, whatever was found; OIDC_E_FILE when a path cannot be read, which is a finding
 *         too; OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_lint_files(const char *const paths[], size_t count,
                                                oidc_lint_target target, oidc_lint **report,
                                                oidc_error *error);

/** The same from memory: the sources stand for files, and none can be unreadable. Does no I/O. */
OIDC_API OIDC_CHECKED oidc_code oidc_lint_bytes(const oidc_lint_source sources[], size_t count,
                                                oidc_lint_target target, oidc_lint **report,
                                                oidc_error *error);

/** Frees a report and sets the pointer to NULL; NULL is fine. */
OIDC_API void oidc_lint_free(oidc_lint **report);

/** How many findings there are, of every severity. */
OIDC_API size_t oidc_lint_finding_count(const oidc_lint *report);

/** The finding at index, in the order of files and lines; NULL past the end. Its strings belong to
 * the report, and none holds a secret. */
OIDC_API const oidc_finding *oidc_lint_finding(const oidc_lint *report, size_t index);

/** How many findings have that severity. */
OIDC_API size_t oidc_lint_count(const oidc_lint *report, oidc_severity severity);

/** The URL to register with the provider; "" while it cannot be known. Borrowed. */
OIDC_API const char *oidc_lint_redirect_uri(const oidc_lint *report);

/** How many providers the files enable. */
OIDC_API size_t oidc_lint_provider_count(const oidc_lint *report);

/** The id of the enabled provider at index; NULL past the end. Borrowed. */
OIDC_API const char *oidc_lint_provider(const oidc_lint *report, size_t index);

/** The manual of a rule. The strings are constants. */
typedef struct oidc_lint_rule {
    const char *code; /**< stable; never changes meaning */
    const char *title;
    const char *happens; /**< what it does to users */
    const char *cure;
    const char *wrong;      /**< lines that show the mistake, or "" */
    const char *right;      /**< the same done right, or "" */
    oidc_severity severity; /**< at worst */
} oidc_lint_rule;

/** Reads the rule at index, in the order of codes. @return false past the end. */
OIDC_API bool oidc_lint_rule_at(size_t index, oidc_lint_rule *rule);

/** The manual of a key. The strings are constants. */
typedef struct oidc_lint_key {
    /** The key, in which P stands for a provider's id, and [.path] for nothing, .idToken or
     * .bearer. */
    const char *pattern;
    const char *help;     /**< what it means */
    const char *fallback; /**< what an absent key means; NULL: nothing */
    bool secret;          /**< its value is never shown */
} oidc_lint_key;

/** Reads the key at index. @return false past the end. */
OIDC_API bool oidc_lint_key_at(size_t index, oidc_lint_key *key);

#endif
