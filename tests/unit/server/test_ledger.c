/* Room for each kind: none takes another's, and having none is said. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/ledger.h"
#include "server/ownership.h"
#include "server/site.h"
#include "server/worker.h"
#include "tests/support/failalloc.h"

#define NOW 1700000000
#define ROOM 3

static void key_of(unsigned kind, unsigned number, unsigned char key[REGISTRY_KEY_SIZE])
{
    assert_true(registry_key(kind, &number, sizeof(number), key));
}

static enum registry_result add(struct ledger *ledger, unsigned kind, unsigned number, int64_t now)
{
    unsigned char key[REGISTRY_KEY_SIZE];

    key_of(kind, number, key);
    return ledger_put(ledger, key, 1, now + 1000, now);
}

static void fill(struct ledger *ledger, unsigned kind)
{
    for (unsigned i = 0; i < ROOM; i++)
        assert_int_equal(add(ledger, kind, i, NOW), REGISTRY_ADDED);
}

/* Whichever is full, every other kind has all of its room. */
static void no_kind_takes_anothers_room(void **state)
{
    (void)state;
    for (unsigned full = 0; full < REGISTRY_KINDS; full++) {
        struct ledger *ledger = ledger_new(ROOM);

        assert_non_null(ledger);
        fill(ledger, full);
        assert_int_equal(add(ledger, full, ROOM, NOW), REGISTRY_FULL);
        for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++) {
            if (kind != full)
                fill(ledger, kind);
            assert_int_equal(registry_count(ledger_registry(ledger, kind)), ROOM);
        }
        ledger_free(ledger);
    }
}

static void every_way_in_knows_the_limit(void **state)
{
    struct ledger *ledger = ledger_new(0);
    unsigned char key[REGISTRY_KEY_SIZE];
    int64_t value = 1;

    (void)state;
    for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++) {
        key_of(kind, 1, key);
        assert_int_equal(ledger_claim(ledger, key, &value, NOW + 1, NOW), REGISTRY_FULL);
        assert_int_equal(ledger_put(ledger, key, 1, NOW + 1, NOW), REGISTRY_FULL);
        assert_int_equal(ledger_raise(ledger, key, 1, NOW + 1, NOW), REGISTRY_FULL);
        assert_false(ledger_get(ledger, key, NOW, &value));
    }
    ledger_free(ledger);
    ledger_free(NULL);
}

static void every_kind_has_a_name_and_a_limit_of_its_own(void **state)
{
    struct ledger *ledger = ledger_new(SIZE_MAX);
    struct ledger *small = ledger_new(7);

    (void)state;
    for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++) {
        assert_in_range(ledger_limit(ledger, kind), 100000, 1000000);
        assert_int_equal(ledger_limit(small, kind), 7);
        for (unsigned other = 0; other < kind; other++)
            assert_string_not_equal(ledger_kind_name(kind), ledger_kind_name(other));
    }
    ledger_free(ledger);
    ledger_free(small);
}

/* Whoever finds a name in the log or the metrics finds there what it costs to be full. */
static void every_kind_is_explained(void **state)
{
    const char *srcdir = getenv("srcdir");
    char path[4096], name[64];
    char text[65536];
    FILE *file;

    (void)state;
    snprintf(path, sizeof(path), "%s/SECURITY.md", srcdir ? srcdir : ".");
    file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    assert_in_range(strlen(text), 1000, sizeof(text) - 2); /* all of it */
    char *table = strstr(text, "\n  | kind | room | filled by | when full |\n");
    assert_non_null(table);
    *strstr(table, "\n\n") = '\0';
    for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++) {
        snprintf(name, sizeof(name), "`%s`", ledger_kind_name(kind));
        if (!strstr(table, name))
            fail_msg("the table of SECURITY.md lacks %s", name);
    }
}

/* What is written to standard error meanwhile. */
static size_t lines_of(void (*work)(void), const char *word)
{
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);
    char line[4096];
    size_t lines = 0;

    assert_true(file && before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    work();
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    rewind(file);
    while (fgets(line, sizeof(line), file))
        lines += strstr(line, "\"remembered_full\"") && strstr(line, word);
    fclose(file);
    return lines;
}

static void overfill(void)
{
    struct ledger *ledger = ledger_new(ROOM);

    fill(ledger, REGISTRY_STATE_USED);
    fill(ledger, REGISTRY_USERNAME);
    for (unsigned i = 0; i < 100; i++)
        add(ledger, REGISTRY_STATE_USED, ROOM + i, NOW + 59);
    add(ledger, REGISTRY_STATE_USED, ROOM, NOW + 118);
    add(ledger, REGISTRY_STATE_USED, ROOM, NOW + 119);
    add(ledger, REGISTRY_STATE_USED, ROOM, NOW + 10); /* the clock has been put back */
    add(ledger, REGISTRY_USERNAME, ROOM, NOW + 119);
    ledger_free(ledger);
}

static void being_full_is_said_once_a_minute(void **state)
{
    (void)state;
    assert_int_equal(lines_of(overfill, "\"used_states\""), 3);
    assert_int_equal(lines_of(overfill, "\"user_names\""), 1);
    assert_int_equal(lines_of(overfill, "\"hint\""), 4);
    assert_int_equal(lines_of(overfill, "\"effect\""), 4);
}

static void whose_name_cannot_be_noted_is_told_so(void **state)
{
    struct site site = {.ledger = ledger_new(1), .options.session_ttl = 100};
    struct worker worker = {.site = &site, .now = NOW};
    const struct {
        const char *subject;
        const char *username;
        oidc_code code;
    } checks[] = {
        {"one", "anna", OIDC_OK},
        {"two", "ANNA", OIDC_E_USERNAME_TAKEN},
        {"two", "berta", OIDC_E_USERNAMES_FULL},
        {"one", "Anna", OIDC_OK},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        const oidc_identity identity = {.provider = "aaf",
                                        .issuer = "https://op.example",
                                        .subject = checks[i].subject,
                                        .username = checks[i].username};
        oidc_error error = {0};

        assert_int_equal(owns_username(&worker, &identity, &error), checks[i].code == OIDC_OK);
        assert_int_equal(error.code, checks[i].code);
        assert_int_equal(error.detail[0] != '\0', checks[i].code != OIDC_OK);
    }
    ledger_free(site.ledger);
}

static void the_key_to_change_is_named_whole(void **state)
{
    struct site site = {.ledger = ledger_new(1), .options.session_ttl = 100};
    struct worker worker = {.site = &site, .now = NOW};
    char provider[OIDC_PROVIDER_MAX + 1], key[sizeof("openid..usernamePattern") + sizeof(provider)];
    oidc_identity identity = {
        .provider = provider, .issuer = "https://op.example", .subject = "one", .username = "anna"};
    oidc_error error = {0};

    (void)state;
    memset(provider, 'p', OIDC_PROVIDER_MAX);
    provider[OIDC_PROVIDER_MAX] = '\0';
    snprintf(key, sizeof(key), "openid.%s.usernamePattern", provider);
    assert_true(owns_username(&worker, &identity, &error));
    identity.subject = "two";
    assert_false(owns_username(&worker, &identity, &error));
    assert_non_null(strstr(error.detail, key));
    ledger_free(site.ledger);
}

static bool make(void *context)
{
    struct ledger *ledger = ledger_new(10);

    (void)context;
    ledger_free(ledger);
    return ledger != NULL;
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(make, NULL) > REGISTRY_KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_kind_takes_anothers_room),
        cmocka_unit_test(every_way_in_knows_the_limit),
        cmocka_unit_test(every_kind_has_a_name_and_a_limit_of_its_own),
        cmocka_unit_test(every_kind_is_explained),
        cmocka_unit_test(being_full_is_said_once_a_minute),
        cmocka_unit_test(whose_name_cannot_be_noted_is_told_so),
        cmocka_unit_test(the_key_to_change_is_named_whole),
        cmocka_unit_test(no_memory_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
