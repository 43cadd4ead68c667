/* The rules OC5xx: what the provider itself says (oidc-check --online). */
#include "rules.h"

#define AT(id) [(id)-RULE_DISCOVERY_UNREACHABLE]

/* clang-format off */
const struct props_rule rules_online[] = {
    AT(RULE_DISCOVERY_UNREACHABLE) = {"OC501", IMPACT(ERROR, WARNING, WARNING, WARNING), "there is no discovery document",
        .happens = "The sidecar asks the provider for its discovery document, which says where its "
                   "keys are. Without keys it cannot verify who has signed in, and lets nobody in. "
                   "XNAT's plugin verifies nothing and does not ask.",
        .cure = "Write the issuer as the provider's documentation names it: the document is at that "
                "address with /.well-known/openid-configuration after it. Where the answer is HTTP "
                "500 or more, the provider is out of order: wait.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the provider answers HTTP 404\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au/openid\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the provider answers with its discovery document\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"}},
    AT(RULE_DISCOVERY_UNUSABLE) = {"OC502", IMPACT(ERROR, WARNING, WARNING, WARNING), "the discovery document cannot be used",
        .happens = "Something that sign-in needs is not in the provider's discovery document, or "
                   "is not what the specification asks for. The sidecar lets nobody in.",
        .cure = "Show the message to the provider's operator. Where only an address is missing, "
                "its key in the file helps.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document has no \"jwks_uri\"\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document has no \"jwks_uri\"\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"
                 "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n"}},
    AT(RULE_ISSUER_DIFFERS) = {"OC503", IMPACT_SIDECAR(ERROR), "the provider has another issuer",
        .happens = "The issuer in the file, the one in the discovery document and the one in every "
                   "ID token must be the same, letter by letter: a slash at the end counts. The "
                   "sidecar lets nobody in.",
        .cure = "Copy the issuer from the message, if that is the provider you mean.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \"issuer\": \"https://central.aaf.edu.au\"\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au/\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says \"issuer\": \"https://central.aaf.edu.au\"\n"
                 "openid.aaf.issuer=https://central.aaf.edu.au\n"}},
    AT(RULE_ENDPOINT_DIFFERS) = {"OC504", IMPACT_ALL(WARNING), "the provider publishes another endpoint",
        .happens = "What the file says is used. It may be an older address, which the provider stops "
                   "serving some day, or another provider's.",
        .cure = "Copy the address from the message; or remove the line, where the sidecar alone "
                "reads the file.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \".../protocol/openid-connect/token\"\n"
                 "openid.aaf.accessTokenUri=https://sso.example.edu.au/auth/realms/xnat/protocol/openid-connect/token\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says the same\n"
                 "openid.aaf.accessTokenUri=https://sso.example.edu.au/realms/xnat/protocol/openid-connect/token\n"}},
    AT(RULE_ENDPOINT_UNREACHABLE) = {"OC505", IMPACT_ALL(ERROR), "the provider cannot be reached",
        .happens = "There is no connection to the provider, or no answer in time. Where XNAT's machine "
                   "is no better off than this one, every sign-in fails.",
        .cure = "Compare the host with the provider's documentation. If it is right, look at name "
                "resolution, firewall and proxy of this machine: a proxy is taken from the "
                "environment (https_proxy).",
        .bad = {.scene = SCENE_ASKED, .lines = "# nothing listens there\n"
                 "openid.aaf.userAuthUri=https://central.aaf.edu.au:8443/oidc/authorize\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the provider answers\n"
                 "openid.aaf.userAuthUri=https://central.aaf.edu.au/oidc/authorize\n"}},
    AT(RULE_ENDPOINT_TLS) = {"OC506", IMPACT_ALL(ERROR), "there is no trusted connection to the provider",
        .happens = "The provider's certificate is out of date, for another host, or from an authority "
                   "that this machine does not know; or the two have no version of TLS in common. The "
                   "sidecar and XNAT's plugin refuse to speak with it.",
        .cure = "Have the provider's operator mend the certificate. For an authority of your own, give "
                "its certificate with --ca-file, to oidc-check and to the sidecar; XNAT's plugin goes "
                "by Java's trust store.",
        .bad = {.scene = SCENE_ASKED, .lines = "# its certificate is of an authority that is not known\n"
                 "openid.aaf.issuer=https://sso.example.edu.au/realms/xnat\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# --ca-file names the authority\n"
                 "openid.aaf.issuer=https://sso.example.edu.au/realms/xnat\n"}},
    AT(RULE_ENDPOINT_ABSENT) = {"OC507", IMPACT_ALL(ERROR), "there is nothing at an endpoint",
        .happens = "The host answers, but has nothing at that address, or nothing that takes such a "
                   "request: 404, 405 or 410. People who sign in get an error page.",
        .cure = "Copy the address from the provider's documentation or its discovery document.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the provider answers HTTP 404\n"
                 "openid.aaf.userAuthUri=https://sso.example.edu.au/authorise\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the provider answers HTTP 400: something is missing in the question\n"
                 "openid.aaf.userAuthUri=https://sso.example.edu.au/authorize\n"}},
    AT(RULE_ENDPOINT_BROKEN) = {"OC508", IMPACT_ALL(WARNING), "an endpoint answers with a server error",
        .happens = "The endpoint answers with a status of 500 or more. It may be out of order, or not "
                   "used to questions as empty as those of oidc-check.",
        .cure = "Ask again later. If it stays so and people cannot sign in, ask the provider's operator.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the provider answers HTTP 503\n"
                 "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the provider answers HTTP 400\n"
                 "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"}},
    AT(RULE_KEYS_UNUSABLE) = {"OC509", IMPACT_SIDECAR(ERROR), "the provider's keys cannot be used",
        .happens = "The provider signs ID tokens, and the sidecar verifies the signature with the keys "
                   "that the provider publishes. They cannot be had, or there is none among them that "
                   "can be used. The sidecar lets nobody in.",
        .cure = "Remove openid.P.jwksUri, where the discovery document names the right address; or ask "
                "the provider's operator.",
        .bad = {.scene = SCENE_ASKED, .lines = "# there is an empty set of keys\n"
                 "openid.aaf.jwksUri=https://sso.example.edu.au/old-keys\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# there are keys\n"
                 "openid.aaf.jwksUri=https://sso.example.edu.au/keys\n"}},
    AT(RULE_SCOPE_UNSUPPORTED) = {"OC510", IMPACT_ALL(WARNING), "the provider does not offer a scope",
        .happens = "Some providers refuse a sign-in that asks for a scope they do not know, others "
                   "leave out the claims. A provider may know more scopes than it publishes.",
        .cure = "Take the scope out of the list; or have the provider's operator allow it.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \"scopes_supported\": [\"openid\", \"profile\", \"email\"]\n"
                 "openid.aaf.scopes=openid,profile,email,phone\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says \"scopes_supported\": [\"openid\", \"profile\", \"email\"]\n"
                 "openid.aaf.scopes=openid,profile,email\n"}},
    AT(RULE_ALGORITHM_UNSUPPORTED) = {"OC511", IMPACT_SIDECAR(ERROR), "the provider's signatures cannot be accepted",
        .happens = "The provider signs ID tokens with algorithms that the sidecar does not accept: "
                   "none, or those that are made with the client secret (HS256 and the like). Nobody "
                   "can sign in.",
        .cure = "Have the provider's operator sign this client's ID tokens with RS256 or ES256.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \"id_token_signing_alg_values_supported\": [\"HS256\"]\n"
                 "openid.aaf.issuer=https://sso.example.edu.au\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says \"id_token_signing_alg_values_supported\": [\"HS256\", \"RS256\"]\n"
                 "openid.aaf.issuer=https://sso.example.edu.au\n"}},
    AT(RULE_FLOW_UNSUPPORTED) = {"OC512", IMPACT_ALL(ERROR), "the provider does not offer the authorization code flow",
        .happens = "The sidecar and XNAT's plugin use the authorization code flow and no other. The "
                   "provider refuses every sign-in.",
        .cure = "Have the provider's operator allow response_type=code for this client.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \"response_types_supported\": [\"id_token\"]\n"
                 "openid.aaf.issuer=https://sso.example.edu.au\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says \"response_types_supported\": [\"code\", \"id_token\"]\n"
                 "openid.aaf.issuer=https://sso.example.edu.au\n"}},
    AT(RULE_AUTHENTICATION_UNSUPPORTED) = {"OC513", IMPACT_ALL(ERROR), "the provider takes no client secret",
        .happens = "The provider wants something else than a client secret at its token endpoint, for "
                   "example a signed assertion. Every sign-in fails at its end.",
        .cure = "Have the provider's operator allow client_secret_basic for this client.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \"token_endpoint_auth_methods_supported\": [\"private_key_jwt\"]\n"
                 "openid.aaf.issuer=https://sso.example.edu.au\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says \"token_endpoint_auth_methods_supported\": [\"client_secret_basic\"]\n"
                 "openid.aaf.issuer=https://sso.example.edu.au\n"}},
    AT(RULE_PKCE_UNSUPPORTED) = {"OC514", IMPACT_ALL(WARNING), "the provider does not announce PKCE",
        .happens = "PKCE makes a stolen authorization code worthless. Where the provider lists methods "
                   "without S256, the sidecar goes without, unless the file asks for it: then the "
                   "provider may refuse every sign-in. Where it lists nothing, the sidecar uses PKCE, "
                   "which a provider that does not know it ignores.",
        .cure = "Have the provider's operator allow S256, or remove openid.P.pkceEnabled.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \"code_challenge_methods_supported\": [\"plain\"]\n"
                 "openid.aaf.pkceEnabled=true\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says \"code_challenge_methods_supported\": [\"S256\"]\n"
                 "openid.aaf.pkceEnabled=true\n"}},
    AT(RULE_ENCRYPTION_NOT_OFFERED) = {"OC515", IMPACT(ERROR, NONE, NONE, WARNING), "the provider does not encrypt ID tokens that way",
        .happens = "The file says with which algorithm the provider encrypts ID tokens, and the "
                   "provider does not list it; or it lists no way to encrypt what is in them that the "
                   "sidecar can read. Where a file asks for encryption, the sidecar refuses ID tokens "
                   "that are not encrypted: nobody can sign in.",
        .cure = "Write an algorithm that the provider lists, and set the same there for this client; or "
                "have ID tokens sent that are only signed, and remove "
                "openid.P.idTokenEncryptionAlgorithm.",
        .bad = {.scene = SCENE_ASKED, .lines = "# the document says \"id_token_encryption_alg_values_supported\": [\"RSA-OAEP\"]\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-256\n"},
        .good = {.scene = SCENE_ASKED, .lines = "# the document says \"id_token_encryption_alg_values_supported\": [\"RSA-OAEP\", \"RSA-OAEP-256\"]\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-256\n"}},
};
/* clang-format on */
