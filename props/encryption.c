/* How ID tokens are encrypted: which algorithms there are, and for whom. */
#include "reading.h"

#include <ctype.h>
#include <string.h>

/* What the plugin knows since 1.4. The sidecar takes all but the one that gives an oracle away. */
static const struct algorithm {
    const char *name;
    bool safe;
} algorithms[] = {
    {"RSA1_5", false},      {"RSA-OAEP", true},     {"RSA-OAEP-256", true},
    {"RSA-OAEP-384", true}, {"RSA-OAEP-512", true},
};

static const struct algorithm *algorithm_named(struct slice name)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (slice_equals(name, algorithms[i].name))
            return &algorithms[i];
    return NULL;
}

/* The next letter or digit, small; '\0' at the end. */
static int next_letter(struct slice *rest)
{
    while (rest->size > 0) {
        unsigned char byte = (unsigned char)*rest->at++;
        rest->size--;
        if (byte < 0x80 && isalnum(byte))
            return tolower(byte);
    }
    return '\0';
}

static bool sounds_alike(struct slice left, struct slice right)
{
    int letter, other;
    do {
        letter = next_letter(&left);
        other = next_letter(&right);
    } while (letter == other && letter != '\0');
    return letter == other;
}

/* What was meant, as far as capitals and hyphens are all that is wrong; else what is best. */
static const char *suggestion(struct slice name)
{
    static const char best[] = "RSA-OAEP-256";
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (algorithms[i].safe && sounds_alike(name, slice_of(algorithms[i].name)))
            return algorithms[i].name;
    return best;
}

char *read_encryption(const struct reading *reading)
{
    struct setting setting = provider_setting(reading, KEY_ID_TOKEN_ENCRYPTION);
    const struct algorithm *algorithm = algorithm_named(setting.value);
    if (algorithm == NULL || !algorithm->safe)
        return NULL;
    return keep_text(reading->build, slice_of(algorithm->name));
}

static void report_unknown(struct build *build, const struct file *file,
                           const struct setting *setting)
{
    struct impact impact =
        impact_for_readers(build, file, props_rule(RULE_ENCRYPTION_UNKNOWN)->impact);
    struct report_at at = at_value(file, setting->entry);
    report_as(build->findings, RULE_ENCRYPTION_UNKNOWN, &impact, &at,
              "there is no encryption algorithm \"%s\", and neither the sidecar nor XNAT with its "
              "plugin starts with it",
              QUOTE(setting->value));
    advise(build->findings, "write %s, or remove the line if ID tokens are not encrypted",
           suggestion(setting->value));
}

static void report_unsafe(struct build *build, const struct file *file,
                          const struct setting *setting)
{
    struct impact weak = impact_for_readers(build, file, props_rule(RULE_ENCRYPTION_WEAK)->impact);
    struct report_at at = at_value(file, setting->entry);
    report_as(build->findings, RULE_ENCRYPTION_WEAK, &weak, &at,
              "RSA1_5 has known attacks: whoever can send the site many altered tokens may read "
              "one");
    advise(build->findings, "write RSA-OAEP-256, and set the same at the provider");
    report(build->findings, RULE_ENCRYPTION_UNSUPPORTED, &at,
           "the sidecar does not decrypt with RSA1_5, and does not start: whoever can send it many "
           "altered tokens could read one (Bleichenbacher's attack)");
    advise(build->findings, "write RSA-OAEP-256, and set the same at the provider");
}

void check_encryption(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++) {
        struct setting setting =
            find_setting(file, KEY_ID_TOKEN_ENCRYPTION, KEYS_SHARED, file->ids[i]);
        const struct algorithm *algorithm = algorithm_named(setting.value);
        if (setting.value.size == 0)
            continue;
        if (algorithm == NULL)
            report_unknown(build, file, &setting);
        else if (!algorithm->safe)
            report_unsafe(build, file, &setting);
    }
}
