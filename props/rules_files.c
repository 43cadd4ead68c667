/* The rules OC0xx: the file as such. */
#include "rules.h"

#define AT(id) [(id)-RULE_FILE_UNREADABLE]

/* clang-format off */
const struct props_rule rules_files[] = {
    AT(RULE_FILE_UNREADABLE) = {"OC001", IMPACT_ALL(ERROR), "the file cannot be read",
        .part = PART_FIRST,
        .happens = "Nothing of the file is known, so nothing is checked; XNAT and the sidecar cannot "
                   "read it either when they run as the same user.",
        .cure = "Check the path, and that the user who runs XNAT may read the file and may enter "
                "the folders above it.",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILE_TOO_LARGE) = {"OC002", IMPACT_ALL(ERROR), "the file is too large",
        .part = PART_FIRST,
        .happens = "The file is larger than any provider file, so it is probably another one. "
                   "Nothing of it is used.",
        .cure = "Name the file with the provider's keys.",
        .bad = {0},
        .good = {0}},
    AT(RULE_TOO_MANY_ENTRIES) = {"OC003", IMPACT_ALL(ERROR), "the file has too many entries",
        .part = PART_FIRST,
        .happens = "The file has more entries than any provider file, so it is probably another one. "
                   "Nothing of it is used.",
        .cure = "Name the file with the provider's keys.",
        .bad = {0},
        .good = {0}},
    AT(RULE_FOLDER_EMPTY) = {"OC004", IMPACT_ALL(ERROR), "the folder has no file that XNAT would load",
        .part = PART_FIRST,
        .happens = "XNAT loads files whose names end in -provider.properties, and there is none. "
                   "Nobody can sign in with OpenID Connect.",
        .cure = "Put the file there under such a name, for example openid-provider.properties.",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILE_NOT_LOADED) = {"OC005", IMPACT(WARNING, ERROR, ERROR, ERROR), "XNAT does not load a file of this name",
        .part = PART_FIRST,
        .happens = "XNAT loads only files whose names end in -provider.properties. It passes over "
                   "this one without a word, and its providers do not exist.",
        .cure = "Rename the file so that its name ends in -provider.properties, for example "
                "aaf-provider.properties.",
        .bad = {.scene = SCENE_NAME, .lines = "openid-provider-aaf.properties"},
        .good = {.scene = SCENE_NAME, .lines = "aaf-provider.properties"}},
    AT(RULE_TOO_MANY_FILES) = {"OC006", IMPACT_ALL(ERROR), "the folder has too many provider files",
        .part = PART_FIRST,
        .happens = "The folder has more provider files than a site can have providers, so it is "
                   "probably another folder. None of them is read.",
        .cure = "Name the folder that XNAT reads, or the files one by one.",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILE_NO_KEYS) = {"OC007", IMPACT_ALL(ERROR), "the file has no key at all",
        .part = PART_FIRST,
        .happens = "There is no line in the file that the sidecar or XNAT's plugin understands. "
                   "Nobody can sign in with OpenID Connect.",
        .cure = "Check that it is the right file, that it arrived whole, and that it is plain "
                "text.",
        .bad = {.scene = SCENE_WHOLE, .lines = "# openid.aaf.clientId=5f0c2b7a-xnat-example\n"},
        .good = {.scene = SCENE_LINES, .lines = ""}},
    AT(RULE_FILE_READABLE) = {"OC008", IMPACT_ALL(WARNING), "everybody on the machine can read the secret",
        .part = PART_FIRST,
        .happens = "Every account on the machine, and every program that runs there, can read the "
                   "client secret and pass for your site at the provider.",
        .cure = "Let the user who runs XNAT own the file, and take the permission to read it from "
                "all others: chmod 640, or 600.",
        .bad = {.scene = SCENE_OPEN, .lines = ""},
        .good = {.scene = SCENE_LINES, .lines = ""}},
};
/* clang-format on */
