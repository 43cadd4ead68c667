/*
 * What the files of a site say, in types: the site and its enabled providers.
 *
 * Immutable once made. Strings are UTF-8, trimmed of blanks around them where blanks cannot be
 * meant (ids, URLs, claims, list items), and never NULL unless said so.
 */
#ifndef PROPS_MODEL_H
#define PROPS_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "findings.h"
#include "readers.h"

struct props_list {
    char **items;
    size_t count;
};

/** A boolean that may be left open: a provider decides then. */
enum props_choice { PROPS_UNSET, PROPS_NO, PROPS_YES };

/** Checks of claims that turn people away whom the provider vouches for (since plugin 1.6). */
struct props_gates {
    bool audience; /* audCheck.enabled */
    bool role;     /* roleCheck.enabled */
    bool type;     /* typCheck.enabled */
    struct props_list accepted_audiences;
    char *role_path; /* members divided by dots, or "" */
    struct props_list required_roles;
    struct props_list expected_types;
    bool own_types; /* type and expected_types are of keys for this way in alone */
};

struct props_provider {
    char *id;
    char *
        display_name; /* `name` where the file is about one provider, else a known name or the id */
    bool visible;
    char *client_id;
    char *client_secret;
    char *issuer;                 /* openid.P.issuer, or NULL */
    char *authorization_endpoint; /* openid.P.userAuthUri, or NULL */
    char *token_endpoint;         /* openid.P.accessTokenUri, or NULL */
    char *userinfo_endpoint;      /* openid.P.userInfoUri, or NULL */
    char *jwks_uri;               /* openid.P.jwksUri, or NULL */
    char *end_session_endpoint;   /* openid.P.logoutUri, or NULL */
    struct props_list scopes;     /* has "openid" */
    char *link;                   /* the login page's HTML, as written; "" */
    bool filter_email_domains;
    bool any_email_domain;           /* the list holds a single "*" */
    struct props_list email_domains; /* lower case */
    bool create_user;
    bool auto_enabled;
    bool auto_verified;
    char *email_claim;
    char *given_name_claim;
    char *family_name_claim;
    char *username_pattern;
    char *id_token_encryption; /* RSA-OAEP, or -256, -384, -512; NULL: ID tokens are only signed */
    enum props_choice pkce;
    bool auto_login;                   /* of one provider at most */
    struct props_gates id_token_gates; /* for those who sign in with a browser */
    bool bearer;                       /* tokens of API clients are accepted */
    bool bearer_create_user;           /* create_user for them */
    struct props_gates bearer_gates;
    char *file;            /* where the provider is configured, as findings name it */
    reader_set readers;    /* whom the layout of that file is for */
    size_t client_id_line; /* for findings about the whole provider; 0 where it has none */
};

struct props_model {
    char *site_url;      /* origin only, no trailing slash */
    char *redirect_path; /* begins with a slash */
    bool password_login_disabled;
    struct props_provider *providers;
    size_t provider_count;
    struct props_findings *findings; /* owned */
};

/** Most providers of a site: a sign-in page with more buttons helps nobody. */
#define PROPS_MAX_PROVIDERS ((size_t)64)

/** Most provider files in one folder: one for each provider, and room for those switched off. */
#define PROPS_MAX_FILES ((size_t)256)

/** Most items of a list: more domains than the federation has members, and far from where comparing
 * all with all is felt. */
#define PROPS_MAX_ITEMS ((size_t)4096)

enum props_result { PROPS_OK, PROPS_E_MEMORY, PROPS_E_FILE };

/** Bytes of a configuration file, and its name for findings. Borrowed. */
struct props_source {
    const char *name;
    const void *bytes;
    size_t size;
};

/**
 * Makes the model of one site from all of its files. Findings are recorded in the model; when
 * props_findings_errors says there are errors, the model is for showing them only.
 *
 * @param target  whose findings are wanted, and how severe they are. The values are the sidecar's,
 *                whatever the target.
 * @param model   new, whenever memory allows; for props_model_free.
 */
enum props_result props_model_parse(const struct props_source *sources, size_t count,
                                    enum props_target target, struct props_model **model);

/**
 * The same from paths. A folder stands for the files XNAT would load from it, in name order.
 * A path that cannot be read is a finding too, and PROPS_E_FILE.
 */
enum props_result props_model_load(const char *const paths[], size_t count,
                                   enum props_target target, struct props_model **model);

/**
 * The redirect URI of the site, as it is registered with every provider: site URL and redirect
 * path.
 *
 * @return new, for free(): "" while one of the two is not known. NULL: memory.
 */
char *props_model_redirect_uri(const struct props_model *model);

void props_model_free(struct props_model **model);

#endif
