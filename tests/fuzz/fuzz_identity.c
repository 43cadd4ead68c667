/*
 * Fuzzes the way from verified claims to a user of XNAT, for sites with different settings: names
 * that XNAT takes, an address that is one, and nobody past the filter of domains.
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "liboidc/email.h"
#include "liboidc/json.h"
#include "liboidc/jwt.h"
#include "liboidc/mapping.h"
#include "liboidc/provider.h"
#include "liboidc/username.h"
#include "tests/fuzz/require.h"
#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const sites[] = {
    "",
    "openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains=Good.example\n",
    "openid.aaf.usernamePattern=[preferred_username]\n",
    "openid.aaf.usernamePattern=[providerId]_[email]_[number]\n",
};
enum { SITES = sizeof sites / sizeof sites[0], FILTERED = 1 };

static const struct props_provider *settings_of(size_t site)
{
    static oidc_provider *providers[SITES];

    if (!providers[site]) {
        char *file = flow_file(sites[site]);
        oidc_config *config = NULL;

        require(oidc_config_parse("site", file, strlen(file), &config, NULL) == OIDC_OK);
        require(oidc_provider_new(config, "aaf", &providers[site], NULL) == OIDC_OK);
        oidc_config_unref(&config);
        free(file);
    }
    return providers[site]->settings;
}

static void check(const oidc_identity *identity, size_t site)
{
    require(jwt_is_subject(identity->subject) && username_is_valid(identity->username));
    require(identity->email[0] == '\0' || email_is_valid(identity->email));
    require(strlen(identity->given_name) <= OIDC_NAME_MAX);
    require(strlen(identity->family_name) <= OIDC_NAME_MAX);
    require(strpbrk(identity->given_name, "\r\n\t\x7f") == NULL);
    require(strpbrk(identity->family_name, "\r\n\t\x7f") == NULL);
    if (site == FILTERED) {
        const char *at = strchr(identity->email, '@');

        require(at && strcasecmp(at + 1, "good.example") == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *reason = NULL;
    json_t *claims = json_read_object(data, size, &reason);
    const char *subject = claims ? json_text(claims, "sub") : NULL;

    require(claims || reason);
    for (size_t site = 0; subject && jwt_is_subject(subject) && site < SITES; site++) {
        struct identity *identity = NULL;
        oidc_error error = {.code = OIDC_OK};
        oidc_code code =
            identity_make(NULL, settings_of(site), FLOW_ISSUER, claims, &identity, &error);

        require(code != OIDC_E_MEMORY);
        if (code == OIDC_OK)
            check(&identity->seen, site);
        else
            require(error.code == code && strpbrk(error.detail, "\r\n\x1b") == NULL);
        identity_free(&identity);
    }
    json_decref(claims);
    return 0;
}
