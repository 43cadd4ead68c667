/* The rules OC30x to OC339: where a provider is, and the site's credentials there. */
#include "rules.h"

#define AT(id) [(id)-RULE_CLIENT_ID_MISSING]

/* clang-format off */
const struct props_rule rules_provider[] = {
    AT(RULE_CLIENT_ID_MISSING) = {"OC301", IMPACT_ALL(ERROR), "no client id",
        .part = PART_LACK,
        .happens = "The provider cannot know which site asks. It answers on a page of its own, AAF with "
                   "status 400, and nobody comes back.",
        .cure = "Write the client id that the provider gave you when the site was registered.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=5f0c2b7a-xnat-example\n"}},
    AT(RULE_CLIENT_SECRET_MISSING) = {"OC302", IMPACT_ALL(ERROR), "no client secret",
        .part = PART_LACK,
        .happens = "The provider hands over who has signed in to those who know the secret. Without it "
                   "every sign-in fails at its end.",
        .cure = "Write the client secret that the provider gave you when the site was registered.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f\n"}},
    AT(RULE_REQUIRED_MISSPELT) = {"OC303", IMPACT_ALL(ERROR), "the key of the client id or secret is misspelt",
        .happens = "Keys are case-sensitive: a line with clientID is not read, clientId is missing, and "
                   "the provider answers every sign-in with an error.",
        .cure = "Write the key as it is documented.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientID=5f0c2b7a-xnat-example\n", .without = "openid.aaf.clientId"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=5f0c2b7a-xnat-example\n"}},
    AT(RULE_ENDPOINT) = {"OC304", IMPACT_ALL(ERROR), "an endpoint is not a usable URL",
        .happens = "The provider is not reached: the value is no complete URL.",
        .cure = "Copy the URL from the provider's documentation.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=central.aaf.edu.au/oidc/token\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"}},
    AT(RULE_ENDPOINT_HTTP) = {"OC305", IMPACT(ERROR, WARNING, WARNING, WARNING), "an endpoint is not on https",
        .happens = "Whoever is on the way can read the client secret and sign in as anybody. The "
                   "sidecar takes plain http from its own machine alone.",
        .cure = "Write https://.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=http://idp.example.org/token\n"
                 "openid.aaf.userAuthUri=https://idp.example.org/authorize\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://idp.example.org/token\n"
                 "openid.aaf.userAuthUri=https://idp.example.org/authorize\n"}},
    AT(RULE_NO_ENDPOINT) = {"OC306", IMPACT_ALL(ERROR), "nothing says where the provider is",
        .part = PART_LACK,
        .happens = "Neither the endpoints nor the issuer are there, so nobody knows where to send "
                   "people.",
        .cure = "Add userAuthUri and accessTokenUri, or issuer.",
        .bad = {.scene = SCENE_LINES, .without = "openid.aaf.userAuthUri openid.aaf.accessTokenUri"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.issuer=https://central.aaf.edu.au\n"}},
    AT(RULE_SCOPE_OPENID) = {"OC307", IMPACT(WARNING, ERROR, ERROR, ERROR), "the scope openid is missing",
        .happens = "The scope openid is what makes it an OpenID Connect sign-in. Without it the plugin "
                   "gets no identity; the sidecar adds it.",
        .cure = "Write openid first.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=profile,email\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=openid,profile,email\n"}},
    AT(RULE_SCOPE) = {"OC308", IMPACT_ALL(ERROR), "a scope with characters that scopes cannot have",
        .happens = "The provider refuses a request with a scope that is none.",
        .cure = "Separate scopes by commas, without quotation marks.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=openid,pro\\\\file,email\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=openid,profile,email\n"}},
};
/* clang-format on */
