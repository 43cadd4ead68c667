/* Who signs in where any person does. */
#ifndef TESTS_SUPPORT_ADA_H
#define TESTS_SUPPORT_ADA_H

#include <oidc/identity.h>

static const oidc_identity ada = {
    .provider = "aaf",
    .issuer = "https://central.aaf.edu.au",
    .subject = "7f1e",
    .username = "aaf-7f1e",
    .email = "a@uni.example",
    .given_name = "Ada",
    .family_name = "Lovelace",
    .provider_session = "",
    .auto_enabled = true,
    .create_user = true,
};

#endif
