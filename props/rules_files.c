/* The rules OC0xx: the file as such. */
#include "rules.h"

#define AT(id) [(id)-RULE_FILE_UNREADABLE]

/* clang-format off */
const struct props_rule rules_files[] = {
    AT(RULE_FILE_UNREADABLE) = {"OC001", IMPACT_ALL(ERROR), "the file cannot be read",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILE_TOO_LARGE) = {"OC002", IMPACT_ALL(ERROR), "the file is too large",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_TOO_MANY_ENTRIES) = {"OC003", IMPACT_ALL(ERROR), "the file has too many entries",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_FOLDER_EMPTY) = {"OC004", IMPACT_ALL(ERROR), "the folder has no file that XNAT would load",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILE_NOT_LOADED) = {"OC005", IMPACT(WARNING, ERROR, ERROR, ERROR), "XNAT does not load a file of this name",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_TOO_MANY_FILES) = {"OC006", IMPACT_ALL(ERROR), "the folder has too many provider files",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILE_NO_KEYS) = {"OC007", IMPACT_ALL(ERROR), "the file has no key at all",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
    AT(RULE_FILE_READABLE) = {"OC008", IMPACT_ALL(WARNING), "everybody on the machine can read the secret",
        .happens = "",
        .cure = "",
        .bad = {0},
        .good = {0}},
};
/* clang-format on */
