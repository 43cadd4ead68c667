/* The rules OC4xx: what this release of the sidecar does not do. */
#include "rules.h"

#define AT(id) [(id)-RULE_ENCRYPTION_UNSUPPORTED]

/* clang-format off */
const struct props_rule rules_limits[] = {
    AT(RULE_ENCRYPTION_UNSUPPORTED) = {"OC403", IMPACT_SIDECAR(ERROR), "an encryption of ID tokens that is not supported",
        .happens = "The sidecar does not decrypt with RSA1_5, and does not start: whoever can send it "
                   "many altered tokens could read one (Bleichenbacher's attack).",
        .cure = "Use RSA-OAEP-256 at the provider and here, or signed ID tokens without encryption: "
                "they travel by TLS.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA1_5\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-256\n", .without = "enabled"}},
    /* OC404, automatic login is ignored: the sidecar does it now. */
    AT(RULE_LINK_EXISTING_IGNORED) = {"OC405", IMPACT_SIDECAR(WARNING), "linking of accounts is ignored",
        .happens = "The sidecar does not connect people with accounts of another provider: they get an "
                   "account of their own.",
        .cure = "Connect the accounts in XNAT before the switch.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.linkExisting.enabled=true\n", .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n"
                 "openid.aaf.linkExisting.enabled=false\n", .without = "enabled"}},
};
/* clang-format on */
