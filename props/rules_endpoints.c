/* The rules OC315 to OC349: endpoints, scopes and credentials that do not fit the provider. */
#include "rules.h"

#define AT(id) [(id)-RULE_ENDPOINT_MISSING]

/* clang-format off */
const struct props_rule rules_endpoints[] = {
    AT(RULE_ENDPOINT_MISSING) = {"OC315", IMPACT(NONE, ERROR, ERROR, ERROR), "the plugin needs a key that is missing",
        .part = PART_LACK,
        .happens = "The plugin has no default for the key. Without an endpoint it sends people nowhere; "
                   "without scopes it dies with a NullPointerException; without the claims' names "
                   "accounts have no e-mail address or name. The sidecar has defaults, or asks the "
                   "provider.",
        .cure = "Add the line.",
        .bad = {.scene = SCENE_LINES, .without = "openid.aaf.scopes"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=openid,profile,email\n"}},
    AT(RULE_FEDERATIONS_MIXED) = {"OC316", IMPACT_ALL(ERROR), "AAF's test and production federations are mixed",
        .happens = "AAF's test and production federations do not know each other's client ids and "
                   "secrets. A sign-in begun in one and ended in the other fails with a bare error.",
        .cure = "Take all addresses from the federation that gave you the client id: "
                "central.aaf.edu.au, or central.test.aaf.edu.au for tests.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.test.aaf.edu.au/oidc/token\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"}},
    AT(RULE_PROVIDERS_MIXED) = {"OC317", IMPACT(WARNING, ERROR, ERROR, ERROR), "endpoints of two providers are mixed",
        .happens = "One provider does not know the codes that another has handed out: every sign-in "
                   "fails half-way.",
        .cure = "Take all addresses from the provider that gave you the client id.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://oauth2.googleapis.com/token\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"}},
    AT(RULE_ENDPOINT_LEGACY) = {"OC318", IMPACT_ALL(INFO), "an address that the provider keeps for old clients",
        .happens = "The provider has a newer address. The old one still works.",
        .cure = "Write the newer address when there is time.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/providers/op/token\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"}},
    AT(RULE_ENDPOINT_TYPO) = {"OC319", IMPACT(WARNING, ERROR, ERROR, ERROR), "an endpoint that the provider does not have",
        .happens = "There is nothing at that address: people end on an error page, or sign-ins fail at "
                   "their end.",
        .cure = "Copy the address from the provider's documentation.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/tokn\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"}},
    AT(RULE_ENDPOINTS_SWAPPED) = {"OC320", IMPACT(WARNING, ERROR, ERROR, ERROR), "an endpoint under the key of another",
        .happens = "The address is right, but for another purpose: people are sent to the token "
                   "endpoint, or the code to the sign-in page.",
        .cure = "Write each address under its own key.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/authorize\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"}},
    AT(RULE_SCOPE_FOR_CLAIM) = {"OC321", IMPACT(WARNING, ERROR, ERROR, ERROR), "a claim is mapped whose scope is not asked for",
        .happens = "A provider sends claims to those who ask for their scope. Without it people arrive "
                   "without e-mail address or name, and an e-mail filter turns them away.",
        .cure = "Add the scope.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=openid,profile\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.scopes=openid,profile,email\n"}},
    AT(RULE_CLAIM_UNKNOWN) = {"OC322", IMPACT(WARNING, ERROR, ERROR, ERROR), "a claim that no provider sends",
        .happens = "The claim is spelt otherwise, or stands for something else: people arrive without "
                   "e-mail address or name.",
        .cure = "Write email, given_name, family_name, or what the provider documents.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.givenNameProperty=givenname\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.givenNameProperty=given_name\n"}},
    AT(RULE_CLAIM_DELIBERATE) = {"OC323", IMPACT_ALL(INFO), "the claim that is meant not to exist",
        .happens = "The plugin's samples name a claim that does not exist where the whole name comes in "
                   "another one. People have no family name of their own then.",
        .cure = "Nothing need be done; AAF sends given_name and family_name where the home "
                "organisation has them.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.familyNameProperty=deliberately_unknown_property\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.familyNameProperty=family_name\n"}},
    AT(RULE_SAMPLE_CREDENTIALS) = {"OC324", IMPACT_ALL(WARNING), "the client id or secret of a sample",
        .happens = "Client id or secret are those of a sample, or a word that stands for what is still "
                   "to come. The provider knows neither.",
        .cure = "Write what the provider gave you when the site was registered.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=changeme\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f\n"}},
    AT(RULE_CREDENTIALS_SWAPPED) = {"OC325", IMPACT_ALL(ERROR), "client id and client secret are not what they should be",
        .happens = "An address or the client id stands where the secret belongs, or the other way "
                   "round. Every sign-in fails, and a secret in the place of the id is shown to every "
                   "visitor.",
        .cure = "Copy both anew, each to its own key. Have a new secret issued if it was in the "
                "place of the id.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=https://central.aaf.edu.au/oidc/token\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f\n"}},
    AT(RULE_CREDENTIALS_SHAPE) = {"OC326", IMPACT_ALL(WARNING), "a client id or secret that the provider would not issue",
        .happens = "The value does not look like what the provider issues: a part of it may be missing, "
                   "or something else was pasted.",
        .cure = "Compare it with what the provider gave you.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=xnat admin\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientId=5f0c2b7a-xnat-example\n"}},
    AT(RULE_SECRET_SHORT) = {"OC327", IMPACT_ALL(WARNING), "a client secret that is too short to be one",
        .happens = "No provider issues secrets this short. It is cut off, or can be guessed.",
        .cure = "Copy it anew, or have a new one issued.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=Hc9vTq\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f\n"}},
    AT(RULE_PKCE_OFF) = {"OC328", IMPACT_ALL(WARNING), "PKCE is switched off",
        .happens = "PKCE makes a stolen authorization code worthless. The sidecar uses it unless the "
                   "file switches it off.",
        .cure = "Remove the line, or write true.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.pkceEnabled=false\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.pkceEnabled=true\n"}},
    AT(RULE_ENDPOINT_SPELLING) = {"OC329", IMPACT_ALL(WARNING), "an endpoint with an unusual address",
        .happens = "An IP address has no certificate and moves with the machine; a slash at the end "
                   "makes another address for most providers.",
        .cure = "Write the address as the provider's documentation has it.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://idp.example.org/token/\n"
                 "openid.aaf.userAuthUri=https://idp.example.org/authorize\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.accessTokenUri=https://idp.example.org/token\n"
                 "openid.aaf.userAuthUri=https://idp.example.org/authorize\n"}},
    AT(RULE_ISSUER_DOCUMENT) = {"OC330", IMPACT(ERROR, NONE, NONE, WARNING), "the discovery document's address in place of the issuer",
        .happens = "The discovery document's own address is not the issuer. The sidecar looks for the "
                   "document below that address and gets HTTP 404, and every ID token is of another "
                   "issuer: nobody can sign in. Release 1.6 of the plugin refuses API clients' tokens.",
        .cure = "Write the issuer as it stands in the document, letter by letter: mostly the same "
                "address without /.well-known/openid-configuration.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.issuer=https://central.aaf.edu.au/.well-known/openid-configuration\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.issuer=https://central.aaf.edu.au\n"}},
    AT(RULE_ISSUER_SPELLING) = {"OC331", IMPACT(ERROR, NONE, NONE, WARNING), "a known issuer that is spelt otherwise",
        .happens = "Issuers are compared letter by letter. With a slash, a port or capitals that the "
                   "provider's own has not, it is another issuer: the sidecar refuses the discovery "
                   "document and every ID token, and nobody can sign in. Release 1.6 of the plugin "
                   "refuses API clients' tokens.",
        .cure = "Write the issuer as the provider does. The slash at the end belongs to some "
                "providers' issuers and not to others'.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.aaf.issuer=https://central.aaf.edu.au/\n"},
        .good = {.scene = SCENE_LINES, .lines = "openid.aaf.issuer=https://central.aaf.edu.au\n"}},
};
/* clang-format on */
